"""Notes on a passage: written in the post's form or beside its text, answered, resolved, and kept with their words."""

import random

import pytest
from django.test import Client

from blog.models import Post, ReviewNote
from tests import factories

BODY = "The first bell rings at dawn.\n\nTea comes after the second bell, and bread with it.\n\nThen we talk.\n"
WORDS = "Tea comes after the second bell"


@pytest.fixture
def post(carol) -> Post:
    return factories.draft(title="On tea", body=BODY, authors=[carol.profile])


def form_of(post: Post) -> str:
    return f"/admin/blog/post/{post.pk}/change/"


def notes_of(post: Post) -> str:
    return f"/admin/blog/post/{post.pk}/notes/"


def write(client: Client, post: Post, text: str = "Which bell?", words: str = WORDS, **fields):
    return client.post(notes_of(post), {"review_note": text, "note_words": words, **fields})


def words_now(note: ReviewNote) -> str:
    note.refresh_from_db()
    return note.current_words(Post.objects.get(pk=note.post_id).body)


def rewrite(post: Post, body: str) -> None:
    stored = Post.objects.get(pk=post.pk)
    stored.body = body
    stored.save_draft()


# Writing


def test_a_note_is_written_beside_the_text_and_marks_its_words_there(editor, post):
    assert write(editor, post).status_code == 302
    page = editor.get(notes_of(post)).text
    assert f"<mark>{WORDS}</mark>" in page
    assert "Which bell?" in page


def test_a_note_is_written_in_the_form_about_words_of_the_text_that_it_saves(carol, post):
    body = BODY.replace("Then we talk", "Then we sing")
    sent = factories.post_form(body=body, review_note="Really?", note_words="we sing", note_near="0")
    assert carol.post(form_of(post), sent).status_code == 302
    note = post.review_notes.get()
    assert (note.text, words_now(note)) == ("Really?", "we sing")
    assert 'data-passage="we sing"' in carol.get(form_of(post)).text


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"note_words": "coffee"}, "note_words", "The text does not have these words."),
        ({"note_words": WORDS, "review_note": " "}, "review_note", "Write the note on these words."),
        ({"note_words": "x" * 2_001}, "note_words", "at most 2000 characters"),
    ],
)
def test_words_that_cannot_be_noted_are_refused_and_nothing_typed_is_lost(carol, post, fields, name, sentence):
    sent = {"title": "New title", "review_note": "Really?", **fields}
    answer = carol.post(form_of(post), factories.post_form(body=BODY, **sent))
    assert sentence in str(answer.context["adminform"].form.errors[name])
    assert "New title" in answer.text
    assert not ReviewNote.objects.exists()


def test_beside_the_text_a_refused_note_is_shown_again(editor, post):
    answer = write(editor, post, text="Which <bell>?", words="coffee")
    assert answer.status_code == 400
    assert "The text does not have these words." in answer.text
    assert "Which &lt;bell&gt;?" in answer.text


# Answering and resolving


def test_a_note_is_answered_resolved_and_reopened(editor, carol, post):
    write(editor, post)
    note = post.review_notes.get()
    assert carol.post(f"{notes_of(post)}{note.pk}/reply/", {"reply": "The <second>."}).status_code == 302
    assert "The &lt;second&gt;." in editor.get(notes_of(post)).text
    editor.post(f"{notes_of(post)}{note.pk}/resolve/")
    note.refresh_from_db()
    assert note.resolved_by == editor.user
    assert "data-passage" not in carol.get(form_of(post)).text
    carol.post(f"{notes_of(post)}{note.pk}/reopen/")
    note.refresh_from_db()
    assert note.resolved_at is None


def test_an_empty_reply_is_refused(editor, post):
    write(editor, post)
    answer = editor.post(f"{notes_of(post)}{post.review_notes.get().pk}/reply/", {"reply": " "})
    assert answer.status_code == 400
    assert ReviewNote.objects.count() == 1


def test_a_reply_is_no_note_to_be_resolved_and_a_note_belongs_to_its_post(editor, post):
    write(editor, post)
    note = post.review_notes.get()
    reply = note.reply("Yes.", by=editor.user)
    assert editor.post(f"{notes_of(post)}{reply.pk}/resolve/").status_code == 404
    assert editor.post(f"{notes_of(factories.draft())}{note.pk}/resolve/").status_code == 404


def test_whoever_may_only_read_a_post_reads_its_notes_and_writes_none(carol, editor, post):
    write(editor, post)
    note = post.review_notes.get()
    Post.objects.get(pk=post.pk).publish()
    assert carol.get(notes_of(post)).status_code == 200
    assert "Add note" not in carol.get(notes_of(post)).text
    assert write(carol, post).status_code == 403
    for act in ("reply", "resolve", "reopen"):
        assert carol.post(f"{notes_of(post)}{note.pk}/{act}/", {"reply": "x"}).status_code == 403
    stranger = factories.staff_client("stranger", "Author")
    assert stranger.get(notes_of(post)).status_code == 404
    assert Client().get(notes_of(post)).status_code == 302


def test_the_history_keeps_notes_with_their_version_and_replies(editor, post):
    write(editor, post)
    note = post.review_notes.get()
    note.reply("The second.", by=editor.user)
    note.resolve(by=editor.user)
    page = editor.get(f"/admin/blog/post/{post.pk}/history/").text
    assert all(words in page for words in (WORDS, "Which bell?", "The second.", "Resolved"))
    assert note.edition == 1


def test_readers_never_see_a_note(editor, post):
    write(editor, post, text="marker-of-a-note")
    stored = Post.objects.get(pk=post.pk)
    preview = Client().get(stored.get_preview_url()).text
    stored.publish()
    assert "marker-of-a-note" not in preview + Client().get(stored.get_absolute_url()).text


# While the text changes


def test_a_note_whose_words_are_gone_says_so_until_they_come_back(editor, post):
    write(editor, post)
    note = post.review_notes.get()
    rewrite(post, BODY.replace(f"{WORDS}, and bread with it.\n\n", ""))
    sentence = f"The words this note was about are gone: “{WORDS}”"
    assert sentence in editor.get(notes_of(post)).text
    assert sentence in editor.get(form_of(post)).text
    rewrite(post, BODY)
    assert words_now(note) == WORDS


def test_a_restored_version_brings_its_passages_back(editor, post):
    write(editor, post)
    rewrite(post, "Nothing of it.")
    stored = Post.objects.get(pk=post.pk)
    stored.restore(stored.versions.get(number=1), by=None)
    assert words_now(post.review_notes.get()) == WORDS


@pytest.mark.parametrize("seed", range(5))
def test_notes_stay_with_their_words_through_twenty_random_edits(editor, seed):
    """Sentences are added, deleted, changed and moved; those with a note only move."""
    chance = random.Random(seed)  # noqa: S311
    noted = [f"Sentence {number} has a note." for number in range(4)]
    others = [f"Line {chance.randrange(9)} of many others." for _ in range(20)]
    parts = [*noted, *others]
    chance.shuffle(parts)
    post = factories.draft(body="\n\n".join(parts))
    notes = [ReviewNote.objects.write(post, "Why?", by=editor.user, words=words) for words in noted]
    for _ in range(20):
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(parts))
            act = chance.choice(["add", "move", "delete", "change"])
            if act == "add":
                parts.insert(at, f"Line {chance.randrange(99)} is new.")
            elif act == "move":
                parts.insert(chance.randrange(len(parts)), parts.pop(at))
            elif parts[at] not in noted:
                parts[at : at + 1] = [] if act == "delete" else [f"{parts[at][:-6]} changed."]
        rewrite(post, "\n\n".join(parts))
        assert [words_now(note) for note in notes] == noted
