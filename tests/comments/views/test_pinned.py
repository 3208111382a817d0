"""A comment is pinned above its conversation, for everybody, and still stands in its place."""

import pytest
from django.test import Client

from blog.models import Post
from comments.models import Act, Comment
from comments.status import Status
from tests import factories
from tests.comments.comment_pages import drawn, long_thread, page

pytestmark = pytest.mark.django_db


def press(client: Client, comment: Comment, decision: str, *, seen: int | str = ""):
    return client.post(f"/comments/{comment.pk}/moderate/", {"decision": decision, "pinned": seen}, follow=True)


def pinned_part(html: str) -> str:
    """What stands above the thread; "" for nothing."""
    _before, _tag, after = html.partition('<aside class="pinned"')
    return after.partition("</aside>")[0]


def readers_page(post: Post, more: str = "") -> str:
    return page(Client().get(f"{post.get_absolute_url()}{more}"))


def test_readers_see_it_above_the_thread_and_in_its_place(post, mona):
    comments = [factories.comment(post) for _ in range(3)]
    last = comments[-1]
    response = press(mona, last, "pin")
    assert "The comment is pinned." in page(response)
    html = readers_page(post)
    assert last.body in pinned_part(html)
    assert "Pinned" in pinned_part(html)
    assert f'href="#comment-{last.pk}"' in pinned_part(html)
    assert html.count(f'id="comment-{last.pk}"') == 1
    assert drawn(Client().get(post.get_absolute_url())) == [comment.pk for comment in comments]
    assert "css/pinned.css" in html


def test_where_nothing_is_pinned_the_page_is_as_it_was_to_the_byte(post, mona):
    comment = factories.comment(post)
    before = Client().get(post.get_absolute_url()).content
    press(mona, comment, "pin")
    assert Client().get(post.get_absolute_url()).content != before
    press(mona, comment, "unpin", seen=comment.pk)
    assert Client().get(post.get_absolute_url()).content == before


def test_pinning_and_unpinning_are_recorded_and_undone(post, mona):
    first, second = factories.comment(post), factories.comment(post)
    press(mona, first, "pin")
    press(mona, second, "pin", seen=first.pk)
    assert second.body in pinned_part(readers_page(post))
    act = Act.objects.latest("pk")
    assert (act.before, act.after, act.by.username) == ({"pinned": first.pk}, {"pinned": second.pk}, "mona")
    where = f"/comments/{second.pk}/moderate/"
    mona.post(where, {"decision": f"undo:act-{act.pk}"})
    assert first.body in pinned_part(readers_page(post))
    press(mona, first, "unpin", seen=first.pk)
    assert pinned_part(readers_page(post)) == ""
    mona.post(where, {"decision": f"undo:act-{Act.objects.latest('pk').pk}"})
    assert first.body in pinned_part(readers_page(post))
    assert Act.objects.count() == 5


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.REMOVED])
def test_a_hidden_comment_is_never_shown_pinned(post, mona, status):
    comment = factories.comment(post)
    factories.comment(post, parent=comment)
    press(mona, comment, "pin")
    factories.decide(comment, status, via="desk")
    for client in (Client(), mona):
        assert pinned_part(page(client.get(post.get_absolute_url()))) == ""
    factories.approve(comment, via="desk")
    assert comment.body in pinned_part(readers_page(post))


def test_a_comment_that_waits_cannot_be_pinned(post, mona):
    waiting = factories.comment(post, status=Status.PENDING)
    assert 'value="pin"' not in page(mona.get(f"/comments/{waiting.pk}/moderate/"))
    assert press(mona, waiting, "pin").status_code == 409
    assert not Act.objects.exists()


def test_of_two_moderators_the_first_pins_and_the_second_is_told(post, mona):
    first, second = factories.comment(post), factories.comment(post)
    press(mona, first, "pin")
    response = press(factories.moderator_client("nora"), second, "pin")
    assert response.status_code == 409
    assert "Nothing was changed" in page(response)
    assert first.body in pinned_part(readers_page(post))
    assert press(factories.moderator_client("olga"), first, "pin").status_code == 200  # it is so already
    assert Act.objects.count() == 1


def test_it_stands_on_the_first_page_of_every_order_and_leads_to_its_own(post, mona):
    long_thread(post, 101)
    last = post.comments.latest("pk")
    press(mona, last, "pin")
    html = readers_page(post)
    assert f'href="/comments/{last.pk}/"' in pinned_part(html)
    assert last.body in pinned_part(readers_page(post, "newest/"))
    assert pinned_part(readers_page(post, "comment-page-2/")) == ""


def test_whoever_has_muted_its_writer_does_not_see_it(post, mona):
    comment = factories.comment(post)
    press(mona, comment, "pin")
    reader = Client()
    reader.post(f"/comments/{comment.pk}/report/", {"act": "mute"})
    assert pinned_part(page(reader.get(post.get_absolute_url()))) == ""


def test_it_costs_one_query_where_one_is_pinned_and_none_elsewhere(post, mona, django_assert_max_num_queries):
    comment = factories.comment(post)
    reader = Client(headers={"cookie": "registan_x=1"})
    reader.get(post.get_absolute_url())
    with django_assert_max_num_queries(20) as without:
        reader.get(post.get_absolute_url())
    press(mona, comment, "pin")
    with django_assert_max_num_queries(20) as pinned:
        reader.get(post.get_absolute_url())
    assert len(pinned) == len(without) + 1
