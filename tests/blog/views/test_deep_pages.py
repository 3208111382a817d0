"""Pages far down a list show what pages near its head would: each post once, in the order of the list."""

import datetime
import re

import pytest
from django.utils import timezone

from blog.models import Post
from tests import factories

TITLE = re.compile(r"<a [^>]*>(Title [0-9]+)</a>")


@pytest.fixture
def site(monkeypatch):
    """23 posts of eight months, two in one second, by one author and under one tag; every page is far down."""
    monkeypatch.setattr("blog.views.months.FAR", 1)
    monkeypatch.setattr("blog.views.lists.POSTS_PER_PAGE", 2)
    monkeypatch.setattr("blog.views.lists.TITLES_PER_PAGE", 2)
    ann, tea = factories.author("Ann"), factories.tag("tea")
    now = timezone.now()
    for number in range(23):
        at = now - datetime.timedelta(days=10 * (number // 2 * 2))
        factories.post(title=f"Title {number}", slug=f"title-{number}", published_at=at, authors=[ann], tags=[tea])
    return {"ann": ann, "tea": tea}


def titles_on_pages(client, address: str) -> list[list[str]]:
    """What is listed on each page, until there is none."""
    pages = []
    while (response := client.get(f"{address}page/{len(pages) + 1}/" if pages else address)).status_code == 200:
        pages.append(list(dict.fromkeys(TITLE.findall(response.content.decode()))))
    return pages


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/archive/", "/tag/{tea.slug}/", "/author/{ann.slug}/"])
def test_every_post_stands_on_one_page_in_the_order_of_the_list(client, site, address):
    pages = titles_on_pages(client, address.format(**site))
    expected = list(Post.objects.published().latest_first().values_list("title", flat=True))
    assert len(expected) == 23
    assert [title for page in pages for title in page] == expected
    assert [len(page) for page in pages] == [2] * 11 + [1]


@pytest.mark.django_db
def test_after_a_new_post_the_pages_move_on(client, site):
    before = titles_on_pages(client, "/")
    factories.post(title="Title 99", slug="title-99", published_at=timezone.now())
    after = titles_on_pages(client, "/")
    assert [title for page in after for title in page] == ["Title 99", *(title for page in before for title in page)]


@pytest.mark.django_db
def test_the_months_are_counted_once_for_each_state_of_the_site(client, site, django_assert_num_queries):
    titles_on_pages(client, "/tag/{tea.slug}/".format(**site))
    Post.objects.update(summary="x")  # behind the clock's back: only fragments and pages are kept
    with django_assert_num_queries(1):
        client.get("/tag/{tea.slug}/page/5/".format(**site))
