"""What the old blog kept to itself stays out of sight: notes, unknown types, comments of a post in the trash."""

import pytest

from comments.models import Comment, Mention
from registan.transfer.models import Element, Outcome
from registan.transfer.records.export_records import Meta
from tests import factories
from tests.registan.transfer.comments_in.exported import bring_in, element, exported, item, numbers_of, stored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("approved", ["0", "1"])
def test_an_internal_note_is_never_a_comment(client, post, approved):
    outcome = bring_in(post, exported(1, comment_type="note", approved=approved, content="Ask the lawyer first."))
    assert outcome.count("note", Outcome.SKIPPED) == 1
    assert (element(1, "note").outcome, element(1, "note").reason) == (Outcome.SKIPPED, "internal-note")
    assert not Comment.objects.exists()
    assert not Mention.objects.exists()
    assert "lawyer" not in client.get(post.get_absolute_url()).text


@pytest.mark.parametrize("kind", ["webmention", "order_note", "review", "like"])
def test_a_type_that_we_do_not_know_is_set_aside_and_named(post, kind):
    bring_in(post, exported(1, comment_type=kind))
    found = element(1, "other comment")
    assert (found.outcome, found.reason, found.detail) == (Outcome.SKIPPED, "comment-type", kind)
    assert not Comment.objects.exists()


def test_what_is_skipped_is_skipped_again_and_once(post):
    comments = [exported(1, comment_type="note"), exported(2, comment_type="like"), exported(3, comment_type="like")]
    for _run in range(2):
        outcome = bring_in(post, *comments)
        assert outcome.count("other comment", Outcome.SKIPPED) == 2
    assert Element.objects.count() == 3


def test_a_post_in_the_trash_has_its_comments_as_they_were(client):
    trashed = factories.post(status="trash")
    memo = Meta("_wp_trash_meta_comments_status", 'a:3:{i:1;s:1:"1";i:2;s:1:"0";i:3;s:4:"spam";}')
    comments = [exported(number, approved="post-trashed") for number in (1, 2, 3, 4)]
    bring_in(trashed, item=item(*comments, metas=(memo,)))
    assert [stored(number).status for number in (1, 2, 3, 4)] == ["approved", "pending", "spam", "pending"]
    assert numbers_of(trashed) == (1, 1)
    assert Comment.objects.count_waiting() == 0
    assert client.get(f"/comments/{stored(1).pk}/").status_code == 404


def test_comments_of_a_draft_wait_for_it(client):
    draft = factories.draft()
    bring_in(draft, exported(1))
    assert stored(1).status == "approved"
    assert client.get(f"/comments/{stored(1).pk}/").status_code == 404
    assert "Comment number 1" not in client.get("/comments/feed/").text


def test_threads_of_an_export_that_knew_no_replies_come_in_flat(post):
    """Version 1.0 has neither types nor users, and spam beside the rest."""
    spam = [
        exported(number, approved="spam", content="<a href='http://pills.example'>pills</a>") for number in range(2, 8)
    ]
    bring_in(post, exported(1), *spam, exported(8))
    assert numbers_of(post) == (2, 2)
    assert Comment.objects.filter(status="spam").count() == 6
    assert not Comment.objects.exclude(parent=None).exists()
