"""The filter learns from decisions and forgets them when they are undone: each comment once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as thoroughness
from hypothesis import strategies as st

from comments.lifecycle import edits
from comments.lifecycle.decide import decide
from comments.lifecycle.spam_training import (
    TRAINING_BATCH,
    reset_scores,
    score_waiting,
    train_spam_filter,
)
from comments.lifecycle.submit import submit
from comments.lifecycle.undo import undo
from comments.models import Comment, Decision, PendingTraining, Policy, SpamToken
from comments.privacy.retention import erase_spam_comment
from comments.spam.features import extract_features
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import send

pytestmark = pytest.mark.django_db


def judged(post, *, status: Status = Status.APPROVED, **fields) -> Comment:
    """A comment on which a moderator has decided."""
    comment = factories.comment(post, status=Status.PENDING, **fields)
    factories.decide(comment, status, via=Via.DESK)
    return comment


def known() -> dict[str, tuple[int, int]]:
    """What was learned and not forgotten, by feature."""
    return {row.text: (row.good, row.spam) for row in SpamToken.objects.all() if row.good or row.spam}


def expected() -> dict[str, tuple[int, int]]:
    """The same, found anew from the comments as they stand."""
    counts: dict[str, list[int]] = {}
    for comment in Comment.objects.filter(status__in=[Status.APPROVED, Status.SPAM]):
        first = comment.revisions.filter(version=1).first()
        found = extract_features(
            body=first.body if first else comment.body, name=comment.name, email=comment.email, website=comment.website
        )
        for feature in ["", *found]:
            counts.setdefault(feature, [0, 0])[comment.status == Status.SPAM] += 1
    return {feature: (good, spam) for feature, (good, spam) in counts.items()}


def learn_all() -> None:
    while train_spam_filter():
        pass


def test_approved_teaches_good_and_spam_teaches_spam(post):
    judged(post, body="Melons of Chardzhou")
    judged(post, body="Casino melons", status=Status.SPAM)
    assert train_spam_filter() == 2
    assert known()[""] == (1, 1)
    assert known()["melons"] == (1, 1)
    assert known()["casino"] == (0, 1)
    assert known() == expected()
    assert set(Comment.objects.values_list("trained_as", flat=True)) == {"good", "spam"}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("via", [Via.FORM, Via.FILTER, Via.RULE, Via.READER, Via.REPORTS])
def test_undecided_comments_teach_nothing(post, status, via):
    submit(to=status, via=via, post=post, name="Bob", body="Melons of Chardzhou")
    assert not PendingTraining.objects.exists()
    learn_all()
    assert known() == {}


def test_a_removal_teaches_nothing(post):
    judged(post, status=Status.REMOVED)
    learn_all()
    assert known() == {}


def test_a_stranger_under_a_victims_name_teaches_nothing_until_a_moderator_decides(visitor, post):
    for number in range(12):
        send(visitor, post, name="Vera", email="vera@example.net", body=f"Of trap {number}", subject="filled")
    spam, good, *left = Comment.objects.filter(status=Status.SPAM)
    assert len(left) == 10
    factories.approve(good, via=Via.MAIL)
    factories.remove(spam, via=Via.DESK)
    factories.mark_spam(spam, via=Via.ADMIN)
    learn_all()
    assert known()[""] == (1, 1)


def test_an_undo_back_to_what_the_site_did_itself_teaches_nothing(post):
    mona = factories.user("mona", group="Moderator")
    comment = factories.comment(post, status=Status.SPAM)
    decision = factories.approve(comment, via=Via.DESK, by=mona)
    learn_all()
    assert known()[""] == (1, 0)
    undo([decision], by=mona)
    learn_all()
    assert known() == {}
    undo(comment.decisions.all()[:1], by=mona)
    learn_all()
    assert known()[""] == (1, 0)


def test_an_undo_back_to_what_somebody_judged_teaches_that_again(post):
    mona = factories.user("mona", group="Moderator")
    comment = judged(post, status=Status.SPAM)
    undo([factories.approve(comment, via=Via.DESK, by=mona)], by=mona)
    learn_all()
    assert known()[""] == (0, 1)


def test_later_changes_by_readers_or_the_writer_do_not_retrain_the_filter(post):
    mona = factories.user("mona", group="Moderator")
    comment = judged(post)
    factories.hold(comment, via=Via.REPORTS)
    spam = judged(post, status=Status.SPAM)
    undo([factories.withdraw(spam)], by=mona)
    learn_all()
    assert known()[""] == (1, 1)
    factories.remove(comment, via=Via.DESK)
    learn_all()
    assert known()[""] == (0, 1)


def test_nothing_is_learned_twice(post):
    comment = judged(post)
    learn_all()
    before = known()
    PendingTraining.objects.create(comment=comment)
    assert train_spam_filter() == 1
    assert known() == before == expected()


def test_an_undone_decision_is_forgotten(post):
    mona = factories.user("mona", group="Moderator")
    comment = factories.comment(post, status=Status.PENDING)
    factories.mark_spam(comment, via=Via.DESK, by=mona)
    learn_all()
    assert known()[""] == (0, 1)
    undo(Decision.objects.filter(to_status="spam"), by=mona)
    learn_all()
    assert known() == {}


def test_spam_that_is_approved_after_all_changes_sides(post):
    comment = judged(post, status=Status.SPAM)
    learn_all()
    factories.approve(comment, via=Via.DESK)
    learn_all()
    assert known()[""] == (1, 0)
    assert known() == expected()


def test_many_decisions_at_once_teach_as_single_ones_do(post):
    ids = [factories.comment(post, status=Status.PENDING).pk for _ in range(5)]
    decide(ids, Status.SPAM, via=Via.DESK)
    learn_all()
    assert known()[""] == (0, 5)
    assert known() == expected()


def test_quiet_decisions_and_imported_ones_teach_too(post):
    for status in (Status.APPROVED, Status.SPAM):
        submit(to=status, via=Via.IMPORT, quiet=True, post=post, name="Bob", body=f"Old words, {status}")
    learn_all()
    assert known()[""] == (1, 1)


def test_an_edit_after_the_training_changes_nothing_and_all_of_it_is_forgotten(post):
    comment = judged(post, body="Melons of Chardzhou")
    learn_all()
    edits.edit(comment, "Something else altogether", by=None)
    edits.edit(comment, "Something else again", by=None)
    assert known() == expected()
    factories.remove(comment, via=Via.DESK)
    learn_all()
    assert known() == {}


def test_a_comment_whose_text_was_erased_stays_learned(post):
    comment = judged(post, status=Status.SPAM)
    learn_all()
    before = known()
    PendingTraining.objects.create(comment=comment)
    assert erase_spam_comment(comment, 30)
    learn_all()
    assert known() == before


@given(moves=st.lists(st.tuples(st.integers(0, 2), st.sampled_from([*Status]), st.booleans()), max_size=12))
@thoroughness(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_sequence_of_statuses_the_tokens_match_the_comments(post, moves):
    comments = [factories.comment(post, status=Status.PENDING) for _ in range(3)]
    for number, status, now in moves:
        decide([comments[number].pk], status, via=Via.DESK)
        if now:
            train_spam_filter()
    learn_all()
    assert known() == expected()
    decide([comment.pk for comment in comments], Status.PENDING, via=Via.DESK)
    learn_all()


def test_learning_takes_few_queries_however_many_there_are(post, django_assert_max_num_queries):
    for number in range(30):
        judged(post, body=f"Words of the {number}th speaker, each his own: {number * 7}.")
    with django_assert_max_num_queries(21):
        assert train_spam_filter() == 30


def test_many_are_learned_in_several_batches(post):
    ids = [judged(post).pk for _ in range(TRAINING_BATCH + 5)]
    assert (train_spam_filter(), train_spam_filter(), train_spam_filter()) == (TRAINING_BATCH, 5, 0)
    assert known()[""] == (len(ids), 0)


def test_the_worker_learns(post):
    judged(post)
    call_command("worker", "--once")
    assert known()[""] == (1, 0)
    assert not PendingTraining.objects.exists()


# Looking up


def test_counts_come_in_one_query(post, django_assert_num_queries):
    judged(post, body="Melons of Chardzhou")
    learn_all()
    found = extract_features(body="melons casino", name="", email="", website="")
    with django_assert_num_queries(1):
        counts = SpamToken.objects.counts_for(found)
    assert (counts.good, counts.spam, counts.words["melons"]) == (1, 0, (1, 0))
    assert "casino" not in counts.words
    assert "" not in counts.words


def teach(post, count: int = 12) -> None:
    """A site that knows melons for good and casinos for spam."""
    for number in range(count):
        judged(post, body=f"Ripe melons from the garden, basket {number}", email=f"a{number}@example.net")
        spam = {"status": Status.SPAM, "email": f"b{number}@example.net", "name": "Lucky"}
        judged(post, body=f"Casino bonus jackpot, win money number {number}", **spam)
    learn_all()


def test_learned_words_count_in_the_next_comment(visitor, post):
    teach(post)
    send(visitor, post, body="A casino bonus and a jackpot to win", name="Lucky", email="c@example.net")
    spam = Comment.objects.latest("pk")
    send(visitor, post, body="Ripe melons from my own garden", email="d@example.net")
    good = Comment.objects.latest("pk")
    assert spam.score > 0.9 > 0.1 > good.score
    assert "filter" in [finding.kind for finding in spam.findings.all()]
    assert any("casino" in feature for feature, _ in spam.score_reasons)


def test_the_waiting_are_scored_again_by_what_is_known_now(post, django_assert_max_num_queries):
    waiting = factories.comment(post, body="Casino bonus jackpot for all", status=Status.PENDING, name="Lucky")
    approved = factories.comment(post, body="Casino bonus jackpot again", name="Lucky")
    teach(post)
    assert (score_waiting(), score_waiting()) == (1, 0)  # it came without a score, as from an import
    assert reset_scores() == 1
    with django_assert_max_num_queries(9):
        assert score_waiting() == 1
    assert score_waiting() == 0
    waiting.refresh_from_db()
    approved.refresh_from_db()
    assert waiting.score > 0.9
    assert waiting.score_reasons
    assert (waiting.status, approved.score) == (Status.PENDING, None)


def test_a_comment_scored_on_arrival_is_scored_again_only_on_request(visitor, post):
    send(visitor, post)
    assert score_waiting() == 0
    assert reset_scores() == 1
    assert (score_waiting(), score_waiting()) == (1, 0)


def test_asking_for_new_scores_touches_no_comment(post):
    for _ in range(30):
        factories.comment(post, status=Status.PENDING, score=0.5)
    with CaptureQueriesContext(connection) as asked:
        assert reset_scores() == 30
    assert not [query["sql"] for query in asked if query["sql"].startswith('UPDATE "comments_comment"')]


def test_a_clock_set_back_does_not_score_comments_again_and_again(post):
    factories.comment(post, status=Status.PENDING, score=0.5)
    Policy(scores_from=timezone.now() + timedelta(hours=1)).save()
    assert (score_waiting(), score_waiting()) == (1, 0)


# Two workers


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time in any case")
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_learn_each_comment_once():
    post = factories.post()
    ids = [judged(post).pk for _ in range(3 * TRAINING_BATCH)]
    start, failed = Barrier(4), []

    def work():
        start.wait()
        try:
            learn_all()
        except Exception as error:  # told to the test below
            failed.append(error)
        finally:
            connection.close()

    def moderate():
        start.wait()
        try:
            for some in (ids[:50], ids[120:220]):
                decide(some, Status.SPAM, via=Via.DESK)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work), Thread(target=work), Thread(target=work), Thread(target=moderate)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    learn_all()
    assert failed == []
    assert known() == expected()
