"""Every passage of a text has its own, stable anchor."""

import re
import time

import pytest

from blog.markup import anchors
from blog.markup.extract import opening_words, plain_text
from blog.markup.renderer import AUTHOR_LIMIT, TooCostly, render_article, render_author_markdown
from blog.models import Post
from tests import factories

WHOLE = """A first *word*.[^1]

> Said once
>
> — somebody

> One.
>
> Two.

- a

- b

| a | b |
|---|---|
| 1 | 2 |

## More

![A tree](/static/img/star.svg "A tree, drawn.")

[^1]: A note."""


def names(text: str) -> list[str]:
    return re.findall(r'<(\w+) id="p-[a-z2-7]{6}(?:-\d+)?"', render_article(text))


def name_of(words: str, text: str) -> str:
    """The name of the paragraph that begins with these words."""
    return re.search(rf'<p id="(p-[^"]+)"[^>]*>{words}', render_article(text))[1]


def test_paragraphs_headings_figures_quotations_and_tables_have_names():
    assert names(WHOLE) == ["p", "figure", "blockquote", "p", "p", "p", "p", "div", "h2", "figure"]


def test_a_quotation_of_one_paragraph_is_one_passage_and_each_paragraph_of_a_longer_one_is_another():
    assert names("> Once.\n> -- Somebody") == ["figure"]
    assert names("> Once.") == ["blockquote"]
    assert names("> One.\n>\n> Two.\n>\n> > Three.") == ["blockquote", "p", "p", "p"]


def test_footnotes_have_the_names_of_footnotes_alone():
    html = render_article(WHOLE)
    assert "id=" not in html.partition('<section class="footnotes"')[2].replace('id="fn-1"', "")


def test_a_name_is_made_of_the_passages_own_words():
    before = name_of("Tea", "Bread.\n\nTea first, then talk.")
    assert name_of("Tea", "Melon.\n\n## Rice\n\nTea first, then talk.\n\nSalt.") == before
    assert name_of("Tea", "Bread.\n\nTea first: *then* Talk!") == before
    assert name_of("Tea", "Bread.\n\nTea last, then talk.") != before


def test_a_footnote_added_before_a_passage_does_not_rename_it():
    before = "Tea first.[^b]\n\n[^b]: Green."
    after = "Bread.[^a]\n\nTea first.[^b]\n\n[^a]: White.\n\n[^b]: Green."
    assert name_of("Tea", before) == name_of("Tea", after)


def test_the_same_words_again_are_numbered():
    html = render_article("Amen.\n\nBread.\n\nAmen.\n\nAmen.")
    first, _, second, third = re.findall(r'id="(p-[^"]+)"', html)
    assert (second, third) == (f"{first}-2", f"{first}-3")


def test_no_two_passages_of_a_page_have_one_name():
    html = render_article("\n\n".join(f"Paragraph {number % 50}." for number in range(200)))
    found = re.findall(r'id="([^"]+)"', html)
    assert len(found) == len(set(found)) == 200


@pytest.mark.parametrize(
    "text", ["***", "![](/a.png)", "<p></p>", "> ", "&nbsp;", "😀", "—", "<p>\n</p>", "<table></table>"]
)
def test_a_passage_without_words_is_named_by_its_content_or_not_at_all(text):
    html = render_article(text)
    assert render_article(text) == html
    assert anchors.strip_anchors(html) == render_author_markdown(text)


@pytest.mark.parametrize(
    "text",
    [
        '<p id="p-abcdef">x</p>',
        '<p id="main">x</p>',
        '<h2 id="comments">x</h2>',
        '<p title="<p id=&quot;p-abcdef&quot;>">x</p>',
        "<span title='\" id=\"p-abcdef'>x</span>",
    ],
)
def test_no_typed_name_is_saved_as_a_draft(text):
    html = render_article(text)
    assert not re.search(r' id="(?:p-abcdef|main|comments)"', html)


def test_text_that_resembles_a_placeholder_stays_text():
    text = '`<p id="p-abcdef">` and ` id="p-abcdef"`'
    html = render_article(text)
    assert anchors.strip_anchors(html) == render_author_markdown(text)
    assert anchors.add_anchor_links(html, heading_label="H", passage_label="P").count('<a class="passage"') == 1


def test_derived_text_contains_no_anchor_names():
    html = render_article(WHOLE)
    assert plain_text(html) == plain_text(render_author_markdown(WHOLE))
    assert opening_words(html) == opening_words(render_author_markdown(WHOLE))
    linked = anchors.add_anchor_links(html, heading_label="Link", passage_label="Link")
    assert plain_text(linked) == plain_text(html)


def test_a_heading_with_other_elements_in_it_gets_its_link_behind_it():
    linked = anchors.add_anchor_links(
        render_article("## *Tea* & `</h2>`, <br>again\n\n### Talk"), heading_label="H", passage_label="P"
    )
    assert re.findall(r"</(h[23])><a class=\"passage\"", linked) == ["h2", "h3"]
    assert linked.count("passage") == 2


def test_anchor_links_use_the_given_labels():
    linked = anchors.add_anchor_links(render_article("## Tea\n\nFirst."), heading_label='A "head"', passage_label="<b>")
    assert re.search(
        r'<div class="heading"><h2 id="(p-\w+)" dir="auto">Tea</h2>'
        r'<a class="passage" href="#\1" aria-label="A &quot;head&quot;" aria-describedby="\1"></a></div>',
        linked,
    )
    assert 'aria-label="&lt;b&gt;"></a>First.' in linked


@pytest.mark.parametrize(
    "piece",
    ["word <b>x</b> ", "> a\n", "<div>", "<blockquote>a", "a\n\n", "<p>", "| a |\n|---|\n| b |\n\n", "<figure>"],
)
def test_naming_takes_time_in_proportion_to_the_text(piece):
    try:
        html = render_author_markdown((piece * AUTHOR_LIMIT)[: AUTHOR_LIMIT // 4])
    except TooCostly:  # text that the renderer refuses gets no anchor
        html = render_author_markdown((piece * 30)[:500])
    start = time.process_time()
    anchors.add_anchor_links(anchors.add_anchors(html), heading_label="H", passage_label="P")
    assert time.process_time() - start < 0.5


def test_a_page_shows_the_links_and_a_feed_none_of_it(db, visitor):
    post = factories.post(body=WHOLE)
    page = visitor.get(post.get_absolute_url()).content.decode()
    assert page.count('<a class="passage" href="#p-') == 10
    assert page.count('aria-label="Link to this heading"') == 1
    for feed in ("/feed/", "/feed/atom/", "/feed/json/"):
        shown = visitor.get(feed).content.decode()
        assert "Said once" in shown
        assert "passage" not in shown
        assert not re.search(r'id=(?:\\?"|&quot;)p-', shown)
    assert "p-" not in Post.objects.get().opening
    assert "¶" not in visitor.get("/").content.decode()
