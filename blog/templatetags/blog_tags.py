"""What the blog's templates add to stored text."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from blog import attributions, passages

register = template.Library()


@register.filter
def with_links(html: SafeString) -> SafeString:
    """A stored text with a link to each of its passages."""
    if not isinstance(html, SafeString):
        raise TypeError("Only what the gate has made gets links.")
    return mark_safe(passages.linked(html, heading=_("Link to this heading"), passage=_("Link to this passage")))


@register.filter
def attributed(line: str) -> SafeString:
    """Whose words an epigraph is, as typed, with the work and the address in it: escaped, with these two put in."""
    return mark_safe(attributions.line_html(line))
