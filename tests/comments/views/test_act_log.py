"""The log of what moderators did besides deciding on comments: who, what, when, and an undo for each."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments.lifecycle.acts import conversation_state, set_conversation_state, set_parted, set_pinned
from comments.lifecycle.move import move_branch
from comments.models import Act, Comment, PartedComment
from tests import factories

LOG = "/admin/comments/decision/acts/"


def close(post, *, by) -> Act:
    seen = conversation_state(post)
    return set_conversation_state(post.thread_id, {**seen, "conversation": "closed"}, seen=seen, by=by)


def part(comment: Comment, *, by) -> Act:
    return set_parted(comment.pk, {"parted": True}, seen={"parted": False}, by=by)


def text_of(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def text(client: Client) -> str:
    return text_of(client.get(LOG))


def undo(client: Client, act: Act):
    return client.post(LOG, {"decision": f"undo:act-{act.pk}"}, follow=True)


@pytest.fixture
def by():
    return factories.user("nora", group="Moderator", first_name="Nora")


def test_it_says_what_was_done_to_what_and_by_whom(mona, post, by):
    assert "Nothing has been done here yet." in text(mona)
    comment, other = factories.comment(post, name="Zuhra"), factories.post("Another house")
    reader = factories.reader("bob@example.net")
    close(post, by=by)
    set_pinned(post.thread_id, comment.pk, seen=None, by=by)
    mona.post("/admin/comments/comment/queue/", {"decision": f"distrust:{factories.comment(post, reader=reader).pk}"})
    move_branch(comment.pk, {"post": other.thread_id, "parent": None}, seen={"post": post.thread_id}, by=by)
    part(comment, by=by)
    said = text(mona)
    for words in (
        *("The conversation is closed.", "The comment is pinned.", "This reader’s comments are always reviewed."),
        *("stand under “Another house”", "The comment is judged by itself."),
        *("Zuhra", post.title, "bob@example.net", "by Nora", "by Mona"),
    ):
        assert words in said, words
    html = mona.get(LOG).text
    for address in (f"/comments/{comment.pk}/moderate/", f"{post.get_absolute_url()}conversation/"):
        assert f'href="{address}"' in html


def test_each_is_undone_there_once(mona, post, by):
    acts = [close(post, by=by), part(factories.comment(post), by=by)]
    for act in acts:
        assert "Undone." in text_of(undo(mona, act))
    post.refresh_from_db()
    assert (post.conversation, PartedComment.objects.count()) == ("open", 0)
    assert [act.by.username for act in Act.objects.exclude(undoes=None)] == ["mona", "mona"]
    assert "undone since" in text(mona)
    assert "Not undone: it has been changed since." in text_of(undo(mona, acts[0]))
    assert b'value="undo:' not in mona.get(LOG).content


def test_what_it_was_about_may_be_gone(mona, post, by):
    close(post, by=by)
    held = {"standing": "held", "suspended_until": None}
    Act.objects.create(kind="standing", reader_id=99_999, before={}, after=held, by=by)
    post.delete()
    assert "The conversation is closed." in text(mona)


def test_it_takes_the_same_queries_for_any_number(mona, post, by):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert mona.get(LOG).status_code == 200
        return len(captured)

    other = factories.post("Another house")
    for number in range(4):
        comment = factories.comment(post)
        part(comment, by=factories.user())
        move_branch(comment.pk, {"post": other.thread_id, "parent": None}, seen={"post": post.thread_id}, by=by)
        if not number:
            mona.get(LOG)
            few = queries()
    assert queries() == few


def test_older_acts_are_on_further_pages(mona, post, by, monkeypatch):
    for module in ("queue.act_list", "views.act_log"):
        monkeypatch.setattr(f"comments.{module}.MAX_LISTED_ACTS", 2)
    comments = [factories.comment(post, name=f"Writer {number}") for number in range(3)]
    acts = [part(comment, by=by) for comment in comments]
    assert f'href="?before={acts[1].pk}"' in mona.get(LOG).text
    older = text_of(mona.get(f"{LOG}?before={acts[1].pk}"))
    assert ("Writer 0" in older, "Writer 1" in older) == (True, False)
    assert mona.get(f"{LOG}?before=x").status_code == 200


def test_it_is_for_moderators_and_undoes_nothing_else(mona, post):
    assert mona.post(LOG, {"decision": "approve"}).status_code == 400
    for client in (Client(), factories.staff_client("ann", "Author")):
        assert client.get(LOG).status_code in {302, 403}
        assert client.post(LOG, {"decision": "undo:act-1"}).status_code in {302, 403}
    assert f'href="{LOG}"' in mona.get("/admin/comments/decision/").text
