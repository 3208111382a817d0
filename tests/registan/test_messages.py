"""Messages to the next page: in a cookie of ours, or in the session as far as they are too long for one."""

import hashlib

import pytest
from django.contrib.messages import SUCCESS
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from registan.messages import MessageStorage
from tests import factories

LIST = "/admin/blog/post/"


@pytest.mark.django_db
def test_a_message_is_carried_by_a_cookie_of_ours_and_written_to_no_session(editor):
    sent = {"action": "unpublish", "_selected_action": [factories.post().pk]}
    with CaptureQueriesContext(connection) as asked:
        cookie = editor.post(LIST, sent).cookies["registan_messages"]
    assert not any(query["sql"].startswith('UPDATE "django_session"') for query in asked)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "1 post is a draft again." in editor.get(LIST).text
    assert "1 post is a draft again." not in editor.get(LIST).text


def test_messages_that_are_too_long_for_a_cookie_all_arrive():
    texts = [hashlib.sha512(bytes([number])).hexdigest() for number in range(30)]  # which cannot be compressed
    first, second, response = RequestFactory().get("/"), RequestFactory().get("/"), HttpResponse()
    first.session = second.session = {}
    storage = MessageStorage(first)
    for text in texts:
        storage.add(SUCCESS, text)
    storage.update(response)
    second.COOKIES = {name: cookie.value for name, cookie in response.cookies.items()}
    assert len(second.COOKIES["registan_messages"]) < 4096
    assert [message.message for message in MessageStorage(second)] == texts
