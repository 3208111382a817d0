"""Posts: who may do what to whose, the form in which they are written, and the list."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.base import can_edit_all, can_publish
from blog.admin.bulk_actions import BulkPostAdmin
from blog.admin.duplicate_action import duplicate
from blog.admin.find_replace import replacement_urls
from blog.admin.post_calendar import calendar_urls
from blog.admin.post_fields import PostFieldsAdmin
from blog.admin.post_filters import AuthorFilter, MonthFilter, PostStateFilter, SeriesFilter, TagFilter
from blog.admin.post_list import PostChangeList, PostPaginator, search_posts
from blog.admin.publication import warnings_after_saving
from blog.admin.retry import retry_on_conflict
from blog.admin.review_note import note_urls
from blog.admin.trash_action import TrashingAdmin
from blog.admin.version import history_view, version_urls
from blog.admin.working_copy import CONFLICT, not_editable_view, working_copy_urls
from blog.admin.writing_page import describe_saved
from blog.editing.forms import autosave
from blog.editing.forms.datetime_field import SiteDateTimeField
from blog.editing.forms.post import PostForm
from blog.editing.staff_request import as_staff
from blog.models import Author, Post
from blog.models.illustrated import lock_images
from blog.text.validators import is_pk


def is_form_sent(request: HttpRequest) -> bool:
    """Was the form of a stored post sent?"""
    page = request.resolver_match
    return request.method == "POST" and page is not None and page.url_name == "blog_post_change"


@admin.register(Post)
class PostAdmin(TrashingAdmin, PostFieldsAdmin, BulkPostAdmin):
    """Editors edit every post; an author their own; a contributor their own until it is published."""

    form = PostForm
    change_list_template = "admin/blog/post/change_list.html"
    list_display = ["title", "byline", "state", "published_at", "comment_count"]
    list_display_links = ["title"]
    list_filter = [PostStateFilter, AuthorFilter, TagFilter, SeriesFilter, MonthFilter, "conversation"]
    search_fields = ["title"]
    search_help_text = gettext_lazy("Searches titles and texts, drafts too. Of more than 500 matches, the newest.")
    paginator = PostPaginator
    ordering = ["-id"]  # the newest first; any other order sorts all posts
    actions = [
        duplicate, "publish", "unpublish", "add_tag", "remove_tag", "change_author", "close_conversation",
        "replace_words", "delete_selected",
    ]  # fmt: skip
    autocomplete_fields = ["authors", "tags", "series", "cover", "translation_of"]
    formfield_overrides = {models.DateTimeField: {"form_class": SiteDateTimeField, "widget": AdminSplitDateTime}}
    prepopulated_fields = {"slug": ["title"]}

    def get_urls(self) -> list[URLPattern]:
        own = (*replacement_urls(self), *calendar_urls(self), *version_urls(self), *note_urls(self))
        return [*own, *working_copy_urls(self), *super().get_urls()]

    # Who may do what

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        posts = Post.objects.editable_by(request.user).order_by(*self.ordering)
        if is_form_sent(request):  # read once, locked until the form is saved or refused
            return posts.select_for_update(no_key=True).prefetch_related("authors", "tags")
        return posts

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if is_form_sent(request):  # pictures are locked before the post, as `Post.save` says
            cover = request.POST.get("cover", "")
            texts = (request.POST.get(name, "") for name in ("epigraph", "body"))
            lock_images(*texts, cover=int(cover) if is_pk(cover) else None)
        return super().get_object(request, object_id, from_field)

    def has_view_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return super().has_view_permission(request, obj) and self.is_theirs(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        allowed = super().has_change_permission(request, obj) and self.is_theirs(request, obj)
        return allowed and (obj is None or obj.status != Post.Status.PUBLISHED or can_publish(request))

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self.is_theirs(request, obj)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return can_publish(request) and self.has_change_permission(request)

    def is_theirs(self, request: HttpRequest, post: Post | None) -> bool:
        return post is None or can_edit_all(request) or post.is_written_by(request.user)

    # The form

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Post | None = None,
    ) -> HttpResponse:
        """With what autosave and conflicts have to say above the form."""
        state = None
        if add or self.has_change_permission(request, obj):
            form = context["adminform"].form
            state = (autosave.reopen_form if form.is_bound else autosave.open_form)(as_staff(request), form, obj)
            context["status"] = form.status_buttons
            context["is_nav_sidebar_enabled"] = False  # its room is for the text
        context["editing"] = state
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if state and state.conflict:
            response.status_code = CONFLICT
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was typed for a post that was deleted or given to others is stored, and the answer leads to it."""
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except (Http404, PermissionDenied) as refusal:
            if not (request.method == "POST" and request.POST.get("body") and self.has_add_permission(request)):
                raise
            return not_editable_view(as_staff(request), 404 if isinstance(refusal, Http404) else 403, post_admin=self)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return history_view(request, object_id, post_admin=self)

    # Saving and deleting

    def save_model(self, request: HttpRequest, obj: Post, form: PostForm, change: bool) -> None:
        user, is_own = as_staff(request).user, not change and not can_edit_all(request)
        form.save_post(by=user, authors=[Author.objects.get_or_create_for(user)] if is_own else None)

    def save_related(self, request: HttpRequest, form: PostForm, formsets: Any, change: bool) -> None:
        """Authors and tags were stored with the post: here only what was typed is let go of."""
        autosave.close_form(as_staff(request), form.instance)
        self.message_user(request, describe_saved(form), messages.SUCCESS)
        for sentence in warnings_after_saving(form):
            self.message_user(request, sentence, messages.WARNING)

    @admin.action(permissions=["publish"], description=gettext_lazy("Unpublish the selected posts"))
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        """They become drafts; their comments, addresses and times stay with them."""
        chosen = queryset.filter(status=Post.Status.PUBLISHED).values_list("pk", flat=True)
        number = sum(retry_on_conflict(partial(self.unpublish_post, request, pk)) for pk in list(chosen))
        message = ngettext("%d post is a draft again.", "%d posts are drafts again.", number) % number
        self.message_user(request, message, messages.SUCCESS if number else messages.WARNING)

    @transaction.atomic
    def unpublish_post(self, request: HttpRequest, pk: int) -> bool:
        """Unpublish a post and log it; False if it was deleted or unpublished meanwhile."""
        try:
            post = Post.objects.get(pk=pk)
            is_done = post.unpublish(by=as_staff(request).user)
        except Post.DoesNotExist:
            return False
        if is_done:
            self.log_change(request, post, [{"changed": {"fields": ["status"]}}])
        return is_done

    # The list

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Post], search_term: str
    ) -> tuple[QuerySet[Post], bool]:
        found = search_posts(request, queryset, search_term.replace("\0", ""))
        return super().get_search_results(request, queryset, search_term) if found is None else (found, False)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PostChangeList

    @admin.display(description=gettext_lazy("by"))
    def byline(self, post: Post) -> str:
        return get_text_list([author.name for author in post.author_list], _("and"))

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def state(self, post: Post) -> str:
        is_scheduled = post.status == Post.Status.PUBLISHED and not post.is_public
        return _("scheduled") if is_scheduled else post.get_status_display()

    @admin.display(description=gettext_lazy("comments"), ordering="thread__comment_count")
    def comment_count(self, post: Post) -> int:
        return post.comment_count
