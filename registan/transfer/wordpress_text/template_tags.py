"""Reads the tags of Liquid and of Hugo in Markdown: some become Markdown, the others stay as typed and are counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from blog.images.embeds import image_markdown
from registan.transfer.wordpress_text.contract import Findings
from registan.transfer.wordpress_text.shortcodes import Values, read_values

# Code, in which nothing is a tag: between fences, and within a line.
CODE = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*?\n)??[ ]{0,3}(?P=fence)[`~]*[ \t]*$"
    r"|(?<!`)(?P<ticks>`{1,8})(?!`)[^`]++(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
_TAG = re.compile(
    r"\{\{(?P<sign>[<%])-?\s*(?P<closing>/?)\s*(?P<hugo>[\w./-]{1,80})(?P<values>[^{}]{0,4000}?)\s*/?-?[>%]\}\}"
    r"|\{%-?\s*(?P<liquid>\w{1,40})(?P<rest>[^{}%]{0,4000}?)-?%\}"
    r"|\{\{-?\s*(?P<output>[^{}<%][^{}]{0,500}?)-?\}\}"
)
# What encloses text, by the end that it must have; where that is not to come, nothing is searched.
_LIQUID_CODE = re.compile(
    r"\{%-?\s*highlight\s+([\w+#.-]{1,40})[^%]{0,200}%\}\n?(.*?)\n?\{%-?\s*endhighlight\s*-?%\}", re.DOTALL
)
_HUGO_CODE = re.compile(
    r"\{\{[<%]\s*highlight\s+([\w+#.-]{1,40})[^{}]{0,200}[>%]\}\}\n?(.*?)\n?\{\{[<%]\s*/\s*highlight\s*[>%]\}\}",
    re.DOTALL,
)
_LIQUID_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}", re.DOTALL)
_HUGO_COMMENT = re.compile(r"\{\{[<%]/\*.*?\*/[>%]\}\}", re.DOTALL)
_RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
# `{: .class #id}` of kramdown on a line of its own or behind words, `{#id}` behind a heading; lists of contents.
_ATTRIBUTES = re.compile(
    r"^[ \t]*(?:[*-] TOC\n)?[ \t]*\{:[^{}\n]{0,500}\}[ \t]*(?:\n|\Z)|(?<=\S)\{:[^{}\n]{0,500}\}", re.MULTILINE
)
_HEADING_ID = re.compile(r"(?<=\S)[ \t]*\{[#.][\w .#=\"-]{1,200}\}[ \t]*$", re.MULTILINE)
# A sign that would begin a tag of HTML.
_HTML_SIGN = re.compile(r"<(?=[A-Za-z/!?])")


def replace_template_tags(text: str, findings: Findings) -> str:
    """The text without tags that have a form in Markdown. Code stays as it is."""
    for pattern, end in ((_LIQUID_CODE, "endhighlight"), (_HUGO_CODE, "/highlight")):
        text = _replace_closed(text, pattern, end, _fence)
    return map_outside_code(text, lambda words: _replace_tags(words, findings))


def map_outside_code(text: str, change: Callable[[str], str]) -> str:
    """The text with `change` made to what is no code."""
    return "".join(part if is_code else change(part) for is_code, part in _split_code(text))


def _split_code(text: str) -> Iterator[tuple[bool, str]]:
    place = 0
    for code in CODE.finditer(text):
        yield False, text[place : code.start()]
        yield True, code[0]
        place = code.end()
    yield False, text[place:]


def _replace_closed(text: str, pattern: re.Pattern[str], end: str, change: Callable[[re.Match[str]], str]) -> str:
    """The text with what `pattern` finds changed; after the last `end`, nothing can be found, however long it is."""
    last = text.rfind(end)
    if last < 0:
        return text
    cut = text.find("\n", last)
    cut = len(text) if cut < 0 else cut
    return pattern.sub(change, text[:cut]) + text[cut:]


def _fence(tag: re.Match[str]) -> str:
    return f"\n```{tag[1]}\n{tag[2]}\n```\n"


def _replace_tags(text: str, findings: Findings) -> str:
    for pattern, end in ((_LIQUID_COMMENT, "endcomment"), (_HUGO_COMMENT, "*/")):
        text = _replace_closed(text, pattern, end, lambda comment: "")
    text = _RAW.sub("", text)
    if "{:" in text or "{#" in text or "{." in text:
        text, count = _ATTRIBUTES.subn("", text)
        text, headings = _HEADING_ID.subn("", text)
        findings.losses["attribute-list"] += count + headings
    return _TAG.sub(lambda tag: _replace_tag(tag, findings), text) if "{{" in text or "{%" in text else text


def _replace_tag(tag: re.Match[str], findings: Findings) -> str:
    name = tag["hugo"] or tag["liquid"] or "{{…}}"
    values = read_values(tag["values"] or tag["rest"] or "")
    rule = None if tag["closing"] else _RULES.get(name)
    if rule and (markdown := rule(values)):
        return markdown
    findings.unknown_shortcodes[name] += not tag["closing"]
    return _HTML_SIGN.sub(r"\\<", tag[0])


def _figure(values: Values) -> str:
    source = values.get("src", "")
    caption = values.get("caption") or values.get("title", "")
    return image_markdown(source, alt=values.get("alt", ""), caption=caption) if source else ""


def _address(before: str) -> Callable[[Values], str]:
    """A line with an address that ends in the tag's first value."""

    def write(values: Values) -> str:
        value = values.get("id") or values.get("0", "")
        return f"\n\n{before}{value}\n\n" if re.fullmatch(r"[\w-]{1,40}", value, re.ASCII) else ""

    return write


def _tweet(values: Values) -> str:
    """A tweet: newer versions name who wrote it."""
    user, number = values.get("user", "i"), values.get("id") or values.get("0", "")
    is_known = re.fullmatch(r"\w{1,40}", user, re.ASCII) and number.isdecimal()
    return f"\n\nhttps://twitter.com/{user}/status/{number}\n\n" if is_known else ""


def _gist(values: Values) -> str:
    names = "/".join(value for key, value in sorted(values.items()) if key in ("0", "1"))
    return f"\n\nhttps://gist.github.com/{names}\n\n" if re.fullmatch(r"[\w-]{1,40}(?:/\w{1,40})?", names) else ""


_RULES: dict[str, Callable[[Values], str]] = {
    "figure": _figure,
    "youtube": _address("https://www.youtube.com/watch?v="),
    "vimeo": _address("https://vimeo.com/"),
    "tweet": _tweet,
    "x": _tweet,
    "gist": _gist,
}
