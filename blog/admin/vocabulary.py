"""Tags, series, and the addresses they had before."""

from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.base import StaffAdmin, quoted
from blog.admin.merging import MergingAdmin
from blog.admin.new_tag import new_tag
from blog.forms.vocabulary import OldAddressForm, SeriesForm, TagForm
from blog.models import OldAddress, Post, Series, Tag
from blog.tidy import pairs

UNUSED, ALIKE = "unused", "alike"


class TidyFilter(admin.SimpleListFilter):
    """What an editor may want to delete or to merge."""

    title = gettext_lazy("upkeep")
    parameter_name = "tidy"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(UNUSED, _("on no post")), (ALIKE, _("alike, perhaps the same"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> QuerySet[Tag]:
        if self.value() == UNUSED:
            return queryset.filter(~Exists(Post.tags.through.objects.filter(tag=OuterRef("pk"))))
        return queryset.filter(pk__in=list(alike(request))) if self.value() == ALIKE else queryset


def alike(request: HttpRequest) -> dict[int, list[str]]:
    """For each tag that is like another, the names of those; found once a request."""
    if not hasattr(request, "tags_alike"):
        names = dict(Tag.objects.values_list("pk", "name"))
        request.tags_alike = {pk: sorted(names[one] for one in near) for pk, near in pairs(names.items()).items()}
    return request.tags_alike


class TagList(ChangeList):
    """Knows of each tag shown which others are like it, where these are asked for."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if request.GET.get(TidyFilter.parameter_name) == ALIKE:
            for tag in self.result_list:
                tag.alike = alike(request).get(tag.pk, [])


class AliasInline(admin.StackedInline):
    """Old addresses that lead here: kept at each renaming and merging, and added by hand."""

    model = OldAddress
    form = OldAddressForm
    fields = ["path"]
    extra = 1
    verbose_name = "alias"
    verbose_name_plural = gettext_lazy("aliases (old addresses that lead here)")


@admin.register(Tag)
class TagAdmin(MergingAdmin):
    form = TagForm
    list_display = ["name", "slug", "post_count"]
    list_filter = [TidyFilter]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "description"]
    inlines = [AliasInline]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(new_tag, tag_admin=self))
        return [path("new/", view, name="blog_tag_new"), *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        return TagList

    def get_list_display(self, request: HttpRequest) -> list[str]:
        asked = request.GET.get(TidyFilter.parameter_name) == ALIKE
        return [*self.list_display, "looks_like"] if asked else self.list_display

    @admin.display(description=gettext_lazy("looks like"))
    def looks_like(self, tag: Tag) -> str:
        return quoted(tag.alike)


@admin.register(Series)
class SeriesAdmin(StaffAdmin):
    form = SeriesForm
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "description"]
