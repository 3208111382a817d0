"""A waiting comment can be assigned to whoever may decide; deciding ends it."""

import pytest

from comments.lifecycle.decide import decide_one
from comments.models import Assignment, Comment
from comments.status import Status, Via
from tests import factories

QUEUE = "/admin/comments/comment/queue/"


def waiting(post, **fields) -> Comment:
    return factories.comment(post, status=Status.PENDING, **fields)


def user(name: str):
    return factories.User.objects.get(username=name)


def assign(client, *comments, to, **more):
    pks = [comment.pk for comment in comments]
    decision = {"decision": f"assign:{pks[0]}"} if len(pks) == 1 else {"decision": "assign", "comment": pks}
    return client.post(QUEUE, {**decision, "assignee": to, **more}, follow=True)


def assignee(comment) -> str:
    return next(iter(Assignment.objects.filter(comment=comment).values_list("to__username", flat=True)), "")


def test_a_comment_is_assigned_to_a_colleague_then_to_another_then_to_nobody(mona, nora, post):
    comment = waiting(post)
    page = assign(mona, comment, to=user("nora").pk).text
    assert "Assigned to nora: " in page
    assert assignee(comment) == "nora"
    assert '<span class="badge badge--assigned">assigned to nora</span>' in nora.get(QUEUE).text
    assert "assigned to Mona Rahimova" in assign(nora, comment, to=user("mona").pk).text
    assign(nora, comment, to="nobody")
    assert assignee(comment) == ""
    assert "badge--assigned" not in mona.get(QUEUE).text


@pytest.mark.parametrize("to", ["", "0", "x", "\0", "9" * 30, "alice", "closed", "superuser"])
def test_only_somebody_who_may_decide_can_be_chosen(mona, alice, post, to):
    factories.user("closed", group="Moderator", is_active=False)
    factories.user("superuser", is_superuser=True)
    comment = waiting(post)
    assign(mona, comment, to=user(to).pk if to.isalpha() and to != "x" else to)
    assert assignee(comment) == ("superuser" if to == "superuser" else "")


@pytest.mark.parametrize("status", [status for status in Status if status != Status.PENDING])
def test_only_waiting_comments_are_assigned(mona, post, status):
    comment = factories.comment(post, status=status)
    assert "only waiting comments can be" in assign(mona, comment, to=user("mona").pk).text
    assert assignee(comment) == ""


def test_authors_cannot_assign(alice, mona, post):
    comment = waiting(post)
    assert assign(alice, comment, to=user("mona").pk).status_code == 403
    assert assignee(comment) == ""


@pytest.mark.parametrize("via", [Via.DESK, Via.MAIL, Via.READER, Via.ERASURE])
def test_deciding_ends_it_whoever_decides_and_an_undo_does_not_bring_it_back(mona, nora, post, via):
    comment, other = waiting(post), waiting(post)
    assign(mona, comment, other, to=user("nora").pk)
    decide_one(comment, Status.WITHDRAWN if via in (Via.READER, Via.ERASURE) else Status.APPROVED, via=via)
    assert (assignee(comment), assignee(other)) == ("", "nora")
    if via == Via.DESK:
        nora.post(QUEUE, {"decision": f"approve:{other.pk}"})
        nora.post(QUEUE, {"decision": "undo:last"})
        other.refresh_from_db()
        assert (other.status, assignee(other)) == (Status.PENDING, "")


def test_the_button_in_a_row_names_its_comment(mona, post):
    comment = waiting(post)
    assert f'name="row" value="{comment.pk}"' in mona.get(QUEUE).text
    mona.post(QUEUE, {"decision": "assign", "row": comment.pk, "assignee": user("mona").pk})
    assert assignee(comment) == "mona"


def test_the_filter_shows_what_is_assigned_to_somebody(mona, nora, post):
    mine, hers, nobodys = (waiting(post) for _ in range(3))
    assign(mona, mine, to=user("mona").pk)
    assign(mona, hers, to=user("nora").pk)
    for name, expected in (("mona", [mine]), ("nora", [hers])):
        page = mona.get(QUEUE, {"assigned": user(name).pk})
        assert page.context["page"].comments == expected
    assert "Assigned to nora" in page.text
    assert mona.get(QUEUE, {"assigned": "x"}).context["page"].comments == [mine, hers, nobodys]
    assert mona.get(QUEUE, {"assigned": "9" * 18}).context["page"].comments == []


def test_a_closed_account_is_not_named(mona, nora, post):
    comment = waiting(post)
    assign(mona, comment, to=user("nora").pk)
    factories.User.objects.filter(username="nora").update(is_active=False)
    assert "badge--assigned" not in mona.get(QUEUE).text


def test_text_typed_beside_the_button_is_asked_about(mona, post):
    comment = waiting(post)
    answer = assign(mona, comment, to=user("mona").pk, answer="Dear Ann,")
    assert (answer.status_code, assignee(comment)) == (409, "")
    assert "Assign without this text" in answer.text
    sent = {"decision": "assign", "comment": comment.pk, "state": "pending", "assignee": user("mona").pk}
    assert f'name="assignee" value="{user("mona").pk}"' in answer.text
    mona.post(QUEUE, sent)
    assert assignee(comment) == "mona"
