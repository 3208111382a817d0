"""Tags, and the addresses they had before."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.base import quote_names
from blog.admin.merge_action import MergeAdmin
from blog.admin.tag_widget import quick_add_tag
from blog.admin.trash_action import TrashingAdmin
from blog.editing.any_model import ModelAdmin, StackedInline
from blog.editing.forms.redirect import RedirectForm
from blog.editing.forms.tag import TagForm
from blog.editing.similar_names import group_similar
from blog.models import Post, Redirect, Tag

UNUSED_TAGS, SIMILAR_TAGS = "unused", "alike"


class TagUpkeepFilter(admin.SimpleListFilter):
    """Filters for tags that an editor may want to delete or merge."""

    title = gettext_lazy("clean-up")
    parameter_name = "tidy"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(UNUSED_TAGS, _("on no post")), (SIMILAR_TAGS, _("similar, perhaps the same"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> QuerySet[Tag]:
        if self.value() == UNUSED_TAGS:
            return queryset.filter(~Exists(Post.tags.through.objects.filter(tag=OuterRef("pk"))))
        return queryset.filter(pk__in=list(self.similar_names)) if self.value() == SIMILAR_TAGS else queryset

    @cached_property
    def similar_names(self) -> dict[int, list[str]]:
        """For each tag that is like others, their names."""
        names = dict(Tag.objects.values_list("pk", "name"))
        return {pk: sorted(names[other] for other in near) for pk, near in group_similar(names.items()).items()}


class TagChangeList(ChangeList):
    """Adds to each tag the names that it is like, when the list is filtered by that."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        for upkeep in self.filter_specs:
            if isinstance(upkeep, TagUpkeepFilter) and upkeep.value() == SIMILAR_TAGS:
                for tag in self.result_list:
                    tag.alike = upkeep.similar_names[tag.pk]


class RedirectInline(StackedInline):
    """Redirects to this tag: left by renaming and merging, or added by hand."""

    model = Redirect
    form = RedirectForm
    fields = ["path"]
    extra = 1
    verbose_name = gettext_lazy("redirect")
    verbose_name_plural = gettext_lazy("redirects (old addresses that lead here)")


@admin.register(Tag)
class TagAdmin(TrashingAdmin, MergeAdmin):
    form = TagForm
    list_display = ["name", "slug", "post_count"]
    list_filter = [TagUpkeepFilter]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "description"]
    inlines = [RedirectInline]
    is_added_in_a_row = True

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(quick_add_tag, tag_admin=self))
        return [path("new/", view, name="blog_tag_quick_add"), *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TagChangeList

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        asked = request.GET.get(TagUpkeepFilter.parameter_name) == SIMILAR_TAGS
        return [*self.list_display, "looks_like"] if asked else self.list_display

    @admin.display(description=gettext_lazy("looks like"))
    def looks_like(self, tag: Any) -> str:
        return quote_names(tag.alike)
