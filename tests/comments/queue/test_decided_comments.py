"""Decided comments: their page, the first decision, and removal with a reason."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments.lifecycle import edits
from comments.models import Comment, Decision, Reason, Report
from comments.screening.checks import CheckResult
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import dangers

LIST = "/admin/comments/comment/"
QUEUE = f"{LIST}queue/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def rude() -> Reason:
    return Reason.objects.get_or_create(words="Attacks a person.")[0]


def page_of(comment: Comment) -> str:
    return f"{LIST}{comment.pk}/change/"


def status(comment: Comment) -> str:
    return Comment.objects.values_list("status", flat=True).get(pk=comment.pk)


def run(client: Client, action: str, shown: dict[Comment, str], address: str = LIST, **more):
    """Send the form of the list, whose rows showed these states."""
    states = {f"state-{comment.pk}": state for comment, state in shown.items()}
    chosen = {"action": action, "_selected_action": [comment.pk for comment in shown]}
    return client.post(address, {**chosen, **states, **more}, follow=True)


def heavy(post, times: int) -> Comment:
    """A decided comment with every detail."""
    kinds = ["first", "links", "quick"][:times]
    comment = factories.comment(
        post, status=Status.PENDING, findings=[CheckResult(kind=kind, words="3") for kind in kinds], score=0.974,
        score_reasons=[["buy", 3.2], ["melon", -0.4]],
    )  # fmt: skip
    for number in range(times):
        edits.edit(comment, f"Words {number}.", by=factories.user(f"editor-{comment.pk}-{number}"), note="A number")
        Report.objects.create(comment=comment, kind="rude", words="He shouts.", sender=str(number))
    factories.approve(comment, via=Via.DESK)
    return comment


# The page of one comment


def test_a_decided_comment_still_shows_its_earlier_words_and_who_changed_them(mona, post):
    comment = factories.comment(post, body="My number is 12345.\nCall me.")
    edits.edit(comment, "My number is gone.", by=factories.user("nora"), note="A telephone number")
    factories.mark_spam(comment, via=Via.DESK)
    page = mona.get(page_of(comment)).content.decode()
    assert "My number is 12345.<br>Call me." in page
    assert "edited by nora:" in page
    assert page.count('<span dir="auto">A telephone number</span>') == 2


def test_a_decided_comment_shows_its_findings_and_its_spam_score(mona, post):
    page = mona.get(page_of(heavy(post, 2))).content.decode()
    assert "First comment by this reader" in page
    assert "3 links" in page
    assert "97%<br>spam: <bdi>" in page
    assert page.index("buy") < page.index("not spam: <bdi>") < page.index("melon")
    assert "It attacks somebody" in page
    assert "He shouts." in page


def test_a_comment_without_findings_says_so(mona, post):
    page = mona.get(page_of(factories.comment(post))).content.decode()
    assert "not scored" in page
    assert "none" in page


def test_the_page_of_a_comment_takes_the_same_queries_for_much_as_for_little(mona, post):
    def queries(comment: Comment) -> int:
        with CaptureQueriesContext(connection) as asked:
            mona.get(page_of(comment))
        return len(asked)

    assert queries(heavy(post, 1)) == queries(heavy(post, 3)) <= 16


def test_typed_text_is_inert_on_the_page_of_a_comment(mona, post):
    evil = '"><script>x</script><img src=x onerror=y>'
    comment = factories.comment(post, body=evil, status=Status.PENDING, findings=[CheckResult(kind="rule", words=evil)],
                                score=0.9, score_reasons=[[evil, 1.0]])  # fmt: skip
    edits.edit(comment, "Better.", by=factories.user("nora", first_name=evil[:20]), note=evil)
    Report.objects.create(comment=comment, kind="other", words=evil, sender="1")
    main = mona.get(page_of(comment)).content.decode().split('id="content-main"')[1].split("<footer")[0]
    assert "<script>x" not in main
    assert "<img src=x" not in main
    assert [danger for danger in dangers(main.split("submit-row")[0]) if danger != "script"] == []


def test_the_page_of_a_comment_links_to_the_queue_and_to_its_decisions(mona, post):
    comment = factories.comment(post)
    page = mona.get(page_of(comment)).content.decode()
    for address in (f"{QUEUE}?at={comment.pk}", f"/admin/comments/decision/?comment={comment.pk}"):
        assert f'href="{address}"' in page
        assert mona.get(address).status_code == 200


# The first decision holds


def test_the_rows_of_the_list_and_the_page_of_a_comment_carry_the_state_they_show(mona, post):
    comment = factories.comment(post, status=Status.SPAM)
    carried = f'spam<input type="hidden" name="state-{comment.pk}" value="spam">'
    assert carried in mona.get(LIST).content.decode()
    assert carried in mona.get(page_of(comment)).content.decode()


@pytest.mark.parametrize("address", [LIST, f"{LIST}?status__exact=pending"])
def test_in_the_list_the_second_moderator_sees_the_conflict_and_changes_nothing(address, mona, nora, post):
    comment = factories.comment(post, status=Status.PENDING)
    run(mona, "approve", {comment: "pending"}, address)
    answer = run(nora, "remove", {comment: "pending"}, address)
    assert status(comment) == Status.APPROVED
    assert "already approved by Mona" in answer.content.decode()
    assert comment.decisions.count() == 2


def test_on_the_comments_page_the_second_moderator_sees_the_conflict_and_changes_nothing(mona, nora, post):
    comment = factories.comment(post, status=Status.PENDING)
    sent = {"_selected_action": [comment.pk], f"state-{comment.pk}": "pending"}
    mona.post(page_of(comment), {"CHANGE_FORM-action": "spam", **sent})
    answer = nora.post(page_of(comment), {"CHANGE_FORM-action": "approve", **sent}, follow=True)
    assert status(comment) == Status.SPAM
    assert "already spam by Mona" in answer.content.decode()


def test_rows_in_different_states_are_decided_as_one_batch(mona, post):
    held, spam = factories.comment(post, status=Status.PENDING), factories.comment(post, status=Status.SPAM)
    run(mona, "approve", {held: "pending", spam: "spam"})
    decisions = Decision.objects.filter(to_status="approved", via=Via.ADMIN)
    assert {decision.comment_id for decision in decisions} == {held.pk, spam.pk}
    assert len({decision.batch for decision in decisions}) == 1


def test_rows_that_nobody_saw_are_decided_in_the_state_they_are_in(mona, post):
    seen, unseen = factories.comment(post, status=Status.PENDING), factories.comment(post, status=Status.SPAM)
    run(mona, "approve", {seen: "pending"}, select_across="1")
    assert {status(seen), status(unseen)} == {Status.APPROVED}


def test_an_unknown_status_counts_as_not_sent(mona, post):
    comment = factories.comment(post, status=Status.PENDING)
    run(mona, "approve", {comment: "nonsense\0"})
    assert status(comment) == Status.APPROVED


# Removing with a reason


def test_the_list_offers_reasons_and_a_removal_shows_the_chosen_one(mona, post, rude):
    comment = factories.comment(post)
    assert f'<option value="{rude.pk}">{rude}</option>' in mona.get(LIST).content.decode()
    run(mona, "remove", {comment: "approved"}, reason=rude.pk)
    comment.refresh_from_db()
    assert (comment.status, comment.removal_reason) == (Status.REMOVED, "Attacks a person.")


def test_the_page_of_a_comment_removes_with_a_reason_too(mona, post, rude):
    comment = factories.comment(post)
    assert 'name="CHANGE_FORM-reason"' in mona.get(page_of(comment)).content.decode()
    sent = {"CHANGE_FORM-action": "remove", "CHANGE_FORM-reason": rude.pk, "_selected_action": [comment.pk]}
    mona.post(page_of(comment), sent)
    assert comment.decisions.get(to_status="removed").reason == "Attacks a person."


@pytest.mark.parametrize("reason", ["9" * 18, "9" * 40, "My own words", "\0"])
def test_a_reason_that_is_not_on_the_list_removes_nothing(reason, mona, post):
    comment = factories.comment(post)
    answer = run(mona, "remove", {comment: "approved"}, reason=reason)
    assert status(comment) == Status.APPROVED
    assert "Nothing was changed." in answer.content.decode()


def test_a_reason_goes_with_a_removal_alone(mona, post, rude):
    comment = factories.comment(post)
    run(mona, "spam", {comment: "approved"}, reason=rude.pk)
    assert comment.decisions.get(to_status="spam").reason == ""


# Any comment in the queue


@pytest.mark.parametrize(
    ("state", "verbs"),
    [(Status.APPROVED, ["hold", "spam"]), (Status.SPAM, ["hold"]), (Status.REMOVED, ["hold"])],
)
def test_the_queue_opens_any_comment_alone_with_what_can_be_done_with_it(state, verbs, mona, post):
    comment = factories.comment(post, status=state)
    factories.comment(post, status=Status.PENDING)
    response = mona.get(f"{QUEUE}?at={comment.pk}")
    (only,) = response.context["page"].items
    assert only.comment == comment
    assert [button.verb for button in only.buttons] == verbs
    assert only.can_be_removed == (state == Status.APPROVED)
    assert "is no longer waiting" not in response.content.decode()
    assert 'id="bulk"' not in response.content.decode()


def test_a_published_comment_is_removed_in_the_queue_with_a_reason(mona, post, rude):
    comment = factories.comment(post)
    mona.get(f"{QUEUE}?at={comment.pk}")
    answer = mona.post(QUEUE, {"decision": f"remove:{comment.pk}", "state": "approved", "reason": rude.pk})
    assert answer.status_code == 303
    comment.refresh_from_db()
    assert (comment.status, comment.removal_reason) == (Status.REMOVED, "Attacks a person.")


def test_a_comment_that_waits_but_not_under_the_filters_is_shown_alone(mona, post):
    other = factories.comment(factories.post("Rice"), status=Status.PENDING)
    factories.comment(post, status=Status.PENDING)
    assert mona.get(f"{QUEUE}?post={post.pk}&at={other.pk}").context["page"].comments == [other]


@pytest.mark.parametrize("missing", ["999999999", "9" * 18])
def test_a_missing_comment_shows_the_queue_and_a_message(missing, mona, post):
    waits = factories.comment(post, status=Status.PENDING)
    response = mona.get(f"{QUEUE}?at={missing}")
    assert response.context["page"].comments == [waits]
    assert "is no longer waiting" in response.content.decode()
