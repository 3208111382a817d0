"""Spam is kept for thirty days; then nothing of it is left but the record."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from comments.gathering import record_of
from comments.models import Comment, Decision, Finding, Policy, Reader, Report, Revision, Untold, Word
from comments.models.batch import decide_many
from comments.models.expiry import AT_ONCE, expire
from comments.models.undo import undo
from comments.models.words import learn
from comments.moderation import NotAllowed, Status, Via
from tests import factories
from tests.comments.reading import drawn, page, send

pytestmark = pytest.mark.django_db

SECRETS = ("Lucky", "lucky@example.net", "https://lucky.example/", "198.51.100.9", "Casino")


def spam(post, *, days: float = 31, **fields) -> Comment:
    """A comment that was marked as spam so many days ago, and that the filter has learned."""
    fields = {"name": "Lucky", "email": "lucky@example.net", "website": "https://lucky.example/",
              "address": "198.51.100.9", "body": "Casino bonus for each and all", **fields}  # fmt: skip
    comment = factories.comment(post, status=Status.PENDING, **fields)
    comment.mark_spam(via=Via.DESK, quiet=True)
    Comment.objects.filter(pk=comment.pk).update(decided_at=timezone.now() - timedelta(days=days), score=0.9)
    learn()
    return comment


def test_spam_of_a_month_ago_is_erased_and_the_record_says_so(post):
    comment = spam(post)
    Finding.objects.create(comment=comment, kind="first")
    fingerprint = comment.fingerprint
    assert expire() == 1
    comment.refresh_from_db()
    assert comment.status == Status.REMOVED
    assert [comment.name, comment.email, comment.website, comment.body, comment.html] == [""] * 5
    assert [comment.words_key, comment.network, comment.address, comment.reader] == ["", "", None, None]
    assert (comment.because, comment.fingerprint == fingerprint) == ([], False)
    decision = Decision.objects.first()
    assert (decision.from_status, decision.to_status, decision.via) == ("spam", "removed", Via.ERASURE)
    assert Untold.objects.count() == 1


def test_no_word_of_it_is_left_in_any_table_of_the_conversation(post):
    comment = spam(post)
    comment.edit("Casino once more, please", by=None)
    Report.objects.create(comment=comment, kind="spam", words="Casino! By Lucky!", sender="x")
    expire()
    for model in (Comment, Revision, Report, Reader):
        for row in model.objects.values():
            assert not [secret for secret in SECRETS for value in row.values() if secret in str(value)]


def test_younger_spam_and_everything_else_stays(post):
    spam(post, days=29.9)
    for status in set(Status) - {Status.SPAM}:
        factories.comment(post, status=status)
    Comment.objects.exclude(status=Status.SPAM).update(decided_at=timezone.now() - timedelta(days=400))
    assert expire() == 0
    assert not Comment.objects.filter(body="").exists()


def test_what_the_filter_learned_of_it_stays_learned(post):
    spam(post)
    expire()
    learn()
    assert Word.objects.get(text="").spam == 1
    assert Word.objects.get(text="casino").spam == 1


def test_what_the_filter_has_not_learned_yet_is_kept_until_it_has(post):
    comment = spam(post, body="One")
    Comment.objects.filter(pk=comment.pk).update(lesson="")
    comment.refresh_from_db()
    comment.approve(via=Via.DESK)
    comment.mark_spam(via=Via.DESK)
    Comment.objects.filter(pk=comment.pk).update(decided_at=timezone.now() - timedelta(days=31))
    assert expire() == 0
    learn()
    assert expire() == 1


def test_an_address_of_which_more_is_known_is_kept(post):
    spam(post, email="known@example.net", body="one")
    factories.comment(post, email="known@example.net")
    spam(post, email="held@example.net", body="two")
    Reader.objects.filter(email="held@example.net").update(standing=Reader.Standing.HELD)
    spam(post, email="gone@example.net", body="three")
    assert expire() == 3
    assert set(Reader.objects.values_list("email", flat=True)) == {"known@example.net", "held@example.net"}


def test_spam_of_a_proven_reader_counts_as_long_after_its_erasure_as_before(post):
    comment = spam(post)
    reader = comment.reader
    reader.prove()
    for _ in range(3):
        factories.comment(post, email=reader.email)
    when = Comment.objects.get(pk=comment.pk).decided_at
    assert expire() == 1
    comment.refresh_from_db()
    assert (comment.reader, comment.decided_at, comment.name, comment.email) == (reader, when, "", "")
    assert record_of(reader, Policy(quiet_days=90), proven=True) == (3, True)
    assert record_of(reader, Policy(quiet_days=30), proven=True) == (3, False)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.REMOVED}))
def test_what_was_erased_stays_so_whoever_decides(post, status):
    comment = spam(post)
    expire()
    with pytest.raises(NotAllowed, match="it was erased"):
        comment.decide(status, via=Via.DESK)
    outcome = decide_many([comment.pk], status, via=Via.DESK)
    assert outcome.refused == [(comment, "Nothing is left of this comment: it was erased.")]
    comment.refresh_from_db()
    assert comment.status == Status.REMOVED


def test_a_tombstone_that_is_drawn_does_not_blame_a_moderator(visitor, post):
    comment = factories.comment(post)
    reply = factories.comment(post, parent=comment)
    comment.mark_spam(via=Via.DESK)
    learn()
    Comment.objects.filter(pk=comment.pk).update(decided_at=timezone.now() - timedelta(days=31))
    assert expire() == 1
    response = visitor.get(post.get_absolute_url())
    assert drawn(response) == [comment.pk, reply.pk]
    assert "This comment is not shown." in page(response)
    assert "removed by a moderator" not in page(response)


def test_what_was_erased_does_not_come_back_by_an_undo(post):
    comment = spam(post)
    expire()
    undo(Decision.objects.all(), by=factories.user(group="Moderator"))
    comment.refresh_from_db()
    assert comment.status == Status.REMOVED


def test_the_same_words_may_be_sent_again(visitor, post):
    words = {"body": "Casino bonus for each and all", "name": "Lucky", "email": "lucky@example.net"}
    spam(post, **words)
    expire()
    assert send(visitor, post, **words).status_code == 302
    assert Comment.objects.filter(status=Status.PENDING).count() == 1


def test_the_worker_erases_in_rounds(post):
    for number in range(AT_ONCE + 1):
        factories.comment(post, status=Status.SPAM, body=f"Casino {number}")
    while learn():
        pass
    Comment.objects.update(decided_at=timezone.now() - timedelta(days=31))
    call_command("worker", "--once")
    assert not Comment.objects.exclude(body="").exists()
    assert Decision.objects.filter(via=Via.ERASURE).count() == AT_ONCE + 1


@pytest.mark.django_db(transaction=True)
def test_whoever_writes_in_the_moment_his_address_is_forgotten_loses_nothing(visitor, monkeypatch):
    post = factories.post()
    real = Reader.of

    def just_forgotten(email, *, seen):
        monkeypatch.setattr(Reader, "of", real)
        return Reader(pk=999_999, email=email)

    monkeypatch.setattr(Reader, "of", just_forgotten)
    assert send(visitor, post).status_code == 302
    assert Comment.objects.get().reader.email == "bob@example.net"
    assert Comment.objects.get().findings.count() == 1
