"""Reads rendered HTML: its plain text, its first words, its quotations."""

import re
from collections.abc import Mapping

from django.utils.safestring import SafeString, mark_safe

from blog.markup.html_parts import ATTRIBUTES, PART, tag_set

_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#39);")
_ENTITY_CHARACTERS = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": "\u00a0", "&#39;": "'"}
_INLINE_TAGS = tag_set(
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup time u var wbr"
)
_LINK_TAG = re.compile(rf"<a{ATTRIBUTES}>|</a>")
_FORMULA = re.compile(r'alttext="([^"]*+)"')
_HIDDEN_CLASSES = ('class="footnotes"', 'class="footnote-ref"', 'class="file-size"', 'class="link-card__about"')
# Characters to a word at most, on average: some languages are written without spaces.
_WORD_LENGTH = 12


def plain_text(html: str) -> str:
    """The words that a reader of rendered HTML sees, on one line, without footnotes, sizes, and what other
    sites say of themselves; formulas as LaTeX.

    Takes time in proportion to its length and never raises.
    """
    words: list[str] = []
    hidden, depth = "", 0
    for part in PART.finditer(html):
        closing, tag, attributes = part.groups()
        if tag is None:
            words.append("" if depth else part[0])
        elif depth:
            depth += (-1 if closing else 1) if tag == hidden else 0
        elif any(name in attributes for name in _HIDDEN_CLASSES):
            hidden, depth = tag, 1
        elif tag == "math":
            hidden, depth = ("", 0) if closing else ("math", 1)
            words += _FORMULA.findall(attributes)
        elif tag not in _INLINE_TAGS:
            words.append(" ")
    return " ".join(_ENTITY.sub(lambda entity: _ENTITY_CHARACTERS[entity[0]], "".join(words)).split())


def opening_words(html: str, words: int = 60) -> str:
    """The first `words` words of rendered HTML as plain text, with an ellipsis when cut."""
    text = plain_text(html)
    start = " ".join(text.split(maxsplit=words)[:words])[: words * _WORD_LENGTH]
    return text if start == text else start.rstrip(" ,;:.–—-") + "…"


def quotation_spans(html: str) -> list[tuple[int, int]]:
    """Where each block quote of rendered HTML begins and ends; of nested ones, the outermost."""
    spans: list[tuple[int, int]] = []
    depth, start = 0, 0
    for part in PART.finditer(html):
        if part[2] != "blockquote":
            continue
        if part[1]:
            depth -= 1
            if not depth:
                spans.append((start, part.end()))
        else:
            start = start if depth else part.start()
            depth += 1
    return spans


def without_links(html: SafeString) -> SafeString:
    """Rendered HTML whose links are only words."""
    return mark_safe(_LINK_TAG.sub("", html))


def add_captions(html: SafeString, captions: Mapping[int, SafeString]) -> SafeString:
    """Add captions to some block quotes of rendered HTML, by their places from 0.

    Such a quote becomes a figure with the class `said-by`, which readers cannot type.
    """
    parts, end = [], 0
    for place, (start, stop) in enumerate(quotation_spans(html)):
        if caption := captions.get(place):
            quote = html[start:stop]
            parts += [html[end:start], f'<figure class="said-by">{quote}<figcaption>{caption}</figcaption></figure>']
            end = stop
    return mark_safe("".join([*parts, html[end:]]))
