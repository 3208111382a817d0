"""What rendered Markdown may contain, written down a second time, on purpose without a look at `blog.markup`."""

import re
import time
from contextlib import suppress
from html.parser import HTMLParser

from blog.markup.extract import opening_words, plain_text
from blog.markup.renderer import TooCostly, render_author_markdown

CPU_LIMIT = 1.0


def listed(names: str, attributes: frozenset = frozenset()) -> dict[str, set]:
    return {name: set(attributes) for name in names.split()}


READER_SAFE = {
    **listed("p ul blockquote pre code", {"dir"}),
    **listed("br em strong li"),
    "a": {"href", "title", "rel"},
    "ol": {"dir", "start"},
}
EVERYWHERE = {"class", "dir", "lang", "title"}
MATH = {"accent", "alttext", "display", "displaystyle", "fence", "form", "linethickness"}
MATH |= {"mathvariant", "maxsize", "minsize", "scriptlevel", "stretchy", "width"}
AUTHOR_SAFE = {
    **listed(
        "abbr b bdi bdo br caption cite code dd dfn dl dt em figcaption figure h2 h3 h4 h5 h6 hr i kbd mark p pre"
    ),
    **listed("rp rt ruby s samp small span strong sub summary sup table tbody tfoot thead tr u ul var wbr"),
    "a": {"href", "hreflang", "id", "rel", "aria-label"},
    "img": {"src", "alt", "width", "height", "loading"},
    "div": {"role", "tabindex", "aria-label"},
    "section": {"aria-label"},
    "ol": {"start", "type", "reversed"},
    "li": {"id", "value"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "col": {"span"},
    "colgroup": {"span"},
    "time": {"datetime"},
    "details": {"open"},
    "q": {"cite"},
    "blockquote": {"cite"},
    "del": {"cite", "datetime"},
    "ins": {"cite", "datetime"},
    **listed("math mi mn mo mtext mspace mrow mstyle msqrt mtable mtr mtd mphantom", MATH),
    **listed("mfrac mroot msub msup munder mover msubsup munderover", MATH),
}
CLASSES = {"figure", "quotation", "table", "footnotes", "footnote-ref", "footnote-back"}
CLASSES |= {"figure--media", "figure--wide", "gallery", "gallery--wide", "lone-link"}
CLASSES |= {"align-left", "align-center", "align-right", "formula"}
CLASSES |= {"hl-c", "hl-d", "hl-f", "hl-i", "hl-k", "hl-n", "hl-s"}
VOID = {"br", "hr", "img", "col", "wbr"}


class Inspector(HTMLParser):
    """Fails at the first thing that is not on the lists above, or not closed in its order."""

    def __init__(self, *, author: bool):
        super().__init__(convert_charrefs=True)
        self.author, self.open = author, []

    def handle_starttag(self, tag, attrs):
        allowed = AUTHOR_SAFE[tag] | EVERYWHERE if self.author else READER_SAFE[tag]
        for name, value in attrs:
            assert name in allowed, (tag, name)
            self.check(tag, name, value or "")
        assert len(attrs) == len(dict(attrs)), tag
        if tag not in VOID:
            self.open.append(tag)

    def check(self, tag, name, value):
        if name in ("href", "src", "cite"):
            # As browsers read an address: white space goes first, and a scheme has few kinds of letters.
            bare = re.sub("[\t\n\r]", "", value).lstrip("".join(map(chr, range(33))))
            scheme = re.match(r"([a-z][a-z0-9+.-]*):", bare, re.IGNORECASE)
            safe = ("http", "https") if name == "src" else ("http", "https", "mailto")
            assert not scheme or scheme[1].lower() in safe, value
        if name == "class":
            assert all(word in CLASSES or re.fullmatch(r"language-[\w+#.-]+", word) for word in value.split())
        if name == "id":
            assert re.fullmatch(r"fn-\d+|fnref-\d+(-\d+)?", value)
        if name == "rel":
            assert value == ("noopener" if self.author else "nofollow ugc noopener")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def assert_safe(text: str, policy) -> None:
    assert any(cpu_seconds(text, policy) < CPU_LIMIT for _ in range(10))
    try:
        html = policy(text)
    except TooCostly:
        return
    inspector = Inspector(author=policy is render_author_markdown)
    inspector.feed(html)
    inspector.close()
    assert inspector.open == []
    html.encode()
    assert "<" not in re.sub(r"<[^<>]*>", "", html)
    assert opening_words(html, 5).rstrip("…") in plain_text(html)


def cpu_seconds(text: str, policy) -> float:
    start = time.process_time()
    with suppress(TooCostly):
        policy(text)
    return time.process_time() - start
