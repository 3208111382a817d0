"""Any HTML or Markdown at all: its words are shown, nothing in it acts, and the work grows with its length alone."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.markup.html_parts import PART
from blog.markup.limits import TooCostly
from blog.markup.renderer import render_author_markdown, render_reader_markdown
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.wordpress_text.foreign_texts import convert_comment_text, convert_text
from registan.transfer.wordpress_text.visible import first_difference
from tests.registan.transfer.wordpress_text.old_site import SITE
from tests.registan.transfer.wordpress_text.test_any_text import UNSAFE, count_calls, soup

FORMS = [ContentFormat.HTML, ContentFormat.MARKDOWN]
CARDS = "bookmark callout toggle audio video file gallery signup".split()  # noqa: SIM905
pieces = st.one_of(
    st.sampled_from([f'<div class="kg-{name}-card">' for name in CARDS] + ["</div>", "<a href='http://a.example/'>"]),
    st.sampled_from(['<a class="image-link" href="https://substackcdn.com/a">', '<p class="button-wrapper">', "</p>"]),
    st.sampled_from(['<div class="footnote">', '<a class="footnote-number" id="a" href="#b">', "</a>"]),
    st.sampled_from(["<audio src=x>"]),
    st.sampled_from(["{% raw %}", "{% highlight a %}", "{% endhighlight %}", "{{< figure src=a >}}", "{{<b>}}"]),
    st.sampled_from(["```", "~~~", "`", "\n", "\n\n", "    ", "[a](/?p=12)", "[b]: /?p=12", "![](x.png)"]),
    st.sampled_from(["{{ c }}", "{: .a}", "# A {#b}"]),
    soup,
)  # fmt: skip
texts = st.lists(pieces, max_size=15).map("".join)


def acts(html: str) -> bool:
    """Is there a tag that does something? In code, anything may be shown."""
    return any(UNSAFE.search(part[0]) for part in PART.finditer(html) if part[2])


@pytest.mark.parametrize("form", FORMS)
@given(text=texts)
def test_a_post_shows_its_words_and_nothing_in_it_acts(form, text):
    try:
        post = convert_text(text, form, SITE)
    except TooCostly:
        return
    html = render_author_markdown(post.body)
    assert first_difference(post.shown, html) == ""
    assert not acts(html)


@pytest.mark.parametrize("form", FORMS)
@given(text=texts)
def test_so_does_a_comment(form, text):
    comment = convert_comment_text(text, form, SITE)
    html = "\n".join(map(render_reader_markdown, comment.bodies))
    assert first_difference(comment.shown, html) == ""
    assert not acts(html)


TAGS: dict[str, Callable[[int], str]] = {
    "cards": lambda n: '<div class="kg-card kg-toggle-card">' * n,
    "cards in cards": lambda n: '<div class="kg-audio-card"><div class="kg-file-card">' * n + "x" + "</div>" * n,
    "widgets": lambda n: '<div class="tweet" data-attrs="' * n,
    "highlights": lambda n: "{% highlight a %}\n" * n,
    "highlights with one end": lambda n: "{% highlight a %}\n{% endhighlight %}" + "{% highlight a %}\n" * n,
    "raw": lambda n: "{% raw %}" * n,
    "comments": lambda n: "{{</*" * n,
    "tags": lambda n: "{{< " * n + "{% " * n,
    "fences": lambda n: "".join("`" * (3 + n % 40) + "\n" for n in range(n)),
    "ticks": lambda n: "".join("`" * (1 + n % 8) + " " for n in range(n)),
    "attributes": lambda n: "a{: .b" * n + "{#" * n,
    "targets": lambda n: "[a](/?p=12) " * n,
}


@pytest.mark.parametrize("convert", [convert_text, convert_comment_text])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", TAGS)
def test_the_work_grows_with_the_length(name, form, convert):
    build = TAGS[name]
    convert(build(10), form, SITE)
    once, longer = (count_calls(lambda n=n: convert(build(n), form, SITE)) for n in (300, 1_200))
    assert longer < 8 * once + 150_000  # what is too long for one form is written in another
