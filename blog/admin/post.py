"""Posts: who may do what to whose, and the form in which they are written."""

from __future__ import annotations

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db import models
from django.db.models import Exists, ManyToManyField, OuterRef, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.base import can_edit_all, quote_names
from blog.admin.preview import PreviewAdmin
from blog.admin.publication import PUBLICATION_FIELDS, PublicationAdmin
from blog.admin.tag_widget import TagSelect, TagsField
from blog.admin.version import VersionAdmin
from blog.admin.working_copy import WorkingCopyAdmin
from blog.editing.forms.post import PostForm, SiteDateTimeField
from blog.models import Author, Correction, Post

# Titles that a refusal names.
MAX_NAMED_POSTS = 5


class PostStateFilter(admin.SimpleListFilter):
    """By what a reader sees of it."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
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
            return queryset.scheduled()
        if self.value() == "published":
            # As a subquery, since nearly all are: by an index of the status SQLite would sort them all for a page.
            return queryset.filter(Exists(Post.objects.published().filter(pk=OuterRef("pk"))))
        return queryset


class PostChangeList(ChangeList):
    """The list without the long texts: three queries, whatever its length."""

    def get_queryset(self, *args, **kwargs) -> QuerySet[Post]:
        return super().get_queryset(*args, **kwargs).for_list()


@admin.register(Post)
class PostAdmin(PublicationAdmin, VersionAdmin, WorkingCopyAdmin, PreviewAdmin):
    """Editors edit every post; an author his own; a contributor his own until it is published, and he publishes none.

    The form of each holds only what he may set: whatever else is sent is not read.
    """

    form = PostForm
    list_display = ["title", "byline", "state", "published_at", "comment_count"]
    list_display_links = ["title"]
    list_filter = [PostStateFilter, "conversation"]
    search_fields = ["title"]
    search_help_text = gettext_lazy("Words of the title.")
    ordering = ["-id"]  # the newest first; any other order sorts all posts
    actions = ["unpublish", "delete_selected"]
    autocomplete_fields = ["authors", "tags", "series"]
    formfield_overrides = {models.DateTimeField: {"form_class": SiteDateTimeField, "widget": AdminSplitDateTime}}
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["title", "slug", "authors", "tags"]}),
        (gettext_lazy("Text"), {"fields": ["epigraph", "epigraph_source", "body", "summary"]}),
        (gettext_lazy("Publication"), {"fields": PUBLICATION_FIELDS}),
        (gettext_lazy("Series"), {"fields": ["series", "part"]}),
        (gettext_lazy("Conversation"), {"fields": ["conversation", "closes_at", "slow_minutes"]}),
    ]

    # Who may do what

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        return super().get_queryset(request).editable_by(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return super().has_view_permission(request, obj) and self.is_theirs(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        allowed = super().has_change_permission(request, obj) and self.is_theirs(request, obj)
        return allowed and (obj is None or obj.status != Post.Status.PUBLISHED or self.can_publish(request))

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self.is_theirs(request, obj)

    def is_theirs(self, request: HttpRequest, post: Post | None) -> bool:
        return post is None or can_edit_all(request) or post.is_written_by(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> list[str]:
        others = [] if can_edit_all(request) else ["authors", "is_pinned"]
        publication = [] if self.can_publish(request) else ["published_at"]
        return ["checklist", "notes", "preview", *others, *publication]

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs
    ) -> ModelMultipleChoiceField:
        if db_field.name == "tags":
            may_add = request.user.has_perm("blog.add_tag")
            kwargs["widget"] = TagSelect(db_field, self.admin_site, may_add=may_add)
            kwargs["form_class"] = partial(TagsField, may_add=may_add)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Post | None = None) -> list:
        """With a place to say what was corrected, in a post that readers have seen."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj and obj.was_public and self.has_change_permission(request, obj):
            return [*fieldsets[:2], (gettext_lazy("Correction"), {"fields": ["correction"]}), *fieldsets[2:]]
        return fieldsets

    # What happens

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        return PostChangeList

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        own = getattr(request.user, "author", None)
        return {"authors": [own.pk] if own else [], **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, post: Post, form: PostForm, change: bool) -> None:
        authors = form.cleaned_data.get("authors")
        if not change and not can_edit_all(request):
            authors = [Author.objects.get_or_create_for(request.user)]
        form.save_post(by=request.user, authors=authors)
        self.save_publication(request, post, form)

    def save_related(self, request: HttpRequest, form: PostForm, formsets: list, change: bool) -> None:
        """Authors and tags are stored by now: the verb took them along."""
        super().save_related(request, form, formsets, change)
        self.show_warnings(request, form)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        post = self.get_object(request, unquote(object_id))
        if self.has_delete_permission(request, post) and post.comments.exists():
            self.refuse_to_delete(request, [post])
            return HttpResponseRedirect(reverse("admin:blog_post_change", args=[post.pk]))
        return super().delete_view(request, object_id, extra_context)

    @admin.action(permissions=["delete"], description=gettext_lazy("Delete selected %(verbose_name_plural)s"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse | None:
        if answered := queryset.filter(comments__isnull=False).order_by("title").distinct()[:MAX_NAMED_POSTS]:
            return self.refuse_to_delete(request, answered)
        return delete_selected(self, request, queryset)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        queryset.delete()  # in one act, not one by one as elsewhere

    def get_deleted_objects(self, objs: list[Post] | QuerySet[Post], request: HttpRequest) -> tuple:
        """The notes of a post go with it: they ask for no right of their own."""
        gone, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        return gone, counts, forbidden - {Correction._meta.verbose_name}, protected

    def refuse_to_delete(self, request: HttpRequest, posts: list[Post] | QuerySet[Post]) -> None:
        sentence = ngettext(
            "%(titles)s has comments and cannot be deleted: what readers wrote is kept. Make it a draft instead.",
            "%(titles)s have comments and cannot be deleted: what readers wrote is kept. Make them drafts instead.",
            len(posts),
        )
        self.message_user(request, sentence % {"titles": quote_names(posts)}, messages.ERROR)

    # What is shown

    @admin.display(description=gettext_lazy("by"))
    def byline(self, post: Post) -> str:
        return get_text_list([author.name for author in post.authors.all()], _("and"))

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def state(self, post: Post) -> str:
        return (
            _("scheduled") if post.status == Post.Status.PUBLISHED and not post.is_public else post.get_status_display()
        )

    @admin.display(description=gettext_lazy("comments"), ordering="thread__comment_count")
    def comment_count(self, post: Post) -> int:
        return post.comment_count
