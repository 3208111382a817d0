"""Notes on readers: moderators see them beside the comments, the person gets them on request, and nobody else does."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.models import Comment, ReaderNote
from comments.privacy.erasure import begin_erasure
from comments.queue.colleagues import MAX_NOTES
from comments.status import Status, Via
from tests import factories

QUEUE = "/admin/comments/comment/queue/"
WORDS = "Kind, <b>mostly</b>;\nknows the domes."


@pytest.fixture
def ann(db):
    return factories.reader("ann@example.net")


@pytest.fixture
def comment(post, ann) -> Comment:
    return factories.comment(post, status=Status.PENDING, email=ann.email)


def note(client, comment, words=WORDS, **fields):
    return client.post(QUEUE, {"decision": f"reader-note:{comment.pk}", "about": words, **fields}, follow=True)


def test_a_note_stands_beside_every_comment_of_the_reader(mona, nora, post, ann, comment):
    other = factories.comment(post, status=Status.PENDING, email="bob@example.net")
    note(mona, comment)
    factories.comment(post, status=Status.PENDING, email=ann.email, body="Another.")
    page = nora.get(QUEUE).text
    shown = "Kind, &lt;b&gt;mostly&lt;/b&gt;;<br>knows the domes. <cite>— <bdi>Mona Rahimova</bdi></cite>"
    assert page.count(shown) == 2
    assert shown not in nora.get(QUEUE, {"reader": other.reader_id}).text


def test_the_newest_are_in_the_queue_and_all_on_the_readers_page(mona, ann, comment):
    for number in range(MAX_NOTES + 2):
        note(mona, comment, f"Note {number}.")
    page, all_notes = mona.get(QUEUE).text, mona.get(f"/admin/comments/reader/{ann.pk}/change/").text
    for number in range(MAX_NOTES + 2):
        assert (f"Note {number}." in page) is (number >= 2)
        assert f"Note {number}." in all_notes


@pytest.mark.parametrize("words", ["x" * 501, "a\x01b"])
def test_a_note_that_cannot_be_stored_is_shown_again(mona, comment, words):
    answer = note(mona, comment, words)
    assert (answer.status_code, ReaderNote.objects.count()) == (400, 0)
    assert f">\n{words}</textarea>" in answer.text or "\x01" in words


def test_an_empty_note_is_none(mona, comment):
    assert "Write a note first." in note(mona, comment, " \n ").text
    assert not ReaderNote.objects.exists()


def test_a_note_typed_beside_another_button_is_asked_about_and_not_lost(mona, comment):
    answer = mona.post(QUEUE, {"decision": f"approve:{comment.pk}", "about": "Kind."})
    assert answer.status_code == 409
    assert "Kind.</textarea>" in answer.text
    assert "Approve without this text" in answer.text
    assert Comment.objects.get(pk=comment.pk).status == Status.PENDING


def test_notes_are_added_and_deleted_on_the_readers_page_and_never_changed(mona, ann, comment):
    note(mona, comment, "Wrong.")
    wrong = ReaderNote.objects.get()
    form = {
        "standing": ann.standing, "notes-TOTAL_FORMS": 2, "notes-INITIAL_FORMS": 1,
        "notes-0-id": wrong.pk, "notes-0-reader": ann.pk, "notes-0-text": "Changed.", "notes-0-DELETE": "",
        "notes-1-reader": ann.pk, "notes-1-text": "A second.",
    }  # fmt: skip
    page = f"/admin/comments/reader/{ann.pk}/change/"
    assert mona.post(page, form).status_code == 302
    assert list(ReaderNote.objects.values_list("text", "by__username")) == [("Wrong.", "mona"), ("A second.", "mona")]
    mona.post(page, {**form, "notes-TOTAL_FORMS": 1, "notes-0-DELETE": "on"})
    assert list(ReaderNote.objects.values_list("text", flat=True)) == ["A second."]
    assert "Wrong." not in str(list(LogEntry.objects.values_list("change_message", "object_repr")))


def test_authors_see_and_write_none(alice, mona, ann, comment):
    assert note(alice, comment).status_code == 403
    note(mona, comment)
    assert alice.get(f"/admin/comments/reader/{ann.pk}/change/").status_code in {403, 404}
    assert alice.get(f"/admin/comments/reader/{ann.pk}/export/").status_code == 403


def test_the_copy_that_a_moderator_hands_out_has_them_and_the_readers_own_download_has_not(mona, ann, comment):
    note(mona, comment)
    copy = mona.get(f"/admin/comments/reader/{ann.pk}/export/")
    assert copy.headers["Content-Disposition"].startswith("attachment")
    data = copy.json()
    assert [line["words"] for line in data["notes"]] == [WORDS]
    assert data["reader"]["email"] == ann.email
    own = factories.reader_client(ann).get("/you/data.json")
    assert "mostly" not in own.text
    assert data["comments"] == own.json()["comments"]


def test_no_public_page_shows_them(mona, visitor, post, ann, comment):
    note(mona, comment)
    factories.approve(comment, via=Via.DESK)
    for client in (visitor, factories.reader_client(ann)):
        for address in (post.get_absolute_url(), "/you/", "/moderation/", "/comments/"):
            assert "mostly" not in client.get(address, follow=True).text


def test_erasing_a_reader_erases_them(mona, ann, comment):
    note(mona, comment)
    assert begin_erasure(ann, keeps_words=True, sender="x")
    assert not ReaderNote.objects.exists()


def test_the_queue_takes_the_same_queries_for_many_notes_and_assignments_as_for_one(mona, post):
    def add(number: int) -> None:
        for _ in range(number):
            comment = factories.comment(post, status=Status.PENDING, email=f"r{Comment.objects.count()}@example.net")
            note(mona, comment)
            user = factories.User.objects.get(username="mona")
            mona.post(QUEUE, {"decision": f"assign:{comment.pk}", "assignee": user.pk})

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert mona.get(QUEUE).status_code == 200
        return len(asked)

    add(1)
    few = queries()
    add(10)
    assert queries() == few
