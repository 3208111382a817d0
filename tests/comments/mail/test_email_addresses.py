"""Addresses that mail programs would parse differently are refused in every form."""

import pytest
from django.test import Client

from comments.models import Comment, Message
from tests.comments.comment_pages import complaints, send

pytestmark = pytest.mark.django_db

ODD = [
    "=?utf-8?q??=@example.org",
    '"bob"@example.org',
    '"b\\ob"@example.org',
    "bob@\uff45xample.org",
    f"{'b' * 60}@{'example.' * 30}org",
]


@pytest.mark.parametrize("email", ODD)
def test_a_comment_with_another_spelling_is_refused_with_its_text(visitor, post, email):
    response = send(visitor, post, email=email)
    assert response.status_code in {400, 413}
    assert "Email" in complaints(response)
    assert "A word of my own." in response.text
    assert not Comment.objects.exists()


@pytest.mark.parametrize("email", ODD)
@pytest.mark.parametrize(("where", "more"), [("/you/", {}), ("/subscribe/mail/", {"what": "all", "often": "at once"})])
def test_no_email_is_sent_to_another_spelling(where, more, email):
    response = Client().post(where, {"email": email, **more})
    assert response.status_code == 400
    assert not Message.objects.exists()


@pytest.mark.parametrize("email", ["bob+tag@example.org", "b.o'b@example.org", "bob@xn--e1afmkfd.xn--p1ai"])
def test_plain_addresses_are_accepted(visitor, post, email):
    assert send(visitor, post, email=email).status_code == 302
