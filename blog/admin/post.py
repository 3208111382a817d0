"""Posts: who may do what to whose, the form in which they are written, and the list."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.base import can_edit_all, can_publish, quote_names
from blog.admin.preview import PreviewAdmin
from blog.admin.publication import checklist, notes, preview, warnings_after_saving
from blog.admin.retry import retry_on_conflict
from blog.admin.review_note import note_urls
from blog.admin.tag_widget import TagSelect, TagsField
from blog.admin.version import history_view, version_urls
from blog.admin.working_copy import CONFLICT, not_editable_view, working_copy_urls
from blog.editing.any_model import ModelAdmin
from blog.editing.forms import autosave
from blog.editing.forms.datetime_field import SiteDateTimeField
from blog.editing.forms.post import PostForm
from blog.editing.staff_request import as_staff
from blog.models import Author, Correction, Post
from blog.models.illustrated import lock_images
from blog.models.post_queryset import PostQuerySet

# Titles that a refusal names.
MAX_NAMED_POSTS = 5


def is_form_sent(request: HttpRequest) -> bool:
    """Was the form of a stored post sent?"""
    page = request.resolver_match
    return request.method == "POST" and page is not None and page.url_name == "blog_post_change"


class PostStateFilter(admin.SimpleListFilter):
    """Filters by what a reader sees of a post."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("draft", _("draft")),
            ("review", _("waiting for review")),
            ("scheduled", _("scheduled")),
            ("published", _("published")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        if self.value() in {"draft", "review"}:
            return queryset.filter(status=self.value())
        if self.value() == "scheduled":
            return queryset & Post.objects.scheduled()
        if self.value() == "published":
            # As a subquery, since nearly all are: by an index of the status SQLite would sort them all for a page.
            return queryset.filter(Exists(Post.objects.published().filter(pk=OuterRef("pk"))))
        return queryset


class PostChangeList(ChangeList):
    """The list without the long texts: two queries, whatever its length."""

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Post]:
        posts = cast(PostQuerySet, super().get_queryset(*args, **kwargs)).select_related("thread").with_authors()
        return posts.defer("body", "body_html", "epigraph", "epigraph_html")


@admin.register(Post)
class PostAdmin(PreviewAdmin):
    """Editors edit every post; an author their own; a contributor their own until it is published.

    The form holds only what the person may set: whatever else is sent is not read.
    """

    form = PostForm
    list_display = ["title", "byline", "state", "published_at", "comment_count"]
    list_display_links = ["title"]
    list_filter = [PostStateFilter, "conversation"]
    search_fields = ["title"]
    search_help_text = gettext_lazy("Search the title.")
    ordering = ["-id"]  # the newest first; any other order sorts all posts
    actions = ["unpublish", "delete_selected"]
    autocomplete_fields = ["authors", "tags", "series"]
    formfield_overrides = {models.DateTimeField: {"form_class": SiteDateTimeField, "widget": AdminSplitDateTime}}
    prepopulated_fields = {"slug": ["title"]}

    def get_urls(self) -> list[URLPattern]:
        return [*version_urls(self), *note_urls(self), *working_copy_urls(self), *super().get_urls()]

    # Who may do what

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        posts = Post.objects.editable_by(request.user).order_by(*self.ordering)
        if is_form_sent(request):  # read once, locked until the form is saved or refused
            return posts.select_for_update(no_key=True).prefetch_related("authors", "tags")
        return posts

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if is_form_sent(request):  # pictures are locked before the post, as `Post.save` says
            lock_images(*(request.POST.get(name, "") for name in ("epigraph", "body")))
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

    def get_fieldsets(self, request: HttpRequest, obj: Post | None = None) -> list[Any]:
        is_correctable = obj and obj.was_public and self.has_change_permission(request, obj)
        correction = [(gettext_lazy("Correction"), {"fields": ["correction"]})] if is_correctable else []
        return [
            (None, {"fields": ["title", "slug", "authors", "tags"]}),
            (gettext_lazy("Text"), {"fields": ["epigraph", "epigraph_source", "body", "summary"]}),
            *correction,
            (gettext_lazy("Notes"), {"fields": [*([notes] if obj else []), "review_note", "note_words", "note_near"]}),
            (gettext_lazy("Publication"), {"fields": self.get_publication_fields(request, obj)}),
            (gettext_lazy("Series"), {"fields": ["series", "part"]}),
            (gettext_lazy("Conversation"), {"fields": ["conversation", "closes_at", "slow_minutes"]}),
        ]

    def get_publication_fields(self, request: HttpRequest, obj: Post | None) -> list[Any]:
        """A post that is not stored yet has nothing to check, to discuss or to withdraw."""
        pinned = ["is_pinned"] if can_edit_all(request) else []
        if obj is None:
            return ["status", "published_at", *pinned, preview]
        return [checklist, "status", "published_at", *pinned, preview, "renew_preview"]

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> list[Any]:
        others = [] if can_edit_all(request) else ["authors", "is_pinned"]
        publication = [] if can_publish(request) else ["published_at"]
        return [checklist, notes, preview, *others, *publication]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        own = getattr(request.user, "author", None)
        return {"authors": [own.pk] if own else []}

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Whoever may not publish chooses between keeping a draft and handing it in."""
        if db_field.name == "status" and not can_publish(request):
            kwargs["choices"] = [choice for choice in Post.Status.choices if choice[0] != Post.Status.PUBLISHED]
            kwargs["help_text"] = _("Choose “waiting for review” to submit it. An editor will read and publish it.")
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "tags":
            may_add = request.user.has_perm("blog.add_tag")
            kwargs["widget"] = TagSelect(db_field, self.admin_site, may_add=may_add)
            kwargs["form_class"] = partial(TagsField, may_add=may_add)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

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

    def deletion_refusals(self, request: HttpRequest, rows: QuerySet[Post]) -> list[str]:
        posts = rows.filter(comments__isnull=False).order_by("title").distinct()[:MAX_NAMED_POSTS]
        sentence = ngettext(
            "%(titles)s has comments and cannot be deleted. Unpublish it instead.",
            "%(titles)s have comments and cannot be deleted. Unpublish them instead.",
            len(posts),
        )
        return [sentence % {"titles": quote_names(posts)}] if posts else []

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        queryset.delete()  # at once: PostQuerySet does what Post.delete does

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """The notes of a post go with it: they ask for no right of their own."""
        deleted, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, forbidden - {Correction._meta.verbose_name}, protected

    # The list

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
