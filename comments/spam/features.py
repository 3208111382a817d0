"""What the spam classifier sees in a comment: its words, their pairs, its links, its shape. Knows no model.

A feature is one string. Words stand as they are, a pair has a space between its words; everything else begins with
its kind and a colon, which no word can hold: nobody can type `shape:links-0` and be believed.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from itertools import pairwise

from django.utils.translation import gettext, gettext_lazy

# What a comment may hold (blog/markup/renderer.py); more is not looked at, wherever it comes from.
MAX_TEXT_LENGTH = 10_000
# Of one comment. Each is a row to look up, and one to keep for good: with 600 the quality is the same.
MAX_FEATURES = 400
# Of these, for what stands in links and in the name: a text of links alone leaves room for its words.
MAX_NAMED_FEATURES = 100
# Two words of 30, or a kind and a domain, stay below the 64 characters of the column.
MAX_WORD_LENGTH = 30
MAX_FEATURE_DOMAIN = 55

# Without a width: put inside a word they hide it from filters, and readers do not see them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
# Browsers open `http:host` and `//host` too; strokes count where an address may begin, not in `and//or.so`.
_LINK = re.compile(
    r"(?:https?://|www\.|https?:[/\\]*+(?=[\w%@-]++\.)|(?<![^\s(<\"'=])[/\\]{2,}+(?=[\w%@-]++\.))"
    r"[^\s<>\"'()\[\]{}|\\^`]+"
)
_HOST = re.compile(r"(?:https?:)?[/\\]*+(?:[^/?#@]*@)?(?:www\.)?([\w-]+(?:\.[\w-]+)+)")
# Letters and digits, with the vowels and accents that Unicode counts as marks; `don't` is one word.
_WORD = re.compile(r"[^\W_][\w\u0300-\u036f\u0590-\u05c7\u0610-\u065f\u0900-\u109f]*(?:['’][^\W_]+)*")
_WORD_OF_LINK = re.compile(r"[^\W\d_]{3,}")
# Thai, Lao, Burmese, Khmer, Japanese, Chinese: no spaces between words.
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")

_SIGNS = {
    "money": re.compile(r"[$€£¥₽]\s?\d|\d\s?[$€£¥₽]"),
    "percent": re.compile(r"\d\s?%"),
    "doubled": re.compile(r"!!|\?\?|\$\$"),
    "address": re.compile(r"[\w.+-]@[\w-]+\.\w"),
    "telephone": re.compile(r"\d[\d \-().]{7,30}\d"),
    "quotation": re.compile(r"^>", re.MULTILINE),
    "html": re.compile(r"<a\s[^>]{0,50}href", re.IGNORECASE),
    "bbcode": re.compile(r"\[(?:url|link)\b", re.IGNORECASE),
    "mixed": re.compile(r"[a-z][\u0370-\u04ff]|[\u0370-\u04ff][a-z]", re.IGNORECASE),
    "emoji": re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]"),
}
# A count is known by the largest step that it reaches.
_THRESHOLDS = {
    "links": (1, 2, 3, 6),
    "capitals": (1, 5, 10, 20, 50),
    "digits": (1, 3, 10, 20),
    "length": (50, 200, 500, 1500, 4000),
    "exclamations": (1, 2, 4, 8),
}
_SHAPE_LABELS = {
    "money": gettext_lazy("a sum of money"),
    "percent": gettext_lazy("a percentage"),
    "doubled": gettext_lazy("doubled signs such as “!!”"),
    "address": gettext_lazy("an email address in the text"),
    "telephone": gettext_lazy("a telephone number"),
    "quotation": gettext_lazy("a quotation"),
    "html": gettext_lazy("a link written in HTML"),
    "bbcode": gettext_lazy("a link written in BBCode"),
    "mixed": gettext_lazy("letters of two alphabets in one word"),
    "emoji": gettext_lazy("an emoji"),
    "website": gettext_lazy("a website given"),
    "name-link": gettext_lazy("a name like a web address"),
    "name-long": gettext_lazy("a name of four words or more"),
    "mail-digits": gettext_lazy("three digits or more in the email address"),
    "links-0": gettext_lazy("no link"),
    "links-1": gettext_lazy("one link"),
    "links-2": gettext_lazy("two links"),
    "links-3": gettext_lazy("three to five links"),
    "links-6": gettext_lazy("six links or more"),
    "capitals-0": gettext_lazy("hardly any capital letters"),
    "capitals-1": gettext_lazy("few capital letters"),
    "capitals-5": gettext_lazy("one capital letter in ten to twenty"),
    "capitals-10": gettext_lazy("one capital letter in five to ten"),
    "capitals-20": gettext_lazy("many capital letters"),
    "capitals-50": gettext_lazy("mostly capital letters"),
    "digits-0": gettext_lazy("hardly any digits"),
    "digits-1": gettext_lazy("few digits"),
    "digits-3": gettext_lazy("some digits"),
    "digits-10": gettext_lazy("many digits"),
    "digits-20": gettext_lazy("very many digits"),
    "length-0": gettext_lazy("a text of fewer than 50 characters"),
    "length-50": gettext_lazy("a text of 50 to 199 characters"),
    "length-200": gettext_lazy("a text of 200 to 499 characters"),
    "length-500": gettext_lazy("a text of 500 to 1,499 characters"),
    "length-1500": gettext_lazy("a text of 1,500 to 3,999 characters"),
    "length-4000": gettext_lazy("a text of 4,000 characters or more"),
    "exclamations-0": gettext_lazy("no exclamation mark"),
    "exclamations-1": gettext_lazy("one exclamation mark"),
    "exclamations-2": gettext_lazy("two or three exclamation marks"),
    "exclamations-4": gettext_lazy("four to seven exclamation marks"),
    "exclamations-8": gettext_lazy("eight exclamation marks or more"),
}


def extract_features(*, body: str, name: str = "", email: str = "", website: str = "") -> frozenset[str]:
    """The distinct features of a comment as typed: at most 400 of 1 to 64 characters, all of which can be stored."""
    text, links = _separate_links(_normalize(body))
    shapes = {*_text_shapes(body, links=len(links)), *_author_shapes(name, email, website)}
    found = {f"shape:{shape}" for shape in shapes}
    found |= _sample(_named_features(links, name, email, website), room=MAX_NAMED_FEATURES)
    words = list(_split_into_words(text))
    found |= _sample(words, room=MAX_FEATURES - len(found))
    found |= _sample((f"{word} {other}" for word, other in pairwise(words)), room=MAX_FEATURES - len(found))
    return frozenset(found)


def describe_feature(feature: str) -> str:
    """A feature as moderators see it: “the word ‘casino’”, in the active language. Plain text, not HTML."""
    kind, colon, rest = feature.partition(":")
    if not colon:
        phrase = gettext("the words “%s”") if " " in feature else gettext("the word “%s”")
        return phrase % feature
    if kind == "shape":
        return str(_SHAPE_LABELS.get(rest, rest))
    phrases = {
        "link": gettext("a link to %s"),
        "in-link": gettext("“%s” in a link"),
        "name": gettext("“%s” in the name"),
        "mail": gettext("an email address at %s"),
    }
    return phrases.get(kind, "%s") % rest


def _normalize(text: str) -> str:
    """One spelling for what looks the same: without capitals, invisible characters, and letters dressed up."""
    # Cut twice: one Arabic ligature becomes 18 letters.
    plain = unicodedata.normalize("NFKC", text[:MAX_TEXT_LENGTH])[:MAX_TEXT_LENGTH]
    return _INVISIBLE.sub("", plain).casefold()


def _separate_links(text: str) -> tuple[str, list[str]]:
    """The text without its links, and the links."""
    return _LINK.sub(" ", text), _LINK.findall(text)


def _sample(found: Iterable[str], *, room: int) -> set[str]:
    """At most `room` of them. The checksum chooses: no place in a text is hidden behind harmless words."""
    every = set(found)
    if len(every) <= room:
        return every
    return set(sorted(every, key=lambda feature: (zlib.crc32(feature.encode()), feature))[:room])


def _split_into_words(text: str) -> Iterator[str]:
    """Words in their order, cut to a length; where no spaces are written, every two neighbouring letters."""
    for match in _WORD.finditer(text):
        word = match[0]
        if _SPACELESS.search(word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        else:
            yield word[:MAX_WORD_LENGTH]


def _named_features(links: list[str], name: str, email: str, website: str) -> Iterator[str]:
    """Domains and words of links (the website is one), words of the name, the domain of the email address."""
    for link in (*links, _normalize(website)):
        yield from (f"link:{domain[:MAX_FEATURE_DOMAIN]}" for domain in _domains(link))
        yield from (
            f"in-link:{word[:MAX_WORD_LENGTH]}"
            for word in _WORD_OF_LINK.findall(link.removeprefix("https").removeprefix("http"))
        )
    yield from (f"name:{word}" for word in _split_into_words(_normalize(name)))
    if match := _HOST.match(_normalize(email).rpartition("@")[2]):
        yield f"mail:{match[1][:MAX_FEATURE_DOMAIN]}"


def _domains(link: str) -> list[str]:
    """The host, and the last two labels of it: who sells subdomains is known by the domain."""
    match = _HOST.match(link)
    return [match[1], ".".join(match[1].split(".")[-2:])] if match else []


def _text_shapes(body: str, *, links: int) -> Iterator[str]:
    text = body[:MAX_TEXT_LENGTH]
    letters, capitals, digits = (sum(map(test, text)) for test in (str.isalpha, str.isupper, str.isdigit))
    counts = {
        "links": links,
        "capitals": 100 * capitals // max(1, letters),
        "digits": 100 * digits // max(1, len(text)),
        "length": len(text),
        "exclamations": text.count("!"),
    }
    for what, count in counts.items():
        yield f"{what}-{max((step for step in _THRESHOLDS[what] if step <= count), default=0)}"
    yield from (sign for sign, pattern in _SIGNS.items() if pattern.search(text))


def _author_shapes(name: str, email: str, website: str) -> Iterator[str]:
    if website:
        yield "website"
    if _LINK.search(name.casefold()) or _HOST.fullmatch(name.casefold()):
        yield "name-link"
    if len(name.split()) >= 4:
        yield "name-long"
    if sum(map(str.isdigit, email.rpartition("@")[0])) >= 3:
        yield "mail-digits"
