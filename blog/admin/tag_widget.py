"""A new tag while a post is being written: typed among the tags, made at once, and what is alike is shown first."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.forms.widgets import Media, Script
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from blog.admin.base import ExistingRowsField, RowsAutocomplete
from blog.editing.forms.taxonomy_forms import TagForm
from blog.editing.similar_names import find_similar
from blog.models import Tag

# So many are named as alike; who sees three looks the others up.
MAX_SIMILAR_TAGS = 3
# Before a name among the numbers of tags.
TYPED_PREFIX = "typed:"


class TagSelect(RowsAutocomplete):
    """Offers to add what was typed (static/js/tag-create.js). Without JavaScript, names are typed between commas."""

    def __init__(self, *args: Any, may_add: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_add = may_add

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        typed = data.get(f"{name}-typed", "").split(",")
        return [
            *super().value_from_datadict(data, files, name),
            *(TYPED_PREFIX + one.strip() for one in typed if one.strip()),
        ]

    def render(self, name: str, value: Any, *args: Any, **kwargs: Any) -> SafeString:
        typed = [str(one).removeprefix(TYPED_PREFIX) for one in value or [] if str(one).startswith(TYPED_PREFIX)]
        field = format_html(
            '<noscript><label>{} <input class="vTextField" type="text" name="{}-typed" value="{}"></label></noscript>',
            _("Add by name, with commas between:"),
            name,
            ", ".join(typed),
        )
        return super().render(name, value, *args, **kwargs) + field

    def build_attrs(self, base_attrs: dict, extra_attrs: dict | None = None) -> dict:
        if not self.may_add:
            return super().build_attrs(base_attrs, extra_attrs)
        return {
            **super().build_attrs(base_attrs, extra_attrs),
            "data-tags": "true",
            "data-new-tag": reverse("admin:blog_tag_quick_add"),
            "data-new-tag-words": _("Add “%s”"),
            "data-new-tag-failed": _("The tag was not added. Is the connection there? Please try again."),
        }

    @property
    def media(self) -> Media:
        return super().media + Media(js=[Script("js/tag-create.js", type="module")])


class TagsField(ExistingRowsField):
    """Takes names beside numbers: of tags that are there, or of new ones from whoever `may_add` them."""

    def __init__(self, *args: Any, may_add: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_add = may_add

    def clean(self, value: Any) -> QuerySet:
        return super().clean([self.to_pk(str(one)) for one in value or []])

    def to_pk(self, one: str) -> str:
        return str(self.get_or_add_tag(one.removeprefix(TYPED_PREFIX)).pk) if one.startswith(TYPED_PREFIX) else one

    def get_or_add_tag(self, name: str) -> Tag:
        if there := find_tag_by_name(name):
            return there
        if not self.may_add:
            raise ValidationError(_("There is no tag “%s”, and you may not add any. Ask an editor.") % name)
        form = new_tag_form(name)
        if not form.is_valid():
            raise ValidationError(tag_form_error(form))
        return form.save()


@require_POST
def quick_add_tag(request: HttpRequest, *, tag_admin: ModelAdmin) -> JsonResponse:
    """Make the tag `name`, or give the one of that name.

    Where some are alike, they are given instead, unless `anyway` is sent. Answers 400, with words to show, when there
    can be no such tag.
    """
    if not tag_admin.has_add_permission(request):
        raise PermissionDenied
    name = " ".join(request.POST.get("name", "").split())
    if there := find_tag_by_name(name):
        return tag_response(there)
    form = new_tag_form(name)
    if not form.is_valid():
        return JsonResponse({"words": tag_form_error(form)}, status=400)
    if "anyway" not in request.POST and (near := find_similar_tags(name)):
        return JsonResponse(similar_tags_question(name, near))
    try:
        tag = form.save()
    except IntegrityError:  # somebody else has added it in this moment, or taken its slug
        return quick_add_tag(request, tag_admin=tag_admin)
    tag_admin.log_addition(request, tag, [{"added": {}}])
    return tag_response(tag, status=201)


def new_tag_form(name: str) -> TagForm:
    """The form of a new tag, filled in."""
    return TagForm({"name": name, "slug": Tag.make_unique_slug(name)})


def tag_form_error(form: TagForm) -> str:
    return " ".join(form.errors.get("name", form.non_field_errors()))


def find_tag_by_name(name: str) -> Tag | None:
    """The tag of that name; PostgreSQL cannot even be asked for one with a NUL."""
    return None if "\0" in name else Tag.objects.filter(name__iexact=name).first()


def find_similar_tags(name: str) -> list[Tag]:
    numbers = find_similar(name, Tag.objects.values_list("pk", "name"))
    return list(Tag.objects.filter(pk__in=numbers).order_by("-post_count", "pk")[:MAX_SIMILAR_TAGS])


def tag_response(tag: Tag, status: int = 200) -> JsonResponse:
    return JsonResponse(tag_as_choice(tag), status=status)


def tag_as_choice(tag: Tag) -> dict[str, str]:
    """As the field knows a tag."""
    return {"id": str(tag.pk), "text": tag.name}


def similar_tags_question(name: str, near: list[Tag]) -> dict[str, Any]:
    """What is asked before a name like that of another is added."""
    return {
        "words": _("“%s” looks like a tag that is there:") % name,
        "near": [{**tag_as_choice(tag), "words": _("Use “%s”") % tag.name} for tag in near],
        "anyway": _("Add “%s” all the same") % name,
    }
