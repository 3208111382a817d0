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
from blog.desk.people import called
from blog.moments import told
from comments import classifier, screening
from comments.admin import paging
from comments.desk import talk
from comments.desk.acts import lock_threads
from comments.desk.claims import claim
from comments.desk.forms import ActForm
from comments.desk.page import FEATURES
from comments.desk.queue import queue
from comments.desk.quoted import carriers_of
from comments.desk.telling import decider, tell
from comments.models import Comment, Reason, Revision
from comments.models.batch import Outcome, decide_many
from comments.moderation import Status, Via

EVERYWHERE = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]


def reasons() -> list[tuple[int | str, str]]:
    return [("", _("none given")), *Reason.objects.filter(is_offered=True).values_list("pk", "words")]


class DecisionForm(ActionForm):
    """What to do with the chosen comments; `reason` goes with a removal alone, and is checked when one is asked for."""

    reason = forms.Field(
        label=gettext_lazy("Reason, told when removed:"),
        required=False,
        widget=forms.Select(choices=reasons),
    )


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ["name", "words", "post", "state", "created_at"]
    list_display_links = ["name", "words"]
    list_filter = ["status"]
    search_fields = ["name", "email", "body"]
    search_help_text = gettext_lazy("Words of the comment, or of its writer's name or address.")
    list_select_related = ["post"]
    paginator = paging.BoundedPaginator
    action_form = DecisionForm
    actions = ["approve", "spam", "remove", "hold"]
    fieldsets = [
        (None, {"fields": ["state", "text", "edited", "earlier", "post", "parent"]}),
        (gettext_lazy("What spoke against it"), {"fields": ["held", "likeness", "reported"]}),
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
            path("queue/", view(queue), name="comments_comment_queue"),
            path("queue/claim/", view(claim), name="comments_comment_claim"),
            path("seen/", view(talk.seen), name="comments_comment_seen"),
            path("<path:pk>/answer/", view(talk.answer), name="comments_comment_answer"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        return super().get_queryset(request).defer("html", "post__body", "post__body_html")

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """The newest first: as an index has them, so that a page of a million costs no more than one of ten."""
        return ["-created_at", "-id"] if "status__exact" in request.GET else ["-id"]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().changelist_view(request, {"counted": paging.COUNTED, **(extra_context or {})})

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def view_on_site(self, comment: Comment) -> str | None:
        return comment.get_absolute_url() if comment.status == Status.APPROVED and comment.post.is_public else None

    @admin.action(permissions=["moderate"], description=gettext_lazy("Approve"), location=EVERYWHERE)
    def approve(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self.decide(request, queryset, Status.APPROVED)

    @admin.action(permissions=["moderate"], description=gettext_lazy("Mark as spam"), location=EVERYWHERE)
    def spam(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self.decide(request, queryset, Status.SPAM)

    @admin.action(permissions=["moderate"], description=gettext_lazy("Remove"), location=EVERYWHERE)
    def remove(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        form = ActForm(MultiValueDict({"decision": ["remove"], "reason": [reason_in(request)]}))
        if form.is_valid():
            self.decide(request, queryset, Status.REMOVED, reason=form.cleaned_data["reason"])
        for sentence in form.complaints():
            messages.error(request, _("Nothing was decided. ") + sentence)

    @admin.action(permissions=["moderate"], description=gettext_lazy("Put back into the queue"), location=EVERYWHERE)
    def hold(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self.decide(request, queryset, Status.PENDING)

    @transaction.atomic
    def decide(self, request: HttpRequest, queryset: QuerySet[Comment], to: Status, *, reason: str = "") -> None:
        """As one batch, and each only in the state that its row showed: whoever comes second is told."""
        ids = chosen(request, queryset)
        # All at once and in one order: by groups, two of us could wait for each other.
        lock_threads(ids)
        whole = Outcome(to)
        how = {"by": request.user, "via": Via.ADMIN, "reason": reason, "batch": whole.batch}
        for state, group in by_state(request, ids).items():
            part = decide_many(group, to, expected=state, **how)
            whole.done += part.done
            whole.late += part.late
            whole.refused += part.refused
        tell(request, whole)

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
        return format_html('<div class="said" dir="auto">{}</div>', comment.html)

    @admin.display(description=gettext_lazy("known to be him"))
    def proof(self, comment: Comment) -> str:
        if comment.claimed_at:
            return _("claimed by the owner of the address, %s") % told(comment.claimed_at)
        return _("sent from his own browser") if comment.is_proven else _("no")

    @admin.display(description=gettext_lazy("edited"))
    def edited(self, comment: Comment) -> SafeString | str:
        if comment.edited_at is None:
            return _("no")
        return format_html('{} <span dir="auto">{}</span>', told(comment.edited_at), comment.edit_note)

    @admin.display(description=gettext_lazy("earlier words"))
    def earlier(self, comment: Comment) -> SafeString | str:
        before = _("Until %(when)s, changed by %(name)s:")
        lines = [
            (
                before % {"when": told(one.at), "name": who_changed(one)},
                one.note,
                linebreaksbr(one.body),
            )
            for one in comment.revisions.select_related("by")
        ]
        line = '<li><bdi>{}</bdi> <span dir="auto">{}</span><div class="said" dir="auto">{}</div></li>'
        return listed(format_html_join("", line, lines))

    @admin.display(description=gettext_lazy("held because"))
    def held(self, comment: Comment) -> SafeString | str:
        lines = [(screening.in_words(one.kind, one.words),) for one in comment.findings.order_by("id")]
        return listed(format_html_join("", '<li dir="auto">{}</li>', lines))

    @admin.display(description=gettext_lazy("like spam"))
    def likeness(self, comment: Comment) -> SafeString | str:
        if comment.score is None:
            return _("not looked at by the filter")
        features = [
            (_("more:") if weight > 0 else _("less:"), classifier.in_words(feature))
            for feature, weight in comment.because[:FEATURES]
        ]
        return format_html("{} %{}", round(comment.score * 100), format_html_join("", "<br>{} <bdi>{}</bdi>", features))

    @admin.display(description=gettext_lazy("reports by readers"))
    def reported(self, comment: Comment) -> SafeString | str:
        lines = [
            (
                told(one.at),
                one.get_kind_display(),
                pgettext("report", "open") if one.is_open else _("answered"),
                one.words,
            )
            for one in comment.reports.order_by("id")
        ]
        return listed(format_html_join("", '<li>{}: {} ({}) <span dir="auto">{}</span></li>', lines))

    @admin.display(description=gettext_lazy("quotes"))
    def quoting(self, comment: Comment) -> SafeString | str:
        found = comment.quotations.select_related("source").order_by("place")
        return listed(format_html_join("", "<li>{}</li>", [(named(one.source),) for one in found]))

    @admin.display(description=gettext_lazy("still quoted by"))
    def quoted_by(self, comment: Comment) -> SafeString | str:
        found = carriers_of([comment])[comment.pk] if comment.is_quoted else []
        return listed(format_html_join("", "<li>{}</li>", [(named(one),) for one in found]))

    @admin.display(description=gettext_lazy("decisions"))
    def record(self, comment: Comment) -> SafeString:
        decisions = comment.decisions.select_related("by").order_by("id")
        lines = [
            (
                _("%(when)s: %(state)s by %(name)s")
                % {"when": told(one.at), "state": one.get_to_status_display(), "name": decider(one)},
                f"{one.reason} ({one.note})" if one.note else one.reason,
            )
            for one in decisions
        ]
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{} {}</li>", lines))


def who_changed(revision: Revision) -> str:
    if revision.by_writer:
        return _("its writer")
    return called(revision.by) if revision.by else _("the site")


def reason_in(request: HttpRequest) -> str:
    """What was chosen in the form of the list, or of one comment's page."""
    return request.POST.get("reason") or request.POST.get(f"{ActionLocation.CHANGE_FORM.value}-reason", "")


def chosen(request: HttpRequest, queryset: QuerySet[Comment]) -> set[int]:
    """The rows that were ticked, and all that match if that was asked for.

    Not only the ticked ones that still match: what a colleague has decided meanwhile would be gone without a word.
    """
    ids = {int(pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)}
    if forms.BooleanField().to_python(request.POST.get("select_across")):
        ids.update(queryset.values_list("pk", flat=True)[: paging.COUNTED])
    return ids


def by_state(request: HttpRequest, ids: Iterable[int]) -> dict[str | None, list[int]]:
    """These comments by the state that their rows showed; None, for any, where none did (all pages were chosen)."""
    groups: dict[str | None, list[int]] = defaultdict(list)
    for pk in ids:
        shown = request.POST.get(f"state-{pk}")
        groups[shown if shown in Status.values else None].append(pk)
    return groups


def listed(lines: SafeString) -> SafeString | str:
    return format_html("<ol>{}</ol>", lines) if lines else _("none")


def named(comment: Comment | None) -> SafeString | str:
    """A comment as a link to its own page here; None stands for the post."""
    if comment is None:
        return _("the post")
    line = '<a href="{}"><bdi>{}</bdi>, {}</a> ({})'
    url = reverse("admin:comments_comment_change", args=[comment.pk])
    return format_html(line, url, comment.name or "–", told(comment.created_at), comment.get_status_display())
