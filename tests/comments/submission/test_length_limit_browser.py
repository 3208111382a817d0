"""Too long a text is said before it is sent, by how much, and not a letter of it is cut."""

import pytest
from playwright.sync_api import expect

from blog.markup.renderer import READER_LIMIT
from comments.models import Comment
from comments.submission.report_form import MAX_EXPLANATION
from tests import factories
from tests.comments.browsers import expect_waiting, fill


@pytest.fixture
def post(transactional_db):
    return factories.post(slug="tea")


def test_pasting_too_much_shows_by_how_much_and_nothing_is_cut_or_sent(people, post):
    page = people.page(post.get_absolute_url())
    words = "x" * (READER_LIMIT + 12)
    area, line = page.locator("#respond [name=body]"), page.locator(".field__too-long")
    area.focus()
    expect(line).to_be_attached()
    expect(line).to_be_empty()
    fill(page, body=words)
    expect(line).to_have_text("Too long: 12 over the limit of 10,000 characters.")
    for act in ("send", "preview"):
        page.click(f"#respond [value={act}]")
        expect(area).to_be_focused()
        assert page.url.endswith(post.get_absolute_url())
    expect(area).to_have_value(words)
    assert not Comment.objects.exists()

    area.fill(words[12:])
    expect(line).to_be_empty()
    page.click("#respond [value=send]")
    expect_waiting(page)
    assert Comment.objects.get().body == words[12:]


def test_letters_are_counted_as_the_site_counts_them(people, post):
    page = people.page(post.get_absolute_url())
    fill(page, body="🏔" * READER_LIMIT)
    expect(page.locator(".field__too-long")).to_be_empty()
    fill(page, body="🏔" * READER_LIMIT + "!")
    expect(page.locator(".field__too-long")).to_contain_text("Too long: 1 over")


def test_each_field_has_its_own_limit_from_the_first_check(people, post):
    comment = factories.comment(post)
    page = people.page(f"/comments/{comment.pk}/report/")
    page.fill("[name=words]", "x" * (MAX_EXPLANATION + 3))
    expect(page.locator(".field__too-long")).to_have_text(
        f"Too long: 3 over the limit of {MAX_EXPLANATION} characters."
    )
    page.reload()
    expect(page.locator("[name=words]")).to_have_value("x" * (MAX_EXPLANATION + 3))
    expect(page.locator(".field__too-long")).to_contain_text("Too long: 3 over")
