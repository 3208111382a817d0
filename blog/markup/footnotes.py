"""Renders footnotes, with labels for screen readers."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext, gettext_noop
from markdown_it.token import Token
from markdown_it.utils import EnvType

from blog.text.site_values import site_language


def footnote_ref(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: EnvType) -> str:
    number, reference = _footnote_numbers(tokens[idx])
    return (
        f'<sup class="footnote-ref"><a href="#fn-{number}" id="fnref-{reference}"'
        f' aria-label="{label_in_site_language(gettext_noop("Footnote %d"), number)}">{number}</a></sup>'
    )


def footnote_block_open(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: EnvType) -> str:
    return f'<section class="footnotes" aria-label="{label_in_site_language(gettext_noop("Footnotes"))}">\n<ol>\n'


def footnote_block_close(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: EnvType) -> str:
    return "</ol>\n</section>\n"


def footnote_open(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: EnvType) -> str:
    return f'<li id="fn-{_footnote_numbers(tokens[idx])[0]}">'


def footnote_anchor(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: EnvType) -> str:
    reference = _footnote_numbers(tokens[idx])[1]
    # The variation selector after the arrow keeps it from being shown as an emoji.
    return (
        f' <a class="footnote-back" href="#fnref-{reference}"'
        f' aria-label="{label_in_site_language(gettext_noop("Back to reference %s"), reference)}">\u21a9\ufe0e</a>'
    )


def label_in_site_language(message: str, *values: object) -> str:
    """A label for screen readers, in the site's language, since it is stored with the text for every reader."""
    with site_language():
        label = gettext(message)
    return escape(label % values if values else label)


def _footnote_numbers(token: Token) -> tuple[int, str]:
    """The note's number from 1, and the name of this reference to it: `3`, `3-2`, …"""
    number, repeat = token.meta["id"] + 1, token.meta.get("subId", 0)
    return number, f"{number}-{repeat + 1}" if repeat else str(number)
