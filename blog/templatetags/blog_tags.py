"""Filters and tags of the blog's templates."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template import Context
from django.template.loader import render_to_string
from django.utils.dates import MONTHS_ALT
from django.utils.formats import get_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import get_text_list
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from blog.markup import anchors, attributions
from blog.markup.typography import typeset
from blog.models import Author
from blog.page_cache import cached_value
from blog.search.excerpt import ExcerptPiece
from blog.text import datetimes
from blog.text.site_values import site

register = template.Library()
register.filter("local_time", datetimes.time_element)
register.filter("typeset", typeset)
register.filter("local_hour", datetimes.hour_element)


@register.filter
def anchor_links(html: SafeString) -> SafeString:
    """Add a link to each passage of a stored text."""
    if not isinstance(html, SafeString):
        raise TypeError("Only rendered HTML gets links.")
    return mark_safe(
        anchors.add_anchor_links(html, heading_label=_("Link to this heading"), passage_label=_("Link to this passage"))
    )


@register.filter
def attribution(line: str) -> SafeString:
    """Render the source line of an epigraph: escaped, with the work emphasised and the address linked."""
    return mark_safe(attributions.render_attribution(line))


@register.filter
def mark_matches(pieces: Iterable[ExcerptPiece]) -> SafeString:
    """The pieces of a result as HTML: escaped, with the matches marked."""
    texts = ((escape(piece.text), piece.is_match) for piece in pieces)
    return mark_safe("".join(f"<mark>{text}</mark>" if is_match else text for text, is_match in texts))


@register.filter
def number_of_posts(number: int) -> str:
    """ "12 posts", in the language of the page."""
    return ngettext("%(number)s post", "%(number)s posts", number) % {"number": intcomma(number)}


@register.filter
def joined_names(authors: Iterable[Author]) -> SafeString:
    """Names as a sentence lists them: "Alice, Bob and Carol"."""
    return mark_safe(
        get_text_list([format_html("<bdi>{}</bdi>", author.name) for author in authors], pgettext("byline", "and"))
    )


@register.filter
def link_label(address: str) -> str:
    """An address of the web as people say it: without its scheme and the slash at its end."""
    return address.partition("://")[2].removeprefix("www.").rstrip("/")


@register.simple_tag
def local_time_hints() -> SafeString:
    """How the site writes a date in this language, for static/js/local-times.js: the order of its parts, the months."""
    months = "|".join(str(name) for name in MONTHS_ALT.values())
    return format_html('data-pattern="{}" data-months="{}"', get_format("DATETIME_FORMAT"), months)


@register.simple_tag(takes_context=True)
def site_part(context: Context, template_name: str) -> SafeString:
    """Include a part that every page has, the same for every reader; it is rendered once for each state of the site.

    The template sees `blog`, and of it may use nothing that depends on the request.
    """

    def render() -> SafeString:
        return render_to_string(template_name, {"blog": context["blog"]})

    return cached_value(context["request"], f"{template_name}-{get_language()}", render)


@register.simple_tag
def text_lang(language: str = "") -> SafeString:
    """The `lang` attribute, with a space before it, of a text by people: its own language if it says so, or the site's.

    Nothing where the words around it are in that language.
    """
    language = language or site().language
    return SafeString("") if language == get_language() else format_html(' lang="{}"', language)


@register.simple_tag
def languages_offered() -> list[tuple[str, str]]:
    """(code, name) of each language a reader may choose."""
    return settings.LANGUAGES
