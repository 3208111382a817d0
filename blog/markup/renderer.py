"""Renders Markdown to safe HTML; nothing that people write reaches a page in another way."""

import functools
import re

import nh3
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it.token import Token

from blog.markup.anchors import add_anchors
from blog.markup.code_colours import COLOUR_CLASSES, add_code_colours
from blog.markup.extensions import add_author_extensions, add_autolinks
from blog.markup.formulas import MATH_ATTRIBUTE_VALUES, MATH_TAGS, add_formulas
from blog.markup.html_parts import tag_set
from blog.markup.limits import SAFE_SCHEMES, Meter, MeteredMarkdown, TooCostly
from blog.markup.lone_links import LONE_LINK
from blog.markup.print_links import mark_repeated_links
from blog.markup.raw_html import add_raw_html_rules, refuse_unclosed_tags
from blog.markup.source_lines import add_line_rule, strip_line_marks, with_line_marks
from blog.markup.typography import set_typography

# Characters in a comment: three pages. The cost of parsing grows with it.
READER_LIMIT = 10_000
# Characters in a post: 20,000 words in a language of long words, with their links.
AUTHOR_LIMIT = 160_000

# Units of work (limits.py): what fits into 150 ms of CPU for a comment and 200 ms for a post.
READER_WORK = 250_000
AUTHOR_WORK = 420_000
# Characters of HTML before cleaning. A text of quotes and of addresses in other scripts grows ninefold.
READER_OUTPUT = 100_000
AUTHOR_OUTPUT = 1_500_000

_DIR_AUTO = {"dir": "auto"}
_DIR_LTR = {"dir": "ltr"}
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_READER_TAGS = {"p", "br", "em", "strong", "a", "blockquote", "ul", "ol", "li", "code", "pre"}
_AUTHOR_TAGS = (
    _READER_TAGS
    | _HEADINGS
    | tag_set("abbr b bdi bdo caption cite col colgroup dd del details dfn div dl dt figcaption figure")
    | tag_set("hr i img ins kbd mark q rp rt ruby s samp section small span sub summary sup")
    | tag_set("table tbody td tfoot th thead time tr u var wbr")
    | MATH_TAGS
)
# Removed with their content, which is code or text for other readers than people.
_REMOVED_WITH_CONTENT = tag_set(
    "iframe noembed noframes noscript object script select style svg template textarea title xmp"
)
_AUTHOR_ATTRIBUTES = {
    "*": {"class", "dir", "lang", "title"},
    "a": {"aria-label", "href", "hreflang", "id"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "div": {"aria-label", "role", "tabindex"},
    "img": {"alt", "height", "src", "width"},
    "ins": {"cite", "datetime"},
    "li": {"id", "value"},
    "ol": {"reversed", "start", "type"},
    "q": {"cite"},
    "section": {"aria-label"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    **{tag: set(MATH_ATTRIBUTE_VALUES) for tag in MATH_TAGS},
}
# Our own class names; any other could imitate the page's controls.
_CLASSES = COLOUR_CLASSES | tag_set(
    "align-center align-left align-right figure figure--media figure--wide footnote-back footnote-ref footnotes formula"
    f" gallery gallery--wide {LONE_LINK} quotation table"
)
_LANGUAGE_CLASS = re.compile(r"language-[\w+#.-]{1,30}", re.ASCII)
# The values of attributes that cannot have any. An id can only be a footnote's, so that none equals an id of the page
# or of the anchors that are added after this.
_ATTRIBUTE_VALUES = {
    "id": re.compile(r"fn-\d{1,6}|fnref-\d{1,6}(?:-\d{1,6})?", re.ASCII),
    "dir": re.compile(r"ltr|rtl|auto"),
    "role": re.compile(r"region"),
    "tabindex": re.compile(r"0"),
    "src": re.compile(r"https?:.*|[^:]*|[^:/?#]*[/?#].*", re.IGNORECASE | re.DOTALL),
    "width": re.compile(r"\d{1,5}%?", re.ASCII),
    "height": re.compile(r"\d{1,5}%?", re.ASCII),
    "colspan": re.compile(r"\d{1,3}", re.ASCII),
    "rowspan": re.compile(r"\d{1,3}", re.ASCII),
    "span": re.compile(r"\d{1,3}", re.ASCII),
}
# Where a reader's link may lead. Browsers take `//host`, `http:host` and `https:///host` for other sites, too, which
# whoever counts links or compares their domains would have to know.
_READER_LINK = re.compile(r"https?://[^/\\\s].*|mailto:.*|#.*|/(?:[^/\\\s].*)?", re.IGNORECASE | re.DOTALL)
# Not text. Feeds (XML) may not contain them, raw HTML can smuggle them in as `&#1;`, and nh3 takes quadratic time for
# many of them in a row.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# A list of single characters takes ten times as long as one range, in which few texts have any.
_BEYOND_FFFF = re.compile("[\U00010000-\U0010ffff]")
_UNPRINTABLE_BEYOND = re.compile(
    "[" + "".join(chr(plane + end) for plane in range(0x10000, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)) + "]"
)


def render_author_markdown(text: str, *, with_lines: bool = False) -> SafeString:
    """Render the Markdown of posts, with HTML and all our extensions; `with_lines` marks source lines, for a preview.

    Takes at most AUTHOR_LIMIT characters. Raises TooCostly, with a sentence for the author, for a longer text and for
    one that would take more than a quarter of a second. Raises nothing else, whatever the text.
    """
    _refuse_long_text(text, AUTHOR_LIMIT)
    env = {"meter": Meter(AUTHOR_WORK), "with_lines": with_lines}
    html = _author_parser.render(_replace_unprintable(text.replace("\x85", "\n")), env)
    _refuse_large_output(strip_line_marks(html), AUTHOR_OUTPUT)
    refuse_unclosed_tags(env, strip_line_marks(html))
    html = _author_cleaner.clean(html)
    return mark_safe(_replace_unprintable(with_line_marks(html) if with_lines else html))


@functools.lru_cache(maxsize=4)  # the same text is rendered when its form is read, and again when it is stored
def render_article(text: str) -> SafeString:
    """Render a text that has a page of its own, with an anchor at each passage and links made fit for print."""
    return mark_safe(add_anchors(mark_repeated_links(render_author_markdown(text))))


@functools.lru_cache(maxsize=8)  # the same text is rendered when its form is read, and again when it is stored
def render_reader_markdown(text: str) -> SafeString:
    """Render the Markdown of comments, a subset without HTML, images, headings and tables.

    Takes at most READER_LIMIT characters; raises TooCostly as `render_author_markdown` does.
    """
    _refuse_long_text(text, READER_LIMIT)
    html = _reader_parser.render(_replace_unprintable(text.replace("\x85", "\n")), {"meter": Meter(READER_WORK)})
    _refuse_large_output(html, READER_OUTPUT)
    return mark_safe(_replace_unprintable(_reader_cleaner.clean(html)))


def parse_reader_markdown(text: str) -> list[Token]:
    """The same text as the parser's blocks, which know their lines. Raises TooCostly as above."""
    _refuse_long_text(text, READER_LIMIT)
    return _reader_parser.parse(_replace_unprintable(text.replace("\x85", "\n")), {"meter": Meter(READER_WORK)})


def _refuse_long_text(text: str, limit: int) -> None:
    if len(text) > limit:
        raise TooCostly(
            _("This text is %(length)s characters long; the limit is %(limit)s.")
            % {"length": intcomma(len(text)), "limit": intcomma(limit)}
        )


def _refuse_large_output(html: str, limit: int) -> None:
    if len(html) > limit:
        raise TooCostly(_("This text makes too large a page. Please shorten it."))


def _replace_unprintable(text: str) -> str:
    text = _UNPRINTABLE.sub("\ufffd", text)
    return _UNPRINTABLE_BEYOND.sub("\ufffd", text) if _BEYOND_FFFF.search(text) else text


def _build_author_parser() -> MeteredMarkdown:
    md = MeteredMarkdown("gfm-like", html=True, linkify=False, xhtmlOut=False)
    md.disable("linkify")
    add_autolinks(md)
    add_author_extensions(md)
    add_code_colours(md)
    add_formulas(md)
    add_raw_html_rules(md)
    add_line_rule(md)
    return _warm_up(md)


def _build_reader_parser() -> MeteredMarkdown:
    md = MeteredMarkdown("commonmark", html=False, breaks=True, xhtmlOut=False)
    md.disable(["heading", "hr", "html_block", "html_inline", "image", "lheading", "reference"])
    add_autolinks(md)
    md.core.ruler.before("text_join", set_typography.__name__, set_typography)
    return _warm_up(md)


def _warm_up(md: MeteredMarkdown) -> MeteredMarkdown:
    """Render once, since markdown-it builds its lists of rules at the first use, when two threads could collide."""
    md.render("*a* [b](/c)\n\n> - d", {"meter": Meter(AUTHOR_WORK)})
    return md


def _filter_author_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        names = (word for word in value.split() if word in _CLASSES or _LANGUAGE_CLASS.fullmatch(word))
        return " ".join(names) or None
    pattern = (MATH_ATTRIBUTE_VALUES if tag in MATH_TAGS else _ATTRIBUTE_VALUES).get(name)
    return value if pattern is None or pattern.fullmatch(value) else None


def _filter_reader_attribute(tag: str, name: str, value: str) -> str | None:
    return value if name != "href" or _READER_LINK.fullmatch(value) else None


_directions = dict.fromkeys(_HEADINGS | {"p", "ul", "ol", "blockquote", "figcaption", "table"}, _DIR_AUTO)
# Code runs from left to right in every language.
_directions |= {"code": _DIR_LTR, "pre": _DIR_LTR}

_author_parser = _build_author_parser()
_reader_parser = _build_reader_parser()
_author_cleaner = nh3.Cleaner(
    tags=_AUTHOR_TAGS,
    clean_content_tags=_REMOVED_WITH_CONTENT,
    attributes=_AUTHOR_ATTRIBUTES,
    attribute_filter=_filter_author_attribute,
    set_tag_attribute_values=_directions | {"img": {"loading": "lazy"}},
    url_schemes=set(SAFE_SCHEMES),
    link_rel="noopener",
)
_reader_cleaner = nh3.Cleaner(
    tags=_READER_TAGS,
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    attribute_filter=_filter_reader_attribute,
    set_tag_attribute_values={tag: values for tag, values in _directions.items() if tag in _READER_TAGS},
    url_schemes=set(SAFE_SCHEMES),
    link_rel="nofollow ugc noopener",
)
