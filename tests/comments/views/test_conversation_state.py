"""Moderators open, hold, close and slow down a conversation from its public page, and undo it."""

import datetime
import json
import re
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from blog.models import Post
from comments.models import Act
from tests import factories
from tests.comments.comment_pages import page, send

pytestmark = pytest.mark.django_db


def address(post: Post) -> str:
    return f"{post.get_absolute_url()}conversation/"


def seen_on(response) -> str:
    """What the page remembers of the state that it shows."""
    return unescape(re.search(r'name="seen" value="([^"]*)"', page(response))[1])


def change(client: Client, post: Post, *, seen: str | None = None, **fields):
    seen = seen_on(client.get(address(post))) if seen is None else seen
    data = {"conversation": "open", "slow_minutes": "0", "seen": seen, **fields}
    return client.post(address(post), data, follow=True)


def undo(client: Client, post: Post, act: Act):
    return client.post(address(post), {"decision": f"undo:act-{act.pk}"}, follow=True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"conversation": "closed"}, "The conversation is closed."),
        ({"conversation": "held"}, "The conversation is held: every comment waits for a moderator."),
        ({"slow_minutes": "5"}, "The conversation is open. Slow mode: 5 minutes between two comments."),
    ],
)
def test_the_state_changes_is_recorded_said_on_the_page_and_undone(post, mona, fields, words):
    response = change(mona, post, **fields)
    assert response.redirect_chain == [(f"{post.get_absolute_url()}#moderated", 303)]
    assert words in page(response)
    act = Act.objects.get()
    assert f'value="undo:act-{act.pk}"' in page(response)
    assert f'action="{address(post)}"' in page(response)
    assert (act.conversation, act.by.username, act.undoes) == (post.thread, "mona", None)
    post.refresh_from_db()
    assert {**act.before, **fields} == {**act.after, **fields}
    assert [str(getattr(post, name)) for name in fields] == list(fields.values())
    assert "Undone. The conversation is open." in page(undo(mona, post, act))
    post.refresh_from_db()
    assert (post.conversation, post.slow_minutes) == ("open", 0)
    assert Act.objects.get(undoes=act).after == act.before


def test_readers_see_it_at_once(post, mona):
    assert "Write a comment" in page(Client().get(post.get_absolute_url()))
    change(mona, post, conversation="closed")
    assert "This conversation is closed." in page(Client().get(post.get_absolute_url()))


def test_the_authors_find_it_in_the_history_of_the_post(post, mona):
    change(mona, post, conversation="held")
    assert LogEntry.objects.get(object_id=str(post.pk)).user.username == "mona"


def test_of_two_moderators_the_first_changes_it_and_the_second_is_told(post, mona):
    nora = factories.moderator_client("nora")
    seen = seen_on(nora.get(address(post)))
    change(mona, post, conversation="closed")
    response = change(nora, post, seen=seen, slow_minutes="9")
    assert response.status_code == 409
    assert "Nothing was changed" in page(response)
    assert json.loads(seen_on(response))["conversation"] == "closed"
    post.refresh_from_db()
    assert (post.conversation, post.slow_minutes, Act.objects.count()) == ("closed", 0, 1)


def test_the_same_button_pressed_twice_changes_it_once(post, mona):
    seen = seen_on(mona.get(address(post)))
    for _press in range(2):
        assert change(mona, post, seen=seen, conversation="closed").status_code == 200
    assert Act.objects.count() == 1


def test_an_undo_after_a_later_change_or_of_what_is_undone_changes_nothing(post, mona):
    change(mona, post, conversation="closed")
    act = Act.objects.get()
    change(mona, post, conversation="held")
    assert "Not undone" in page(undo(mona, post, act))
    later = Act.objects.latest("pk")
    undo(mona, post, later)
    assert "Not undone" in page(undo(mona, post, later))
    post.refresh_from_db()
    assert post.conversation == "closed"


def test_a_conversation_whose_time_is_over_opens_for_two_weeks(mona):
    post = factories.post(closes_at=timezone.now() - datetime.timedelta(days=1))
    assert "Its time is over." in page(mona.get(address(post)))
    change(mona, post)
    post.refresh_from_db()
    assert not post.is_closed
    assert datetime.timedelta(days=13) < post.closes_at - timezone.now() <= datetime.timedelta(days=14)
    undo(mona, post, Act.objects.get())
    post.refresh_from_db()
    assert post.is_closed


@pytest.mark.parametrize("seen", ["", "[]", "{", "null", "{}", '{"conversation": "open"}', "\x00"])
def test_what_no_page_of_ours_holds_changes_nothing(post, mona, seen):
    assert change(mona, post, seen=seen, conversation="closed").status_code == 409
    post.refresh_from_db()
    assert post.conversation == "open"


@pytest.mark.parametrize("fields", [{"slow_minutes": "-1"}, {"slow_minutes": "1441"}, {"conversation": "burnt"}])
def test_what_is_out_of_range_is_refused(post, mona, fields):
    assert change(mona, post, **fields).status_code == 400
    assert not Act.objects.exists()


def test_what_is_held_for_moderators_waits(post, mona):
    change(mona, post, conversation="held")
    send(Client(), post)
    assert post.comments.get().status == "pending"


@pytest.mark.parametrize(
    ("role", "status"),
    [("Contributor", 403), ("Author", 403), ("Moderator", 200), ("Editor", 200), ("Administrator", 200)],
)
def test_each_role_gets_the_page_or_is_refused(post, role, status):
    client = factories.staff_client("somebody", role)
    assert client.get(address(post)).status_code == status
    assert change(client, post, seen="{}" if status == 403 else None, conversation="held").status_code == status
    assert Act.objects.exists() is (status == 200)


def test_a_guest_is_asked_to_sign_in(post):
    assert Client().get(address(post)).url.startswith("/admin/login/")
    assert Client().post(address(post), {"conversation": "closed"}).status_code == 302


def test_a_post_that_readers_do_not_see_has_no_such_page(mona):
    draft = factories.post()
    where = address(draft)
    draft.unpublish()
    assert mona.get(where).status_code == 404


def test_the_page_lists_what_was_done_and_undoes_it_there(post, mona):
    change(mona, post, conversation="closed")
    html = page(mona.get(address(post)))
    assert "Mona" in html
    assert f'value="undo:act-{Act.objects.get().pk}"' in html
    undo(mona, post, Act.objects.get())
    html = page(mona.get(address(post)))
    assert "undone since" in html
    assert 'value="undo:act-' not in html
