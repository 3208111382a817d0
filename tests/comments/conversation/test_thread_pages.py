"""A long thread in pages of 100: every comment is on one of them, and its permalink leads there."""

import re

import pytest

from comments.models import Comment
from comments.status import Status, Via
from comments.threads.layout import COMMENTS_PER_PAGE, MAX_LEVEL, PHONE_LEVEL
from tests import factories
from tests.comments.comment_pages import drawn, long_thread, page

pytestmark = pytest.mark.django_db


def follow(visitor, pk: int):
    """Where the permalink leads: the page there, after checking that it holds the anchor."""
    response = visitor.get(f"/comments/{pk}/")
    assert response.status_code == 302
    where, anchor = response["Location"].split("#")
    landed = visitor.get(where)
    assert landed.status_code == 200
    assert anchor == f"comment-{pk}"
    assert f'id="{anchor}"' in page(landed)
    return where, landed


def next_page(response) -> str | None:
    found = re.search(
        r'<a [^>]*rel="next"[^>]*href="([^"]*)"|<a [^>]*href="([^"]*)"[^>]*rel="next"', threads_part(response)
    )
    return found and (found[1] or found[2])


def threads_part(response) -> str:
    return page(response).split('id="comments"', 1)[1]


def walk(visitor, post) -> list[int]:
    """Every comment that a reader meets who turns page after page."""
    where, met = post.get_absolute_url(), []
    while where:
        response = visitor.get(where)
        assert response.status_code == 200
        met += drawn(response)
        where = next_page(response)
    return met


# Pages


def test_a_thread_of_a_hundred_has_one_page(visitor, post):
    long_thread(post, COMMENTS_PER_PAGE)
    response = visitor.get(post.get_absolute_url())
    assert len(drawn(response)) == COMMENTS_PER_PAGE
    assert next_page(response) is None
    assert visitor.get(f"{post.get_absolute_url()}comment-page-2/").status_code == 404


def test_the_hundred_and_first_opens_a_second_page(visitor, post):
    numbers = long_thread(post, COMMENTS_PER_PAGE + 1)
    assert drawn(visitor.get(post.get_absolute_url())) == numbers[:-1]
    assert drawn(visitor.get(f"{post.get_absolute_url()}comment-page-2/")) == numbers[-1:]


def test_every_comment_is_on_exactly_one_page(visitor, post):
    numbers = long_thread(post, 2 * COMMENTS_PER_PAGE + 50)
    assert walk(visitor, post) == numbers


def test_the_first_page_is_the_posts_own(visitor, post):
    long_thread(post, COMMENTS_PER_PAGE + 1)
    response = visitor.get(f"{post.get_absolute_url()}comment-page-1/")
    assert (response.status_code, response["Location"]) == (301, post.get_absolute_url())
    assert "comment-page-1/" not in page(visitor.get(f"{post.get_absolute_url()}comment-page-2/"))


@pytest.mark.parametrize("number", ["0", "2", "9999999", "-1", "abc", "01", "10000000"])
def test_a_page_past_the_end_is_missing(visitor, post, number):
    factories.comment(post)
    assert visitor.get(f"{post.get_absolute_url()}comment-page-{number}/").status_code == 404


def test_a_hidden_posts_pages_are_missing(visitor):
    post = factories.scheduled()
    comment = factories.comment(post)
    long_thread(post, COMMENTS_PER_PAGE + 1)
    for where in (f"{post.get_absolute_url()}comment-page-2/", f"{post.get_absolute_url()}comment-page-1/"):
        assert visitor.get(where).status_code == 404
    assert visitor.get(f"/comments/{comment.pk}/").status_code == 404


def test_the_number_of_comments_stands_above_the_thread_with_a_comma(visitor, post):
    long_thread(post, 1_000)
    assert "1,000 comments" in page(visitor.get(post.get_absolute_url()))


def test_a_post_without_comments_has_a_page(visitor, post):
    response = visitor.get(post.get_absolute_url())
    assert drawn(response) == []
    assert "No comments yet" in page(response)


# Permalinks


@pytest.mark.parametrize("place", [0, 1, 99, 100, 101, 199, 200, 229])
def test_a_permalink_leads_to_the_page_with_the_comment(visitor, post, place):
    numbers = long_thread(post, 2 * COMMENTS_PER_PAGE + 30)
    where, _ = follow(visitor, numbers[place])
    number = place // COMMENTS_PER_PAGE + 1
    assert where == post.get_absolute_url() + (f"comment-page-{number}/" if number > 1 else "")


def test_a_permalink_follows_its_comment_when_others_come_and_go(visitor, post):
    numbers = long_thread(post, COMMENTS_PER_PAGE + 1)
    assert follow(visitor, numbers[COMMENTS_PER_PAGE])[0].endswith("comment-page-2/")
    factories.remove(Comment.objects.get(pk=numbers[0]), via=Via.DESK)
    assert follow(visitor, numbers[COMMENTS_PER_PAGE])[0] == post.get_absolute_url()
    factories.approve(Comment.objects.get(pk=numbers[0]), via=Via.DESK)
    assert follow(visitor, numbers[COMMENTS_PER_PAGE])[0].endswith("comment-page-2/")


def test_a_reply_to_an_early_comment_pushes_the_last_to_the_next_page(visitor, post):
    numbers = long_thread(post, COMMENTS_PER_PAGE)
    reply = factories.comment(post, parent=Comment.objects.get(pk=numbers[0]))
    assert follow(visitor, reply.pk)[0] == post.get_absolute_url()
    assert follow(visitor, numbers[-1])[0].endswith("comment-page-2/")
    assert walk(visitor, post) == [numbers[0], reply.pk, *numbers[1:]]


@pytest.mark.parametrize("status", [status for status in Status if status != Status.APPROVED])
def test_a_hidden_comment_has_no_permalink(visitor, post, status):
    comment = factories.comment(post, status=status)
    missing = visitor.get("/comments/999999/")
    answer = visitor.get(f"/comments/{comment.pk}/")
    assert (answer.status_code, missing.status_code) == (404, 404)
    assert answer.content == missing.content


@pytest.mark.parametrize("pk", ["0", "-1", "abc", "01", "9" * 19, "9" * 18])
def test_a_path_without_a_comment_has_no_permalink(visitor, db, pk):
    assert visitor.get(f"/comments/{pk}/").status_code == 404


def test_a_permalink_is_not_cached_since_comments_move(visitor, post):
    assert "no-store" in visitor.get(f"/comments/{factories.comment(post).pk}/")["Cache-Control"]


# Tombstones


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("remove", "This comment was removed by a moderator."),
        ("withdraw", "This comment was withdrawn by its writer."),
        ("mark_spam", "This comment is not shown."),
        ("hold", "This comment is not shown."),
    ],
)
def test_a_hidden_comment_with_replies_leaves_a_tombstone(visitor, post, verb, words):
    parent = factories.comment(post, name="Hidden Hamid", body="Hidden words.", website="https://hidden.example/")
    reply = factories.comment(post, parent=parent)
    getattr(factories, verb)(parent, via=Via.DESK)
    html = page(visitor.get(post.get_absolute_url()))
    assert words in html
    assert drawn(visitor.get(post.get_absolute_url())) == [parent.pk, reply.pk]
    assert not re.search("Hidden|hidden.example", html)
    assert "1 comment<" in html
    follow(visitor, parent.pk)


def test_a_tombstone_shows_the_moderators_reason(visitor, post):
    parent = factories.comment(post)
    factories.comment(post, parent=parent)
    factories.remove(parent, via=Via.DESK, reason="It attacks somebody.", note="For colleagues")
    html = page(visitor.get(post.get_absolute_url()))
    assert "This comment was removed by a moderator. It attacks somebody." in html
    assert "For colleagues" not in html


def test_a_hidden_comment_without_replies_leaves_nothing(visitor, post):
    factories.remove(factories.comment(post), via=Via.DESK)
    assert drawn(visitor.get(post.get_absolute_url())) == []


def test_a_tombstone_disappears_with_its_last_reply(visitor, post):
    root = factories.comment(post)
    middle = factories.comment(post, parent=root)
    leaf = factories.comment(post, parent=middle)
    factories.remove(root, via=Via.DESK)
    factories.remove(middle, via=Via.DESK)
    assert drawn(visitor.get(post.get_absolute_url())) == [root.pk, middle.pk, leaf.pk]
    factories.remove(leaf, via=Via.DESK)
    assert drawn(visitor.get(post.get_absolute_url())) == []
    factories.approve(leaf, via=Via.DESK)
    assert drawn(visitor.get(post.get_absolute_url())) == [root.pk, middle.pk, leaf.pk]


def test_a_reply_approved_under_an_unpublished_parent_is_under_a_tombstone(visitor, post):
    parent = factories.comment(post)
    reply = factories.comment(post, parent=parent, status=Status.PENDING)
    factories.mark_spam(parent, via=Via.DESK)
    factories.approve(reply, via=Via.DESK)
    assert drawn(visitor.get(post.get_absolute_url())) == [parent.pk, reply.pk]


def test_a_cached_page_shows_a_changed_tombstone_at_once(visitor, post):
    parent = factories.comment(post)
    factories.comment(post, parent=parent)
    factories.hold(parent, via=Via.DESK)
    assert "This comment is not shown." in page(visitor.get(post.get_absolute_url()))
    factories.remove(parent, via=Via.DESK)
    assert "This comment was removed by a moderator." in page(visitor.get(post.get_absolute_url()))


# Depth


def test_a_deep_reply_names_its_parent(visitor, post):
    parent = None
    for number in range(MAX_LEVEL + 1):
        parent = factories.comment(post, parent=parent, name=f"Reader {number}")
    html = page(visitor.get(post.get_absolute_url()))
    (said,) = re.findall(r'<span class="comment__parent">in reply to\s+<a href="([^"]+)"><bdi>([^<]+)</bdi>', html)
    assert said == (f"#comment-{parent.parent_id}", f"Reader {MAX_LEVEL - 1}")
    assert html.count('<span class="comment__parent comment__parent--narrow">') == MAX_LEVEL - PHONE_LEVEL


def test_a_deep_reply_to_a_deleted_comment_says_so_without_the_name(visitor, post):
    chain, parent = [], None
    for number in range(MAX_LEVEL + 1):
        parent = factories.comment(post, parent=parent, name=f"Reader {number}")
        chain.append(parent)
    factories.remove(chain[-2], via=Via.DESK)
    html = page(visitor.get(post.get_absolute_url()))
    assert "a deleted comment" in html
    assert f"Reader {MAX_LEVEL - 1}" not in html


def test_a_chain_of_ten_thousand_replies_is_reached_page_by_page(visitor, post, django_assert_max_num_queries):
    numbers = long_thread(post, 10_000, chain=True)
    with django_assert_max_num_queries(10):
        first = visitor.get(post.get_absolute_url())
    assert drawn(first) == numbers[:COMMENTS_PER_PAGE]
    assert page(first).count("<details") == page(first).count("</details>")
    assert walk(visitor, post) == numbers
    for place in (0, 31, 32, 5_000, 9_999):
        follow(visitor, numbers[place])


def test_the_root_of_a_chain_of_ten_thousand_can_be_removed_and_answered(visitor, post):
    numbers = long_thread(post, 10_000, chain=True)
    factories.remove(Comment.objects.get(pk=numbers[0]), via=Via.DESK)
    last = Comment.objects.get(pk=numbers[-1])
    reply = factories.comment(post, parent=last, id=last.pk + 1)
    assert (reply.depth, reply.parent, len(reply.path)) == (10_000, last, 224)
    response = visitor.get(post.get_absolute_url())
    assert drawn(response) == numbers[:COMMENTS_PER_PAGE]
    assert "This comment was removed by a moderator." in page(response)
    assert follow(visitor, reply.pk)[0].endswith("comment-page-101/")


# What a page costs


@pytest.mark.parametrize(("count", "queries"), [(0, 6), (10, 7), (1_000, 7)])
def test_a_posts_page_costs_the_same_queries_for_any_thread(visitor, post, count, queries, django_assert_num_queries):
    long_thread(post, count)
    with django_assert_num_queries(queries):
        visitor.get(post.get_absolute_url())
    with django_assert_num_queries(1):
        visitor.get(post.get_absolute_url())


def test_a_further_page_costs_no_more(visitor, post, django_assert_num_queries):
    long_thread(post, 1_000)
    with django_assert_num_queries(7):
        visitor.get(f"{post.get_absolute_url()}comment-page-10/")


def test_a_permalink_costs_two_queries(visitor, post, django_assert_num_queries):
    numbers = long_thread(post, 1_000)
    with django_assert_num_queries(2):
        visitor.get(f"/comments/{numbers[-1]}/")
