"""A long post is converted if our renderer can show it in any form, and refused with a sentence if not."""

import pytest

from blog.markup.limits import TooCostly
from blog.markup.renderer import AUTHOR_LIMIT
from registan.transfer.wordpress_text.contract import BodyFormat
from registan.transfer.wordpress_text.posts import convert_post
from tests.registan.transfer.wordpress_text.old_site import SITE, converted

PARAGRAPH = "<p>" + ("x" * 95 + " <strong>b</strong> ") * 10 + "</p>"


def test_html_that_is_too_long_may_be_short_enough_as_markdown():
    text = PARAGRAPH * (AUTHOR_LIMIT // len(PARAGRAPH) + 5)
    post = converted(text)
    assert post.format == BodyFormat.MARKDOWN
    assert len(text) > AUTHOR_LIMIT > len(post.body)


@pytest.mark.parametrize("text", ["word " * AUTHOR_LIMIT, "<div>" * 5_000, "<i><p>" * 5_000])
def test_what_cannot_be_shown_is_refused_with_a_sentence(text):
    with pytest.raises(TooCostly, match=r"\.$"):
        convert_post(text, SITE)


def test_markdown_that_costs_too_much_is_written_as_html():
    post = converted('"a" ' * 16_000)
    assert post.format == BodyFormat.HTML
