"""A new tag while a post is being written: typed among the tags, made at once, and what is alike is shown first."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.forms.widgets import Media, Script
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from blog.admin.base import KnownRowsSelect
from blog.forms.vocabulary import TagForm
from blog.models import Tag
from blog.slugs import free_slug
from blog.tidy import like

# So many are named as alike; who sees three looks the others up.
SHOWN = 3


class TagSelect(KnownRowsSelect):
    """Offers to add what was typed; static/js/tags.js does it. Without it a tag is added by the link beside."""

    def build_attrs(self, base_attrs: dict, extra_attrs: dict | None = None) -> dict:
        return {
            **super().build_attrs(base_attrs, extra_attrs),
            "data-tags": "true",
            "data-new-tag": reverse("admin:blog_tag_new"),
            "data-new-tag-words": _("Add “%s”"),
            "data-new-tag-failed": _("The tag was not added. Is the connection there? Please try again."),
        }

    @property
    def media(self) -> Media:
        return super().media + Media(js=[Script("js/tags.js", type="module")])


@require_POST
def new_tag(request: HttpRequest, *, tag_admin: ModelAdmin) -> JsonResponse:
    """Make the tag `name`, or give the one of that name.

    Where some are alike, they are given instead, unless `anyway` is sent. Answers 400, with words to show, when there
    can be no such tag.
    """
    if not tag_admin.has_add_permission(request):
        raise PermissionDenied
    name = " ".join(request.POST.get("name", "").split())
    if there := Tag.objects.filter(name__iexact=name).first():
        return answer(there)
    form = TagForm({"name": name, "slug": slug_for(name)})
    if not form.is_valid():
        return JsonResponse({"words": " ".join(form.errors.get("name", form.non_field_errors()))}, status=400)
    if "anyway" not in request.POST and (near := those_like(name)):
        return JsonResponse(doubt(name, near))
    tag = form.save()
    tag_admin.log_addition(request, tag, [{"added": {}}])
    return answer(tag, status=201)


def slug_for(name: str) -> str:
    longest = Tag._meta.get_field("slug").max_length
    return free_slug(name, longest=longest, otherwise="tag", taken=lambda slug: Tag.objects.filter(slug=slug).exists())


def those_like(name: str) -> list[Tag]:
    numbers = like(name, Tag.objects.values_list("pk", "name"))
    return list(Tag.objects.filter(pk__in=numbers).order_by("-post_count", "pk")[:SHOWN])


def answer(tag: Tag, status: int = 200) -> JsonResponse:
    return JsonResponse(choice(tag), status=status)


def choice(tag: Tag) -> dict[str, str]:
    """As the field knows a tag."""
    return {"id": str(tag.pk), "text": tag.name}


def doubt(name: str, near: list[Tag]) -> dict[str, Any]:
    """What is asked before a name like that of another is added."""
    return {
        "words": _("“%s” looks like a tag that is there:") % name,
        "near": [{**choice(tag), "words": _("Use “%s”") % tag.name} for tag in near],
        "anyway": _("Add “%s” all the same") % name,
    }
