"""`<!--more-->` tells the opening, `<!--nextpage-->` is a line across the page."""

from tests.registan.transfer.wordpress_text.old_site import converted, markdown


def test_the_words_before_the_mark_are_the_opening():
    post = converted("One <b>two</b>.\n\n<!--more Read on, please-->\n\nThree.")
    assert (post.opening, post.body) == ("One two.", "One **two**.\n\nThree.")


def test_blocks_have_the_same_mark():
    post = converted("<!-- wp:paragraph --><p>One</p><!-- /wp:paragraph -->\n<!-- wp:more --><!--more-->"
                     "<!-- /wp:more -->\n<!-- wp:paragraph --><p>Two</p><!-- /wp:paragraph -->")  # fmt: skip
    assert (post.opening, post.body) == ("One", "One\n\nTwo")


def test_without_a_mark_or_with_nothing_after_it_there_is_no_opening():
    assert [converted(text).opening for text in ("One", "One<!--more-->", "a <!--moreover--> b")] == ["", "", ""]


def test_pages_are_parts_of_one_text():
    assert markdown("One\n\n<!--nextpage-->\n\nTwo") == "One\n\n---\n\nTwo"


def test_other_comments_are_not_seen_and_one_that_is_not_closed_loses_nothing():
    post = converted("One<!-- hidden --> two <!-- three")
    assert (post.body, post.losses) == ("One two three", {"unclosed-comment": 1})
