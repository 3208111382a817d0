"""A restored backup, or a later import, brings nobody back who had their data deleted."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from blog.models import Conversation
from comments.models import Comment, ErasedAddress, ErasedComment, Message, Reader
from comments.privacy import replay_erasures
from comments.privacy.erased_list import UnreadableList, export_list, import_list, write_list
from comments.privacy.erasure import erase_address, erase_batch
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "bahodir@example.net"
LONG_AGO = timezone.now() - timedelta(days=400)


def wrote(post, **fields) -> Comment:
    comment = factories.comment(post, **{"name": "Bahodir", "email": ADDRESS, **fields})
    Comment.objects.filter(pk=comment.pk).update(created_at=LONG_AGO)
    Reader.objects.filter(email=ADDRESS).update(first_seen=LONG_AGO)
    comment.refresh_from_db()
    return comment


def erase(*, keeps_words: bool = False) -> None:
    erasure = erase_address(ADDRESS, keeps_words=keeps_words)
    while erasure and erase_batch(erasure):
        pass


def restore(comment: Comment) -> Comment:
    """The row as it was in the backup, with its reader."""
    reader = Reader.objects.create(pk=comment.reader_id, email=ADDRESS, first_seen=LONG_AGO)
    comment.reader = reader
    return put_back(comment)


def put_back(comment: Comment) -> Comment:
    """The row with all that it said, counted where it had ceased to be."""
    if Comment.objects.get(pk=comment.pk).status != comment.status:
        Conversation.record_change(comment.conversation_id, comments=1, shown=1)
    comment.save()
    return comment


def names() -> set[str]:
    return set(Comment.objects.values_list("name", flat=True))


@pytest.mark.parametrize("keeps_words", [True, False])
def test_what_a_backup_brings_back_is_erased_again(post, keeps_words):
    comment = wrote(post)
    Message.objects.create(key="1", to=ADDRESS, subject="Hello")
    erase(keeps_words=keeps_words)
    restore(comment)
    Message.objects.create(key="1", to=ADDRESS, subject="Hello")
    Message.objects.update(created_at=LONG_AGO)
    assert replay_erasures() == (1, 1)
    assert names() == ({"A former reader"} if keeps_words else {""})
    assert not Reader.objects.exists()
    assert not Message.objects.exists()
    assert replay_erasures() == (0, 0)


def test_an_import_gives_the_comments_other_numbers_and_is_found_by_the_address(post):
    erase_address(ADDRESS, keeps_words=False)
    wrote(post, email="BAHODIR@example.net")
    assert replay_erasures() == (1, 1)
    assert names() == {""}


def test_a_number_alone_erases_nobody_elses_comment(post):
    other = factories.comment(post, name="Ann", email="ann@example.net")
    ErasedComment.objects.create(comment=other.pk, written_at=LONG_AGO, keeps_words=False)
    assert replay_erasures() == (0, 0)
    assert names() == {"Ann"}


def test_a_comment_is_found_by_its_number_when_its_address_was_lost(post):
    comment = wrote(post)
    erase()
    comment.reader, comment.email = None, ""
    put_back(comment)
    assert replay_erasures() == (0, 1)
    assert names() == {""}


def test_whoever_came_back_keeps_what_they_wrote_since(post):
    wrote(post)
    erase()
    later = factories.comment(post, name="Bahodir", email=ADDRESS, body="Here again.")
    Comment.objects.filter(pk=later.pk).update(created_at=timezone.now() + timedelta(minutes=1))
    assert replay_erasures() == (0, 0)
    wrote(post, body="Brought back.")
    assert replay_erasures() == (1, 1)
    later.refresh_from_db()
    assert (later.name, later.body) == ("Bahodir", "Here again.")
    assert Reader.objects.get().email == ADDRESS


def test_an_older_backup_has_an_older_list_and_the_file_beside_the_database_a_newer_one(post):
    comment = wrote(post)
    erase()
    write_list()
    ErasedAddress.objects.all().delete()
    ErasedComment.objects.all().delete()
    restore(comment)
    assert replay_erasures() == (1, 1)
    assert names() == {""}
    assert not Reader.objects.exists()


def test_the_list_has_no_address_and_is_readable_by_its_owner_alone(post):
    wrote(post)
    erase()
    write_list()
    text = settings.ERASED_LIST.read_text()
    assert "bahodir" not in text.casefold()
    assert "example" not in text
    assert settings.ERASED_LIST.stat().st_mode & 0o077 == 0
    assert len(json.loads(text)["comments"]) == 1


def test_of_two_lists_the_later_erasure_counts(post):
    erase_address(ADDRESS, keeps_words=True)
    older = export_list()
    older["addresses"][0][2] = LONG_AGO.isoformat()
    before = ErasedAddress.objects.get().erased_at
    import_list(older)
    assert ErasedAddress.objects.get().erased_at == before


@pytest.mark.parametrize("document", [{}, [], {"registan_erased": 9}, {"registan_erased": 1, "addresses": [[1]]}])
def test_what_is_no_list_is_refused(document):
    with pytest.raises(UnreadableList):
        import_list(document)


def test_a_damaged_file_is_said_and_stays(post):
    settings.ERASED_LIST.write_text("{")
    with pytest.raises(UnreadableList, match="cannot be read"):
        replay_erasures()
    assert settings.ERASED_LIST.read_text() == "{"


@pytest.mark.django_db(transaction=True)
def test_each_erasure_writes_the_file(post):
    wrote(post)
    erase()
    assert len(json.loads(settings.ERASED_LIST.read_text())["addresses"]) == 1
