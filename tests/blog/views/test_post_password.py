"""Posts with a password: who reads them, and that nobody else is shown a word of them."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from blog.models import Post, WorkingCopy
from blog.views import post_access
from comments.models import Comment
from registan import post_password
from tests import factories
from tests.blog.views.test_unlisted import crawl, guessable

pytestmark = pytest.mark.django_db

PASSWORD = "choyxona-1924"
SECRETS = ("Zumrad", "qimmat", "Kumush")  # of the title, of the text, of the comments


@pytest.fixture(autouse=True)
def no_tries():
    cache.clear()


@pytest.fixture
def secret(db) -> Post:
    post = factories.post("Zumrad", slug="gizli", body="Juda qimmat.", summary="Zumrad.")
    factories.comment(post, body="Kumush.")
    post.visibility = Post.Visibility.PASSWORD
    post.set_password(PASSWORD)
    post.save()
    return post


def enter(client, post, text: str = PASSWORD, **headers):
    return client.post(f"{post.get_absolute_url()}password/", {"password": text}, **headers)


def addresses(post: Post) -> list[str]:
    """Everything of the post that answers a reader."""
    feeds = ("feed/", "feed/atom/", "feed/json/")
    ends = (
        "",
        *feeds,
        "discussion/",
        "comment-page-1/",
        "newest/",
        "comments/stamp/",
        "comments/opened/",
        "comments/count/",
    )
    return [f"{post.get_absolute_url()}{end}" for end in ends]


def assert_says_nothing(response) -> None:
    assert not [word for word in SECRETS if word in response.content.decode()]


def test_every_address_of_the_post_asks_for_the_password_and_says_nothing_else(visitor, secret):
    for address in addresses(secret):
        response = visitor.get(address)
        assert response.status_code == 403
        assert_says_nothing(response)
        assert "This post has a password" in response.content.decode()
        assert response["Cache-Control"] == "private, no-store"
        assert response["X-Robots-Tag"] == "noindex"
        assert "ETag" not in response


def test_the_password_opens_the_post_and_its_conversation(visitor, secret):
    answer = enter(visitor, secret)
    assert (answer.status_code, answer["Location"]) == (303, secret.get_absolute_url())
    shown = visitor.get(secret.get_absolute_url())
    assert shown.status_code == 200
    for word in SECRETS:
        assert word in shown.content.decode()
    assert "Kumush" in visitor.get(f"{secret.get_absolute_url()}feed/").content.decode()


def test_no_cache_keeps_what_a_reader_with_the_password_was_shown(visitor, secret):
    enter(visitor, secret)
    for address in addresses(secret)[:5]:
        response = visitor.get(address)
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"
        assert "ETag" not in response
        assert not hasattr(response, "clock_arguments")  # what the fast path records by
        assert_says_nothing(Client().get(address))


def test_what_was_cached_before_is_not_shown_once_there_is_a_password(visitor):
    post = factories.post("Zumrad", body="Juda qimmat.")
    etag = visitor.get(post.get_absolute_url())["ETag"]
    post.visibility = Post.Visibility.PASSWORD
    post.set_password(PASSWORD)
    post.save()
    response = visitor.get(post.get_absolute_url(), headers={"If-None-Match": etag})
    assert response.status_code == 403
    assert_says_nothing(response)


def test_a_wrong_password_opens_nothing_and_says_so(visitor, secret):
    answer = enter(visitor, secret, "wrong")
    assert answer.status_code == 403
    assert "That is not the password" in answer.content.decode()
    assert visitor.get(secret.get_absolute_url()).status_code == 403


def test_many_wrong_passwords_are_refused_for_a_while_even_if_the_next_is_right(visitor, secret):
    for _try in range(post_password.TRIES_PER_HOME):
        assert enter(visitor, secret, "wrong").status_code == 403
    answer = enter(visitor, secret)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert not answer.cookies
    assert enter(visitor, secret, REMOTE_ADDR="198.51.100.7").status_code == 303


def test_right_passwords_are_not_counted(secret):
    for _reader in range(post_password.TRIES_PER_HOME + 2):
        assert enter(Client(), secret).status_code == 303


def test_a_neighbourhood_has_a_limit_of_its_own(visitor, secret):
    for number in range(post_password.TRIES_PER_NEIGHBOURHOOD):
        assert enter(visitor, secret, "wrong", REMOTE_ADDR=f"203.0.113.{number}").status_code == 403
    assert enter(visitor, secret, REMOTE_ADDR="203.0.113.200").status_code == 429


def test_a_password_sent_from_another_site_is_not_taken(visitor, secret):
    assert enter(visitor, secret, headers={"Origin": "https://evil.example"}).status_code == 403
    assert visitor.get(secret.get_absolute_url()).status_code == 403


def test_another_password_ends_the_access_of_those_who_had_the_old_one(visitor, secret):
    enter(visitor, secret)
    post = Post.objects.get(pk=secret.pk)
    post.set_password("another-one")
    post.save()
    assert visitor.get(secret.get_absolute_url()).status_code == 403


def test_access_to_one_post_opens_no_other(visitor, secret):
    other = factories.post("Other", visibility="password")
    Post.objects.filter(pk=other.pk).update(password_hash=secret.password_hash)
    enter(visitor, secret)
    visitor.cookies[f"registan_post_{other.pk}"] = visitor.cookies[f"registan_post_{secret.pk}"].value
    assert visitor.get(other.get_absolute_url()).status_code == 403


def test_access_ends_after_a_week(visitor, secret, monkeypatch):
    enter(visitor, secret)
    cookie = visitor.cookies[post_access.cookie_name(secret)]
    assert cookie["max-age"] == timedelta(days=7).total_seconds()
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    monkeypatch.setattr(post_access, "ACCESS_AGE", timedelta(seconds=-1))  # a browser that keeps it for longer
    assert visitor.get(secret.get_absolute_url()).status_code == 403


@pytest.mark.parametrize("cookie", ["", "x", "x:y:z", "WzFd:1abc:def"])
def test_a_made_up_cookie_opens_nothing(visitor, secret, cookie):
    visitor.cookies[f"registan_post_{secret.pk}"] = cookie
    assert visitor.get(secret.get_absolute_url()).status_code == 403


def test_comments_need_the_password_to_be_written_reported_and_found(visitor, secret):
    comment = Comment.objects.get()
    came_from = {"Referer": f"http://testserver{secret.get_absolute_url()}"}
    fields = {"name": "Eve", "email": "eve@example.net", "body": "Let me in."}
    assert_says_nothing(visitor.post(f"{secret.get_absolute_url()}comments/", fields))
    assert Comment.objects.count() == 1
    for address in (f"/comments/{comment.pk}/", f"/comments/{comment.pk}/report/"):
        response = visitor.get(address, headers=came_from)
        assert response.status_code == 404
        assert_says_nothing(response)
    enter(visitor, secret)
    assert visitor.get(f"/comments/{comment.pk}/", headers=came_from).status_code == 302
    assert visitor.get(f"/comments/{comment.pk}/report/", headers=came_from).status_code == 200


def test_nothing_else_on_the_site_leads_to_it_or_says_a_word_of_it(visitor, secret):
    factories.post("Listed", slug="listed")
    pages = crawl(visitor, "/", "/sitemap.xml", "/search/?q=Zumrad", "/search/?q=qimmat", *guessable(secret))
    found = [(address, word) for address, text in pages.items() for word in ("gizli", "Juda", "Kumush") if word in text]
    assert found == []
    assert "Listed" in pages["/"]


def test_its_share_image_is_not_drawn_for_anybody(visitor, secret):
    assert visitor.get(f"{secret.get_absolute_url()}share-0123456789abcdef.png").status_code == 404


def test_its_private_link_asks_for_the_password_too_once_it_is_published(visitor, secret):
    response = visitor.get(secret.get_preview_url())
    assert response.status_code == 403
    assert_says_nothing(response)


def test_its_author_and_editors_read_it_without(alice, bob, editor, secret):
    secret.save(authors=[alice.profile])
    assert alice.get(secret.get_absolute_url()).status_code == 200
    assert editor.get(secret.get_absolute_url()).status_code == 200
    assert bob.get(secret.get_absolute_url()).status_code == 403


# The form

ADD = "/admin/blog/post/add/"


def test_the_form_stores_the_password_so_that_nobody_can_read_it(editor, visitor):
    form = factories.post_form(status="published", visibility="password", password=PASSWORD)
    assert editor.post(ADD, form).status_code == 302
    post = Post.objects.get()
    assert PASSWORD not in post.password_hash
    assert enter(visitor, post).status_code == 303
    assert PASSWORD not in editor.get(f"/admin/blog/post/{post.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"visibility": "password"}, "password"),
        ({"visibility": "password", "password": "short"}, "password"),
        ({"visibility": "listed", "password": PASSWORD}, "visibility"),
    ],
)
def test_a_password_and_who_is_asked_for_it_go_together(editor, fields, wrong):
    response = editor.post(ADD, factories.post_form(**fields))
    assert list(response.context["adminform"].form.errors) == [wrong]
    assert not Post.objects.exists()


def test_a_password_is_forgotten_when_nobody_is_asked_for_it(editor, secret):
    address = f"/admin/blog/post/{secret.pk}/change/"
    form = factories.post_form(status="published", visibility="unlisted", edition=secret.edition)
    assert editor.post(address, form).status_code == 302
    assert Post.objects.get().password_hash == ""


def test_autosave_does_not_store_the_password(editor):
    form = factories.post_form(visibility="password", password=PASSWORD, key="a" * 22, turn="1", user=editor.user.pk)
    assert editor.post("/admin/blog/post/autosave/", form).status_code == 200
    assert "password" not in WorkingCopy.objects.get().form_data
    assert PASSWORD not in str(WorkingCopy.objects.get().form_data)
