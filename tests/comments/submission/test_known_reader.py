"""A reader with a session is asked once who they are: the form says as whom they write, and lets them change it."""

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from comments.readers import session
from tests import factories
from tests.comments.comment_pages import form_on, page, send

pytestmark = pytest.mark.django_db

KNOWN = '<details class="respond__known">'


@pytest.fixture
def alisher(post):
    """A verified reader who has written, under that name, with a website."""
    reader = factories.reader("alisher@example.net")
    for name, verified in [("Alisher", True), ("Not Alisher", False)]:
        factories.comment(
            post, name=name, website=f"https://{name[-7:].lower()}.example/", email=reader.email, is_verified=verified
        )
    return reader


def test_the_form_says_as_whom_and_sends_what_the_last_comment_said(alisher, post):
    client = factories.reader_client(alisher)
    html = page(client.get(post.get_absolute_url()))
    assert KNOWN in html
    assert "Commenting as <bdi>Alisher</bdi>" in html
    form = form_on(client.get(post.get_absolute_url()))
    assert {name: form[name] for name in ("name", "email", "website")} == {
        "name": "Alisher",
        "email": "alisher@example.net",
        "website": "https://alisher.example/",
    }


def test_what_somebody_else_wrote_with_their_address_does_not_count(alisher, post):
    Comment.objects.filter(name="Alisher").update(is_verified=False)
    response = factories.reader_client(alisher).get(post.get_absolute_url())
    assert KNOWN not in page(response)
    assert form_on(response)["name"] == ""


def test_a_guest_and_a_reader_who_has_not_written_are_asked(visitor, post):
    for client in (visitor, factories.reader_client(factories.reader("new@example.net"))):
        html = page(client.get(post.get_absolute_url()))
        assert KNOWN not in html
        assert 'name="name"' in html


def test_a_mistake_in_their_name_is_shown_with_the_fields_open(alisher, post):
    client = factories.reader_client(alisher)
    html = page(send(client, post, name="", email=alisher.email))
    assert KNOWN not in html
    assert "Not posted yet" in html
    html = page(send(client, post, name="Alisher T.", email=alisher.email, body=" "))
    assert "Commenting as <bdi>Alisher T.</bdi>" in html


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [320, 1280])
def test_who_writes_is_one_line_and_can_be_changed(width, script, alisher, post, browser, live_server):
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    cookie = factories.reader_client(alisher).cookies[session.COOKIE].value
    context.add_cookies([{"name": session.COOKIE, "value": cookie, "url": live_server.url}])
    window = context.new_page()
    window.goto(live_server.url + post.get_absolute_url())
    form = window.locator("#respond")
    expect(form.get_by_label("Email", exact=True)).to_be_hidden()
    form.locator("summary", has_text="Commenting as").click()
    form.get_by_label("Name").fill("A. Temirov")
    form.get_by_label("Comment", exact=True).fill("The second is the older one.")
    form.get_by_role("button", name="Post").click()
    expect(window.get_by_text("It will appear once a moderator has read it.")).to_be_visible()
    context.close()
    assert Comment.objects.order_by("-id").values_list("name", "is_verified")[0] == ("A. Temirov", True)
