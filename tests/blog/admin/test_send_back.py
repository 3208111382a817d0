"""Sending a post back from the page on which it is written: by whom, with what, and what happens to it."""

import pytest
from django.test import Client

from blog.models import Post, ReviewNote, ReviewStep
from tests import factories

BODY = "The first bell rings at dawn.\n"


@pytest.fixture
def post(carol) -> Post:
    made = factories.draft(title="On tea", slug="on-tea", body=BODY, authors=[carol.profile])
    made.hand_in(by=carol.user)
    return made


def form_of(post: Post) -> str:
    return f"/admin/blog/post/{post.pk}/change/"


def send_back(client: Client, post: Post, **fields):
    authors = [str(author.pk) for author in post.authors.all()]
    return client.post(form_of(post), factories.post_form(body=BODY, authors=authors, **fields))


def status_of(post: Post) -> str:
    return Post.objects.get(pk=post.pk).status


def test_whoever_may_publish_what_others_hand_in_finds_the_button_and_a_field_for_the_message(editor, post):
    page = editor.get(form_of(post)).text
    assert "Send back with notes" in page
    assert 'name="message"' in page


def test_the_writer_takes_it_back_instead(carol, post):
    page = carol.get(form_of(post)).text
    assert "Take back" in page
    assert "Send back with notes" not in page
    assert 'name="message"' not in page
    assert send_back(carol, post, message="To myself").status_code == 302
    assert status_of(post) == "draft"
    assert list(ReviewStep.objects.values_list("kind", flat=True)) == ["handed in"]


def test_an_editor_who_wrote_it_takes_it_back_too(editor):
    own = factories.draft(authors=[editor.profile], body=BODY)
    own.hand_in(by=editor.user)
    page = editor.get(form_of(own)).text
    assert "Take back" in page
    assert 'name="message"' not in page


@pytest.mark.parametrize("status", ["draft", "published"])
def test_only_a_post_that_waits_can_be_sent_back(editor, status):
    post = factories.post(status=status)
    assert "Send back with notes" not in editor.get(form_of(post)).text


def test_sending_back_makes_a_draft_of_it_keeps_the_message_among_the_notes_and_says_so(editor, post):
    answer = send_back(editor, post, message="Say which bell.", title="On tea, edited")
    assert answer.status_code == 302
    stored = Post.objects.get(pk=post.pk)
    assert (stored.status, stored.title) == ("draft", "On tea, edited")
    assert ReviewNote.objects.get().text == "Say which bell."
    page = editor.get(form_of(post)).text
    assert "Sent back. It is a draft again" in page
    assert "Say which bell." in page


def test_without_a_word_it_stays_where_it_is_and_nothing_typed_is_lost(editor, post):
    answer = send_back(editor, post, title="On tea, edited")
    assert answer.status_code == 200
    assert "Say what is still to be done" in answer.text
    assert "On tea, edited" in answer.text
    assert "Send back with notes" in answer.text
    assert status_of(post) == "review"


def test_an_open_note_says_enough_and_a_resolved_one_does_not(editor, post):
    note = ReviewNote.objects.write(post, "Which bell?", by=editor.user)
    note.resolve(by=editor.user)
    send_back(editor, post)
    assert status_of(post) == "review"
    note.reopen()
    send_back(editor, post)
    assert status_of(post) == "draft"


def test_a_note_in_the_same_form_says_enough(editor, post):
    send_back(editor, post, review_note="Which bell?", note_words="first bell")
    assert status_of(post) == "draft"
    assert ReviewNote.objects.get().words == "first bell"


def test_a_message_that_is_too_long_is_refused_and_shown_again(editor, post):
    answer = send_back(editor, post, message="x" * 4_001)
    assert "at most 4000 characters" in str(answer.context["adminform"].form.errors["message"])
    assert "x" * 4_001 in answer.text
    assert status_of(post) == "review"


def test_a_message_is_text_and_no_markup(editor, carol, post):
    send_back(editor, post, message="<script>alert(1)</script>")
    page = carol.get(form_of(post)).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
