"""Comments, to look at. What changes one goes through its verbs."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.options import ActionLocation
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from blog.admin.base import ReadOnlyAdmin
from comments.admin import paging
from comments.desk.claims import claim
from comments.desk.queue import queue
from comments.desk.telling import decider, tell
from comments.models import Comment
from comments.models.batch import decide_many
from comments.moderation import Status, Via

EVERYWHERE = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ["name", "words", "post", "status", "created_at"]
    list_display_links = ["name", "words"]
    list_filter = ["status"]
    search_fields = ["name", "email", "body"]
    search_help_text = "Words of the comment, or of its writer's name or address."
    ordering = ["-id"]
    list_select_related = ["post"]
    paginator = paging.BoundedPaginator
    actions = ["approve", "spam", "remove", "hold"]
    fieldsets = [
        (None, {"fields": ["status", "text", "post", "parent"]}),
        ("Writer", {"fields": ["name", "email", "website", "author", "user", "address"]}),
        ("Record", {"fields": ["created_at", "record"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("queue/", view(queue), name="comments_comment_queue"),
            path("queue/claim/", view(claim), name="comments_comment_claim"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        return super().get_queryset(request).defer("html", "post__body", "post__body_html")

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().changelist_view(request, {"counted": paging.COUNTED, **(extra_context or {})})

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def view_on_site(self, comment: Comment) -> str | None:
        return comment.get_absolute_url() if comment.status == Status.APPROVED and comment.post.is_public else None

    @admin.action(permissions=["moderate"], description="Approve", location=EVERYWHERE)
    def approve(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self.decide(request, queryset, Status.APPROVED)

    @admin.action(permissions=["moderate"], description="Mark as spam", location=EVERYWHERE)
    def spam(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self.decide(request, queryset, Status.SPAM)

    @admin.action(permissions=["moderate"], description="Remove", location=EVERYWHERE)
    def remove(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self.decide(request, queryset, Status.REMOVED)

    @admin.action(permissions=["moderate"], description="Put back into the queue", location=EVERYWHERE)
    def hold(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self.decide(request, queryset, Status.PENDING)

    def decide(self, request: HttpRequest, queryset: QuerySet[Comment], to: Status) -> None:
        ids = list(queryset.values_list("pk", flat=True)[: paging.COUNTED])
        tell(request, decide_many(ids, to, by=request.user, via=Via.ADMIN))

    @admin.display(description="comment")
    def words(self, comment: Comment) -> str:
        return f"{comment.body[:100]}…" if len(comment.body) > 100 else comment.body

    @admin.display(description="comment")
    def text(self, comment: Comment) -> SafeString:
        return format_html('<div class="said" dir="auto">{}</div>', comment.html)

    @admin.display(description="decisions")
    def record(self, comment: Comment) -> SafeString:
        decisions = comment.decisions.select_related("by").order_by("id")
        lines = [
            (
                date_format(timezone.localtime(one.at), "DATETIME_FORMAT"),
                one.get_to_status_display(),
                decider(one),
                f"{one.reason} ({one.note})" if one.note else one.reason,
            )
            for one in decisions
        ]
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{}: {} by {} {}</li>", lines))
