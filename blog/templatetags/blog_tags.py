"""What the blog's templates add to stored text, and to drawing."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from blog.markup import anchors, attributions
from blog.text import fast_templates

register = template.Library()


@register.filter
def anchor_links(html: SafeString) -> SafeString:
    """A stored text with a link to each of its passages."""
    if not isinstance(html, SafeString):
        raise TypeError("Only what the gate has made gets links.")
    return mark_safe(
        anchors.add_anchor_links(html, heading=_("Link to this heading"), passage=_("Link to this passage"))
    )


@register.filter
def attribution(line: str) -> SafeString:
    """Whose words an epigraph is, as typed, with the work and the address in it: escaped, with these two put in."""
    return mark_safe(attributions.render_attribution(line))


@register.simple_tag
def fast_include(template_name: str, **values: Any) -> SafeString:
    """Include a template that depends on these values and the language alone; `draw` says what it may do with them."""
    return fast_templates.render_fast(template_name, values)


@register.simple_tag
def languages_offered() -> list[tuple[str, str]]:
    """(code, name) of each language a reader may choose."""
    return settings.LANGUAGES
