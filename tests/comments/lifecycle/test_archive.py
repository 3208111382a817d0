"""Comments of an archive are stored in bulk with every column that a comment has."""

import pytest
from django.db import IntegrityError

from comments.lifecycle.archive import COMMENT_COLUMNS, ArchivedComment, store_archived
from comments.models import Comment
from comments.models.comment_queryset import draw_id, draw_ids
from comments.status import Status
from tests import factories

pytestmark = pytest.mark.django_db


def archived(post, pk: int, **fields) -> ArchivedComment:
    values = {
        "pk": pk,
        "conversation": post.thread_id,
        "parent": None,
        "status": Status.APPROVED,
        "name": "Bob",
        "email": "",
        "website": "",
        "author": None,
        "body": "Words.",
        "html": "<p>Words.</p>",
        "created_at": factories.NOON,
        "origin": f"old {pk}",
        **fields,
    }
    return ArchivedComment(**values)


def test_no_column_is_left_to_chance():
    assert sorted(COMMENT_COLUMNS) == sorted(field.column for field in Comment._meta.concrete_fields)


def test_ids_are_drawn_in_order_and_none_twice(post):
    first = draw_ids(3)
    assert first == sorted(set(first))
    store_archived([archived(post, pk) for pk in first])
    assert draw_id() > first[-1]
    assert draw_ids(0) == []
    assert factories.comment(post).pk > first[-1]


def test_one_of_an_archive_is_stored_once(post):
    first, second = draw_ids(2)
    store_archived([archived(post, first, origin="old 1")])
    with pytest.raises(IntegrityError):
        store_archived([archived(post, second, origin="old 1")])


def test_several_conversations_are_filled_at_once(post):
    other = factories.post()
    ids = draw_ids(4)
    store_archived([
        archived(post, ids[0]),
        archived(other, ids[1]),
        archived(other, ids[2], parent=ids[1]),
        archived(post, ids[3], parent=ids[1]),
    ])  # fmt: skip
    numbers = [(subject.thread.comment_count, subject.thread.shown_count) for subject in refreshed(post, other)]
    assert numbers == [(2, 2), (2, 2)]
    assert Comment.objects.get(pk=ids[2]).depth == 1
    assert Comment.objects.get(pk=ids[3]).parent is None


def refreshed(*subjects):
    for subject in subjects:
        subject.thread.refresh_from_db()
    return subjects


def test_text_that_a_database_could_take_for_its_own_is_stored_as_it_is(post):
    body = "tab\tback\\slash \\N \\. 100% %s 'quote' \"double\"\nline"
    (pk,) = draw_ids(1)
    store_archived([archived(post, pk, body=body, name="\\N", email="%s@example.org")])
    comment = Comment.objects.get(pk=pk)
    assert (comment.body, comment.name, comment.email) == (body, "\\N", "%s@example.org")
