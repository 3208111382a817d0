"""Comments, to look at. What changes one goes through its verbs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.contrib.admin.options import ActionLocation
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.urls import URLPattern, path, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from blog.admin.base import ReadOnlyAdmin
from blog.text.datetimes import format_datetime
from blog.text.display_names import display_name
from comments.admin import bounded_paginator
from comments.lifecycle.decide import DecisionOutcome, decide
from comments.models import Comment, Reason, Revision
from comments.queue.actions import lock_threads_of_comments
from comments.queue.claims import update_claims
from comments.queue.forms import QueueActionForm
from comments.queue.hidden_quotes import find_quoting_comments
from comments.queue.outcome_messages import add_outcome_messages, decider_name
from comments.queue.queue_page import MAX_FEATURES
from comments.screening.labels import describe_finding
from comments.spam.features import describe_feature
from comments.status import Status, Via
from comments.views import author_inbox
from comments.views.moderation_queue import moderation_queue

LIST_AND_FORM = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]


def removal_reason_choices() -> list[tuple[int | str, str]]:
    return [("", _("none given")), *Reason.objects.filter(is_offered=True).values_list("pk", "words")]


class DecisionActionForm(ActionForm):
    """What to do with the chosen comments; `reason` goes with a removal alone, and is checked when one is asked for."""

    reason = forms.Field(
        label=gettext_lazy("Reason, told when removed:"),
        required=False,
        widget=forms.Select(choices=removal_reason_choices),
    )


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ["name", "words", "post", "state", "created_at"]
    list_display_links = ["name", "words"]
    list_filter = ["status"]
    search_fields = ["name", "email", "body"]
    search_help_text = gettext_lazy("Words of the comment, or of its writer's name or address.")
    list_select_related = ["post"]
    paginator = bounded_paginator.BoundedPaginator
    action_form = DecisionActionForm
    actions = ["approve", "spam", "remove", "hold"]
    fieldsets = [
        (None, {"fields": ["state", "text", "edited", "earlier", "post", "parent"]}),
        (gettext_lazy("What spoke against it"), {"fields": ["held", "spam_score", "reported"]}),
        (gettext_lazy("Quotations"), {"fields": ["quoting", "quoted_by"]}),
        (
            gettext_lazy("Writer"),
            {"fields": ["name", "email", "proof", "website", "author", "user", "address"]},
        ),
        (gettext_lazy("Record"), {"fields": ["created_at", "record"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("queue/", view(moderation_queue), name="comments_comment_queue"),
            path("queue/claim/", view(update_claims), name="comments_comment_claim"),
            path("seen/", view(author_inbox.mark_inbox_read), name="comments_comment_seen"),
            path("<path:pk>/answer/", view(author_inbox.reply_from_inbox), name="comments_comment_answer"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        return super().get_queryset(request).defer("html", "post__body", "post__body_html")

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """The newest first: as an index has them, so that a page of a million costs no more than one of ten."""
        return ["-created_at", "-id"] if "status__exact" in request.GET else ["-id"]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().changelist_view(request, {"counted": bounded_paginator.MAX_COUNTED, **(extra_context or {})})

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def view_on_site(self, comment: Comment) -> str | None:
        return comment.get_absolute_url() if comment.status == Status.APPROVED and comment.post.is_public else None

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
            messages.error(request, _("Nothing was decided. ") + sentence)

    @admin.action(permissions=["moderate"], description=gettext_lazy("Put back into the queue"), location=LIST_AND_FORM)
    def hold(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self.decide(request, queryset, Status.PENDING)

    @transaction.atomic
    def decide(self, request: HttpRequest, queryset: QuerySet[Comment], to: Status, *, reason: str = "") -> None:
        """As one batch, and each only in the state that its row showed: whoever comes second is told."""
        ids = chosen_ids(request, queryset)
        # All at once and in one order: by groups, two of us could wait for each other.
        lock_threads_of_comments(ids)
        whole = DecisionOutcome(to)
        how = {"by": request.user, "via": Via.ADMIN, "reason": reason, "batch": whole.batch}
        for state, group in group_by_shown_state(request, ids).items():
            part = decide(group, to, expected=state, **how)
            whole.done += part.done
            whole.late += part.late
            whole.refused += part.refused
        add_outcome_messages(request, whole)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, comment: Comment) -> SafeString:
        """With what `by_state` goes by."""
        field = '{}<input type="hidden" name="state-{}" value="{}">'
        return format_html(field, comment.get_status_display(), comment.pk, comment.status)

    @admin.display(description=gettext_lazy("comment"))
    def words(self, comment: Comment) -> str:
        return f"{comment.body[:100]}…" if len(comment.body) > 100 else comment.body

    @admin.display(description=gettext_lazy("comment"))
    def text(self, comment: Comment) -> SafeString:
        return format_html('<div class="user-text" dir="auto">{}</div>', comment.html)

    @admin.display(description=gettext_lazy("known to be him"))
    def proof(self, comment: Comment) -> str:
        if comment.claimed_at:
            return _("claimed by the owner of the address, %s") % format_datetime(comment.claimed_at)
        return _("sent from his own browser") if comment.is_verified else _("no")

    @admin.display(description=gettext_lazy("edited"))
    def edited(self, comment: Comment) -> SafeString | str:
        if comment.edited_at is None:
            return _("no")
        return format_html('{} <span dir="auto">{}</span>', format_datetime(comment.edited_at), comment.edit_note)

    @admin.display(description=gettext_lazy("earlier words"))
    def earlier(self, comment: Comment) -> SafeString | str:
        before = _("Until %(when)s, changed by %(name)s:")
        lines = [
            (
                before % {"when": format_datetime(one.at), "name": editor_name(one)},
                one.note,
                linebreaksbr(one.body),
            )
            for one in comment.revisions.select_related("by")
        ]
        line = '<li><bdi>{}</bdi> <span dir="auto">{}</span><div class="user-text" dir="auto">{}</div></li>'
        return ordered_list(format_html_join("", line, lines))

    @admin.display(description=gettext_lazy("held because"))
    def held(self, comment: Comment) -> SafeString | str:
        lines = [(describe_finding(one.kind, one.words),) for one in comment.findings.order_by("id")]
        return ordered_list(format_html_join("", '<li dir="auto">{}</li>', lines))

    @admin.display(description=gettext_lazy("like spam"))
    def spam_score(self, comment: Comment) -> SafeString | str:
        if comment.score is None:
            return _("not looked at by the filter")
        features = [
            (_("more:") if weight > 0 else _("less:"), describe_feature(feature))
            for feature, weight in comment.score_reasons[:MAX_FEATURES]
        ]
        return format_html("{} %{}", round(comment.score * 100), format_html_join("", "<br>{} <bdi>{}</bdi>", features))

    @admin.display(description=gettext_lazy("reports by readers"))
    def reported(self, comment: Comment) -> SafeString | str:
        lines = [
            (
                format_datetime(one.at),
                one.get_kind_display(),
                pgettext("report", "open") if one.is_open else _("answered"),
                one.words,
            )
            for one in comment.reports.order_by("id")
        ]
        return ordered_list(format_html_join("", '<li>{}: {} ({}) <span dir="auto">{}</span></li>', lines))

    @admin.display(description=gettext_lazy("quotes"))
    def quoting(self, comment: Comment) -> SafeString | str:
        found = comment.quotations.select_related("source").order_by("place")
        return ordered_list(format_html_join("", "<li>{}</li>", [(comment_link(one.source),) for one in found]))

    @admin.display(description=gettext_lazy("still quoted by"))
    def quoted_by(self, comment: Comment) -> SafeString | str:
        found = find_quoting_comments([comment])[comment.pk] if comment.is_quoted else []
        return ordered_list(format_html_join("", "<li>{}</li>", [(comment_link(one),) for one in found]))

    @admin.display(description=gettext_lazy("decisions"))
    def record(self, comment: Comment) -> SafeString:
        decisions = comment.decisions.select_related("by").order_by("id")
        lines = [
            (
                _("%(when)s: %(state)s by %(name)s")
                % {"when": format_datetime(one.at), "state": one.get_to_status_display(), "name": decider_name(one)},
                f"{one.reason} ({one.note})" if one.note else one.reason,
            )
            for one in decisions
        ]
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{} {}</li>", lines))


def editor_name(revision: Revision) -> str:
    if revision.by_writer:
        return _("its writer")
    return display_name(revision.by) if revision.by else _("the site")


def posted_reason(request: HttpRequest) -> str:
    """What was chosen in the form of the list, or of one comment's page."""
    return request.POST.get("reason") or request.POST.get(f"{ActionLocation.CHANGE_FORM.value}-reason", "")


def chosen_ids(request: HttpRequest, queryset: QuerySet[Comment]) -> set[int]:
    """The rows that were ticked, and all that match if that was asked for.

    Not only the ticked ones that still match: what a colleague has decided meanwhile would be gone without a word.
    """
    ids = {int(pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)}
    if forms.BooleanField().to_python(request.POST.get("select_across")):
        ids.update(queryset.values_list("pk", flat=True)[: bounded_paginator.MAX_COUNTED])
    return ids


def group_by_shown_state(request: HttpRequest, ids: Iterable[int]) -> dict[str | None, list[int]]:
    """These comments by the state that their rows showed; None, for any, where none did (all pages were chosen)."""
    groups: dict[str | None, list[int]] = defaultdict(list)
    for pk in ids:
        shown = request.POST.get(f"state-{pk}")
        groups[shown if shown in Status.values else None].append(pk)
    return groups


def ordered_list(lines: SafeString) -> SafeString | str:
    return format_html("<ol>{}</ol>", lines) if lines else _("none")


def comment_link(comment: Comment | None) -> SafeString | str:
    """A comment as a link to its own page here; None stands for the post."""
    if comment is None:
        return _("the post")
    line = '<a href="{}"><bdi>{}</bdi>, {}</a> ({})'
    url = reverse("admin:comments_comment_change", args=[comment.pk])
    return format_html(
        line, url, comment.name or "–", format_datetime(comment.created_at), comment.get_status_display()
    )
