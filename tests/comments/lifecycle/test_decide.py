"""The status of a comment: allowed transitions, their effects, and the counts."""

import contextlib
import uuid
from collections import Counter
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.models import Clock, Conversation
from comments.lifecycle import edits
from comments.lifecycle.decide import decide, decide_one
from comments.lifecycle.edits import EditRefused, edit_own
from comments.lifecycle.reports import file_report
from comments.lifecycle.submit import submit
from comments.lifecycle.undo import undo
from comments.models import Comment, Decision, PendingNotification, Policy, Rule
from comments.privacy import retention
from comments.privacy.erasure import begin_erasure, continue_erasures
from comments.queue.actions import dismiss_reports, publish_reply
from comments.queue.forms import QueueActionForm
from comments.readers.submitter import Submitter
from comments.screening.checks import Effect, Verdict
from comments.status import TRANSITIONS, AlreadyDecided, Status, TransitionNotAllowed, Via, check_transition
from comments.threads.layout import DIGITS_PER_ID
from comments.views.mail_decision import MailDecision, decide_if_open
from tests import factories
from tests.comments.comment_pages import drawn

ALLOWED = {
    ("pending", "approved"), ("pending", "spam"), ("pending", "removed"), ("pending", "withdrawn"),
    ("approved", "pending"), ("approved", "spam"), ("approved", "removed"), ("approved", "withdrawn"),
    ("spam", "pending"), ("spam", "approved"), ("spam", "removed"), ("spam", "withdrawn"),
    ("removed", "pending"), ("removed", "approved"), ("removed", "spam"),
    ("withdrawn", "pending"),
}  # fmt: skip


# The table


def test_the_table_of_moves_is_this():
    moves = {(before, after) for before, followers in TRANSITIONS.items() if before for after in followers}
    assert moves == ALLOWED
    assert TRANSITIONS[""] == set(Status)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_a_status_change_is_checked_first(before, after):
    if (before, after) in ALLOWED:
        check_transition(expected=None, current=before, to=after, is_undo=before == Status.WITHDRAWN)
        check_transition(expected=before, current=before, to=after, is_undo=True)
    else:
        with pytest.raises(AlreadyDecided if before == after else TransitionNotAllowed):
            check_transition(expected=None, current=before, to=after)


def test_a_decision_on_an_outdated_status_is_too_late():
    with pytest.raises(AlreadyDecided) as late:
        check_transition(expected="pending", current="spam", to="approved")
    assert late.value.status == "spam"
    assert str(late.value) == "The comment is already spam."


# What a verb does


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "after"), sorted(ALLOWED - {("withdrawn", "pending")}))
def test_each_verb_moves_the_comment_and_leaves_one_decision(post, before, after):
    comment = factories.comment(post, status=before)
    mona, batch, earlier = factories.user("mona"), uuid.uuid4(), Decision.objects.count()
    decision = factories.decide(comment, after, via=Via.DESK, by=mona, reason="as said", batch=batch)
    comment.refresh_from_db()
    assert comment.status == after
    assert Decision.objects.count() == earlier + 1
    stored = Decision.objects.first()
    assert stored == decision
    assert (stored.from_status, stored.to_status, stored.via) == (before, after, "desk")
    assert (stored.by, stored.reason, stored.batch) == (mona, "as said", batch)
    assert PendingNotification.objects.filter(decision=decision).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_a_status_change_outside_the_table_changes_nothing(post, before, after):
    if (before, after) in ALLOWED:
        return
    comment = factories.comment(post, status=before)
    numbers, decisions = thread_numbers(post), Decision.objects.count()
    with pytest.raises((TransitionNotAllowed, AlreadyDecided)):
        factories.decide(comment, after, via=Via.DESK)
    comment.refresh_from_db()
    assert comment.status == before
    assert (thread_numbers(post), Decision.objects.count()) == (numbers, decisions)


@pytest.mark.django_db
def test_the_first_decision_wins_and_the_second_moderator_sees_it(post):
    comment = factories.comment(post, status=Status.PENDING)
    mine, yours = Comment.objects.get(pk=comment.pk), Comment.objects.get(pk=comment.pk)
    factories.approve(mine, via=Via.DESK, expected=Status.PENDING)
    with pytest.raises(AlreadyDecided) as late:
        factories.mark_spam(yours, via=Via.MAIL, expected=Status.PENDING)
    assert late.value.status == Status.APPROVED
    comment.refresh_from_db()
    assert comment.status == Status.APPROVED
    assert [decision.to_status for decision in comment.decisions.all()] == ["approved", "pending"]


@pytest.mark.django_db
def test_the_same_decision_twice_counts_once(post):
    comment = factories.comment(post, status=Status.PENDING)
    same = Comment.objects.get(pk=comment.pk)
    factories.approve(comment, via=Via.DESK)
    with pytest.raises(AlreadyDecided):
        factories.approve(same, via=Via.DESK)
    assert thread_numbers(post)["comment_count"] == 1


@pytest.mark.django_db
def test_a_stale_row_does_not_decide_what_is_counted(post):
    comment = factories.comment(post)
    stale = Comment.objects.get(pk=comment.pk)
    factories.remove(comment, via=Via.DESK)
    factories.mark_spam(stale, via=Via.DESK)
    assert Decision.objects.first().from_status == Status.REMOVED
    assert thread_numbers(post)["comment_count"] == 0


@pytest.mark.django_db
def test_a_quiet_decision_is_recorded_and_sent_to_nobody(post):
    comment = factories.comment(post)
    told = PendingNotification.objects.count()
    factories.remove(comment, via=Via.IMPORT, quiet=True)
    assert Decision.objects.filter(comment=comment).count() == 2
    assert PendingNotification.objects.count() == told


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
def test_a_comment_is_stored_in_any_state_with_its_decision(post, status):
    comment = factories.comment(post, status=status)
    decision = comment.decisions.get()
    assert (decision.from_status, decision.to_status) == ("", status)
    assert comment.shown == (status == Status.APPROVED)


@pytest.mark.django_db
def test_a_failure_half_way_leaves_neither_comment_nor_decision(post, monkeypatch):
    monkeypatch.setattr(Clock, "move_comments", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        factories.comment(post)
    assert not Comment.objects.exists()
    assert not Decision.objects.exists()


@pytest.mark.django_db
def test_nothing_that_was_said_can_be_deleted(post):
    comment = factories.comment(post)
    with pytest.raises((IntegrityError, Exception), match="protected"):
        comment.delete()
    with pytest.raises(IntegrityError):
        post.delete()
    assert Comment.objects.get() == comment


@pytest.mark.django_db
def test_each_public_change_moves_the_posts_clock_and_the_sites(post):
    comment = factories.comment(post, status=Status.PENDING)
    other = factories.post()
    for verb in ("approve", "remove", "approve", "hold", "approve", "mark_spam"):
        before, elsewhere, talk = thread_numbers(post)["clock"], thread_numbers(other), Clock.read().comments
        getattr(factories, verb)(comment, via=Via.DESK)
        assert thread_numbers(post)["clock"] > before
        assert thread_numbers(other) == elsewhere
        assert Clock.read().comments > talk


@pytest.mark.django_db
def test_hidden_changes_move_no_clock(post):
    before, talk = thread_numbers(post), Clock.read().comments
    comment = factories.comment(post, status=Status.PENDING)
    factories.mark_spam(comment, via=Via.DESK)
    factories.remove(comment, via=Via.DESK)
    assert (thread_numbers(post), Clock.read().comments) == (before, talk)


@pytest.mark.django_db
@pytest.mark.parametrize(("to", "queries"), [(Status.APPROVED, 15), (Status.SPAM, 7)])
def test_a_decision_costs_a_pinned_number_of_queries(post, to, queries, django_assert_num_queries):
    if connection.vendor == "postgresql":
        queries += 1  # for the lock on the conversation
    elif to == Status.APPROVED:
        queries += 1  # for the words of the text, which PostgreSQL learns later
    comment = factories.comment(post, status=Status.PENDING)
    with django_assert_num_queries(queries):
        decide_one(comment, to, via=Via.DESK)


# Any path through it


def thread_numbers(post) -> dict[str, int]:
    return Conversation.objects.values("clock", "comment_count", "shown_count").get(post=post)


def drawn_rows(post) -> list[tuple[int, str]]:
    """What a reader sees of the thread: which comments and tombstones, and what they say."""
    return list(Comment.objects.filter(post=post, shown=True).order_by("path").values_list("pk", "status"))


def shown_from_scratch(post) -> set[int]:
    """Approved comments, and all that stand above one."""
    rows = {row.pk: row for row in Comment.objects.filter(post=post)}
    shown = set()
    for row in rows.values():
        at = row if row.status == Status.APPROVED else None
        while at is not None:
            shown.add(at.pk)
            at = rows.get(at.parent_id)
    return shown


def assert_right(post) -> None:
    rows, numbers = Comment.objects.filter(post=post), thread_numbers(post)
    assert set(rows.filter(shown=True).values_list("pk", flat=True)) == shown_from_scratch(post)
    assert numbers["shown_count"] == rows.filter(shown=True).count()
    assert numbers["comment_count"] == rows.filter(status=Status.APPROVED).count()
    sizes = dict(rows.filter(thread_size__gt=0).values_list("path", "thread_size"))
    shown_paths = rows.filter(shown=True).values_list("path", flat=True)
    assert sizes == Counter(path[:DIGITS_PER_ID] for path in shown_paths)
    for comment in rows:
        steps = list(comment.decisions.order_by("id").values_list("from_status", "to_status"))
        assert [before for before, _ in steps] == ["", *(after for _, after in steps[:-1])]
        assert steps[-1][1] == comment.status
        assert all(after in TRANSITIONS[before] for before, after in steps)


def write(post, comments, number, status):
    comments.append(factories.comment(post, status=status, parent=some_parent(comments, number)))


def move_in(post, comments, number, status):
    comments.append(sent(post, comments, number, to=status, via=Via.IMPORT, quiet=True))


def caught_by_a_rule(post, comments, number, status):
    rule = Rule.objects.get_or_create(kind="words", pattern="watches", effect="spam")[0]
    comments.append(sent(post, comments, number, to=Status.SPAM, via=Via.RULE, rule=rule.pk))
    assert comments[-1].decisions.get().rule == rule


def caught_by_the_filter(post, comments, number, status):
    comments.append(sent(post, comments, number, to=Status.SPAM, via=Via.FILTER, score=0.99))


def decide_single(post, comments, number, status):
    factories.decide(fresh(comments, number), status, via=Via.DESK, by=somebody())


def decide_some(post, comments, number, status):
    decide([comment.pk for comment in comments[number % len(comments) :: 2]], status, via=Via.ADMIN, by=somebody())


def decide_by_mail(post, comments, number, status):
    comment = fresh(comments, number)
    case = MailDecision(comment, comment.version, somebody(), comment.decisions.first().pk)
    was = comment.status
    assert decide_if_open(case, status, reason="") == (was == Status.PENDING)


def answer(post, comments, number, status):
    """Approve and reply in the queue; every other time as if it still had this `status`."""
    comment = fresh(comments, number)
    state, words = comment.status if number % 2 else status, f"An answer, {next(factories.numbers)}."
    form = QueueActionForm(QueryDict(urlencode({"decision": f"answer:{comment.pk}", "state": state, "answer": words})))
    assert form.is_valid()
    request = from_the_desk()
    publish_reply(comment, form, by=request.user, submitter=Submitter(request, post))
    comments.append(Comment.objects.get(body=words))


def set_reports_aside(post, comments, number, status):
    comment = fresh(comments, number)
    dismiss_reports(from_the_desk(), QueueActionForm(QueryDict("decision=aside")), {comment.pk})
    was, flags = comment.status, comment.open_report_count
    comment.refresh_from_db()
    left = flags if was == Status.PENDING else 0
    assert (comment.open_report_count, comment.reports.filter(is_open=True).count()) == (left, left)


def undo_one(post, comments, number, status):
    decisions = list(Decision.objects.filter(comment__post=post))
    undo([decisions[number % len(decisions)]], by=somebody())


def undo_last(post, comments, number, status):
    undo(Decision.objects.filter(comment__post=post)[:1], by=somebody())


def undo_batch(post, comments, number, status):
    batches = Decision.objects.filter(comment__post=post).exclude(batch=None).values_list("batch", flat=True)
    if batches := list(dict.fromkeys(batches)):
        undo(Decision.objects.filter(batch=batches[number % len(batches)]), by=somebody())


def edit(post, comments, number, status):
    edits.edit(fresh(comments, number), f"Other words, {number}.", by=None)


def report(post, comments, number, status):
    file_report(fresh(comments, number), kind="rude", words="", sender=str(number % 5))


def report_until_held(post, comments, number, status):
    comment = fresh(comments, number)
    was = comment.status
    for _ in range(Policy.current().reports_hold):
        file_report(comment, kind="rude", words="", sender=f"sender {next(factories.numbers)}")
    assert fresh(comments, number).status == (Status.PENDING if was == Status.APPROVED else was)


def withdraw(post, comments, number, status):
    edits.withdraw(fresh(comments, number), expected=None)


def amend_own(post, comments, number, status):
    """Edit the comment as its writer, with or without a finding against the new text."""
    comment, effect = fresh(comments, number), (Effect.PUBLISH, Effect.HOLD, Effect.SPAM)[number // 3 % 3]
    with contextlib.suppress(EditRefused):
        edit_own(comment, f"New words, {next(factories.numbers)}.", version=comment.version, verdict=Verdict(effect))


def erase(post, comments, number, status):
    retention.erase_spam_comment(fresh(comments, number), 30)


def erase_reader(post, comments, number, status):
    """Erase the reader who wrote most of them, with or without their published text."""
    begin_erasure(factories.reader("bob@example.net"), keeps_words=bool(number % 2), sender="0")
    while continue_erasures():
        pass


def sent(post, comments, number, **how) -> Comment:
    text = {"name": "Ann", "body": f"Words number {next(factories.numbers)}."}
    return submit(post=post, parent=some_parent(comments, number), **text, **how)[0]


def some_parent(comments, number):
    return comments[number % len(comments)] if comments and number % 4 else None


def fresh(comments, number) -> Comment:
    return Comment.objects.get(pk=comments[number % len(comments)].pk)


def somebody():
    return User.objects.get_or_create(username="mona")[0]


def from_the_desk():
    request = RequestFactory().post("/admin/queue/")
    request.user, request._messages = somebody(), CookieStorage(request)
    return request


# By which path each is recorded, and whether by somebody; None: not at all.
DEEDS = {
    write: (Via.FORM, False),
    move_in: (Via.IMPORT, False),
    caught_by_a_rule: (Via.RULE, False),
    caught_by_the_filter: (Via.FILTER, False),
    decide_single: (Via.DESK, True),
    decide_some: (Via.ADMIN, True),
    decide_by_mail: (Via.MAIL, True),
    answer: (Via.DESK, True),
    set_reports_aside: None,
    undo_one: (Via.DESK, True),
    undo_last: (Via.DESK, True),
    undo_batch: (Via.DESK, True),
    edit: None,
    report: (Via.REPORTS, False),
    report_until_held: (Via.REPORTS, False),
    withdraw: (Via.READER, False),
    amend_own: (Via.FORM, False),
    erase: (Via.ERASURE, False),
    erase_reader: (Via.ERASURE, False),
}
OFTEN = [write, write, decide_single, decide_single]
ACTION = st.tuples(st.sampled_from([*OFTEN, *DEEDS]), st.integers(0, 30), st.sampled_from(Status))


@pytest.mark.django_db
@given(st.lists(ACTION, min_size=5, max_size=25))
@settings(max_examples=80, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_and_visibility_stay_right_after_any_sequence_of_actions(db, actions):
    post, comments = factories.post(), []
    for act, number, status in actions:
        deed = act if comments else write
        walk(post, comments, deed, number, status)
    assert_right(post)


@pytest.mark.django_db
@pytest.mark.parametrize("deed", [deed for deed, how in DEEDS.items() if how])
def test_each_action_is_among_those_tested(post, deed):
    """Each does something to one of these comments at least: an action without effect would test nothing."""
    comments = [factories.comment(post, status=status) for status in (Status.APPROVED, Status.PENDING, Status.SPAM)]
    decide([comment.pk for comment in comments], Status.REMOVED, via=Via.ADMIN)
    undo(Decision.objects.exclude(batch=None), by=somebody())
    earlier = Decision.objects.count()
    for number in (3, 4, 5, *range(10)):
        walk(post, comments, deed, number, Status.REMOVED)
    assert Decision.objects.count() > earlier
    assert_right(post)


def walk(post, comments, deed, number, status) -> None:
    """Do it; then what readers see has changed only with its clock, and all that changed is recorded as it should."""
    seen, clock, before = drawn_rows(post), thread_numbers(post)["clock"], states(post)
    last = Decision.objects.values_list("pk", flat=True).first() or 0
    try:
        deed(post, comments, number, status)
    except (TransitionNotAllowed, AlreadyDecided):
        assert drawn_rows(post) == seen
    assert (drawn_rows(post) == seen) or thread_numbers(post)["clock"] > clock
    assert_recorded(before, states(post), most=2 if deed is answer else 1)
    rows = Decision.objects.filter(pk__gt=last).select_related("by")
    assert {(row.via, row.by is not None) for row in rows} <= {DEEDS[deed]}
    assert {row.by for row in rows} <= {None, somebody()}


def states(post) -> dict[int, tuple[str, int]]:
    """Each comment's state, and how many decisions led to it."""
    rows = Comment.objects.filter(post=post).annotate(steps=Count("decisions"))
    return {pk: (status, steps) for pk, status, steps in rows.values_list("pk", "status", "steps")}


def assert_recorded(before, after, *, most: int) -> None:
    """Exactly one decision for each comment that changed, and none for any other; `most` for one that is new."""
    for pk, (status, steps) in after.items():
        was, earlier = before.get(pk, ("", 0))
        expected = 0 if was == status else 1 if was else most
        assert steps - earlier == expected, f"{was} to {status} left {steps - earlier} decisions"


@pytest.mark.django_db
def test_the_count_is_what_a_reader_finds(visitor, post):
    root = factories.comment(post)
    factories.comment(post, parent=root)
    factories.comment(post, status=Status.PENDING)
    factories.remove(root, via=Via.DESK)
    numbers = thread_numbers(post)
    assert (numbers["comment_count"], numbers["shown_count"]) == (1, 2)
    assert len(drawn(visitor.get(post.get_absolute_url()))) == 2
