"""Saved replies: chosen in the queue, put into the reply and sent; without JavaScript by a round to the server."""

import pytest

from comments.models import Comment, SavedReply
from comments.status import Status
from tests import factories

QUEUE = "/admin/comments/comment/queue/"


@pytest.fixture
def thanks(db) -> SavedReply:
    return SavedReply.objects.create(name="Thanks", text="Thank you, *really*.\n\nCome again & <soon>.")


@pytest.fixture
def comment(post) -> Comment:
    return factories.comment(post, status=Status.PENDING)


def act(client, decision, **fields):
    return client.post(QUEUE, {"decision": decision, **fields}, follow=True)


def replies(comment) -> list[str]:
    return list(comment.replies.values_list("body", flat=True))


def test_inserting_one_shows_it_below_what_was_typed_and_sends_nothing(mona, comment, thanks):
    answer = act(mona, f"insert:{comment.pk}", saved=thanks.pk, answer="Dear Ann,\n")
    assert answer.status_code == 200
    assert "Dear Ann,\n\nThank you, *really*.\n\nCome again &amp; &lt;soon&gt;.</textarea>" in answer.text
    assert Comment.objects.get(pk=comment.pk).status == Status.PENDING
    assert replies(comment) == []


def test_the_shown_text_is_sent_with_its_button(mona, comment, thanks):
    act(mona, "answer", comment=comment.pk, state="pending", answer="Thank you, *really*.")
    assert replies(comment) == ["Thank you, *really*."]
    assert Comment.objects.get(pk=comment.pk).status == Status.APPROVED


def test_one_that_is_chosen_goes_as_it_is_when_nothing_is_typed(mona, comment, thanks):
    act(mona, f"answer:{comment.pk}", saved=thanks.pk, answer=" \n")
    assert replies(comment) == [thanks.text]


def test_what_is_typed_goes_before_one_that_is_only_chosen(mona, comment, thanks):
    act(mona, f"answer:{comment.pk}", saved=thanks.pk, answer="My own words.")
    assert replies(comment) == ["My own words."]


@pytest.mark.parametrize("saved", ["0", "999999", "x", "-1", "1" * 30])
def test_one_that_is_not_on_the_list_changes_nothing_and_loses_nothing(mona, comment, saved):
    for verb in ("insert", "answer"):
        answer = act(mona, f"{verb}:{comment.pk}", saved=saved, answer="My own words." if verb == "insert" else "")
        assert "no longer on the list" in answer.text
        assert replies(comment) == []
        assert verb == "answer" or "My own words." in answer.text


def test_none_chosen_is_said(mona, comment, thanks):
    answer = act(mona, f"insert:{comment.pk}", saved="", answer="My own words.")
    assert "Choose a saved reply first." in answer.text
    assert "My own words.</textarea>" in answer.text


def test_a_choice_does_not_matter_to_other_buttons(mona, comment, thanks):
    act(mona, f"approve:{comment.pk}", saved=thanks.pk)
    assert Comment.objects.get(pk=comment.pk).status == Status.APPROVED
    assert replies(comment) == []


def test_without_saved_replies_nothing_is_offered(mona, comment):
    assert "Insert saved reply" not in mona.get(QUEUE).text


def test_moderators_keep_the_list_and_authors_do_not(mona, alice, thanks):
    form = {"name": "Sorry", "text": "We are sorry.", "place": 1}
    assert mona.post("/admin/comments/savedreply/add/", form).status_code == 302
    assert alice.post("/admin/comments/savedreply/add/", {**form, "name": "Mine"}).status_code == 403
    assert [reply.name for reply in SavedReply.objects.all()] == ["Thanks", "Sorry"]
