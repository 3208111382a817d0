"""What strangers send to make the server visit, write to or wait for somebody."""

import contextlib
import socket
from email import message_from_bytes

import pytest
from django.conf import settings as site_settings
from django.core import mail
from django.core.management import call_command
from django.test import Client

from comments.models import Comment, Message
from tests import factories
from tests.comments.comment_pages import send

pytestmark = pytest.mark.django_db
INJECTED = "Bob\r\nBcc: victim@example.org\r\nX-Injected: yes"


@pytest.fixture
def canary():
    """A port at which something listens; `visits` is how often anybody came."""

    class Canary:
        def __init__(self) -> None:
            self.socket = socket.create_server(("127.0.0.1", 0))
            self.socket.settimeout(0)
            self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"

        def visits(self) -> int:
            """How many connections wait to be taken: the system has completed them already."""
            count = 0
            with contextlib.suppress(BlockingIOError):
                while self.socket.accept():
                    count += 1
            return count

    with contextlib.closing((listening := Canary()).socket):
        yield listening


def test_no_address_that_a_reader_types_is_visited(visitor, post, canary, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        words = f"{canary.address}\n\n[a]({canary.address}) ![b]({canary.address}) <{canary.address}>"
        assert send(visitor, post, website="https://example.net/", body=words).status_code == 302
        factories.approve(Comment.objects.get(), via="desk")
    call_command("worker", "--once")
    visitor.get(post.get_absolute_url())
    assert canary.visits() == 0
    socket.create_connection(canary.socket.getsockname()).close()
    assert canary.visits() == 1, "the canary counts who comes"


@pytest.mark.parametrize("field", ["name", "email", "website", "body"])
def test_no_field_of_a_comment_adds_a_header_or_a_recipient(visitor, post, field):
    factories.user("mona", group="Moderator")
    send(visitor, post, **{field: INJECTED})
    if field != "body":
        assert not Comment.objects.exists()
        send(visitor, post)
    call_command("worker", "--once")
    assert {*Message.objects.values_list("to", flat=True)} == {"mona@example.org"}
    assert mail.outbox
    for sent in mail.outbox:
        headers = message_from_bytes(sent.message().as_bytes())
        assert not {"Bcc", "X-Injected"} & {*headers.keys()}
        assert len(sent.recipients()) == 1


def test_a_form_of_countless_fields_is_refused_with_a_page(post):
    fields = "&".join(f"f{number}=1" for number in range(site_settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    browser = Client(raise_request_exception=False)
    kind = "application/x-www-form-urlencoded"
    response = browser.post(f"{post.get_absolute_url()}comments/", fields, content_type=kind)
    assert response.status_code == 400
    assert "<h1" in response.content.decode()
    assert not Comment.objects.exists()
