"""A comment moves with its replies to another post and back: numbers, pages, feeds and quotations stay exact."""

import pytest
from django.test import Client

from blog.models import Conversation, Post
from comments.lifecycle.acts import ChangedSince
from comments.lifecycle.edits import edit
from comments.lifecycle.move import TooManyToMove, move_branch, undo_move
from comments.models import Act, Comment
from comments.status import Status
from comments.threads import layout
from tests import factories
from tests.comments.comment_pages import drawn, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db) -> Post:
    return factories.post("Tea", body="Tea first, then talk.")


@pytest.fixture
def there(db) -> Post:
    return factories.post("Bread")


@pytest.fixture
def mona(db):
    return factories.user("mona", group="Moderator")


def move(comment: Comment, to: Post, *, by, parent: int | None = None) -> Act:
    seen = {"post": Comment.objects.get(pk=comment.pk).conversation_id}
    return move_branch(comment.pk, {"post": to.thread_id, "parent": parent}, seen=seen, by=by)


def check_numbers(*posts: Post) -> None:
    """The stored numbers of these conversations are what their comments add up to."""
    for post in posts:
        rows = list(post.comments.order_by("path"))
        thread = Conversation.objects.get(post=post)
        assert thread.comment_count == sum(row.status == "approved" for row in rows)
        assert thread.shown_count == sum(row.shown for row in rows)
        for row in rows:
            in_thread = sum(other.shown for other in rows if layout.thread_of(other.path) == row.pk)
            assert row.thread_size == (in_thread if row.parent_id is None else 0), row.pk
            parent = row.parent
            assert row.path == layout.path_below(parent.path if parent else "", row.pk)
            assert row.depth == (parent.depth + 1 if parent else 0)
            assert parent is None or parent.conversation_id == row.conversation_id
            has_shown_reply = any(other.shown for other in rows if other.parent_id == row.pk)
            assert row.shown == (row.status == "approved" or has_shown_reply), row.pk


def everything() -> list[tuple]:
    """The places, the numbers and the quotations of all comments."""
    columns = ("pk", "post", "parent", "path", "depth", "shown", "thread_size", "quote_count")
    numbers = Conversation.objects.order_by("pk").values_list("pk", "comment_count", "shown_count")
    quotations = Comment.objects.order_by("pk", "quotations__place").values_list(
        "pk", "quotations__place", "quotations__source", "quotations__version"
    )
    return [*Comment.objects.order_by("pk").values_list(*columns), *numbers, *quotations]


def branch_in(here: Post) -> list[Comment]:
    """A thread whose second comment has replies in every status, one of them a tombstone that stands for a reply."""
    first = factories.comment(here)
    root = factories.comment(here, parent=first)
    gone = factories.comment(here, parent=root)
    last = factories.comment(here, parent=gone)
    factories.remove(gone, via="desk")
    waiting = factories.comment(here, parent=root, status=Status.PENDING)
    spam = factories.comment(here, parent=waiting, status=Status.SPAM)
    return [first, root, gone, last, waiting, spam]


def test_a_reply_moves_with_all_below_it_and_back_and_all_numbers_stay_exact(here, there, mona):
    first, root, gone, last, *hidden = branch_in(here)
    factories.comment(there)
    before = everything()
    act = move(root, there, by=mona)
    assert list(here.comments.values_list("pk", flat=True)) == [first.pk]
    assert {comment.pk for comment in hidden} < set(there.comments.values_list("pk", flat=True))
    check_numbers(here, there)
    assert (act.by, act.before["parent"], act.after["post"]) == (mona, first.pk, there.thread_id)
    assert drawn(Client().get(there.get_absolute_url()))[:3] == [root.pk, gone.pk, last.pk]
    back = undo_move(act, by=mona)
    assert everything() == before
    assert back.undoes == act
    assert gone.pk in here.comments.values_list("pk", flat=True)


def test_a_whole_thread_moves_and_back(here, there, mona):
    first, *_rest = branch_in(here)
    factories.comment(here)
    before = everything()
    act = move(first, there, by=mona)
    check_numbers(here, there)
    assert Conversation.objects.get(post=here).shown_count == 1
    undo_move(act, by=mona)
    assert everything() == before


def test_a_tombstone_that_only_stood_for_the_branch_goes_and_comes_again(here, there, mona):
    top = factories.comment(here)
    reply = factories.comment(here, parent=top)
    factories.remove(top, via="desk")
    before = everything()
    act = move(reply, there, by=mona)
    assert drawn(Client().get(here.get_absolute_url())) == []
    assert not Comment.objects.get(pk=top.pk).shown
    check_numbers(here, there)
    undo_move(act, by=mona)
    assert everything() == before


def test_a_waiting_comment_moves_and_is_approved_there(here, there, mona):
    waiting = factories.comment(here, status=Status.PENDING)
    move(waiting, there, by=mona)
    check_numbers(here, there)
    factories.approve(Comment.objects.get(pk=waiting.pk), via="desk")
    check_numbers(here, there)
    assert drawn(Client().get(there.get_absolute_url())) == [waiting.pk]


def test_below_the_deepest_path_all_replies_go_along(here, there, mona):
    chain = [factories.comment(here)]
    for _ in range(layout.MAX_PATH_DEPTH + 3):
        chain.append(factories.comment(here, parent=chain[-1]))
    before = everything()
    act = move(chain[layout.MAX_PATH_DEPTH - 1], there, by=mona)
    assert there.comments.count() == 5
    check_numbers(here, there)
    undo_move(act, by=mona)
    assert everything() == before


def test_the_permalink_leads_to_the_new_place_and_both_pages_change_at_once(here, there, mona):
    comment = factories.comment(here, body="About bread.")
    factories.comment(here)
    assert "About bread." in page(Client().get(here.get_absolute_url()))
    assert "About bread." not in page(Client().get(there.get_absolute_url()))
    move(comment, there, by=mona)
    assert "About bread." not in page(Client().get(here.get_absolute_url()))
    assert "About bread." in page(Client().get(there.get_absolute_url()))
    answer = Client().get(f"/comments/{comment.pk}/")
    assert answer.url == f"{there.get_absolute_url()}#comment-{comment.pk}"


def test_feeds_and_search_tell_the_new_place(here, there, mona):
    comment = factories.comment(here, body="About sourdough.")
    Client().get(f"{there.get_absolute_url()}feed/")
    move(comment, there, by=mona)
    assert "About sourdough." not in page(Client().get(f"{here.get_absolute_url()}feed/"))
    assert "About sourdough." in page(Client().get(f"{there.get_absolute_url()}feed/"))
    found = page(Client().get("/search/?q=sourdough"))
    assert "Bread" in found
    assert "Tea" not in found
    assert "Bread" in page(Client().get("/comments/"))


def test_what_it_quotes_of_the_post_is_no_longer_said_to_be_of_it_until_the_move_is_undone(here, there, mona):
    other = factories.comment(here, body="A long sentence about samovars.")
    comment = factories.comment(
        here, body="> Tea first, then talk.\n\n> A long sentence about samovars.\n\nBoth are right."
    )
    assert comment.quotations.count() == 2
    before = everything()
    act = move(comment, there, by=mona)
    assert list(comment.quotations.values_list("source", flat=True)) == [other.pk]
    assert Comment.objects.get(pk=comment.pk).quote_count == 1
    html = page(Client().get(there.get_absolute_url()))
    assert f"/comments/{other.pk}/" in html
    undo_move(act, by=mona)
    assert everything() == before


def test_quotations_of_a_text_that_was_edited_since_are_not_brought_back(here, there, mona):
    comment = factories.comment(here, body="> Tea first, then talk.\n\nRight.")
    act = move(comment, there, by=mona)
    edit(Comment.objects.get(pk=comment.pk), "No quotation.", by=mona)
    undo_move(act, by=mona)
    assert not comment.quotations.exists()
    check_numbers(here, there)


def test_replies_made_since_go_back_with_it(here, there, mona):
    comment = factories.comment(here)
    act = move(comment, there, by=mona)
    reply = factories.comment(there, parent=Comment.objects.get(pk=comment.pk))
    undo_move(act, by=mona)
    assert Comment.objects.get(pk=reply.pk).post == here
    check_numbers(here, there)


def test_it_moves_back_only_from_where_it_was_moved_to_and_once(here, there, mona):
    comment = factories.comment(here)
    act = move(comment, there, by=mona)
    third = factories.post("Salt")
    later = move(comment, third, by=mona)
    with pytest.raises(ChangedSince):
        undo_move(act, by=mona)
    undo_move(later, by=mona)
    with pytest.raises(ChangedSince):
        undo_move(later, by=mona)
    assert Comment.objects.get(pk=comment.pk).post == there
    check_numbers(here, there, third)


def test_it_cannot_go_back_under_a_comment_that_was_moved_away(here, there, mona):
    top = factories.comment(here)
    reply = factories.comment(here, parent=top)
    act = move(reply, there, by=mona)
    move(top, factories.post("Salt"), by=mona)
    with pytest.raises(ChangedSince):
        undo_move(act, by=mona)


def test_what_has_been_moved_since_it_was_seen_stays(here, there, mona):
    comment = factories.comment(here)
    move(comment, there, by=mona)
    with pytest.raises(ChangedSince):
        move_branch(comment.pk, {"post": there.thread_id, "parent": None}, seen={"post": here.thread_id}, by=mona)
    assert Act.objects.count() == 1


def test_a_branch_that_is_too_long_stays_whole(here, there, mona, monkeypatch):
    monkeypatch.setattr("comments.lifecycle.move.MAX_MOVED", 2)
    first, *_rest = branch_in(here)
    before = everything()
    with pytest.raises(TooManyToMove):
        move(first, there, by=mona)
    assert everything() == before


@pytest.mark.parametrize("status", [Status.APPROVED, Status.PENDING])
def test_a_reply_that_was_under_way_goes_where_its_parent_went(here, there, mona, status):
    parent = factories.comment(here)
    stale = Comment.objects.select_related("post").get(pk=parent.pk)
    move(parent, there, by=mona)
    reply = factories.comment(here, parent=stale, status=status)
    assert Comment.objects.get(pk=reply.pk).post == there
    check_numbers(here, there)
