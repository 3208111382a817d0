"""An author whose session has ended sends the form again after signing in, without a script."""

import re
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from blog.models import Post
from tests import factories

ADD = "/admin/blog/post/add/"
WORDS = 'Words that took an hour.\r\n\r\n"And" <b>more</b> & ещё.'
OURS, FOREIGN = {"Origin": "http://testserver"}, {"Origin": "http://evil.test"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Client:
    """An author whose session ends before they send a form."""
    factories.author("Alice", user=factories.user("alice", group="Author"))
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.User.objects.get())
    client.token = token(client.get(ADD))
    Session.objects.all().delete()
    return client


def token(page) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]


def form(**fields) -> dict:
    return factories.post_form(body=WORDS, **fields)


def fields(page) -> dict[str, str]:
    """The fields of the page's form."""
    text = page.content.decode()
    areas = re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>\n?(.*?)</textarea>', text, re.DOTALL)
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)
    return {name: unescape(value) for name, value in hidden + areas}


def test_the_whole_form_is_given_back_with_a_link_to_sign_in(alice):
    page = alice.post(ADD, form(csrfmiddlewaretoken=alice.token, summary="In\r\nshort."), headers=OURS)
    assert page.status_code == 403
    assert {"title": "On tea", "body": WORDS, "summary": "In\r\nshort."}.items() <= fields(page).items()
    assert "/admin/login/?next=/admin/" in page.content.decode()
    assert not Post.objects.exists()


def test_after_signing_in_elsewhere_the_form_is_sent_and_saved(alice):
    page = alice.post(ADD, form(csrfmiddlewaretoken=alice.token), headers=OURS)
    alice.force_login(factories.User.objects.get())
    del alice.cookies["registan_csrf"]
    alice.get(ADD)  # as signing in does, this makes another key
    page = alice.post(ADD, fields(page), headers=OURS)
    assert (page.status_code, fields(page)["body"]) == (403, WORDS)
    assert alice.post(ADD, {**fields(page), "csrfmiddlewaretoken": token(page)}, headers=OURS).status_code == 302
    assert Post.objects.get().body == WORDS.replace("\r\n", "\n")


def test_a_form_from_another_site_is_given_back_but_cannot_be_sent_again(alice):
    alice.force_login(factories.User.objects.get())
    page = alice.post(ADD, form(csrfmiddlewaretoken="x" * 64), headers=FOREIGN)
    assert page.status_code == 403
    assert f'action="{ADD}"' not in page.content.decode()
    assert "csrfmiddlewaretoken" not in re.sub(
        r'<form class="colophon.*?</form>', "", page.content.decode(), flags=re.S
    )


def test_a_password_is_never_shown_again(alice):
    page = alice.post(ADD, form(csrfmiddlewaretoken=alice.token, password1="s3cret"), headers=OURS)
    assert "s3cret" not in page.content.decode()


def test_a_script_only_learns_that_the_session_has_ended(alice):
    sent = form(csrfmiddlewaretoken=alice.token, key="k" * 22)
    answer = alice.post("/admin/blog/post/autosave/", sent, headers={**OURS, "Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.content) == (302, b"")


def test_a_form_without_text_leads_to_the_sign_in_page(alice):
    sent = {"csrfmiddlewaretoken": alice.token, "post": "yes"}
    assert alice.post(f"{ADD}", sent, headers=OURS).status_code == 302


def test_a_form_of_readers_is_not_a_staff_form():
    page = Client(enforce_csrf_checks=True).post("/language/", {"language": "en", "body": WORDS}, headers=OURS)
    assert "Send again" not in page.content.decode()
