"""Spam is kept for thirty days; then nothing of it is left but the record."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from comments.lifecycle import edits
from comments.lifecycle.decide import decide
from comments.lifecycle.spam_training import train_spam_filter
from comments.lifecycle.undo import undo
from comments.models import Comment, Decision, Finding, PendingNotification, Policy, Reader, Report, Revision, SpamToken
from comments.privacy.retention import RETENTION_BATCH, erase_old_spam
from comments.status import Status, TransitionNotAllowed, Via
from comments.submission.facts import reader_history
from tests import factories
from tests.comments.comment_pages import drawn, page, send

pytestmark = pytest.mark.django_db

SECRETS = ("Lucky", "lucky@example.net", "https://lucky.example/", "198.51.100.9", "Casino")


def spam(post, *, days: float = 31, **fields) -> Comment:
    """A comment that was marked as spam so many days ago, and that the filter has learned."""
    fields = {"name": "Lucky", "email": "lucky@example.net", "website": "https://lucky.example/",
              "address": "198.51.100.9", "body": "Casino bonus for each and all", **fields}  # fmt: skip
    comment = factories.comment(post, status=Status.PENDING, **fields)
    factories.mark_spam(comment, via=Via.DESK, quiet=True)
    Comment.objects.filter(pk=comment.pk).update(decided_at=timezone.now() - timedelta(days=days), score=0.9)
    train_spam_filter()
    return comment


def test_spam_of_a_month_ago_is_erased_and_the_record_says_so(post):
    comment = spam(post)
    Finding.objects.create(comment=comment, kind="first")
    fingerprint = comment.fingerprint
    assert erase_old_spam() == 1
    comment.refresh_from_db()
    assert comment.status == Status.REMOVED
    assert [comment.name, comment.email, comment.website, comment.body, comment.html] == [""] * 5
    assert [comment.words_key, comment.network, comment.address, comment.reader] == ["", "", None, None]
    assert (comment.score_reasons, comment.fingerprint == fingerprint) == ([], False)
    decision = Decision.objects.first()
    assert (decision.from_status, decision.to_status, decision.via) == ("spam", "removed", Via.ERASURE)
    assert PendingNotification.objects.count() == 1


def test_no_word_of_it_is_left_in_any_table_of_the_conversation(post):
    comment = spam(post)
    edits.edit(comment, "Casino once more, please", by=None)
    Report.objects.create(comment=comment, kind="spam", words="Casino! By Lucky!", sender="x")
    erase_old_spam()
    for model in (Comment, Revision, Report, Reader):
        for row in model.objects.values():
            assert not [secret for secret in SECRETS for value in row.values() if secret in str(value)]


def test_younger_spam_and_everything_else_stays(post):
    spam(post, days=29.9)
    for status in set(Status) - {Status.SPAM}:
        factories.comment(post, status=status)
    Comment.objects.exclude(status=Status.SPAM).update(decided_at=timezone.now() - timedelta(days=400))
    assert erase_old_spam() == 0
    assert not Comment.objects.filter(body="").exists()


def test_words_learned_from_it_stay_learned(post):
    spam(post)
    erase_old_spam()
    train_spam_filter()
    assert SpamToken.objects.get(text="").spam == 1
    assert SpamToken.objects.get(text="casino").spam == 1


def test_comments_that_the_filter_has_yet_to_learn_are_kept_until_then(post):
    comment = spam(post, body="One")
    Comment.objects.filter(pk=comment.pk).update(trained_as="")
    comment.refresh_from_db()
    factories.approve(comment, via=Via.DESK)
    factories.mark_spam(comment, via=Via.DESK)
    Comment.objects.filter(pk=comment.pk).update(decided_at=timezone.now() - timedelta(days=31))
    assert erase_old_spam() == 0
    train_spam_filter()
    assert erase_old_spam() == 1


def test_an_address_of_which_more_is_known_is_kept(post):
    spam(post, email="known@example.net", body="one")
    factories.comment(post, email="known@example.net")
    spam(post, email="held@example.net", body="two")
    Reader.objects.filter(email="held@example.net").update(standing=Reader.Standing.HELD)
    spam(post, email="gone@example.net", body="three")
    assert erase_old_spam() == 3
    assert set(Reader.objects.values_list("email", flat=True)) == {"known@example.net", "held@example.net"}


def test_spam_of_a_verified_reader_counts_as_long_after_its_erasure_as_before(post):
    comment = spam(post)
    reader = comment.reader
    reader.verify()
    for _ in range(3):
        factories.comment(post, email=reader.email)
    when = Comment.objects.get(pk=comment.pk).decided_at
    assert erase_old_spam() == 1
    comment.refresh_from_db()
    assert (comment.reader, comment.decided_at, comment.name, comment.email) == (reader, when, "", "")
    assert reader_history(reader, Policy(quiet_days=90), is_verified=True) == (3, True)
    assert reader_history(reader, Policy(quiet_days=30), is_verified=True) == (3, False)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.REMOVED}))
def test_erased_text_stays_erased_after_any_decision(post, status):
    comment = spam(post)
    erase_old_spam()
    with pytest.raises(TransitionNotAllowed, match="was erased"):
        factories.decide(comment, status, via=Via.DESK)
    outcome = decide([comment.pk], status, via=Via.DESK)
    assert outcome.refused == [(comment, "This comment was erased, so its status cannot change.")]
    comment.refresh_from_db()
    assert comment.status == Status.REMOVED


def test_a_tombstone_that_is_rendered_does_not_blame_a_moderator(visitor, post):
    comment = factories.comment(post)
    reply = factories.comment(post, parent=comment)
    factories.mark_spam(comment, via=Via.DESK)
    train_spam_filter()
    Comment.objects.filter(pk=comment.pk).update(decided_at=timezone.now() - timedelta(days=31))
    assert erase_old_spam() == 1
    response = visitor.get(post.get_absolute_url())
    assert drawn(response) == [comment.pk, reply.pk]
    assert "This comment is not shown." in page(response)
    assert "removed by a moderator" not in page(response)


def test_an_undo_does_not_restore_erased_text(post):
    comment = spam(post)
    erase_old_spam()
    undo(Decision.objects.all(), by=factories.user(group="Moderator"))
    comment.refresh_from_db()
    assert comment.status == Status.REMOVED


def test_the_same_words_may_be_sent_again(visitor, post):
    words = {"body": "Casino bonus for each and all", "name": "Lucky", "email": "lucky@example.net"}
    spam(post, **words)
    erase_old_spam()
    assert send(visitor, post, **words).status_code == 302
    assert Comment.objects.filter(status=Status.PENDING).count() == 1


def test_the_worker_erases_in_batches(post):
    for number in range(RETENTION_BATCH + 1):
        factories.comment(post, status=Status.SPAM, body=f"Casino {number}")
    while train_spam_filter():
        pass
    Comment.objects.update(decided_at=timezone.now() - timedelta(days=31))
    call_command("worker", "--once")
    assert not Comment.objects.exclude(body="").exists()
    assert Decision.objects.filter(via=Via.ERASURE).count() == RETENTION_BATCH + 1


@pytest.mark.django_db(transaction=True)
def test_a_comment_posted_during_its_writers_erasure_loses_nothing(visitor, monkeypatch):
    post = factories.post()
    real = Reader.of

    def just_forgotten(email, *, seen):
        monkeypatch.setattr(Reader, "of", real)
        return Reader(pk=999_999, email=email)

    monkeypatch.setattr(Reader, "of", just_forgotten)
    assert send(visitor, post).status_code == 302
    assert Comment.objects.get().reader.email == "bob@example.net"
    assert Comment.objects.get().findings.count() == 1
