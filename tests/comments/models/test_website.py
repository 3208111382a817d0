"""A commenter's website is an address of the web, whatever stores it, and nothing else becomes a link."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.test import Client

from comments.lifecycle.submit import submit
from comments.models import Comment, Policy
from comments.status import Status
from tests import factories

pytestmark = pytest.mark.django_db
HOSTILE = (
    *("javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "//evil.example"),
    *("data:text/html,<b>", "vbscript:x", "ftp://example.org/", 'https://a.example/" onclick="x', "http://", "evil"),
)


@pytest.fixture
def comment(post) -> Comment:
    return factories.comment(post, website="https://example.org/~alice?a=b#c")


@pytest.mark.parametrize("address", HOSTILE)
def test_nothing_else_is_stored_whichever_way_it_comes(comment, address):
    row = Comment.objects.values("conversation_id", "name", "body").get()
    ways = (
        lambda: submit(post=comment.post, name="Bob", email="", website=address, body="B", to=Status.APPROVED),
        lambda: Comment.objects.bulk_create([Comment(**row, website=address, path="z", fingerprint="z")]),
        lambda: Comment.objects.filter(pk=comment.pk).update(website=address),
        lambda: setattr(comment, "website", address) or comment.save(),
        lambda: Comment(**row, website=address).full_clean(),
    )
    for store in ways:
        with pytest.raises(ValidationError), transaction.atomic():
            store()
    assert set(Comment.objects.values_list("website", flat=True)) == {"https://example.org/~alice?a=b#c"}


def test_addresses_of_the_web_and_none_are_stored(comment):
    for address in ("", "http://example.org", "https://пример.example/путь"):
        comment.website = address
        comment.save()
        comment.refresh_from_db()
        assert comment.website == address


def test_what_was_stored_before_the_check_becomes_no_link(comment, post):
    Policy.objects.update_or_create(pk=1, defaults={"regular_after": 1})
    address = post.get_absolute_url()
    assert 'href="https://example.org/~alice?a=b#c"' in Client().get(address).text
    Comment.objects.update(website=Value("javascript:alert(1)"))
    page = Client().get(address, {"new": "1"}).text
    assert comment.name in page
    assert "javascript:" not in page
