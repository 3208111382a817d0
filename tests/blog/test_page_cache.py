"""Cached pages: the same for everybody, free of personal data, and updated at once."""

import gzip
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from blog import page_cache
from blog.models import Post
from tests import factories
from tests.registan.redis_server import redis_address  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.counts_bytes]


@pytest.fixture(params=["local", "database", "redis"])
def pages(request, settings, monkeypatch):
    """The pages' cache, of each kind in turn, empty."""
    database = "django.core.cache.backends.db.DatabaseCache"
    kinds = {
        "local": lambda: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "test"},
        "database": lambda: {"BACKEND": database, "LOCATION": "cache_pages"},
        "redis": lambda: {
            "BACKEND": "registan.cache.FailOpenRedisCache",
            "LOCATION": request.getfixturevalue("redis_address"),
            "KEY_PREFIX": "pages",
        },
    }
    monkeypatch.setattr("registan.cache.TIMEOUT_SECONDS", 30)  # a busy machine is no failure of Redis
    monkeypatch.setattr("registan.cache.FailOpenRedisCache.retry_at", 0.0)
    settings.CACHES = {**settings.CACHES, "pages": kinds[request.param]()}
    call_command("createcachetable", verbosity=0)
    caches["pages"].clear()
    yield caches["pages"]
    caches["pages"].clear()


@pytest.fixture
def at(monkeypatch):
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def page(address: str, **headers: str) -> str:
    """What a reader who has never been here sees."""
    response = Client(headers=headers).get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def is_kept(address: str, django_assert_max_num_queries) -> bool:
    """Does the page at `address` come from memory? Then it has no template."""
    with django_assert_max_num_queries(2):
        return not Client().get(address).templates


ADDRESSES = ["/", "/archive/", "/tags/", "/authors/", "/subscribe/", "/feed/", "/feed/atom/", "/comments/feed/json/"]


# What it costs


def test_a_cached_page_costs_at_most_two_queries_with_any_cache(pages, post, django_assert_max_num_queries):
    factories.comment(post)
    below = [post.get_absolute_url(), f"{post.get_absolute_url()}feed/"]
    for address in [*ADDRESSES, *below]:
        first = page(address)
        with django_assert_max_num_queries(2):
            assert page(address) == first
        assert is_kept(address, django_assert_max_num_queries)


def test_a_page_from_local_memory_costs_one_query(post, django_assert_num_queries):
    page("/")
    with django_assert_num_queries(1):
        page("/")


@pytest.mark.parametrize("address", [*ADDRESSES, "post"])
def test_an_unchanged_page_answers_304_after_one_query(post, django_assert_num_queries, address):
    address = post.get_absolute_url() if address == "post" else address
    first = Client().get(address)
    with django_assert_num_queries(1):
        again = Client().get(address, headers={"If-None-Match": f'"x", {first["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again[name] == first[name]


def test_a_changed_page_has_another_etag(post):
    first = Client().get("/")
    factories.post()
    again = Client().get("/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]


def test_an_etag_is_good_for_its_own_page_alone(post):
    """Or whoever knows the clock could ask "still so?" about a draft, and the answer would tell that it is there."""
    draft, other = factories.draft(published_at=factories.NOON), factories.post()
    etag = Client().get(post.get_absolute_url())["ETag"]
    for address in (other.get_absolute_url(), draft.get_absolute_url(), "/2026/03/20/none/", "/page/77/", "/archive/"):
        assert Client().get(address, headers={"If-None-Match": etag}).status_code in {200, 404}


# Which pages are cached, and for whom


def test_a_cached_page_sets_cache_control_and_vary(post):
    for _ in range(2):
        response = Client().get("/")
        assert response["Cache-Control"] == "public, max-age=0, s-maxage=1, must-revalidate"
        assert response["ETag"].startswith('W/"')
        assert response["Vary"] == "Cookie, Accept-Encoding"
        assert not response.cookies


def test_a_cached_page_contains_nothing_about_its_first_reader(pages, post):
    known = Client(headers={"X-Forwarded-For": "203.0.113.9", "User-Agent": "Curious/1", "Accept-Language": "ru"})
    known.cookies["other_cookie"] = "Zulfiya"
    known.cookies["csrftoken"] = "s3cret"
    first = known.get(post.get_absolute_url(), {"utm": "Zulfiya"})
    second = Client().get(post.get_absolute_url())
    assert first.content == second.content
    assert not second.cookies
    shown = second.content.decode()
    for trace in ("Zulfiya", "s3cret", "203.0.113.9", "Curious", "csrfmiddlewaretoken", "sessionid"):
        assert trace not in shown
        assert trace not in str(second.headers)


@pytest.mark.parametrize("cookie", ["registan_session", "registan_csrf", "registan_reader"])
def test_readers_with_our_cookie_neither_get_nor_fill_the_cache(post, cookie):
    address = post.get_absolute_url()
    known = Client()
    known.cookies[cookie] = "anything"
    for _ in range(2):
        response = known.get(address)
        assert response.templates, "it was made from nothing"
        assert response["Cache-Control"] == "private, no-cache"
        assert "ETag" not in response
        assert "Cookie" in response["Vary"]
    assert Client().get(address).templates, "the one with a cookie has filled the memory"
    assert known.get(address).templates, "the one with a cookie was given a page from memory"


# Pages that show no comments


SITE_PAGES = ["/archive/", "/tags/", "/authors/", "/subscribe/", "/feed/", "/feed/atom/", "/sitemap-posts.xml"]


@pytest.mark.parametrize("address", SITE_PAGES)
def test_a_page_without_comments_is_kept_for_every_reader_and_through_every_comment(
    post, address, django_assert_num_queries
):
    first = Client().get(address).content
    factories.comment(post)
    known = Client()
    known.cookies["registan_reader"] = "anything"
    with django_assert_num_queries(1):
        response = known.get(address)
    assert response.content == first
    assert not response.templates
    post.title = "Another title"
    post.save()
    assert Client().get("/archive/").content != first


def test_a_page_of_a_sitemap_is_kept_under_its_number_alone(post, pages):
    factories.comment(post)
    first, again = (Client().get("/sitemap-posts.xml?p=1") for _ in range(2))
    assert first["X-Robots-Tag"] == again["X-Robots-Tag"] == "noindex, noodp, noarchive"
    assert not again.templates
    for odd in ("01", "+1", "1 ", "x", "2"):
        answers = [Client().get("/sitemap-posts.xml", {"p": odd}) for _ in range(2)]
        assert "ETag" not in answers[1].headers, odd


# Parts of pages, for those who get a page of their own


@pytest.fixture
def known():
    """A reader who carries a cookie of ours."""
    client = Client()
    client.cookies["registan_reader"] = "anything"
    return client


def test_a_page_of_ones_own_costs_three_queries_once_its_parts_are_rendered(known, post, django_assert_num_queries):
    factories.comment(post)
    known.get(post.get_absolute_url())
    with django_assert_num_queries(3):  # clock, post, comments
        known.get(post.get_absolute_url())


def test_parts_show_every_change_at_once(known):
    tea, alice = factories.tag("Tea"), factories.author("Alice")
    post = factories.post(tags=[tea], authors=[alice], title="Salt first")
    address = post.get_absolute_url()
    before = known.get(address).content.decode()
    assert "<bdi>Tea</bdi>" in before
    tea.name, alice.name, post.title = "Coffee", "Alisher", "Salt last"
    for row in (tea, alice, post):
        row.save()
    factories.page("about")
    factories.comment(post)
    after = known.get(address).content.decode()
    for word in ("<bdi>Coffee</bdi>", "<bdi>Alisher</bdi>", "Salt last</h1>", 'href="/about/"', "1 comment"):
        assert word in after
    for word in ("<bdi>Tea</bdi>", "<bdi>Alice</bdi>", "Salt first"):
        assert word not in after


def test_parts_hold_nothing_of_their_first_reader(post):
    address = post.get_absolute_url()
    fresh = page(address)
    caches["pages"].clear()
    caches["fragments"].clear()
    staff = Client(headers={"Accept-Language": "ru"})
    staff.force_login(factories.user("mona", group="Moderator", first_name="Zulfiya"))
    staff.get(address)
    assert page(address) == fresh


def test_parts_are_kept_apart_by_language(post):
    address, russian, english = post.get_absolute_url(), Client(), Client()
    russian.cookies["language"] = "ru"
    english.cookies["language"] = "en"
    assert "Архив" in russian.get(address).content.decode()
    assert "Архив" not in english.get(address).content.decode()
    assert "Архив" in russian.get(address).content.decode()


def test_a_preview_is_no_part_of_any_page(known, post):
    post.preview_token = "t" * 22
    post.save()
    address = f"/preview/{post.preview_token}/"
    assert 'class="post__address"' not in known.get(address).content.decode()
    assert 'class="post__address"' in known.get(post.get_absolute_url()).content.decode()
    assert 'class="post__address"' not in known.get(address).content.decode()


# Who gets which page


def test_an_etag_does_not_apply_to_readers_with_our_cookie(post):
    etag = Client().get("/")["ETag"]
    known = Client(headers={"If-None-Match": etag})
    known.cookies["registan_session"] = "x"
    assert known.get("/").status_code == 200


def test_signed_in_staff_alone_see_their_own_name(post):
    staff = Client()
    staff.force_login(factories.user("mona", group="Moderator", first_name="Zulfiya"))
    assert "Zulfiya" in staff.get(post.get_absolute_url()).content.decode()
    assert "Zulfiya" not in page(post.get_absolute_url())


def test_unknown_parameters_make_no_page_of_their_own(post, django_assert_max_num_queries):
    page(f"{post.get_absolute_url()}?utm_source=x")
    for query in ("", "?utm_source=y", "?fbclid=1&a=2", "?replyto=3", "?page=2"):
        assert is_kept(post.get_absolute_url() + query, django_assert_max_num_queries), query


def test_a_page_with_a_reply_form_is_rendered_for_each_reader(post):
    comment = factories.comment(post)
    plain = page(post.get_absolute_url())
    for _ in range(2):
        response = Client().get(f"{post.get_absolute_url()}?reply={comment.pk}")
        assert response.templates
        assert response["Cache-Control"] == "private, no-cache"
        assert "ETag" not in response
        assert f'name="parent" value="{comment.pk}"' in response.content.decode()
    assert page(post.get_absolute_url()) == plain


def test_a_missing_page_is_not_cached(pages):
    assert Client().get("/2026/03/20/tea/").status_code == 404
    factories.post(slug="tea")
    assert page("/2026/03/20/tea/")
    missing = Client().get("/tag/none/")
    assert missing.status_code == 404
    assert "ETag" not in missing
    assert missing.templates
    assert Client().get("/tag/none/").templates


def test_a_redirect_is_not_cached(post, django_assert_max_num_queries):
    for _ in range(2):
        response = Client().get("/page/1/")
        assert response.status_code == 301
        assert "ETag" not in response


# How it is sent


def test_head_answers_like_get_without_a_body(post):
    for address in [*ADDRESSES, post.get_absolute_url()]:
        for _ in range(2):
            head, get = Client().head(address), Client().get(address)
            assert (head.status_code, dict(head.headers)) == (get.status_code, dict(get.headers))
            assert head.content == b""
            assert int(head["Content-Length"]) == len(get.content)


@pytest.mark.parametrize(
    ("accepts", "packed"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("GZIP", True),
        ("gzip;q=0.001", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("not-gzip", False),
    ],
)
def test_a_cached_page_is_compressed_for_clients_that_accept_gzip(pages, post, accepts, packed):
    plain = page("/").encode()
    for _ in range(2):
        response = Client(headers={"Accept-Encoding": accepts}).get("/")
        assert response.get("Content-Encoding") == ("gzip" if packed else None)
        assert (gzip.decompress(response.content) if packed else response.content) == plain
        assert int(response["Content-Length"]) == len(response.content)
        assert response["Content-Type"] == "text/html; charset=utf-8"


# Right at once


def test_a_change_of_a_post_shows_at_once_everywhere(pages):
    tea = factories.tag("Tea")
    post = factories.post("One", tags=[tea], summary="Old words.")
    addresses = [
        post.get_absolute_url(),
        "/",
        "/tag/tea/",
        "/archive/",
        "/feed/",
        "/feed/atom/",
        "/feed/json/",
        "/2026/",
    ]
    for address in addresses:
        assert "One" in page(address)
    post.title = "Two"
    post.save()
    for address in addresses:
        assert "Two" in page(address), address
        assert ">One<" not in page(address), address


def test_an_unpublished_post_is_gone_at_once(pages):
    post = factories.post("One", authors=[factories.author(user=factories.user())])
    assert "One" in page("/")
    assert "One" in page(post.get_absolute_url())
    post.status = Post.Status.DRAFT
    post.save()
    assert "One" not in page("/")
    assert Client().get(post.get_absolute_url()).status_code == 404
    etag = Client().get("/")["ETag"]
    assert Client().get(post.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 404


def test_a_renamed_tag_or_author_shows_at_once_under_its_posts(pages):
    tea, alice = factories.tag("Tea"), factories.author("Alice")
    post = factories.post(tags=[tea], authors=[alice])
    assert "<bdi>Tea</bdi>" in page(post.get_absolute_url())
    tea.name, alice.name = "Coffee", "Alisher"
    tea.save()
    alice.save()
    for address in ("/", post.get_absolute_url()):
        assert "<bdi>Coffee</bdi>" in page(address)
        assert "<bdi>Alisher</bdi>" in page(address)


def test_a_new_standing_page_is_linked_at_once_and_gone_when_deleted(pages):
    assert "/about/" not in page("/")
    about = factories.page("about")
    assert "/about/" in page("/")
    about.delete()
    assert "/about/" not in page("/")


def test_an_approved_comment_shows_at_once_wherever_comments_are_listed(pages, post):
    comment = factories.comment(post, status="pending", body="A word of mine.")
    told = [post.get_absolute_url(), f"{post.get_absolute_url()}feed/", "/comments/feed/", "/comments/feed/json/"]
    for address in told:
        assert "A word of mine." not in page(address)
    assert "1 comment" not in page("/")
    factories.approve(comment, via="admin")
    for address in told:
        assert "A word of mine." in page(address), address
    assert "1 comment" in page("/")
    factories.remove(comment, via="admin")
    for address in told:
        assert "A word of mine." not in page(address), address
    assert "1 comment" not in page("/")


def test_a_comment_elsewhere_leaves_the_page_of_a_post_in_memory(post, django_assert_max_num_queries):
    other = factories.post()
    page(post.get_absolute_url())
    factories.comment(other)
    assert is_kept(post.get_absolute_url(), django_assert_max_num_queries)


def test_a_waiting_comment_invalidates_no_cached_page(post, django_assert_max_num_queries):
    for address in ("/", post.get_absolute_url()):
        page(address)
    factories.comment(post, status="pending")
    for address in ("/", post.get_absolute_url()):
        assert is_kept(address, django_assert_max_num_queries)


def test_a_scheduled_post_appears_at_its_moment(pages, at):
    noon = factories.NOON
    at(noon)
    tea, alice = factories.tag("Tea"), factories.author("Alice", slug="alice")
    earlier = factories.post("Earlier", published_at=noon - timedelta(hours=1), authors=[alice])
    post = factories.post("Awaited", published_at=noon + timedelta(hours=1), tags=[tea], authors=[alice])
    lists = ["/", "/feed/", "/tag/tea/", "/author/alice/", "/archive/", "/2026/03/20/", earlier.get_absolute_url()]
    for moment, there in ((noon + timedelta(minutes=59, seconds=59), False), (noon + timedelta(hours=1), True)):
        at(moment)
        for address in lists:
            assert ("Awaited" in page(address)) is there, (address, moment)
        assert Client().get(post.get_absolute_url()).status_code == (200 if there else 404)
        assert ("author of 2 posts" in page(earlier.get_absolute_url())) is there
        assert ('href="/tag/tea/"' in page("/tags/")) is there


def test_a_conversation_closes_at_its_moment(pages, at):
    noon = factories.NOON
    at(noon)
    post = factories.post(closes_at=noon + timedelta(hours=1))
    address = post.get_absolute_url()
    for moment, closed in ((noon + timedelta(minutes=59), False), (noon + timedelta(hours=1), True)):
        at(moment)
        assert ("This conversation is closed." in page(address)) is closed
        assert ('class="respond"' in page(address)) is not closed


def test_a_new_release_invalidates_cached_pages(post, settings):
    page("/")
    settings.SITE_NAME = "Another"
    page_cache.release_digest.cache_clear()
    assert "Another" in page("/")
    page_cache.release_digest.cache_clear()


@pytest.mark.parametrize("file", ["blog/a.py", "templates/a.html", "locale/ru/LC_MESSAGES/django.mo"])
def test_a_release_is_identified_by_its_code_templates_and_translations(settings, tmp_path, file):
    settings.BASE_DIR = tmp_path
    (tmp_path / file).parent.mkdir(parents=True)
    releases = set()
    for content in (b"one", b"other"):
        (tmp_path / file).write_bytes(content)
        page_cache.release_digest.cache_clear()
        releases.add(page_cache.release_digest())
    page_cache.release_digest.cache_clear()
    assert len(releases) == 2


def test_a_cache_that_lost_everything_costs_only_time(pages, post):
    first = page("/")
    pages.clear()
    assert page("/") == first
