"""The buttons of the queue: on one comment or many, by one moderator or two at once."""

import threading
import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client

from comments.lifecycle.reports import file_report
from comments.models import Comment, Decision, PendingTraining, Reader, Reason, Report
from comments.status import Status, Via
from tests import factories

QUEUE = "/admin/comments/comment/queue/"


@pytest.fixture
def rude(db) -> Reason:
    return Reason.objects.get_or_create(words="Attacks a person.")[0]


def waiting(post, **fields) -> Comment:
    return factories.comment(post, status=Status.PENDING, **fields)


def status(comment: Comment) -> str:
    return Comment.objects.values_list("status", flat=True).get(pk=comment.pk)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def act(client: Client, decision: str, *, query: str = "", **fields):
    return client.post(QUEUE + query, {"decision": decision, **fields}, follow=True)


def undo_button(response) -> str:
    (batch,) = [notice["batch"] for notice in response.context["notices"] if notice["batch"]]
    return f"undo:{batch}"


# The four verbs


@pytest.mark.parametrize(
    ("verb", "to"), [("approve", Status.APPROVED), ("spam", Status.SPAM), ("remove", Status.REMOVED)]
)
def test_one_button_decides_one_comment_and_leads_back(verb, to, mona, post):
    comment, other = waiting(post), waiting(post)
    response = mona.post(QUEUE, {"decision": f"{verb}:{comment.pk}"})
    assert (response.status_code, response.url) == (303, QUEUE)
    assert (status(comment), status(other)) == (to, Status.PENDING)
    decision = comment.decisions.first()
    assert (decision.by.username, decision.via, decision.from_status) == ("mona", Via.DESK, "pending")


def test_an_approved_comment_is_on_its_page_at_once(mona, post, visitor):
    comment = waiting(post, body="Hear, hear.")
    assert b"Hear, hear." not in visitor.get(post.get_absolute_url()).content
    act(mona, f"approve:{comment.pk}")
    assert b"Hear, hear." in visitor.get(post.get_absolute_url()).content


def test_a_removal_takes_its_reason_from_the_list_and_a_note_for_colleagues(mona, post, rude):
    by_number, by_words = waiting(post), waiting(post)
    act(mona, f"remove:{by_number.pk}", reason=rude.pk, note="  The third\ttime  ")
    act(mona, f"remove:{by_words.pk}", reason=rude.words)
    decision = by_number.decisions.first()
    assert (decision.reason, decision.note) == ("Attacks a person.", "The third time")
    assert by_words.decisions.first().reason == "Attacks a person."
    assert Comment.objects.get(pk=by_number.pk).removal_reason == "Attacks a person."


def test_a_reason_goes_with_a_removal_only(mona, post, rude):
    comment = waiting(post)
    act(mona, f"approve:{comment.pk}", reason=rude.pk)
    assert comment.decisions.first().reason == ""


def test_only_reasons_that_are_offered_can_be_chosen_in_the_page(mona, post, rude):
    Reason.objects.create(words="An old one.", is_offered=False)
    waiting(post)
    page = mona.get(QUEUE).content.decode()
    assert "Attacks a person." in page
    assert "An old one." not in page


@pytest.mark.parametrize(
    ("field", "text"),
    [("note", "a\x00b"), ("note", "x" * 251), ("reason", "My own."), ("reason", "9" * 18), ("note", "a\u202eb")],
)
def test_text_that_cannot_be_stored_decides_nothing_and_is_not_lost(field, text, mona, post):
    comment = waiting(post)
    answer = act(mona, f"remove:{comment.pk}", **{"note": "Kept.", field: text})
    assert (answer.status_code, status(comment)) == (400, Status.PENDING)
    assert said(answer)[0].startswith("Nothing was changed.")
    if field == "note" and "\x00" not in text:
        assert f'name="note" value="{text}"' in answer.text
    if field == "reason":
        assert 'name="note" value="Kept."' in answer.text


@pytest.mark.parametrize(
    "form", [{"decision": "approve"}, {"decision": "approve:x"}, {"decision": "approve:" + "9" * 30},
             {"decision": "approve", "comment": ["-1", "1e3", "٣"]}, {"decision": "spam", "every": "x"},
             {"decision": "spam", "every": f"1.{'9' * 18}"}, {"decision": "edit:"}],
)  # fmt: skip
def test_nothing_chosen_decides_nothing_and_says_so(form, mona, post):
    waiting(post)
    assert said(mona.post(QUEUE, form, follow=True)) == ["Select some comments first."]
    assert Comment.objects.waiting().count() == 1


@pytest.mark.parametrize("verb", ["approve", "spam", "remove", "answer", "edit", "edit-approve", "aside", "trust"])
def test_an_unknown_comment_number_does_no_harm(verb, mona, post):
    waiting(post)
    answer = act(mona, f"{verb}:{'9' * 18}", answer="Yes.", words="Yes.", state="pending")
    assert answer.status_code == 200
    assert Comment.objects.count() == Comment.objects.waiting().count() == 1


def test_an_unknown_decision_is_refused(mona, post):
    comment = waiting(post)
    assert mona.post(QUEUE, {"decision": f"withdraw:{comment.pk}"}).status_code == 400
    assert mona.post(QUEUE).status_code == 400


@pytest.mark.parametrize("verb", ["aside", "trust", "undo", "rescore", "edit", "answer"])
def test_no_act_breaks_on_a_field_that_is_not_its_own(verb, mona, post):
    comment = waiting(post)
    answer = act(
        mona, f"{verb}:{comment.pk}", note="a\x00b", why="\x00", words="\x00", answer="\x00", version="x", state="?"
    )
    assert answer.status_code in {200, 400}
    assert status(comment) == Status.PENDING


# Many


def test_selected_comments_are_decided_in_one_batch_and_the_page_stays(mona, post):
    chosen = [waiting(post), waiting(factories.post()), waiting(post)]
    left = waiting(post)
    form = {"decision": "spam", "comment": [comment.pk for comment in chosen]}
    response = mona.post(f"{QUEUE}?age=under-7&odd=1", form, follow=True)
    assert response.redirect_chain == [(f"{QUEUE}?age=under-7", 303)]
    assert [status(comment) for comment in [*chosen, left]] == ["spam", "spam", "spam", "pending"]
    assert len({comment.decisions.first().batch for comment in chosen}) == 1
    assert said(response) == ["Marked as spam: 3 comments (Bob)."]


def test_no_more_comments_are_counted_than_were_approved(mona, post):
    chosen = [waiting(post) for _ in range(3)]
    act(mona, "approve", comment=[comment.pk for comment in chosen])
    post.thread.refresh_from_db()
    assert (post.thread.comment_count, post.thread.shown_count) == (3, 3)


def test_two_hundred_chosen_comments_take_one_transaction(mona, post):
    chosen = [waiting(post).pk for _ in range(200)]
    assert said(act(mona, "approve", comment=chosen)) == ["Approved: 200 comments (Bob)."]
    assert Decision.objects.filter(to_status="approved").values("batch").distinct().count() == 1


# Two moderators


def test_the_second_moderator_sees_who_was_first_and_is_asked_again(mona, nora, post):
    comment = waiting(post, name="Ann")
    act(mona, f"approve:{comment.pk}")
    answer = act(nora, f"spam:{comment.pk}", note="Known to us.")
    assert answer.status_code == 409
    assert said(answer)[0].startswith("Ann on “The tea house”: already approved by Mona Rahimova, ")
    assert (status(comment), comment.decisions.count()) == (Status.APPROVED, 2)
    (question,) = answer.context["confirmations"]
    assert "Mark as spam anyway" in answer.text
    form = {"comment": [comment.pk], "state": question.state, "note": "Known to us."}
    act(nora, "spam", **form)
    assert status(comment) == Status.SPAM
    assert [decision.by.username for decision in comment.decisions.all()[:2]] == ["nora", "mona"]


def test_the_same_change_by_both_is_shown_without_a_question(mona, nora, post):
    comment = waiting(post)
    act(mona, f"approve:{comment.pk}")
    answer = act(nora, f"approve:{comment.pk}")
    assert "already approved by Mona Rahimova" in said(answer)[0]
    assert not answer.context["confirmations"]


def test_asked_again_the_decision_matches_the_status_shown_or_is_asked_again(mona, nora, post):
    comment = waiting(post)
    factories.mark_spam(comment, via=Via.DESK)
    answer = act(nora, "approve", comment=[comment.pk], state="approved")
    assert (answer.status_code, status(comment)) == (409, Status.SPAM)


def test_the_rest_of_the_chosen_is_decided_although_one_was_before(mona, nora, post):
    first, second = waiting(post, name="Ann"), waiting(post, name="Ben")
    act(mona, f"approve:{first.pk}")
    answer = act(nora, "spam", comment=[first.pk, second.pk])
    assert [status(first), status(second)] == [Status.APPROVED, Status.SPAM]
    assert len(said(answer)) == 2
    assert "already approved by Mona Rahimova" in said(answer)[1]


def test_a_comment_withdrawn_meanwhile_stays_withdrawn_without_a_question(mona, post):
    comment = waiting(post, name="Ann")
    factories.withdraw(comment)
    answer = act(mona, f"approve:{comment.pk}")
    assert said(answer)[0].startswith("Ann on “The tea house”: already withdrawn by the commenter, ")
    assert not answer.context["confirmations"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: nothing can meet")
def test_of_two_moderators_at_the_same_moment_one_wins_fifty_times():
    post, clients = factories.post(), [factories.moderator_client("mona"), factories.moderator_client("nora")]
    comments = [waiting(post) for _ in range(50)]
    answers = {"approve": [], "spam": []}
    start = threading.Barrier(2)

    def press(client: Client, verb: str) -> None:
        for comment in comments:
            start.wait()
            answers[verb].append(client.post(QUEUE, {"decision": f"{verb}:{comment.pk}"}).status_code)
        connection.close()

    presses = zip(clients, answers, strict=True)
    threads = [threading.Thread(target=press, args=arguments) for arguments in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(sorted(pair) == [303, 409] for pair in zip(*answers.values(), strict=True))
    assert all(comment.decisions.count() == 2 for comment in comments)
    assert all(status(comment) == comment.decisions.first().to_status for comment in comments)
    post.thread.refresh_from_db()
    assert post.thread.comment_count == post.thread.shown_count == answers["approve"].count(303)
    assert Comment.objects.approved().count() == post.thread.comment_count
    assert PendingTraining.objects.count() == 50


# Answers


def test_a_reply_approves_its_parent_and_is_published_in_one_transaction(mona, post, visitor):
    comment = waiting(post, name="Ann")
    answer = act(mona, f"answer:{comment.pk}", answer="Well *asked*.\r\nSee below.", note="A friend")
    reply = Comment.objects.get(parent=comment)
    assert (status(comment), reply.status) == (Status.APPROVED, Status.APPROVED)
    assert (reply.name, reply.user.username, reply.body) == ("Mona Rahimova", "mona", "Well *asked*.\nSee below.")
    assert comment.decisions.first().batch == reply.decisions.first().batch
    assert said(answer) == ["Approved, and replied to: Ann on “The tea house”."]
    assert "<em>asked</em>" in visitor.get(post.get_absolute_url()).text
    post.thread.refresh_from_db()
    assert (post.thread.comment_count, post.thread.shown_count) == (2, 2)


def test_an_undone_reply_waits_with_its_text(mona, post):
    comment = waiting(post)
    sent = act(mona, f"answer:{comment.pk}", answer="Yes.")
    act(mona, undo_button(sent))
    assert set(Comment.objects.waiting().values_list("body", flat=True)) == {comment.body, "Yes."}


def test_an_answer_to_what_a_moderator_approved_meanwhile_is_published_all_the_same(mona, nora, post):
    comment = waiting(post)
    act(nora, f"approve:{comment.pk}")
    act(mona, f"answer:{comment.pk}", answer="Yes.")
    assert Comment.objects.get(parent=comment).status == Status.APPROVED
    assert comment.decisions.count() == 2


def test_an_answer_to_what_a_moderator_hid_meanwhile_is_kept_and_asked_about(mona, nora, post):
    comment = waiting(post)
    act(nora, f"spam:{comment.pk}")
    answer = act(mona, f"answer:{comment.pk}", answer="My <long> answer")
    assert (answer.status_code, Comment.objects.filter(parent=comment).exists()) == (409, False)
    assert "My &lt;long&gt; answer</textarea>" in answer.text
    act(mona, "answer", comment=[comment.pk], state="spam", answer="My <long> answer")
    assert {comment.status for comment in Comment.objects.all()} == {Status.APPROVED}


@pytest.mark.parametrize("text", ["", " \u200b\n", "x" * 10_001])
def test_an_empty_reply_approves_nothing(text, mona, post):
    comment = waiting(post)
    answer = act(mona, f"answer:{comment.pk}", answer=text)
    assert (answer.status_code, status(comment)) == (400, Status.PENDING)
    assert "x" * 10_001 in answer.text or len(text) < 10


# Edits


def test_an_edit_keeps_the_old_text_and_says_why(mona, post):
    comment = waiting(post, body="Call 12345.")
    act(mona, f"edit:{comment.pk}", words="Call me.", why="A number", state="pending", version="1")
    comment.refresh_from_db()
    assert (comment.body, comment.status, comment.edit_note) == ("Call me.", Status.PENDING, "A number")
    assert (comment.revisions.get().body, comment.revisions.get().by.username) == ("Call 12345.", "mona")


def test_an_edit_can_approve_at_once(mona, post, visitor):
    comment = waiting(post)
    act(mona, f"edit-approve:{comment.pk}", words="Better.", why="Shorter", state="pending", version="1")
    assert status(comment) == Status.APPROVED
    assert "Better." in visitor.get(post.get_absolute_url()).text


def test_unchanged_text_leaves_no_trace(mona, post):
    comment = waiting(post, body="One\nTwo")
    act(mona, f"edit-approve:{comment.pk}", words="One\r\nTwo", state="pending", version="1")
    assert (status(comment), comment.revisions.count()) == (Status.APPROVED, 0)


def test_an_edit_of_words_that_a_moderator_changed_is_kept_and_asked_about(mona, nora, post):
    comment = waiting(post)
    act(nora, f"edit:{comment.pk}", words="Hers.", state="pending", version="1")
    answer = act(mona, f"edit:{comment.pk}", words="Mine.", why="Why not", state="pending", version="1")
    comment.refresh_from_db()
    assert (answer.status_code, comment.body) == (409, "Hers.")
    assert "Mine.</textarea>" in answer.text
    assert 'name="version" value="2"' in answer.text
    act(mona, "edit", comment=[comment.pk], words="Mine.", state="pending", version="2")
    comment.refresh_from_db()
    assert comment.body == "Mine."


@pytest.mark.parametrize("state", [Status.SPAM, Status.REMOVED, Status.WITHDRAWN])
def test_a_withdrawn_comment_is_not_edited(state, mona, post):
    comment = waiting(post, body="As it was.")
    factories.decide(comment, state, via=Via.READER)
    act(mona, f"edit:{comment.pk}", words="Other.", state=str(state), version="1")
    comment.refresh_from_db()
    assert comment.body == "As it was."


# Readers, reports


@pytest.mark.parametrize(("verb", "standing"), [("trust", "trusted"), ("distrust", "held"), ("untrust", "ordinary")])
def test_a_reader_is_trusted_or_held_while_their_comment_keeps_waiting(verb, standing, mona, post):
    comment = waiting(post, email="ann@example.net")
    answer = act(mona, f"{verb}:{comment.pk}")
    assert (Reader.objects.get(email="ann@example.net").standing, status(comment)) == (standing, Status.PENDING)
    assert "ann@example.net" in said(answer)[0]


def reported(post, count: int = 2) -> Comment:
    comment = factories.comment(post)
    for number in range(count):
        Report.objects.create(comment=comment, kind="rude", sender=str(number))
    Comment.objects.filter(pk=comment.pk).update(open_report_count=count)
    return comment


def test_reports_are_set_aside_and_the_comment_stands(mona, post):
    comment = reported(post)
    answer = act(mona, f"aside:{comment.pk}", query="?show=reported")
    comment.refresh_from_db()
    assert (comment.status, comment.open_report_count) == (Status.APPROVED, 0)
    assert not Report.objects.filter(is_open=True).exists()
    assert answer.redirect_chain == [(f"{QUEUE}?show=reported", 303)]


def test_reports_that_hold_a_comment_are_answered_by_approving_it(mona, post):
    comment = reported(post)
    factories.hold(comment, via=Via.REPORTS)
    answer = act(mona, f"aside:{comment.pk}", query="?show=reported")
    comment.refresh_from_db()
    assert (comment.status, comment.open_report_count) == (Status.PENDING, 2)
    assert any("approve it to dismiss the reports" in sentence for sentence in said(answer))
    act(mona, f"approve:{comment.pk}")
    comment.refresh_from_db()
    assert (comment.status, comment.open_report_count) == (Status.APPROVED, 0)


@pytest.mark.parametrize("verb", ["hold", "spam", "remove"])
def test_a_reported_comment_can_be_decided_in_the_queue(verb, mona, post):
    comment = reported(post)
    act(mona, f"{verb}:{comment.pk}", state="approved")
    comment.refresh_from_db()
    assert (comment.status != Status.APPROVED, comment.open_report_count) == (True, 0)


# Undo


def test_an_action_can_be_undone_from_its_message(mona, post):
    comment = waiting(post)
    response = act(mona, f"spam:{comment.pk}")
    again = act(mona, undo_button(response))
    assert status(comment) == Status.PENDING
    assert said(again) == ["Undone. Back in the queue: Bob on “The tea house”."]
    assert comment.decisions.first().undoes == comment.decisions.all()[1]


def test_undoing_goes_back_step_by_step_through_ones_own_decisions(mona, nora, post):
    first, second, hers = (waiting(post) for _ in range(3))
    act(mona, f"approve:{first.pk}")
    act(mona, f"spam:{second.pk}")
    act(nora, f"approve:{hers.pk}")
    act(mona, "undo:last")
    assert [status(comment) for comment in (first, second, hers)] == ["approved", "pending", "approved"]
    act(mona, "undo:last")
    assert [status(comment) for comment in (first, second, hers)] == ["pending", "pending", "approved"]
    assert said(act(mona, "undo:last")) == ["There is nothing to undo."]


def test_a_later_decision_by_somebody_else_is_not_undone(mona, nora, post):
    comment = waiting(post, name="Ann")
    response = act(mona, f"spam:{comment.pk}")
    factories.approve(comment, via=Via.DESK, by=factories.User.objects.get(username="nora"))
    assert "already approved by nora" in said(act(mona, undo_button(response)))[0]
    assert status(comment) == Status.APPROVED


@pytest.mark.parametrize("batch", ["", "x", "last", "a\x00", str(uuid.UUID(int=7))])
def test_there_may_be_nothing_to_undo(batch, mona, post):
    assert said(act(mona, f"undo:{batch}")) == ["There is nothing to undo."]


def test_the_queue_is_scored_again_on_demand(mona, post):
    waiting(post)
    assert said(act(mona, "rescore")) == ["1 comment is being scored again."]


# Nothing typed is lost, and nothing done is forgotten


@pytest.mark.parametrize("verb", ["approve", "spam", "remove", "trust"])
def test_a_button_beside_typed_words_that_it_does_not_send_asks_first(verb, mona, post):
    comment = waiting(post)
    response = act(mona, f"{verb}:{comment.pk}", answer="My answer", words=comment.body, version="1")
    assert response.status_code == 409
    page = response.content.decode()
    assert "My answer</textarea>" in page
    assert "without this text" in page
    assert status(comment) == Status.PENDING
    act(mona, verb, comment=[comment.pk], answer="My answer")  # as the question's second button sends it
    assert status(comment) == {"approve": "approved", "spam": "spam", "remove": "removed", "trust": "pending"}[verb]


def test_new_words_in_the_field_are_asked_about_and_the_old_ones_are_not(mona, post):
    comment = waiting(post, body="As it was.")
    response = act(mona, f"approve:{comment.pk}", words="As I want it.", version="1")
    assert (response.status_code, status(comment)) == (409, Status.PENDING)
    assert "As I want it.</textarea>" in response.content.decode()
    act(mona, f"approve:{comment.pk}", words="As it was.", version="1")
    assert status(comment) == Status.APPROVED


def test_an_answer_that_is_missing_has_its_field_again(mona, post):
    comment = waiting(post)
    response = act(mona, f"answer:{comment.pk}", answer=" ")
    assert response.status_code == 400
    again = response.content.decode().partition('class="confirmation"')[2].partition("</section>")[0]
    assert '<textarea name="answer"' in again


def test_with_all_that_match_chosen_no_single_one_can_be_left_out_by_mistake(mona, post):
    waiting(post)
    page = mona.get(f"{QUEUE}?all=matching").content.decode()
    assert " checked disabled>" in page


def test_undoing_skips_comments_that_another_moderator_has_decided_since(mona, nora, post):
    first, second = waiting(post), waiting(post)
    act(mona, f"approve:{first.pk}")
    act(mona, f"approve:{second.pk}")
    factories.remove(second, via=Via.DESK, by=factories.User.objects.get(username="nora"))
    act(mona, "undo:last")
    assert (status(first), status(second)) == (Status.PENDING, Status.REMOVED)


def test_a_decision_by_email_counts_as_the_moderators_last(mona, post):
    comment = waiting(post)
    factories.approve(comment, via=Via.MAIL, by=factories.User.objects.get(username="mona"))
    act(mona, "undo:last")
    assert status(comment) == Status.PENDING


def test_an_action_that_changes_no_status_is_in_the_history_of_its_comment_or_reader(mona, post):
    comment = waiting(post)
    act(mona, f"edit:{comment.pk}", words="In other words.", version="1")
    act(mona, f"distrust:{comment.pk}")
    file_report(reported := factories.comment(post), kind="rude", words="", sender="ann")
    act(mona, f"aside:{reported.pk}", state="approved")
    said = {(entry.object_repr, entry.change_message) for entry in LogEntry.objects.filter(user__username="mona")}
    assert said == {
        (str(comment), "A moderator edited the text."),
        ("bob@example.net", "Standing: held: every comment waits for a moderator"),
        (str(reported), "Reports dismissed."),
    }
