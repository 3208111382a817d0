"""Parses the line under a quotation that names its source; docs/markdown.md says how to write it.

    Author, *Work*, 1907, p. 12

Nothing is refused: what is not understood stays in the line and is not part of the source.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape

from blog.markup.html_parts import ATTRIBUTES
from blog.markup.typography import typeset
from blog.text.tokens import token_keys
from blog.text.validators import to_single_line

# The lengths of the columns in which they are stored. A longer name is not a name but a remark.
MAX_LENGTHS = {"author": 150, "work": 200, "year": 20, "locator": 80, "address": 500}
MAX_SOURCE_KEY_LENGTH = 401  # two names of 200 and the sign between them

# The parts of a line, which is rendered HTML or escaped.
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9]*)({ATTRIBUTES})>")
_HREF = re.compile(r' href="(https?://[^"]+)"')
_EMPHASIS = {"em", "i", "cite"}
# Signs between the fields of a line, outside quotation marks.
_FIELD = re.compile(r"[,;]")
_QUOTED = {"“": "”", "«": "»", "„": "“", '"': '"', "‘": "’"}

_YEAR = re.compile(
    r"(?:(?:c|ca|около|ок|taxm)\.? ?)?[1-9]\d{2,3}(?:(?: ?[-–—/] ?)\d{2,4})?(?: ?(?:г|гг|yil|AH|AD|CE|BC|BCE)\.?)?"
)
# A date, of which the year is used.
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
# Further pages after the first: "pp. 3, 7".
_MORE = re.compile(r"\d+(?:[-–—]\d+)?")
# A locator without a comma before it, recognised by its dot: "Hamlet p. 12", "The Koran 2:255".
_ATTACHED = re.compile(rf"(.*\S) ((?:(?:pp?|ch|vol|сс?|стр|гл)\. ?|§ ?){_NUMBER}|{_VERSE})", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
# Words between an author and a work: at the end of what is before an emphasised or a quoted title.
_LEADING_WORD = re.compile(r"\s+(?:in|from|в|из)$")
_LEADING_TO_TITLE = re.compile(r"(.+?),?\s+(?:in|from|в|из)\s+([“«„\"].+)")
# A quotation after a colon is not part of a name.
_AFTER_COLON = re.compile(r":\s*[“«„\"].*$")
_EDGES = " \t\n,;:–—-"

_CAPTION = re.compile(rf"<figure({ATTRIBUTES})>|(</figure>)|<figcaption{ATTRIBUTES}>(.*?)</figcaption>", re.DOTALL)
_ID = re.compile(r' id="([^"]+)"')

# The markup of an epigraph's line: *a work* and [words](an address).
_LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^\s()<>\"']+)\)")
_STARRED = re.compile(r"(?<![\w*])\*(?=\S)([^*]+)(?<=\S)\*(?![\w*])")


@dataclass(frozen=True)
class Attribution:
    """What a line says; "" for what it does not say. `passage` is the id of the quotation in its text."""

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
    """Words between two commas. `kind` is "work" for emphasised words, "link" for linked words, else ""."""

    words: str
    kind: str = ""


def source_key(author: str, work: str) -> str:
    """The key of a work by an author, without case, spaces and accents; "" when both are empty."""
    names = ["".join(token_keys(author))[:200], "".join(token_keys(work))[:200]]
    return "|".join(names) if any(names) else ""


def render_attribution(text: str) -> str:
    """Render a typed line with curly quotes: everything is escaped, `*…*` is a work, `[…](https://…)` a link."""
    linked = _LINK.sub(r'<a href="\2">\1</a>', escape(typeset(text)))
    return _STARRED.sub(r"<cite>\1</cite>", linked)


def find_attributions(html: str) -> list[Attribution]:
    """The attributions of the quotations in rendered HTML, in the order in which the quotations end."""
    attributions: list[Attribution] = []
    open_figures: list[str] = []
    for figure in _CAPTION.finditer(html):
        attributes, closing, caption = figure.groups()
        if attributes is not None:
            open_figures.append(attributes)
        elif closing and open_figures:
            open_figures.pop()
        elif caption is not None and open_figures and 'class="quotation"' in open_figures[-1]:
            name = _ID.search(open_figures[-1])
            attributions.append(parse_attribution(caption, passage=name[1] if name else ""))
    return [attribution for attribution in attributions if attribution.key]


def parse_attribution(html: str, *, passage: str = "") -> Attribution:
    """Parse a line of rendered HTML."""
    pieces = list(_split_markup(html))
    address = next((unescape(href) for _words, _kind, href in pieces if href), "")
    fields = [field for words, kind, _href in pieces for field in _split_fields(words, kind)]
    kinds = [_field_kind(field, fields[n - 1] if n else None) for n, field in enumerate(fields)]
    years = [_DAY.sub(r"\1", field.words) for field, kind in zip(fields, kinds, strict=True) if kind == "year"]
    places = [field.words for field, kind in zip(fields, kinds, strict=True) if kind == "place"]
    names = [field for field, kind in zip(fields, kinds, strict=True) if kind == "name"]
    author, work = _author_and_work(names, is_dated=bool(years or places))
    return Attribution(
        author=_shorten_field(author, "author"),
        work=_shorten_field(work, "work"),
        year=_shorten_field(years[0] if years else "", "year"),
        locator=_shorten_field(", ".join(places), "locator"),
        address=address if len(address) <= MAX_LENGTHS["address"] else "",
        passage=passage,
    )


def _split_markup(html: str) -> Iterator[tuple[str, str, str]]:
    """(words, kind, address) of the emphasised, linked and plain parts of a line."""
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
    """Emphasised or linked words are one field; plain words are split at commas."""
    for part in [words] if kind else _split_plain_words(words):
        if text := part.strip() if kind == "work" else _LEADING_WORD.sub("", part.strip(_EDGES)).strip(_EDGES):
            yield AttributionField(text, kind)


def _split_plain_words(words: str) -> Iterator[str]:
    """Split at commas, and where a locator, or a year or locator in brackets, has none before it."""
    flat = _IN_BRACKETS.sub(lambda match: f", {match[1]}," if _is_year_or_locator(match[1]) else match[0], words)
    cuts = [0, *(cut.end() for cut in _FIELD.finditer(_mask_quoted(flat))), len(flat) + 1]
    for start, end in itertools.pairwise(cuts):
        part = flat[start : end - 1]
        pair = _LEADING_TO_TITLE.fullmatch(part.strip())
        if pair is None and not _LOCATOR.fullmatch(part.strip(_EDGES)):
            pair = _ATTACHED.fullmatch(part.strip())
        yield from pair.groups() if pair else [part]


def _is_year_or_locator(words: str) -> bool:
    """Are these only years and locators?"""
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
    """Replace each character within quotation marks by an x."""
    masked, until = [], ""
    for place, sign in enumerate(words):
        if until:
            until = "" if sign == until else until
            masked.append("x")
        else:
            closing = _QUOTED.get(sign, "")
            until = closing if closing and closing in words[place + 1 :] else ""
            masked.append(sign)
    return "".join(masked)


def _author_and_work(fields: list[AttributionField], *, is_dated: bool) -> tuple[str, str]:
    """Author and work. The work is the field that is emphasised, else linked, else quoted, else the second of a dated
    line; what follows it is a remark. A line without a work is all author."""
    place = _work_position(fields, is_dated)
    if place is None:
        return _AFTER_COLON.sub("", ", ".join(field.words for field in fields)), ""
    author = ", ".join(field.words for field in fields[:place])
    return author, fields[place].words.strip('“”«»„"‘’' + _EDGES)


def _work_position(fields: list[AttributionField], is_dated: bool) -> int | None:
    marked = [n for n, field in enumerate(fields) if field.kind == "work"]
    linked = [n for n, field in enumerate(fields) if field.kind == "link" and (n or len(fields) == 1)]
    quoted = [n for n, field in enumerate(fields) if n and _is_quoted(field.words)]
    after_link = [1] if len(fields) > 1 and fields[0].kind == "link" else []
    dated = [1] if is_dated and len(fields) > 1 else []
    return next(iter(marked + linked + quoted + after_link + dated), None)


def _is_quoted(words: str) -> bool:
    return len(words) > 2 and _QUOTED.get(words[0]) == words[-1]


def _shorten_field(words: str, name: str) -> str:
    """`words` on one line, cut after a whole word, with an ellipsis, when they are too long for the field."""
    words, limit = to_single_line(words), MAX_LENGTHS[name]
    if len(words) <= limit:
        return words
    return (words[:limit].rpartition(" ")[0] or words[: limit - 1]) + "…"
