"""Renamed objects keep answering at their old addresses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from blog.models import Post, Redirect
from tests import factories

pytestmark = pytest.mark.django_db


def leads(visitor, address: str) -> str | int:
    """Where `address` leads permanently, or the status when it leads nowhere."""
    response = visitor.get(address)
    return response["Location"] if response.status_code == 301 else response.status_code


def rename(row, slug: str):
    row.slug = slug
    row.save()
    return row


@pytest.mark.parametrize(
    ("make", "old", "new"),
    [
        (lambda: factories.post(slug="old"), "/2026/03/20/old/", "/2026/03/20/new/"),
        (lambda: factories.tag(slug="old"), "/tag/old/", "/tag/new/"),
        (lambda: factories.author(slug="old"), "/author/old/", "/author/new/"),
        (lambda: factories.page("old"), "/old/", "/new/"),
    ],
    ids=["post", "tag", "author", "page"],
)
def test_a_renamed_thing_keeps_its_old_address(visitor, make, old, new):
    rename(make(), "new")
    assert leads(visitor, new) == 200
    assert leads(visitor, old) == new
    assert leads(visitor, f"{old}?utm_source=a&b=%20c") == f"{new}?utm_source=a&b=%20c"
    assert visitor.head(old)["Location"] == new


@pytest.mark.parametrize("below", ["feed/", "feed/atom/", "feed/json/", "page/2/"])
def test_paths_below_an_old_address_redirect_too(visitor, below):
    rename(factories.tag(slug="old"), "new")
    rename(factories.author(slug="old"), "new")
    assert leads(visitor, f"/tag/old/{below}") == f"/tag/new/{below}"
    assert leads(visitor, f"/author/old/{below}") == f"/author/new/{below}"


@pytest.mark.parametrize("below", ["feed/", "feed/json/", "comment-page-2/"])
def test_paths_below_the_old_address_of_a_post_redirect_too(visitor, below):
    rename(factories.post(slug="old"), "new")
    assert leads(visitor, f"/2026/03/20/old/{below}") == f"/2026/03/20/new/{below}"


def test_a_chain_of_renames_leads_to_the_newest_name_at_once(visitor):
    tag = factories.tag(slug="a")
    for slug in "bcd":
        rename(tag, slug)
    assert [leads(visitor, f"/tag/{slug}/") for slug in "abcd"] == ["/tag/d/", "/tag/d/", "/tag/d/", 200]


def test_a_name_renamed_back_redirects_only_to_itself(visitor):
    tag = factories.tag(slug="a")
    rename(rename(tag, "b"), "a")
    assert leads(visitor, "/tag/a/") == 200
    assert leads(visitor, "/tag/b/feed/") == "/tag/a/feed/"
    assert leads(visitor, "/tag/a/page/9/") == 404


def test_a_post_moved_to_another_day_keeps_its_old_address(visitor):
    post = factories.post(slug="tea")
    post.published_at -= timedelta(days=1)
    post.save()
    assert leads(visitor, "/2026/03/20/tea/") == "/2026/03/19/tea/"


def test_something_new_at_an_old_address_wins_with_all_that_lies_below(visitor):
    rename(factories.post(slug="old"), "new")
    rename(factories.tag(slug="old", name="one"), "new")
    factories.post("Newcomer", slug="old")
    factories.tag(slug="old", name="two")
    assert "Newcomer" in visitor.get("/2026/03/20/old/").content.decode()
    assert leads(visitor, "/tag/old/") == 200
    assert leads(visitor, "/2026/03/20/old/comment-page-7/") == 404
    assert leads(visitor, "/tag/old/page/7/") == 404


def test_a_post_takes_its_address_when_its_time_comes(visitor, monkeypatch):
    later = factories.scheduled()
    Redirect.objects.create(path=later.get_absolute_url(), post=factories.post())
    moment = later.published_at + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert leads(visitor, later.get_absolute_url()) == 200
    assert leads(visitor, f"{later.get_absolute_url()}none/") == 404


def test_an_address_given_up_again_leads_to_its_last_owner(visitor):
    rename(factories.tag(slug="old", name="one"), "new")
    rename(factories.tag(slug="old", name="two"), "newer")
    assert leads(visitor, "/tag/old/") == "/tag/newer/"


def test_a_draft_at_an_old_address_changes_nothing_for_readers(visitor):
    rename(factories.post(slug="old"), "new")
    draft = factories.draft(slug="old", published_at=factories.NOON)
    assert leads(visitor, "/2026/03/20/old/") == "/2026/03/20/new/"
    rename(draft, "other")
    assert leads(visitor, "/2026/03/20/old/") == "/2026/03/20/new/"


def test_a_renamed_draft_or_scheduled_post_gives_nothing_away(visitor):
    rename(factories.draft(slug="plan", published_at=factories.NOON), "secret")
    tomorrow = factories.scheduled(slug="plan")
    was = tomorrow.get_absolute_url()
    rename(tomorrow, "secret")
    assert leads(visitor, "/2026/03/20/plan/") == 404
    assert leads(visitor, was) == 404
    assert visitor.get(was).content.replace(b"plan", b"never") == visitor.get("/2026/03/20/never/").content


def test_the_old_address_of_a_post_sleeps_while_it_is_a_draft_and_wakes_with_it(visitor):
    post = rename(factories.post(slug="one"), "two")
    post.status = Post.Status.DRAFT
    post.save()
    assert leads(visitor, "/2026/03/20/one/") == 404
    rename(post, "three")
    post.status = Post.Status.PUBLISHED
    post.save()
    assert leads(visitor, "/2026/03/20/one/") == leads(visitor, "/2026/03/20/two/") == "/2026/03/20/three/"


def test_a_post_unpublished_and_published_on_another_day_keeps_its_address(visitor):
    post = factories.post(slug="tea")
    post.status, post.published_at = Post.Status.DRAFT, None
    post.save()
    assert leads(visitor, "/2026/03/20/tea/") == 404
    post.status = Post.Status.PUBLISHED
    post.save()
    assert leads(visitor, "/2026/03/20/tea/") == post.get_absolute_url()


def test_a_tag_can_be_given_further_old_addresses(visitor):
    tag = factories.tag(slug="tea")
    Redirect.objects.create(path="/category/drinks/tea/", tag=tag)
    assert leads(visitor, "/category/drinks/tea/") == "/tag/tea/"
    assert leads(visitor, "/category/drinks/tea/feed/") == "/tag/tea/feed/"
    assert leads(visitor, "/category/drinks/") == 404


def test_the_longest_old_address_counts(visitor):
    Redirect.objects.create(path="/category/", tag=factories.tag(slug="all"))
    Redirect.objects.create(path="/category/tea/", tag=factories.tag(slug="tea"))
    assert leads(visitor, "/category/tea/") == "/tag/tea/"
    assert leads(visitor, "/category/rice/") == "/tag/all/rice/"


def test_old_addresses_go_with_what_they_led_to(visitor):
    rename(factories.post(slug="old"), "new").delete()
    rename(factories.tag(slug="old"), "new").delete()
    assert leads(visitor, "/2026/03/20/old/") == leads(visitor, "/tag/old/") == 404


def test_an_old_address_leads_to_exactly_one_thing(transactional_db):
    tag, page = factories.tag(), factories.page()
    with pytest.raises(IntegrityError):
        Redirect.objects.create(path="/x/", tag=tag, page=page)
    with pytest.raises(IntegrityError):
        Redirect.objects.create(path="/x/")


def test_a_comment_sent_to_an_old_address_is_sent_on_as_it_is(visitor):
    rename(factories.post(slug="old"), "new")
    response = visitor.post("/2026/03/20/old/comments/", factories.comment_form())
    assert (response.status_code, response["Location"]) == (308, "/2026/03/20/new/comments/")


@pytest.mark.parametrize(
    "path", ["/tag/old\x00/", "/" + "a/" * 400, "//tag/old/", "/tag/old/%0d%0aSet-Cookie:x=1/", "/tag//old/"]
)
def test_hostile_paths_are_missing_pages(visitor, path):
    rename(factories.tag(slug="old"), "new")
    response = visitor.get(path)
    assert response.status_code in {301, 404}
    assert "Set-Cookie" not in response.headers
    if response.status_code == 301:
        assert response["Location"].startswith("/tag/new/")


def test_an_old_address_costs_two_queries_and_a_missing_page_four(visitor, django_assert_num_queries):
    rename(factories.tag(slug="old"), "new")
    with django_assert_num_queries(4):  # clock, tag, addresses of other blogs, former ones of this
        visitor.get("/tag/old/")
    visitor.get("/tag/none/")  # counted, once a day; the standing pages of the 404 are known from here on
    index_queries = 2 if connection.vendor == "postgresql" else 1
    with django_assert_num_queries(4 + index_queries):
        visitor.get("/tag/none/")


def test_a_new_post_is_asked_for_another_slug_than_the_former_one_of_a_post_of_its_day(client):
    renamed = rename(factories.post(slug="tea"), "tea-house")
    client.force_login(factories.user("edith", group="Editor"))
    day = {"published_at_0": "2026-03-20", "published_at_1": "18:00", "status": "published"}
    refused = client.post("/admin/blog/post/add/", factories.post_form(title="Green leaves", slug="tea", **day))
    said = str(refused.context["adminform"].form.errors["slug"])
    assert "Another post had this address until it was renamed" in said
    assert "This one is free: tea-2" in said

    client.post("/admin/blog/post/add/", factories.post_form(title="Tea", slug="", **day))
    assert leads(client, "/2026/03/20/tea/") == "/2026/03/20/tea-house/"
    assert leads(client, "/2026/03/20/tea-2/") == 200
    rename(renamed, "tea").full_clean()  # its own former slug is free for it
