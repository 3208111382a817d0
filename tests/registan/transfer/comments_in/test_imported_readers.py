"""Readers of the old blog have the rights of others: what is kept of them, and its erasure."""

import pytest

from comments.lifecycle.ownership import unclaimed_comments
from comments.models import Comment, CommentSign, Reader
from comments.privacy.erasure import begin_erasure, continue_erasures
from comments.privacy.export import export_reader
from comments.privacy.retention import erase_old_spam
from registan.transfer.models import Element
from tests import factories
from tests.registan.transfer.comments_in.exported import bring_in, element, exported, numbers_of, stored

pytestmark = pytest.mark.django_db


def bob() -> Reader:
    reader = Reader.objects.get(email="bob@old.example")
    reader.verify()
    return reader


def erase(reader: Reader, *, keeps_words: bool) -> None:
    assert begin_erasure(reader, keeps_words=keeps_words, sender="nobody")
    while continue_erasures():
        pass


def test_what_came_in_before_they_verified_is_theirs_to_claim_and_to_read(post):
    bring_in(post, exported(1), exported(2, author_email="ann@old.example"))
    assert list(unclaimed_comments(bob())) == [stored(1)]
    assert len(export_reader(bob())["comments"]) == 1


def test_they_are_erased_with_their_words(client, post):
    bring_in(post, exported(1, author_url="http://bob.example", content="My secret."), exported(2, 1, author_email=""))
    erase(bob(), keeps_words=False)
    comment = stored(1)
    assert (comment.name, comment.email, comment.website, comment.body, comment.reader) == ("", "", "", "", None)
    assert comment.status == "withdrawn"
    assert "secret" not in client.get(post.get_absolute_url()).text
    assert numbers_of(post) == (1, 2)


def test_another_run_does_not_bring_them_back(post):
    bring_in(post, exported(1, content="My secret."))
    erase(bob(), keeps_words=False)
    bring_in(post, exported(1, content="My secret."))
    bring_in(post, exported(1, content="My secret, edited."))
    assert element(1).reason == "changed-here"
    assert not Comment.objects.exclude(body="").exists()
    assert not Reader.objects.exists()


def test_the_ledger_keeps_nothing_that_tells_who_they_were(post):
    bring_in(post, exported(1, author_email="bob@old", author_name="B" * 90))
    words = [str(value) for row in Element.objects.values() for value in row.values()]
    assert not [word for word in words if "bob@old" in word]


def test_old_spam_is_erased_in_its_time_and_not_brought_back(post):
    bring_in(post, exported(1, approved="spam", content="Pills."))
    assert erase_old_spam() == 0
    Comment.objects.update(decided_at=stored(1).created_at)
    assert erase_old_spam() == 1
    bring_in(post, exported(1, approved="spam", content="Pills."))
    assert stored(1).body == ""
    assert not Reader.objects.exists()


def test_no_network_of_theirs_is_kept(post):
    bring_in(post, exported(1, approved="0", gmt=factories.timezone.now().replace(tzinfo=None)))
    assert (stored(1).address, stored(1).network) == (None, "")
    assert CommentSign.objects.exists()
