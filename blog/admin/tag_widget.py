"""Adding a tag while writing a post: typed among the tags, created at once, after similar tags were shown."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from blog.admin.row_fields import ExistingRowsField, RowsAutocomplete
from blog.editing.any_model import ModelAdmin
from blog.editing.forms.tag import TagForm
from blog.editing.similar_names import find_similar
from blog.models import Tag

# More similar tags than this are not shown: the list has them all.
MAX_SIMILAR_TAGS = 3
# Marks a name among the ids of tags.
TYPED_PREFIX = "typed:"


class TagSelect(RowsAutocomplete):
    """Offers to add what was typed (static/js/tag-create.js). Without JavaScript, names are typed between commas."""

    class Media:
        js = [Script("js/tag-create.js", type="module")]

    def __init__(self, *args: Any, may_add: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_add = may_add

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        typed = data.get(f"{name}-typed", "").split(",")
        return [
            *super().value_from_datadict(data, files, name),
            *(TYPED_PREFIX + name.strip() for name in typed if name.strip()),
        ]

    def render(self, name: str, value: Any, *args: Any, **kwargs: Any) -> SafeString:
        typed = [str(item).removeprefix(TYPED_PREFIX) for item in value or [] if str(item).startswith(TYPED_PREFIX)]
        field = format_html(
            '<noscript><label>{} <input class="vTextField" type="text" name="{}-typed" value="{}"></label></noscript>',
            _("Add tags by name, separated by commas:"),
            name,
            ", ".join(typed),
        )
        return super().render(name, value, *args, **kwargs) + field

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        if not self.may_add:
            return super().build_attrs(base_attrs, extra_attrs)
        return {
            **super().build_attrs(base_attrs, extra_attrs),
            "data-tags": "true",
            "data-new-tag": reverse("admin:blog_tag_quick_add"),
            "data-new-tag-words": _("Add “%s”"),
            "data-new-tag-failed": _("The tag was not added. Check your connection and try again."),
        }


class TagsField(ExistingRowsField):
    """Accepts names among the ids: of existing tags, or of new ones from whoever `may_add` them."""

    def __init__(self, *args: Any, may_add: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_add = may_add

    def clean(self, value: Any) -> QuerySet[Any]:
        return super().clean([self.to_pk(str(item)) for item in value or []])

    def to_pk(self, item: str) -> str:
        return str(self.get_or_add_tag(item.removeprefix(TYPED_PREFIX)).pk) if item.startswith(TYPED_PREFIX) else item

    def get_or_add_tag(self, name: str) -> Tag:
        if tag := find_tag_by_name(name):
            return tag
        if not self.may_add:
            raise ValidationError(_("There is no tag “%s”. Ask an editor to add it.") % name)
        form = new_tag_form(name)
        if not form.is_valid():
            raise ValidationError(tag_form_error(form))
        created: Tag = form.save()
        return created


@require_POST
def quick_add_tag(request: HttpRequest, *, tag_admin: ModelAdmin) -> JsonResponse:
    """Create the tag `name`, or return the one of that name.

    If some are similar, asks whether one of them is meant, unless `anyway` is sent. Answers 400, with a sentence to
    show, when there can be no such tag.
    """
    if not tag_admin.has_add_permission(request):
        raise PermissionDenied
    name = " ".join(request.POST.get("name", "").split())
    if existing := find_tag_by_name(name):
        return tag_response(existing)
    form = new_tag_form(name)
    if not form.is_valid():
        return JsonResponse({"words": tag_form_error(form)}, status=400)
    if "anyway" not in request.POST and (near := find_similar_tags(name)):
        return JsonResponse(similar_tags_question(name, near))
    try:
        tag = form.save()
    except IntegrityError:  # somebody else added it at this moment, or took its slug
        return quick_add_tag(request, tag_admin=tag_admin)
    tag_admin.log_addition(request, tag, [{"added": {}}])
    return tag_response(tag, status=201)


def new_tag_form(name: str) -> TagForm:
    """The form of a new tag, filled in."""
    return TagForm({"name": name, "slug": Tag.make_unique_slug(name)})


def tag_form_error(form: TagForm) -> str:
    """Why there can be no such tag, as text."""
    return strip_tags(" ".join(map(str, form.errors.get("name", form.non_field_errors()))))


def find_tag_by_name(name: str) -> Tag | None:
    """The tag of that name. PostgreSQL cannot be asked for one with a NUL character."""
    return None if "\0" in name else Tag.objects.filter(name__iexact=name).first()


def find_similar_tags(name: str) -> list[Tag]:
    ids = find_similar(name, Tag.objects.values_list("pk", "name"))
    return list(Tag.objects.filter(pk__in=ids).order_by("-post_count", "pk")[:MAX_SIMILAR_TAGS])


def tag_response(tag: Tag, status: int = 200) -> JsonResponse:
    return JsonResponse(tag_as_choice(tag), status=status)


def tag_as_choice(tag: Tag) -> dict[str, str]:
    """The tag as Select2 takes it."""
    return {"id": str(tag.pk), "text": tag.name}


def similar_tags_question(name: str, near: list[Tag]) -> dict[str, Any]:
    """What to ask before a tag is added whose name is like another's."""
    return {
        "words": _("“%s” is similar to an existing tag:") % name,
        "near": [{**tag_as_choice(tag), "words": _("Use “%s”") % tag.name} for tag in near],
        "anyway": _("Add “%s” anyway") % name,
    }
