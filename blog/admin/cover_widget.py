"""The field for a post's cover: a thumbnail, a search in the library and, without a script, the latest images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from blog.admin.row_fields import RowAutocomplete
from blog.models import Image
from blog.text.validators import is_pk

# Images offered without a script, which would search all of them.
MAX_OFFERED_COVERS = 50


class CoverSelect(RowAutocomplete):
    """Searches for an image, with a thumbnail of the one that is chosen."""

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """What is chosen and the latest images; with a script, a search replaces them."""
        groups = super().optgroups(name, value, attrs)
        options = groups[0][1]
        for image in Image.objects.exclude(pk__in=filter(is_pk, value)).order_by("-pk")[:MAX_OFFERED_COVERS]:
            options.append(self.create_option(name, image.pk, str(image), False, len(options)))
        return groups

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        field = super().render(name, value, attrs, renderer)
        image = Image.objects.filter(pk=value).prefetch_related("renditions").first() if is_pk(str(value)) else None
        if image is None:
            return field
        shown = '<img class="library__thumbnail" src="{}" width="{}" height="{}" alt="">{}'
        return format_html(shown, image.thumbnail, image.width, image.height, field)
