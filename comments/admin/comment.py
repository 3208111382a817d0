"""Comments to look at, and the four decisions as actions of the list and of each page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.contrib.admin.options import ActionLocation
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.urls import URLPattern, path, reverse
from django.utils.choices import CallableChoiceIterator
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from blog.admin.base import ReadOnlyAdmin
from blog.admin.paginator import BoundedPaginator
from blog.editing.staff_request import as_staff
from blog.models import Conversation
from blog.text.datetimes import format_datetime
from blog.text.display_names import display_name
from comments.lifecycle.decide import DecisionOutcome, decide
from comments.models import Comment, Reason, Report, ReportContact, Revision
from comments.queue.actions import add_author_notes
from comments.queue.forms import QueueActionForm
from comments.queue.hidden_quotes import find_quoting_comments
from comments.queue.outcome_messages import add_outcome_messages, comments_to_describe, decider_name
from comments.queue.queue_item import choose_features
from comments.screening.labels import describe_finding, format_percent
from comments.spam.features import describe_feature
from comments.status import Status, Via
from comments.views.inbox_reply import mark_inbox_read, note_from_inbox, reply_from_inbox
from comments.views.moderation_queue import moderation_queue, update_claims

LIST_AND_FORM = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]


def describe_report(report: Report) -> str:
    """What its sender says, and their name if they left one."""
    contact: ReportContact | None = getattr(report, "contact", None)
    name = f"({contact.name})" if contact and contact.name else ""
    return " ".join(filter(None, [report.words, report.law, name]))


def removal_reason_choices() -> list[tuple[int | str, str]]:
    return [("", _("no reason")), *Reason.objects.filter(is_offered=True).values_list("pk", "words")]


class DecisionActionForm(ActionForm):
    """The decision for the selected comments; `reason` belongs to a removal alone and is checked then."""

    reason = forms.Field(
        label=gettext_lazy("Reason for removal (public):"),
        required=False,
        widget=forms.Select(choices=CallableChoiceIterator(removal_reason_choices)),
    )


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ["name", "words", "subject", "state", "created_at"]
    list_display_links = ["name", "words"]
    list_filter = ["status"]
    search_fields = ["name", "email", "body"]
    search_help_text = gettext_lazy("Search the text, or the commenter’s name or email.")
    paginator = BoundedPaginator
    action_form = DecisionActionForm
    actions = ["approve", "spam", "remove", "hold", "note_for_author"]
    fieldsets = [
        (None, {"fields": ["state", "text", "edited", "earlier", "subject", "parent"]}),
        (gettext_lazy("Why it was held"), {"fields": ["held", "spam_score", "reported"]}),
        (gettext_lazy("Quotations"), {"fields": ["quoting", "quoted_by"]}),
        (
            gettext_lazy("Commenter"),
            {"fields": ["name", "email", "proof", "website", "author", "user", "address"]},
        ),
        (gettext_lazy("Decisions"), {"fields": ["created_at", "record"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("queue/", view(moderation_queue), name="comments_comment_queue"),
            path("queue/claim/", view(update_claims), name="comments_comment_claim"),
            path("seen/", view(mark_inbox_read), name="comments_comment_seen"),
            path("<path:pk>/answer/", view(reply_from_inbox), name="comments_comment_answer"),
            path("<path:pk>/note/", view(note_from_inbox), name="comments_comment_note"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        return Comment.objects.with_subject_heads().defer("html").order_by(*self.get_ordering(request))

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Newest first, in the order of an index: a page of a million comments costs no more than a page of ten."""
        return ["-created_at", "-id"] if "status__exact" in request.GET else ["-id"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"counted": BoundedPaginator.max_counted, **(extra_context or {})})

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def view_on_site(self, comment: Comment) -> str | None:
        return comment.get_link() if comment.status == Status.APPROVED and comment.subject.shows_conversation else None

    @admin.action(permissions=["moderate"], description=gettext_lazy("Approve"), location=LIST_AND_FORM)
    def approve(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self.decide(request, queryset, Status.APPROVED)

    @admin.action(permissions=["moderate"], description=gettext_lazy("Mark as spam"), location=LIST_AND_FORM)
    def spam(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self.decide(request, queryset, Status.SPAM)

    @admin.action(permissions=["moderate"], description=gettext_lazy("Remove"), location=LIST_AND_FORM)
    def remove(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        form = QueueActionForm(MultiValueDict({"decision": ["remove"], "reason": [posted_reason(request)]}))
        if form.is_valid():
            self.decide(request, queryset, Status.REMOVED, reason=form.cleaned_data["reason"])
        for sentence in form.complaints():
            messages.error(request, _("Nothing was changed. ") + sentence)

    @admin.action(permissions=["moderate"], description=gettext_lazy("Return to queue"), location=LIST_AND_FORM)
    def hold(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self.decide(request, queryset, Status.PENDING)

    @admin.action(
        permissions=["moderate"], description=gettext_lazy("Make a note for the author"), location=LIST_AND_FORM
    )
    def note_for_author(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        add_author_notes(as_staff(request), comments_to_describe(queryset.values_list("pk", flat=True)))

    @transaction.atomic
    def decide(self, request: HttpRequest, queryset: QuerySet[Comment], to: Status, *, reason: str = "") -> None:
        """One batch, and each comment only in the status that its row showed: whoever comes second is told."""
        ids = chosen_ids(request, queryset)
        # All threads at once: locked group by group, two moderators could wait for each other.
        Conversation.objects.lock(Comment.objects.filter(pk__in=ids).values("conversation"))
        whole = DecisionOutcome(to)
        by = as_staff(request).user
        for state, group in group_by_shown_state(request, ids).items():
            part = decide(group, to, expected=state, by=by, via=Via.ADMIN, reason=reason, batch=whole.batch)
            whole.done += part.done
            whole.late += part.late
            whole.refused += part.refused
        add_outcome_messages(request, whole)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, comment: Comment) -> SafeString:
        """With a hidden field that `group_by_shown_state` reads."""
        field = '{}<input type="hidden" name="state-{}" value="{}">'
        return format_html(field, comment.get_status_display(), comment.pk, comment.status)

    @admin.display(description=gettext_lazy("comment"))
    def words(self, comment: Comment) -> str:
        return f"{comment.body[:100]}…" if len(comment.body) > 100 else comment.body

    @admin.display(description=gettext_lazy("comment"))
    def text(self, comment: Comment) -> SafeString:
        return format_html('<div class="user-text" dir="auto">{}</div>', comment.html)

    @admin.display(description=gettext_lazy("verified"))
    def proof(self, comment: Comment) -> str:
        if comment.claimed_at:
            return _("claimed by the owner of the email address, %s") % format_datetime(comment.claimed_at)
        return _("sent by the owner of the email address") if comment.is_verified else _("no")

    @admin.display(description=gettext_lazy("edited"))
    def edited(self, comment: Comment) -> SafeString | str:
        if comment.edited_at is None:
            return _("no")
        return format_html('{} <span dir="auto">{}</span>', format_datetime(comment.edited_at), comment.edit_note)

    @admin.display(description=gettext_lazy("earlier text"))
    def earlier(self, comment: Comment) -> SafeString | str:
        until = _("Until %(when)s, edited by %(name)s:")
        lines = [
            (
                until % {"when": format_datetime(revision.at), "name": editor_name(revision)},
                revision.note,
                linebreaksbr(revision.body),
            )
            for revision in comment.revisions.select_related("by")
        ]
        line = '<li><bdi>{}</bdi> <span dir="auto">{}</span><div class="user-text" dir="auto">{}</div></li>'
        return ordered_list(format_html_join("", line, lines))

    @admin.display(description=gettext_lazy("held because"))
    def held(self, comment: Comment) -> SafeString | str:
        lines = [(describe_finding(row.kind, row.words),) for row in comment.findings.order_by("id")]
        return ordered_list(format_html_join("", '<li dir="auto">{}</li>', lines))

    @admin.display(description=gettext_lazy("spam score"))
    def spam_score(self, comment: Comment) -> SafeString | str:
        if comment.score is None:
            return _("not scored")
        features = [
            (_("spam:") if weight > 0 else _("not spam:"), describe_feature(feature))
            for feature, weight in choose_features(comment.score_reasons)
        ]
        score = format_percent(round(comment.score * 100))
        return format_html("{}{}", score, format_html_join("", "<br>{} <bdi>{}</bdi>", features))

    @admin.display(description=gettext_lazy("reports"))
    def reported(self, comment: Comment) -> SafeString | str:
        lines = [
            (
                format_datetime(report.at),
                report.get_kind_display(),
                pgettext("report", "open") if report.is_open else _("closed"),
                describe_report(report),
            )
            for report in comment.reports.select_related("contact").order_by("id")
        ]
        return ordered_list(format_html_join("", '<li>{}: {} ({}) <span dir="auto">{}</span></li>', lines))

    @admin.display(description=gettext_lazy("quotes"))
    def quoting(self, comment: Comment) -> SafeString | str:
        quotations = comment.quotations.select_related("source").order_by("place")
        links = [(comment_link(quotation.source),) for quotation in quotations]
        return ordered_list(format_html_join("", "<li>{}</li>", links))

    @admin.display(description=gettext_lazy("still quoted by"))
    def quoted_by(self, comment: Comment) -> SafeString | str:
        quoting = find_quoting_comments([comment])[comment.pk] if comment.is_quoted else []
        links = [(comment_link(carrier),) for carrier in quoting]
        return ordered_list(format_html_join("", "<li>{}</li>", links))

    @admin.display(description=gettext_lazy("decisions"))
    def record(self, comment: Comment) -> SafeString:
        sentence = _("%(when)s: %(state)s by %(name)s")
        lines = [
            (
                sentence
                % {
                    "when": format_datetime(decision.at),
                    "state": decision.get_to_status_display(),
                    "name": decider_name(decision),
                },
                f"{decision.reason} ({decision.note})" if decision.note else decision.reason,
            )
            for decision in comment.decisions.select_related("by").order_by("id")
        ]
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{} {}</li>", lines))


def editor_name(revision: Revision) -> str:
    if revision.by_writer:
        return _("the commenter")
    return display_name(revision.by) if revision.by else _("the site")


def posted_reason(request: HttpRequest) -> str:
    """The reason selected in the form of the list, or on one comment's page."""
    return request.POST.get("reason") or request.POST.get(f"{ActionLocation.CHANGE_FORM.value}-reason", "")


def chosen_ids(request: HttpRequest, queryset: QuerySet[Comment]) -> set[int]:
    """The selected rows, and all that match if that was asked for.

    Also selected rows that no longer match: what somebody else decided in the meantime must not go unmentioned.
    """
    ids = {int(pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)}
    if forms.BooleanField().to_python(request.POST.get("select_across")):
        ids.update(queryset.values_list("pk", flat=True)[: BoundedPaginator.max_counted])
    return ids


def group_by_shown_state(request: HttpRequest, ids: Iterable[int]) -> dict[str | None, list[int]]:
    """These comments by the status that their rows showed; None, for any, where all pages were selected."""
    groups: dict[str | None, list[int]] = defaultdict(list)
    for pk in ids:
        shown = request.POST.get(f"state-{pk}")
        groups[shown if shown in Status.values else None].append(pk)
    return groups


def ordered_list(lines: SafeString) -> SafeString | str:
    return format_html("<ol>{}</ol>", lines) if lines else _("none")


def comment_link(comment: Comment | None) -> SafeString | str:
    """A link to the comment's page in the admin; None stands for the post."""
    if comment is None:
        return _("the post")
    line = '<a href="{}"><bdi>{}</bdi>, {}</a> ({})'
    url = reverse("admin:comments_comment_change", args=[comment.pk])
    return format_html(
        line, url, comment.name or "–", format_datetime(comment.created_at), comment.get_status_display()
    )
