"""Undoing decisions: each comment returns to its own earlier status, and failures are reported."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import Conversation
from comments.lifecycle.decide import decide
from comments.lifecycle.undo import undo
from comments.models import Comment, Decision
from comments.status import Status, TransitionNotAllowed, Via
from tests import factories
from tests.comments.comment_pages import long_thread

pytestmark = pytest.mark.django_db
UNDO = "/admin/comments/decision/undo/"


@pytest.fixture
def mona(db):
    return factories.user("mona", group="Moderator")


@pytest.fixture
def desk(mona) -> Client:
    client = Client()
    client.force_login(mona)
    return client


def status(comment: Comment) -> str:
    comment.refresh_from_db()
    return comment.status


def messages(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_an_undone_batch_returns_each_comment_to_its_own_status(post, mona):
    states = [Status.PENDING, Status.APPROVED, Status.REMOVED]
    comments = [factories.comment(post, status=state) for state in states]
    batch = decide([comment.pk for comment in comments], Status.SPAM, via=Via.DESK, by=mona).batch
    undo(Decision.objects.filter(batch=batch), by=mona)
    assert [status(comment) for comment in comments] == states
    undoings = Decision.objects.exclude(undoes=None)
    assert {decision.undoes.comment_id == decision.comment_id for decision in undoings} == {True}
    assert len({decision.batch for decision in undoings}) == 1
    assert post.thread.__class__.objects.get(post=post).comment_count == 1


def test_a_removal_that_comes_back_has_its_own_reason_again(post, mona):
    comment = factories.comment(post)
    factories.remove(comment, via=Via.DESK, reason="It is advertising.")
    decision = factories.approve(comment, via=Via.DESK)
    undo([decision], by=mona)
    assert status(comment) == Status.REMOVED
    assert comment.removal_reason == "It is advertising."


def test_an_undo_can_be_undone(post, mona):
    comment = factories.comment(post)
    undo([factories.mark_spam(comment, via=Via.DESK)], by=mona)
    assert status(comment) == Status.APPROVED
    undo([comment.decisions.first()], by=mona)
    assert status(comment) == Status.SPAM
    assert comment.decisions.count() == 4


def test_a_comment_decided_on_since_is_left_alone_and_reported(post, mona):
    first, second = factories.comment(post, name="Ann"), factories.comment(post, name="Ben")
    batch = decide([first.pk, second.pk], Status.SPAM, via=Via.DESK).batch
    factories.remove(second, via=Via.DESK)
    (outcome,) = undo(Decision.objects.filter(batch=batch), by=mona)
    assert (status(first), status(second)) == (Status.APPROVED, Status.REMOVED)
    assert (outcome.done, outcome.late) == ([first], [second])


def test_the_same_decision_is_undone_once(post, mona):
    decision = factories.mark_spam(factories.comment(post), via=Via.DESK)
    undo([decision], by=mona)
    (outcome,) = undo([decision], by=mona)
    assert outcome.done == []
    assert Decision.objects.filter(undoes=decision).count() == 1


def test_two_concurrent_decisions_on_one_comment_undo_the_newer(post, mona):
    comment = factories.comment(post, status=Status.PENDING)
    older, newer = factories.mark_spam(comment, via=Via.DESK), factories.remove(comment, via=Via.DESK)
    undo([newer, older], by=mona)
    assert status(comment) == Status.SPAM


def test_a_withdrawal_is_not_undone_into_what_everybody_reads(post, mona):
    comment = factories.comment(post)
    decision = factories.withdraw(comment)
    (outcome,) = undo([decision], by=mona)
    assert status(comment) == Status.WITHDRAWN
    assert outcome.refused == [(comment, "A comment that is withdrawn cannot become approved.")]


def test_only_an_undo_restores_a_withdrawn_comment(post):
    comment = factories.comment(post, status=Status.PENDING)
    factories.withdraw(comment)
    with pytest.raises(TransitionNotAllowed, match="withdrawn cannot become waiting"):
        factories.hold(comment, via=Via.DESK)
    outcome = decide([comment.pk], Status.PENDING, via=Via.DESK)
    assert outcome.refused == [(comment, "A comment that is withdrawn cannot become waiting.")]
    assert status(comment) == Status.WITHDRAWN


def test_the_first_decision_and_an_erasure_cannot_be_undone(post, mona):
    comment = factories.comment(post, status=Status.SPAM)
    erased = factories.comment(post, status=Status.SPAM)
    erasure = factories.remove(erased, via=Via.ERASURE)
    assert undo([comment.decisions.get(), erasure], by=mona) == []
    assert (status(comment), status(erased)) == (Status.SPAM, Status.REMOVED)


def test_a_thousand_go_back_in_hardly_more_queries_than_ten(post, mona):
    ids, queries = long_thread(post, 1_000), []
    for chosen in (ids[:10], ids):
        batch = decide(chosen, Status.SPAM, via=Via.DESK, by=mona).batch
        assert Conversation.objects.get(post=post).comment_count == 1_000 - len(chosen)
        with CaptureQueriesContext(connection) as captured:
            (outcome,) = undo(Decision.objects.filter(batch=batch), by=mona)
        queries.append(len(captured))
        assert len(outcome.done) == len(chosen)
    numbers = Conversation.objects.get(post=post)
    assert (numbers.comment_count, numbers.shown_count) == (1_000, 1_000)
    assert queries[1] <= queries[0] + 30


# By button


def test_the_button_takes_one_decision_back_and_returns_to_the_page(desk, mona, post):
    comment = factories.comment(post, name="Ann", status=Status.PENDING)
    decision = factories.approve(comment, via=Via.DESK, by=mona)
    answer = desk.post(UNDO, {"decision": decision.pk, "query": "via=desk"})
    assert (answer.status_code, answer.url) == (303, "/admin/comments/decision/?via=desk")
    assert status(comment) == Status.PENDING
    undoing = comment.decisions.first()
    assert (undoing.by, undoing.via, undoing.undoes) == (mona, Via.DESK, decision)
    assert "Undone. Back in the queue: Ann on “The tea house”." in messages(desk.get(answer.url))


def test_the_button_of_a_batch_names_what_it_left(desk, mona, post):
    ann, ben, cleo = (factories.comment(post, name=name) for name in ("Ann", "Ben", "Cleo"))
    batch = decide([ann.pk, ben.pk], Status.SPAM, via=Via.DESK, by=mona).batch
    factories.remove(ben, via=Via.DESK, by=mona)
    told = messages(desk.post(UNDO, {"batch": str(batch)}, follow=True))
    assert told[0] == "Undone. Published again: Ann on “The tea house”."
    assert told[1].startswith("Not undone: Ben on “The tea house”: already removed by mona")
    told = messages(desk.post(UNDO, {"decision": cleo.decisions.get().pk}, follow=True))
    assert told == ["1 decision was not undone: the comment had no earlier status."]


def test_a_withdrawn_state_can_be_returned_to(desk, mona, post):
    comment = factories.comment(post, status=Status.PENDING)
    undo([factories.withdraw(comment)], by=mona)
    decision = comment.decisions.first()
    assert status(comment) == Status.PENDING
    told = messages(desk.post(UNDO, {"decision": decision.pk}, follow=True))
    assert status(comment) == Status.WITHDRAWN
    assert told == ["Undone. Withdrawn again: Bob on “The tea house”."]


@pytest.mark.parametrize(
    ("sent", "code"),
    [({}, 400), ({"decision": "x"}, 400), ({"batch": "1"}, 400), ({"batch": "\0"}, 400), ({"decision": "-1"}, 400),
     ({"decision": "9" * 18}, 404), ({"decision": "9" * 40}, 400), ({"batch": "0" * 32}, 404)],
)  # fmt: skip
def test_an_invalid_decision_is_refused_in_a_sentence(desk, sent, code):
    answer = desk.post(UNDO, sent)
    assert (answer.status_code, answer["Content-Type"]) == (code, "text/plain; charset=utf-8")
    assert answer.content


def test_only_moderators_undo_and_only_by_post_from_our_own_page(desk, post):
    decision = factories.remove(factories.comment(post), via=Via.DESK)
    assert desk.get(UNDO, {"decision": decision.pk}).status_code == 405
    author = Client()
    author.force_login(factories.user("alice", group="Author"))
    assert author.post(UNDO, {"decision": decision.pk}).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.User.objects.get(username="mona"))
    assert strict.post(UNDO, {"decision": decision.pk}).status_code == 403
    assert not Decision.objects.exclude(undoes=None).exists()


@pytest.mark.parametrize("query", ["//evil.test", "\r\nX: 1", "https://evil.test/?a=b", "%0d%0aX:1=2", "é=é"])
def test_the_return_link_never_leaves_the_log(desk, post, query):
    decision = factories.remove(factories.comment(post), via=Via.DESK)
    answer = desk.post(UNDO, {"decision": decision.pk, "query": query})
    assert answer.url.startswith("/admin/comments/decision/?")
    assert "\n" not in answer.url
    assert desk.get(answer.url).status_code in {200, 400}
