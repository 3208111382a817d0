"""Old links to #comment-ID in a browser: the comment is found on its page, whichever page the link named."""

import re

import pytest
from playwright.sync_api import expect

from blog.models import OldAddress
from comments.models import Comment
from comments.models.old_numbers import reserve_numbers
from tests import factories


@pytest.fixture
def comments(transactional_db, monkeypatch) -> list[Comment]:
    """Five that moved in with the numbers 501 to 505, two on a page."""
    monkeypatch.setattr("comments.threads.layout.COMMENTS_PER_PAGE", 2)
    reserve_numbers(505)
    post = factories.post(slug="tea")
    made = [factories.comment(post) for _ in range(5)]
    for number, comment in enumerate(made, 501):
        Comment.objects.filter(pk=comment.pk).update(old_number=number)
    OldAddress.objects.remember([("/2009/05/tea/", "post", post.pk)], source="wordpress http://old.example")
    return made


@pytest.mark.parametrize("address", ["/2026/03/20/tea/", "/2009/05/tea/", "/2009/05/tea/comment-page-7/"])
def test_a_comment_on_another_page_is_found_by_the_number_it_had(people, comments, address):
    page = people.page(f"{address}#comment-504")
    expect(page).to_have_url(re.compile(rf"/2026/03/20/tea/comment-page-2/#comment-{comments[3].pk}$"))
    expect(page.locator(f"#comment-{comments[3].pk}:target")).to_be_in_viewport()


def test_one_on_this_page_is_marked_where_it_stands_without_scripts(people, comments):
    page = people.page("/2009/05/tea/#comment-502", java_script_enabled=False)
    expect(page.locator("#comment-502:target")).to_be_in_viewport()
    marked = "element => getComputedStyle(element).boxShadow"
    assert page.locator(f"#comment-{comments[1].pk}").evaluate(marked) != "none"
    assert page.locator(f"#comment-{comments[0].pk}").evaluate(marked) == "none"


def test_a_number_that_nobody_has_is_asked_for_once(people, comments):
    page = people.page("/2009/05/tea/#comment-999")
    expect(page).to_have_url(re.compile(r"/2026/03/20/tea/#comment-999$"))
