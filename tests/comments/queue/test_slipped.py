"""The queue says in one line what was published and marked as spam later, and which sign would have told."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from comments.families.signs import SignKind, first_key
from comments.models import Comment, CommentSign
from comments.queue.slipped import measure_slipped
from comments.status import Status, Via
from tests import factories

QUEUE = "/admin/comments/comment/queue/"
pytestmark = pytest.mark.django_db
LINE = "later marked as spam"


def key(kind: SignKind, number: int = 0) -> int:
    return first_key(kind) + number


def spam(post, *keys: int, status: Status = Status.APPROVED, via: Via = Via.DESK) -> Comment:
    """A comment with these signs that was marked as spam just now; published before, unless told otherwise."""
    comment = factories.comment(post, status=status)
    CommentSign.objects.add(comment.pk, keys)
    factories.mark_spam(comment, via=via)
    return comment


@pytest.fixture(autouse=True)
def nothing_cached():
    caches["default"].clear()


def test_nothing_is_said_in_a_week_in_which_nothing_slipped_through(mona, post):
    spam(post, status=Status.PENDING)
    spam(post, via=Via.FILTER)
    assert measure_slipped().count == 0
    assert LINE not in mona.get(QUEUE).content.decode()


def test_the_strongest_sign_that_earlier_spam_shared_is_counted(post):
    link, domain, words = key(SignKind.LINK), key(SignKind.DOMAIN), [key(SignKind.WORDS, n) for n in range(4)]
    spam(post, link, domain, *words, key(SignKind.NETWORK), status=Status.PENDING)
    spam(post, link, domain)
    spam(post, domain, *words)
    spam(post, *words[1:])
    spam(post, key(SignKind.NETWORK))
    found = measure_slipped()
    assert (found.count, found.uncaught) == (4, 1)
    assert dict(found.by_sign) == {SignKind.WORDS: 2, SignKind.LINK: 1}


def test_spam_that_came_later_would_have_told_nobody(post):
    spam(post, key(SignKind.LINK))
    spam(post, key(SignKind.LINK), status=Status.PENDING)
    assert (measure_slipped().count, measure_slipped().by_sign) == (1, ())


def test_what_was_undone_is_left_out(post):
    undone = spam(post)
    assert measure_slipped().count == 1
    factories.approve(undone, via=Via.DESK)
    assert measure_slipped().count == 0


def test_the_line_is_at_the_head_of_the_queue_alone(mona, post):
    spam(post, key(SignKind.LINK), status=Status.PENDING)
    spam(post, key(SignKind.LINK))
    spam(post)
    page = " ".join(mona.get(QUEUE).content.decode().split())
    assert "In the last 7 days, 2 published comments were later marked as spam." in page
    assert "Earlier spam would have given them away: the same link (1), nothing (1)." in page
    assert LINE not in mona.get(f"{QUEUE}?age=over-1").content.decode()


def test_a_week_later_it_is_gone(post, monkeypatch):
    spam(post)
    later = timezone.now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert measure_slipped().count == 0
