"""Where others quote deleted words, the quotation is emptied; what they wrote themselves stays."""

import pytest

from comments.lifecycle import edits
from comments.models import Comment, Quotation
from comments.privacy.erasure import erase_address, erase_batch
from tests import factories
from tests.comments.comment_pages import page

pytestmark = pytest.mark.django_db

ADDRESS = "bahodir@example.net"
SAID = "The samovar sang all night long."


@pytest.fixture
def quoting(post) -> Comment:
    """Ann quotes Bahodir and the post, and has edited her comment since."""
    said = factories.comment(post, name="Bahodir", email=ADDRESS, body=SAID)
    body = f"> {SAID}\n\nIt did.\n\n> The kettle was silent.\n\nWas it?"
    comment = factories.comment(post, parent=said, name="Ann", email="ann@example.net", body=body)
    edits.edit(comment, f"{body}\n\nYes.", by=None, by_writer=True)
    assert Quotation.objects.filter(source=said).count() == 1
    return Comment.objects.get(pk=comment.pk)


def erase(*, keeps_words: bool) -> None:
    erasure = erase_address(ADDRESS, keeps_words=keeps_words)
    while erasure and erase_batch(erasure):
        pass


def test_a_quotation_of_deleted_words_is_emptied_also_in_earlier_versions(visitor, post, quoting):
    erase(keeps_words=False)
    quoting.refresh_from_db()
    assert quoting.body == "> […]\n\nIt did.\n\n> The kettle was silent.\n\nWas it?\n\nYes."
    assert quoting.revisions.get().body == "> […]\n\nIt did.\n\n> The kettle was silent.\n\nWas it?"
    assert (quoting.quote_count, quoting.quotations.count()) == (0, 0)
    html = page(visitor.get(post.get_absolute_url()))
    assert "samovar" not in html
    assert "It did." in html
    assert not visitor.get("/search/?q=samovar").context["hits"]


def test_a_quotation_of_words_that_stay_stays_without_the_name(visitor, post, quoting):
    erase(keeps_words=True)
    quoting.refresh_from_db()
    assert SAID in quoting.body
    html = page(visitor.get(post.get_absolute_url()))
    assert SAID in html
    assert "Bahodir" not in html


def test_quotations_of_others_are_left_alone(post):
    said = factories.comment(post, name="Cid", email="cid@example.net", body="Tea wants patience, he told me.")
    factories.comment(post, name="Bahodir", email=ADDRESS, body="Something else entirely.")
    body = "> Tea wants patience, he told me.\n\nIt does."
    comment = factories.comment(post, parent=said, name="Ann", email="ann@example.net", body=body)
    erase(keeps_words=False)
    comment.refresh_from_db()
    assert comment.body == body
