"""When many ask for what is expensive, all others are answered as ever, and those refused are asked to come back."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from blog import busy
from comments.models import Comment
from tests import factories
from tests.comments.comment_pages import send

# Seconds that a test waits for what comes at once.
PATIENCE = 30


@pytest.fixture
def full_pool(monkeypatch):
    """A pool of one place, which is taken, and in which nobody may wait."""
    pool = busy.Pool(places=1, waiting=0, patience=0)
    monkeypatch.setattr(busy, "pool", pool)
    with pool.place():
        yield pool


def test_one_waits_for_its_place_and_one_more_is_refused_at_once():
    pool = busy.Pool(places=1, waiting=1, patience=PATIENCE)
    taken, leave, second_in = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        with pool.place():
            taken.set()
            assert leave.wait(PATIENCE)

    def second() -> None:
        with pool.place():
            second_in.set()

    with ThreadPoolExecutor(2) as threads:
        running = [threads.submit(first)]
        assert taken.wait(PATIENCE)
        running.append(threads.submit(second))
        while pool.door.acquire(blocking=False):  # until the second is waiting
            pool.door.release()
        assert not second_in.is_set()
        with pytest.raises(busy.Full), pool.place():
            pass
        leave.set()
        for thread in running:
            thread.result(PATIENCE)
    assert second_in.is_set()


def test_who_waits_too_long_is_refused_and_leaves_no_trace():
    pool = busy.Pool(places=1, waiting=1, patience=0.01)
    with pool.place(), pytest.raises(busy.Full), pool.place():
        pass
    with pool.place():
        assert not pool.places.acquire(blocking=False)


def test_a_view_that_fails_gives_its_place_back(monkeypatch, rf):
    monkeypatch.setattr(busy, "pool", busy.Pool(places=1, waiting=0, patience=0))
    answers = [ZeroDivisionError(), HttpResponse("found")]

    @busy.expensive
    def view(request):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(ZeroDivisionError):
        view(rf.get("/"))
    assert view(rf.get("/")).content == b"found"


def expensive_addresses(post) -> list[str]:
    url = post.get_absolute_url()
    return ["/search/?q=tea", "/search/feed/?q=tea", "/page/2/", f"{url}discussion/", f"{url}comment-page-2/"]


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("cookies", [{}, {"registan_reader": "forged"}])
def test_what_is_expensive_is_refused_politely(client, full_pool, number, cookies):
    client.cookies.load(cookies)
    response = client.get(expensive_addresses(factories.post())[number])
    assert response.status_code == 503
    assert (response.headers["Retry-After"], response.headers["Cache-Control"]) == (busy.RETRY_SECONDS, "no-store")
    assert "Please try again in a few seconds" in response.content.decode()


@pytest.mark.django_db
def test_a_page_needs_one_place_even_if_it_is_expensive_for_two_reasons(client, monkeypatch):
    monkeypatch.setattr(busy, "pool", busy.Pool(places=1, waiting=0, patience=0))
    assert client.get(f"{factories.post().get_absolute_url()}discussion/page/1/").status_code == 301


@pytest.mark.django_db
def test_the_refusal_asks_the_database_nothing_but_the_clock(client, full_pool, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        assert client.get("/page/2/").status_code == 503


@pytest.mark.django_db
def test_posts_first_pages_comments_and_the_staff_need_no_place(full_pool, visitor):
    post = factories.post()
    client = Client()
    for address in ["/", post.get_absolute_url(), "/archive/", "/feed/", "/tags/"]:
        assert client.get(address).status_code == 200
    assert send(visitor, post, body="Stored all the same.").status_code == 302
    assert Comment.objects.get().body == "Stored all the same."
    client.force_login(User.objects.create_superuser("ann"))
    assert client.get(reverse("admin:index")).status_code == 200


@pytest.mark.django_db
def test_a_page_that_is_cached_needs_no_place(client, monkeypatch):
    for _ in range(11):
        factories.post()
    assert client.get("/page/2/").status_code == 200
    pool = busy.Pool(places=1, waiting=0, patience=0)
    monkeypatch.setattr(busy, "pool", pool)
    with pool.place():
        assert client.get("/page/2/").status_code == 200


@pytest.mark.django_db
def test_a_refusal_is_not_cached(client, monkeypatch):
    for _ in range(11):
        factories.post()
    pool = busy.Pool(places=1, waiting=0, patience=0)
    monkeypatch.setattr(busy, "pool", pool)
    with pool.place():
        assert client.get("/page/2/").status_code == 503
    assert client.get("/page/2/").status_code == 200
