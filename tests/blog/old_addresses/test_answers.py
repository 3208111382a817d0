"""What an old address answers: one step, to what readers may find, never to itself, and never where a visitor says."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.editing.trash_actions import move_to_trash
from blog.models import OldAddress, Post
from blog.old_addresses.find import MAX_HOPS
from comments.models import Comment
from tests import factories
from tests.blog.old_addresses.old_blog import HOME, POST, SOURCE, leads, move_in

pytestmark = pytest.mark.django_db


def typed(path: str, address: str = "", **fields) -> OldAddress:
    return OldAddress.objects.create(path=path, address=address, **fields)


# Whom it leads to


def test_what_is_not_public_answers_like_what_never_was():
    post = move_in()["post"]
    post.unpublish()
    assert [leads(address) for address in ("/2009/05/tea-houses/", "/?p=12", "/archives/12")] == [404] * 3


def test_a_scheduled_post_is_led_to_when_its_time_has_come(monkeypatch):
    post = factories.scheduled()
    OldAddress.objects.remember([("/tea/", "post", post.pk)], source=SOURCE)
    assert leads("/tea/") == 404
    later = post.published_at + timedelta(minutes=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert leads("/tea/") == post.get_absolute_url()


def test_what_is_in_the_trash_is_led_to_again_once_it_is_restored():
    rows = move_in()
    for name, address in (("tag", "/?cat=3"), ("page", "/about-us/"), ("picture", "/?attachment_id=13")):
        entry = move_to_trash(rows[name], by=None)
        assert leads(address) == 404, name
        entry.refresh_from_db()
        rows[name].refresh_from_db()
        type(rows[name]).everything.filter(pk=rows[name].pk).update(is_trashed=False)
        assert leads(address) != 404, name


def test_an_unlisted_post_is_found_by_no_number_that_anybody_may_try():
    post = factories.post(visibility="unlisted", slug="secret")
    rows = [(address, "post", post.pk) for address in ("/?p=12", "/archives/12", "/archives/the-old-secret/")]
    OldAddress.objects.remember(rows, source=SOURCE)
    assert [leads("/?p=12"), leads("/archives/12")] == [404, 404]
    assert leads("/archives/the-old-secret/") == post.get_absolute_url()


def test_a_post_with_a_password_is_led_to_and_asks_for_it():
    post = factories.post(visibility="password", slug="diary")
    OldAddress.objects.remember([("/?p=12", "post", post.pk)], source=SOURCE)
    assert leads("/?p=12") == post.get_absolute_url()
    assert leads(post.get_absolute_url()) == 403


def test_a_comment_is_led_to_where_it_stands():
    post = factories.post()
    comment = factories.comment(post)
    OldAddress.objects.remember([("/isso/5", "comment", comment.pk)], source=SOURCE)
    assert leads("/isso/5") == f"{post.get_absolute_url()}#comment-{comment.pk}"
    assert leads("/isso/5?utm_source=x") == f"{post.get_absolute_url()}#comment-{comment.pk}"
    Comment.objects.filter(pk=comment.pk).update(shown=False)
    assert leads("/isso/5") == 404


def test_something_new_at_an_old_address_wins_with_all_that_lies_below():
    rows = move_in()
    OldAddress.objects.remember([("/teas/", "post", rows["post"].pk)], source=SOURCE)
    assert leads("/teas/amp/") == POST
    factories.page("teas", title="Teas")
    assert leads("/teas/") == 200
    assert leads("/teas") == "/teas/"
    assert leads("/teas/amp/") == 404
    assert leads("/teas/comment-page-4/") == 404


# Redirects that owners type


def test_the_kind_of_redirect_is_the_one_that_was_chosen():
    typed("/a", "/archive/")
    typed("/b", "/archive/", code=302)
    typed("/c", code=410)
    assert [leads(f"/{name}/") for name in "abc"] == ["/archive/", "302 /archive/", 410]


def test_an_address_elsewhere_gets_nothing_that_the_visitor_sent():
    typed("/shop", "https://shop.example/")
    assert leads("/shop/?next=//evil.example") == "https://shop.example/"


def test_what_is_gone_says_so_in_words():
    typed("/gone", code=410)
    response = Client().get("/gone/")
    assert response.status_code == 410
    assert "gone for good" in response.text
    assert 'content="noindex"' in response.text


def test_everything_below_goes_along_if_it_is_wanted():
    typed("/news", "/", with_below=True)
    typed("/shop", "https://shop.example/", with_below=True)
    typed("/alone", "/archive/")
    assert leads("/news/2026/03/") == "/2026/03/"
    assert leads("/news") == "/"
    assert leads("/shop/tea/green/") == "https://shop.example/tea/green/"
    assert leads("/shop/what%3F/%23tea/") == "https://shop.example/what%3F/%23tea/"
    assert leads("/alone/2026/") == 404


HOSTILE = ("//evil.example/", "/%5Cevil.example/", "/%2F%2Fevil.example/", "/..//evil.example", "/%09/evil.example/")


@pytest.mark.parametrize("rest", HOSTILE)
def test_nothing_below_leads_to_another_site(rest):
    typed("/news", "/archive/", with_below=True)
    typed("/root", "/", with_below=True)
    typed("/shop", "https://shop.example", with_below=True)
    for folder in ("/news", "/root", "/shop"):
        location = leads(f"{folder}{rest}")
        assert location == 404 or location.startswith(("https://shop.example/", "/")), location
        assert not str(location).startswith(("//", "/\\")), location


@pytest.mark.parametrize("address", ["/search///evil.example/", "/search/%0d%0aSet-Cookie:x/", "/search/%5C%5Cevil/"])
def test_an_old_search_leads_to_ours_alone(address):
    location = leads(address)
    assert location == 404 or location.startswith("/search/?q=")
    assert "\n" not in str(location)


# Chains and circles


def test_a_chain_collapses_to_one_step():
    post = factories.post(slug="tea")
    OldAddress.objects.remember([("/c/", "post", post.pk)], source=SOURCE)
    typed("/a", "/b/")
    typed("/b", "/c/")
    assert [leads(f"/{name}/") for name in "abc"] == [post.get_absolute_url()] * 3
    post.slug = "chai"
    post.save()
    typed("/d", "/2026/03/20/tea/")
    assert [leads(f"/{name}/") for name in "abcd"] == [post.get_absolute_url()] * 4


def test_a_chain_that_ends_in_what_is_gone_is_gone():
    typed("/a", "/b/")
    typed("/b", code=410)
    assert leads("/a/") == 410


def test_a_chain_that_ends_nowhere_is_a_404():
    typed("/a", "/b/")
    assert leads("/a/") == 404


def test_circles_are_404s():
    typed("/self", "/self/")
    for old, new in (("/a", "/b/"), ("/b", "/c/"), ("/c", "/a/")):
        typed(old, new)
    typed("/deep", "/deep/deeper/", with_below=True)
    assert [leads(address) for address in ("/self/", "/a/", "/b/", "/c/", "/deep/x/")] == [404] * 5


def test_a_long_chain_is_followed_so_far_and_no_further():
    factories.page("end")
    for number in range(MAX_HOPS + 5):
        typed(f"/n{number}", f"/n{number + 1}/")
    typed(f"/n{MAX_HOPS + 5}", "/end/")
    assert leads(f"/n{MAX_HOPS + 3}/") == "/end/"
    assert leads("/n0/") == 404


# How they are answered


def test_a_redirect_is_kept_by_no_cache_since_owners_change_it():
    move_in()
    for address in ("/2009/05/tea-houses/", "/?p=12"):
        assert Client().get(address)["Cache-Control"] == "private, no-cache"


def test_a_form_is_sent_on_as_it_is_but_to_no_other_site():
    move_in()
    typed("/old/shop", "https://shop.example/")
    response = Client().post("/2009/05/tea-houses/", {"body": "Tea."})
    assert (response.status_code, response["Location"]) == (308, POST)
    assert Client().post("/old/shop/", {"body": "Tea."}).status_code == 404


def test_the_front_page_is_asked_for_nothing_without_a_parameter_of_wordpress(django_assert_num_queries):
    move_in()
    Client().get("/")
    for address in ("/", "/?utm_source=x", "/?quoted=1"):
        with django_assert_num_queries(1):  # the clock
            Client().get(address)


def test_a_redirect_costs_the_rows_it_needs_and_no_page():
    post = move_in()["post"]
    with CaptureQueriesContext(connection) as asked:
        assert leads("/archives/12") == post.get_absolute_url()
    assert len(asked) == 2  # its spellings, the post


def test_head_is_answered_like_get():
    move_in()
    assert Client().head("/?p=12")["Location"] == POST
    assert Client().head("/2009/05/tea-houses/")["Location"] == POST
    assert Client().head("/?p=99").status_code == 404


def test_too_many_parameters_are_not_read():
    move_in()
    assert leads("/?p=12&" + "&".join(f"a{number}=1" for number in range(30))) in (404, POST)


@pytest.mark.parametrize(
    "path", ["/%00/", "/a%00b/", "/?p=12%00", "/%ff%fe/", f"/{'a' * 3000}/", f"/?tag={'b' * 3000}"]
)
def test_no_address_breaks_it(path):
    typed("/a", "/archive/")
    assert Client().get(path).status_code in (200, 301, 404)


def test_posts_of_the_import_are_asked_for_by_their_number_alone():
    move_in()
    assert Post.objects.count() == 1
    assert leads("/?p=12abc") == 200
    assert leads(f"/?p={10**30}") == 200
    assert HOME not in str(leads("/?p=12"))
