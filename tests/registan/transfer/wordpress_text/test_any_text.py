"""Any text at all: its words are shown, nothing in it acts, and the work grows with its length alone."""

import contextlib
import re
import sys
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.markup.limits import TooCostly
from blog.markup.renderer import render_author_markdown, render_reader_markdown
from registan.transfer.wordpress_text.comments import convert_comment
from registan.transfer.wordpress_text.posts import convert_post
from registan.transfer.wordpress_text.visible import first_difference
from tests.registan.transfer.wordpress_text.old_site import SITE

TAGS = "p div b i em strong a ul ol li h1 h2 h3 blockquote pre code table tr td th sup span br hr figure cite".split()  # noqa: SIM905
CODES = "caption gallery audio embed quote ref code playlist foo".split()  # noqa: SIM905
BLOCKS = "paragraph quote group gallery image code verse embed html acme/box block".split()  # noqa: SIM905
UNSAFE = re.compile(
    r"<(?:script|iframe|svg|style|object|form)|\son\w+=|(?:href|src)=\"\s*(?:javascript|data):", re.IGNORECASE
)
pieces = st.one_of(
    st.text(st.sampled_from("ab1 .-_*#`~[](){}<>!|\\&;:=+—»é\u00a0\n\"'^$\ufdd0"), max_size=12),
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from([f"[{name}]" for name in CODES] + [f"[/{name}]" for name in CODES] + ['[gallery ids="1,2"]']),
    st.sampled_from([f'<!-- wp:{name} {{"ref":7}} -->' for name in BLOCKS]),
    st.sampled_from([f"<!-- /wp:{name} -->" for name in BLOCKS]),
    st.sampled_from(["\n", "\n\n", "<!--more-->", "<!--", "-->", "<!--nextpage-->"]),
    st.sampled_from(["http://a.example/b", "[[gallery]]", "<figcaption>", "</figcaption>", "<dl>", "<dd>"]),
    st.sampled_from(['<a href="javascript:x">', '<a href="/?p=12">', "<script>x</script>", "<form>", "</form>",
                     "<img src=x.png onerror=x>", '<iframe src="//a.example/x">', "</iframe>", "<cite>"]),
)  # fmt: skip
soup = st.lists(pieces, max_size=25).map("".join)


@given(soup)
@example("http://a.example/b;")
def test_a_post_shows_its_words_and_nothing_in_it_acts(text):
    post = convert_post(text, SITE)
    html = render_author_markdown(post.body)
    assert first_difference(post.shown, html) == ""
    assert not UNSAFE.search(html)


@given(soup)
def test_so_does_a_comment(text):
    comment = convert_comment(text, SITE)
    html = "\n".join(map(render_reader_markdown, comment.bodies))
    assert first_difference(comment.shown, html) == ""
    assert not UNSAFE.search(html)


HOSTILE: dict[str, Callable[[int], str]] = {
    "blocks in blocks": lambda n: "<!-- wp:group -->" * n + "x" + "<!-- /wp:group -->" * n,
    "blocks that end others": lambda n: "<!-- wp:a --><!-- /wp:b -->" * n,
    "comments": lambda n: "<!--" * n,
    "brackets": lambda n: "[" * n,
    "shortcodes": lambda n: "[caption]" * n + "[/quote]" * n,
    "shortcodes in shortcodes": lambda n: "[quote]" * n + "[/quote]" * n,
    "shortcodes that wait": lambda n: "[audio]" * n + "[quote]a[/quote]" * n + "[/audio]",
    "code": lambda n: "[code][/sourcecode][/code]" * (n // 5) + "[sourcecode]" * n,
    "attributes": lambda n: "[gallery " + "'" * n + "]",
    "forms": lambda n: "<form>" * n + "</form>",
    "tags": lambda n: "<a " * n,
    "spaces": lambda n: "a" + " \n" * n + "b",
    "paragraphs": lambda n: "<p>" * n,
    "elements in elements": lambda n: "<div><b>" * n,
    "notes": lambda n: "a[ref]b[/ref]\n\n" * (n // 10),
}


def count_calls(run: Callable[[], object]) -> int:
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        with contextlib.suppress(TooCostly):
            run()
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("convert", [convert_post, convert_comment])
@pytest.mark.parametrize("name", HOSTILE)
def test_the_work_grows_with_the_length(name, convert):
    """Counts calls: within one, only patterns that cannot go back are searched for."""
    convert(HOSTILE[name](10), SITE)
    once, longer = (count_calls(lambda n=n: convert(HOSTILE[name](n), SITE)) for n in (500, 2_000))
    assert longer < 8 * once + 5_000  # four times as long, and perhaps too much for the first way of writing it
