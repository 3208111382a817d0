"""Notes on a post that are made of readers' comments, and the corrections that thank for them."""

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Clock, Correction, Post, ReviewNote
from comments.lifecycle.undo import undo
from comments.models import Comment, CommentNote, Decision
from comments.privacy.erasure import begin_erasure, continue_erasures
from comments.privacy.retention import erase_old_spam
from comments.status import Status, Via
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

QUEUE = "/admin/comments/comment/queue/"
BODY = "The first bell rings at dawn.\n\nTea comes “after” the second bell -- and bread with it.\n"


@pytest.fixture
def post(alice) -> Post:
    return factories.post("On tea", body=BODY, authors=[alice.profile])


@pytest.fixture
def mona(db) -> Client:
    return factories.moderator_client("mona")


@pytest.fixture
def bahodir():
    return factories.reader("bahodir@example.net")


def said(post: Post, body: str = "It was the *third* bell.", **fields) -> Comment:
    return factories.comment(post, **{"name": "Bahodir", "email": "bahodir@example.net", "body": body, **fields})


def make_note(client: Client, comment: Comment):
    return client.post(QUEUE, {"decision": f"author-note:{comment.pk}", "state": comment.status}, follow=True)


def correct(editor: Client, post: Post, **fields):
    """Correct the post by its form, as an editor's browser sends it."""
    at = timezone.localtime(post.published_at)
    sent = {
        **{name: getattr(post, name) for name in ("title", "slug", "status", "conversation")},
        "published_at_0": f"{at:%Y-%m-%d}",
        "published_at_1": f"{at:%H:%M:%S}",
        "authors": list(post.authors.values_list("pk", flat=True)),
        "body": BODY.replace("second", "third"),
        "correction": "It was the third bell.",
        **fields,
    }
    return editor.post(f"/admin/blog/post/{post.pk}/change/", sent)


@pytest.fixture
def thanked(post, editor, bahodir) -> Comment:
    """A comment for which a correction thanks its writer by name."""
    comment = said(post, reader=bahodir, is_verified=True)
    make_note(editor, comment)
    assert correct(editor, post, thanks=[ReviewNote.objects.get().pk]).status_code == 302
    assert "Thanks to" in page_of(post)
    return comment


def page_of(post: Post) -> str:
    return Client().get(post.get_absolute_url()).text


def credits_of(post: Post) -> list[str]:
    return [credit["name"] for correction in post.corrections.all() for credit in correction.credits]


# Making a note


def test_a_moderator_makes_a_note_of_a_comment_in_the_queue_and_the_comment_stays_as_it_is(mona, alice, post):
    comment = said(post, status=Status.PENDING)
    answer = make_note(mona, comment)
    assert "Added to the notes on the post: Bahodir on “On tea”." in answer.text
    note = ReviewNote.objects.get()
    assert (note.post, note.text, note.written_by.username) == (post, "It was the *third* bell.", "mona")
    assert Comment.objects.get().status == Status.PENDING
    assert Decision.objects.count() == 1
    assert "It was the *third* bell." in alice.get(f"/admin/blog/post/{post.pk}/notes/").text


def test_a_comment_makes_one_note_however_often_it_is_asked_for(mona, editor, post):
    comment = said(post)
    make_note(mona, comment)
    assert "There is a note already" in make_note(editor, comment).text
    assert ReviewNote.objects.count() == 1


def test_it_is_made_from_the_comments_page_in_the_admin_too(mona, post):
    comment = said(post)
    assert "Make a note for the author" in mona.get(f"/admin/comments/comment/{comment.pk}/change/").text
    mona.post("/admin/comments/comment/", {"action": "note_for_author", "_selected_action": [comment.pk]})
    assert ReviewNote.objects.get().text == comment.body


def test_an_author_makes_it_from_the_comments_on_their_own_posts_and_from_no_others(alice, bob, carol, post):
    comment = said(post)
    address = f"/admin/comments/comment/{comment.pk}/note/"
    assert address in alice.get("/admin/").text
    assert alice.get(address).status_code == 405
    assert bob.post(address).status_code == 404
    post.save(authors=[*post.author_list, carol.profile])
    assert carol.post(address).status_code == 403
    assert not ReviewNote.objects.exists()
    assert alice.post(address).headers["Location"] == f"/admin/blog/post/{post.pk}/notes/"
    assert ReviewNote.objects.get().written_by == alice.user


def test_an_author_does_not_learn_of_a_comment_that_waits(alice, post):
    comment = said(post, status=Status.PENDING)
    assert alice.post(f"/admin/comments/comment/{comment.pk}/note/").status_code == 404


@pytest.mark.parametrize(
    ("quoted", "words"),
    [
        ("> The first bell rings\n\nIt does not.", "The first bell rings"),
        ("> Tea comes 'after' the second\n\nIt does not.", "Tea comes “after” the second"),
        ("> Coffee comes first.\n\n> at dawn.\n\nNo.", "at dawn."),
        ("> Coffee comes first.\n\nNo.", ""),
        ("The first bell rings too early.", ""),
    ],
)
def test_the_passage_that_a_comment_quotes_is_marked_in_the_text(mona, post, quoted, words):
    make_note(mona, said(post, quoted))
    note = ReviewNote.objects.get()
    assert note.words == words
    assert note.current_words(post.body) == words


def test_a_comment_is_text_and_no_markup_among_the_notes(editor, post):
    make_note(editor, said(post, "<script>alert(1)</script>", name="<b>Bob</b>"))
    for address in ("notes", "change"):
        page = editor.get(f"/admin/blog/post/{post.pk}/{address}/").text
        assert "<script>alert(1)" not in page
        assert "<b>Bob" not in page


def test_a_very_long_comment_is_shortened(mona, post):
    make_note(mona, said(post, "word " * 1_900))
    assert len(ReviewNote.objects.get().text) == 4_000


def test_the_note_leads_to_the_comment_while_readers_see_it(editor, post):
    comment = said(post, status=Status.PENDING)
    make_note(editor, comment)
    notes = f"/admin/blog/post/{post.pk}/notes/"
    assert "From a comment that readers do not see" in editor.get(notes).text
    factories.approve(comment, via=Via.DESK)
    assert f'href="/comments/{comment.pk}/"><bdi>Bahodir</bdi>' in editor.get(notes).text


# Thanking in a correction


def test_the_form_offers_to_thank_whoever_pointed_it_out_and_only_for_public_comments(editor, post):
    address = f"/admin/blog/post/{post.pk}/change/"
    make_note(editor, said(post, "One."))
    make_note(editor, said(post, "Two.", name="Zulfiya", status=Status.PENDING))
    ReviewNote.objects.write(post, "A note of a colleague.", by=editor.user)
    page = editor.get(address).text
    assert "Thank <bdi>Bahodir</bdi> for pointing this out" in page
    assert "Zulfiya" not in page
    assert page.count('name="thanks"') == 1


def test_a_post_without_such_notes_offers_nothing(editor, post):
    ReviewNote.objects.write(post, "A note of a colleague.", by=editor.user)
    assert 'name="thanks"' not in editor.get(f"/admin/blog/post/{post.pk}/change/").text


def test_readers_see_the_thanks_with_a_link_to_the_comment_and_the_note_is_resolved(thanked, post, editor):
    assert f'Thanks to <a href="/comments/{thanked.pk}/"><bdi>Bahodir</bdi></a>.' in page_of(post)
    note = ReviewNote.objects.get()
    assert (note.resolved_by, note.credited_in) == (editor.user, Correction.objects.get())
    assert "Bahodir" in Client().get("/feed/").text


def test_without_the_tick_nobody_is_named_and_the_note_stays_open(editor, post):
    make_note(editor, said(post))
    correct(editor, post)
    assert credits_of(post) == []
    assert "Thanks to" not in page_of(post)
    assert ReviewNote.objects.get().resolved_at is None


def test_thanks_without_a_correction_note_are_refused_and_stay_ticked(editor, post):
    make_note(editor, said(post))
    answer = correct(editor, post, thanks=[ReviewNote.objects.get().pk], correction="")
    assert answer.status_code == 200
    assert "write one, or leave this empty" in str(answer.context["adminform"].form.errors["thanks"])
    assert "checked" in answer.text.partition('name="thanks"')[2][:200]


def test_the_note_of_another_post_cannot_be_thanked_for(editor, post):
    make_note(editor, said(post))
    make_note(editor, said(factories.post(), "Elsewhere."))
    elsewhere = ReviewNote.objects.exclude(post=post).get()
    assert correct(editor, post, thanks=[elsewhere.pk]).status_code == 200
    assert not Correction.objects.exists()


def test_a_name_is_text_and_no_markup(editor, post):
    make_note(editor, said(post, name="<i>Bob</i>"))
    correct(editor, post, thanks=[ReviewNote.objects.get().pk])
    assert "<bdi>&lt;i&gt;Bob&lt;/i&gt;</bdi>" in page_of(post)


# The name goes with the comment


@pytest.mark.parametrize("to", [Status.REMOVED, Status.SPAM, Status.WITHDRAWN, Status.PENDING])
def test_the_name_goes_when_the_comment_does_and_returns_with_it(thanked, post, to):
    before = Clock.read().site
    via = Via.READER if to == Status.WITHDRAWN else Via.DESK
    decision = factories.decide(thanked, to, via=via)
    assert Clock.read().site > before
    assert credits_of(post) == []
    assert "Bahodir" not in page_of(post)
    assert ReviewNote.objects.get().said_by == ""
    if to != Status.WITHDRAWN:  # which is final
        undo(Decision.objects.filter(pk=decision.pk), by=None)
        assert credits_of(post) == ["Bahodir"]


def test_a_decision_on_a_comment_without_a_note_does_not_move_the_clock_of_posts(post):
    comment = said(post)
    before = Clock.read().site
    factories.remove(comment, via=Via.DESK)
    assert Clock.read().site == before


@pytest.mark.parametrize("keeps_words", [False, True])
def test_erasure_reaches_the_credit_the_note_and_what_leads_to_them(thanked, post, bahodir, keeps_words):
    begin_erasure(bahodir, keeps_words=keeps_words, sender="")
    while continue_erasures():
        pass
    assert credits_of(post) == []
    assert "Bahodir" not in page_of(post)
    note = ReviewNote.objects.get()
    assert (note.said_by, note.source_url) == ("", "")
    assert ("third" in note.text) is keeps_words
    assert not CommentNote.objects.exists()


def test_old_spam_takes_its_words_out_of_the_note(editor, post, time):
    comment = said(post)
    make_note(editor, comment)
    factories.mark_spam(comment, via=Via.FILTER)
    Comment.objects.update(trained_as="spam")
    time.pass_(days=400)
    assert erase_old_spam() == 1
    assert "third" not in ReviewNote.objects.get().text
