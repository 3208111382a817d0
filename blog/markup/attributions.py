"""Who said it and where: what the line under a quotation tells, for docs/markdown.md says how such a line is written.

    Author, *Work*, 1907, p. 12

Nothing is refused: what is not understood stays in the line as it was typed, and is no part of the source.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape

from blog.markup.html_parts import ATTRIBUTES
from blog.text.tokens import token_keys
from blog.text.validators import to_single_line

# As long as the columns in which they are kept. A longer name is no name, but a remark.
MAX_LENGTHS = {"author": 150, "work": 200, "year": 20, "locator": 80, "address": 500}
MAX_SOURCE_KEY_LENGTH = 401  # two names of 200, and the sign between them

# The parts of a line. Whatever stands in them has been through the gate or been escaped: no bare sign is left.
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9]*)({ATTRIBUTES})>")
_HREF = re.compile(r' href="(https?://[^"]+)"')
_EMPHASIS = {"em", "i", "cite"}
# Signs that part the fields of a line, outside quotation marks.
_FIELD = re.compile(r"[,;]")
_QUOTED = {"“": "”", "«": "»", "„": "“", '"': '"', "‘": "’"}

_YEAR = re.compile(
    r"(?:(?:c|ca|около|ок|taxm)\.? ?)?[1-9]\d{2,3}(?:(?: ?[-–—/] ?)\d{2,4})?(?: ?(?:г|гг|yil|AH|AD|CE|BC|BCE)\.?)?"
)
# A day: its year is kept.
_DAY = re.compile(r"\d{1,2}\.? [^\W\d]+ (\d{4})(?: г\.?)?")
_NUMBER = r"(?:\d+|[ivxlcdm]+)[a-z]?(?:(?: ?[-–—.:/] ?| and | & )(?:\d+|[ivxlcdm]+)[a-z]?)*(?: ?ff?\.?)?"
_VERSE = r"(?:\d+|[ivxlc]+)[:.]\d+(?:[-–]\d+)?"
_PLACES = (
    r"pp?|pages?|ch|chap|chapters?|vols?|volume|bk|book|pt|part|nos?|ll?|lines?|verses?|vv?|canto|fols?|ff?|section"
    r"|act|scene|сс?|стр|гл|глава|т|том|кн|книга|ч|часть|бет|bet|б|b|bob|jild|qism|боб|жилд|қисм|surah?|сура"
)
_LOCATOR = re.compile(
    rf"(?:{_PLACES})(?:\. ?| |(?=\d)){_NUMBER}|§§? ?{_NUMBER}"
    rf"|{_NUMBER}[- ]?(?:bet|bob|jild|qism|бет|боб|жилд|қисм)|{_VERSE}",
    re.IGNORECASE,
)
# More pages after the first: "pp. 3, 7".
_MORE = re.compile(r"\d+(?:[-–—]\d+)?")
# A place without a comma before it, told by its dot: "Hamlet p. 12", "The Koran 2:255".
_ATTACHED = re.compile(rf"(.*\S) ((?:(?:pp?|ch|vol|сс?|стр|гл)\. ?|§ ?){_NUMBER}|{_VERSE})", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
# Words that lead from an author to his work: at the end of what stands before emphasis, or before a quoted title.
_LEADING_WORD = re.compile(r"\s+(?:in|from|в|из)$")
_LEADING_TO_TITLE = re.compile(r"(.+?),?\s+(?:in|from|в|из)\s+([“«„\"].+)")
# What is quoted once more after a colon is no part of a name.
_AFTER_COLON = re.compile(r":\s*[“«„\"].*$")
_EDGES = " \t\n,;:–—-"

_CAPTION = re.compile(rf"<figure({ATTRIBUTES})>|(</figure>)|<figcaption{ATTRIBUTES}>(.*?)</figcaption>", re.DOTALL)
_ID = re.compile(r' id="([^"]+)"')

# What a line of its own may hold (an epigraph's): *a work* and [words](an address).
_LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^\s()<>\"']+)\)")
_STARRED = re.compile(r"(?<![\w*])\*(?=\S)([^*]+)(?<=\S)\*(?![\w*])")


@dataclass(frozen=True)
class Attribution:
    """What a line tells; "" for what it does not. `passage` is the id of the quotation in its text."""

    author: str = ""
    work: str = ""
    year: str = ""
    locator: str = ""
    address: str = ""
    passage: str = ""

    @property
    def key(self) -> str:
        """The same for all spellings of one source."""
        return source_key(self.author, self.work)


@dataclass(frozen=True)
class AttributionField:
    """Some words of a line between two commas. `kind` is "work" for emphasised ones, "link" for linked ones, or ""."""

    words: str
    kind: str = ""


def source_key(author: str, work: str) -> str:
    """What one work by one author is known by, whatever its capitals, spaces and accents; "" for none."""
    names = ["".join(token_keys(author))[:200], "".join(token_keys(work))[:200]]
    return "|".join(names) if any(names) else ""


def render_attribution(text: str) -> str:
    """A typed line as HTML: everything escaped, `*…*` a work, `[…](https://…)` a link."""
    linked = _LINK.sub(r'<a href="\2">\1</a>', escape(text))
    return _STARRED.sub(r"<cite>\1</cite>", linked)


def find_attributions(html: str) -> list[Attribution]:
    """The attributions of the quotations in `html`, which the gate has made, in the order in which they end."""
    found, open_figures = [], []
    for figure in _CAPTION.finditer(html):
        attributes, closing, caption = figure.groups()
        if attributes is not None:
            open_figures.append(attributes)
        elif closing and open_figures:
            open_figures.pop()
        elif caption is not None and open_figures and 'class="quotation"' in open_figures[-1]:
            name = _ID.search(open_figures[-1])
            found.append(parse_attribution(caption, passage=name[1] if name else ""))
    return [one for one in found if one.key]


def parse_attribution(html: str, *, passage: str = "") -> Attribution:
    """What the line `html` tells."""
    pieces = list(_split_markup(html))
    address = next((unescape(href) for _words, _kind, href in pieces if href), "")
    fields = [field for words, kind, _href in pieces for field in _split_fields(words, kind)]
    told = [(one, _field_kind(one, fields[n - 1] if n else None)) for n, one in enumerate(fields)]
    years = [_DAY.sub(r"\1", one.words) for one, kind in told if kind == "year"]
    places = [one.words for one, kind in told if kind == "place"]
    author, work = _author_and_work([one for one, kind in told if kind == "name"], is_dated=bool(years or places))
    return Attribution(
        author=_shorten_field(author, "author"),
        work=_shorten_field(work, "work"),
        year=_shorten_field(years[0] if years else "", "year"),
        locator=_shorten_field(", ".join(places), "locator"),
        address=address if len(address) <= MAX_LENGTHS["address"] else "",
        passage=passage,
    )


def _split_markup(html: str) -> Iterator[tuple[str, str, str]]:
    """(words, kind, address) of the stretches of a line that are emphasised, linked or plain."""
    end, work, link = 0, 0, ""
    for tag in [*_TAG.finditer(html), None]:
        words = unescape(html[end : tag.start() if tag else None])
        if words:
            yield re.sub(r"\s+", " ", words), "work" if work else "link" if link else "", link
        if tag is None:
            return
        end = tag.end()
        if tag[2] in _EMPHASIS:
            work = max(0, work + (-1 if tag[1] else 1))
        elif tag[2] == "a":
            href = _HREF.search(tag[3])
            link = href[1] if href and not tag[1] else ""


def _split_fields(words: str, kind: str) -> Iterator[AttributionField]:
    """What is emphasised or linked is one field; plain words are parted at commas."""
    for part in [words] if kind else _split_plain_words(words):
        if said := part.strip() if kind == "work" else _LEADING_WORD.sub("", part.strip(_EDGES)).strip(_EDGES):
            yield AttributionField(said, kind)


def _split_plain_words(words: str) -> Iterator[str]:
    """Plain words at their commas; and where a place, or a year or place in brackets, stands without one."""
    opened = _IN_BRACKETS.sub(lambda found: f", {found[1]}," if _is_year_or_locator(found[1]) else found[0], words)
    cuts = [0, *(cut.end() for cut in _FIELD.finditer(_mask_quoted(opened))), len(opened) + 1]
    for start, end in itertools.pairwise(cuts):
        part = opened[start : end - 1]
        parted = _LEADING_TO_TITLE.fullmatch(part.strip())
        if parted is None and not _LOCATOR.fullmatch(part.strip(_EDGES)):
            parted = _ATTACHED.fullmatch(part.strip())
        yield from parted.groups() if parted else [part]


def _is_year_or_locator(words: str) -> bool:
    """Are these years and places alone?"""
    return all(_YEAR.fullmatch(part) or _LOCATOR.fullmatch(part) for part in map(str.strip, _FIELD.split(words)))


def _field_kind(field: AttributionField, before: AttributionField | None) -> str:
    """Is it a "year", a "place" or a "name"?"""
    if field.kind:
        return "name"
    follows_place = before is not None and not before.kind and bool(_LOCATOR.fullmatch(before.words))
    if _LOCATOR.fullmatch(field.words) or (follows_place and len(field.words) != 4 and _MORE.fullmatch(field.words)):
        return "place"
    return "year" if _YEAR.fullmatch(field.words) or _DAY.fullmatch(field.words) else "name"


def _mask_quoted(words: str) -> str:
    """`words` with what stands in quotation marks blotted out, character for character."""
    signs, until = [], ""
    for place, sign in enumerate(words):
        if until:
            until = "" if sign == until else until
            signs.append("x")
        else:
            closing = _QUOTED.get(sign, "")
            until = closing if closing and closing in words[place + 1 :] else ""
            signs.append(sign)
    return "".join(signs)


def _author_and_work(fields: list[AttributionField], *, is_dated: bool) -> tuple[str, str]:
    """Author and work: the work is what is emphasised, else linked, else in quotation marks, else second of a dated
    line. What follows a work is a remark; without a work the whole line says whose words they are."""
    place = _work_position(fields, is_dated)
    if place is None:
        return _AFTER_COLON.sub("", ", ".join(one.words for one in fields)), ""
    author = ", ".join(one.words for one in fields[:place])
    return author, fields[place].words.strip('“”«»„"‘’' + _EDGES)


def _work_position(fields: list[AttributionField], is_dated: bool) -> int | None:
    marked = [n for n, one in enumerate(fields) if one.kind == "work"]
    linked = [n for n, one in enumerate(fields) if one.kind == "link" and (n or len(fields) == 1)]
    quoted = [n for n, one in enumerate(fields) if n and _is_quoted(one.words)]
    after_link = [1] if len(fields) > 1 and fields[0].kind == "link" else []
    dated = [1] if is_dated and len(fields) > 1 else []
    return next(iter(marked + linked + quoted + after_link + dated), None)


def _is_quoted(words: str) -> bool:
    return len(words) > 2 and _QUOTED.get(words[0]) == words[-1]


def _shorten_field(words: str, name: str) -> str:
    """`words` on one line; a longer text to its last whole word, with a sign that something is left out."""
    words, longest = to_single_line(words), MAX_LENGTHS[name]
    if len(words) <= longest:
        return words
    return (words[:longest].rpartition(" ")[0] or words[: longest - 1]) + "…"
