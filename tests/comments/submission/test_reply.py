"""A reply in place: the form stands below the comment it answers, without JavaScript."""

import re

import pytest

from blog.models import Post
from comments.models import Comment
from comments.threads.layout import COMMENTS_PER_PAGE
from tests import factories
from tests.comments.comment_pages import FORM, drawn, form_on, long_thread, page, send

pytestmark = pytest.mark.django_db


def place_of_form(response) -> int:
    """The number of the comment whose box holds the form; 0 when it stands below the thread."""
    before = page(response)[: FORM.search(page(response)).start()]
    if before.count('<article class="comment') == before.count("</article>") - 1:  # the post's own is closed
        return 0
    return int(re.findall(r'id="comment-(\d+)"', before)[-1])


def test_the_form_stands_below_the_comment_it_answers(visitor, post):
    first, second = factories.comment(post, name="Bahrom"), factories.comment(post)
    response = visitor.get(f"{post.get_absolute_url()}?reply={first.pk}")
    assert place_of_form(response) == first.pk
    assert form_on(response)["parent"] == str(first.pk)
    assert "Reply to</" not in page(response)
    assert "<bdi>Bahrom</bdi></h2>" in page(response)
    assert place_of_form(visitor.get(f"{post.get_absolute_url()}?reply={second.pk}")) == second.pk


def test_without_a_reply_link_the_form_is_below_the_thread(visitor, post):
    factories.comment(post)
    response = visitor.get(post.get_absolute_url())
    assert place_of_form(response) == 0
    assert form_on(response)["parent"] == ""


def test_a_reply_is_stored_under_its_parent(visitor, post):
    parent = factories.comment(post)
    form = form_on(visitor.get(f"{post.get_absolute_url()}?reply={parent.pk}"))
    assert form["stamp"]
    assert (
        send(
            visitor, post, **{**form, **{k: v for k, v in factories.comment_form().items() if k != "parent"}}
        ).status_code
        == 302
    )
    reply = Comment.objects.latest("id")
    assert (reply.parent, reply.depth, reply.path.startswith(parent.path)) == (parent, 1, True)


def test_every_comment_links_to_its_reply_form_on_its_own_page(visitor, post):
    long_thread(post, COMMENTS_PER_PAGE + 2)
    second = visitor.get(f"{post.get_absolute_url()}comment-page-2/")
    wanted = drawn(second)[1]
    link = re.search(rf'href="([^"]*\?reply={wanted}#respond)"', page(second))[1]
    assert link == f"{post.get_absolute_url()}comment-page-2/?reply={wanted}#respond"
    response = visitor.get(link)
    assert place_of_form(response) == wanted
    assert drawn(response) == drawn(second)


def test_a_refused_reply_shows_its_form_on_the_page_of_its_parent(visitor, post):
    *_, last = long_thread(post, COMMENTS_PER_PAGE + 2)
    response = send(visitor, post, parent=str(last), body="", name="Bob")
    assert response.status_code == 400
    assert place_of_form(response) == last
    assert form_on(response)["parent"] == str(last)
    assert form_on(response)["name"] == "Bob"


def test_a_reply_page_is_not_cached_and_found_by_no_search_engine(visitor, post):
    comment = factories.comment(post)
    response = visitor.get(f"{post.get_absolute_url()}?reply={comment.pk}")
    assert "private" in response["Cache-Control"] or "no-store" in response["Cache-Control"]
    assert "ETag" not in response
    assert 'rel="nofollow"' in re.search(r'<a class="comment__reply"[^>]*>', page(response))[0]


@pytest.mark.parametrize("wish", ["999999", "-1", "abc", "", "1 OR 1=1", "%00", "9" * 50, "\u0661"])
def test_a_reply_link_to_nothing_shows_the_plain_form(visitor, post, wish):
    factories.comment(post)
    response = visitor.get(f"{post.get_absolute_url()}?reply={wish}")
    assert response.status_code == 200
    assert place_of_form(response) == 0


def test_a_removed_parent_takes_no_replies_though_its_tombstone_shows(visitor, post):
    parent = factories.comment(post)
    factories.comment(post, parent=parent)
    factories.remove(parent, via="desk")
    response = visitor.get(f"{post.get_absolute_url()}?reply={parent.pk}")
    assert response.status_code == 200
    assert place_of_form(response) == 0
    assert form_on(response)["parent"] == ""
    assert f"?reply={parent.pk}" not in page(visitor.get(post.get_absolute_url()))


@pytest.mark.parametrize("status", ["pending", "spam", "removed", "withdrawn"])
def test_a_hidden_comment_cannot_be_replied_to_and_is_not_revealed(visitor, post, status):
    hidden = factories.comment(post, status=status, name="Hidden Hamid")
    response = visitor.get(f"{post.get_absolute_url()}?reply={hidden.pk}")
    assert place_of_form(response) == 0
    assert "Hidden Hamid" not in page(response)


def test_a_closed_conversation_offers_no_reply(visitor):
    post = factories.post(conversation=Post.ConversationStatus.CLOSED)
    factories.comment(post)
    assert "?reply=" not in page(visitor.get(post.get_absolute_url()))


def test_a_signed_in_author_can_reply_in_place(client, post):
    parent = factories.comment(post)
    client.force_login(factories.user("mona", group="Moderator"))
    form = form_on(client.get(f"{post.get_absolute_url()}?reply={parent.pk}"))
    assert set(form) == {"parent", "stamp", "sources", "body"}
    response = send(client, post, **{**form, "name": None, "email": None, "body": "Yes."})
    reply = Comment.objects.latest("id")
    assert response["Location"] == f"{post.get_absolute_url()}#comment-{reply.pk}"
    assert reply.parent == parent


def test_cancelling_leads_back_to_the_comment(visitor, post):
    comment = factories.comment(post)
    response = visitor.get(f"{post.get_absolute_url()}?reply={comment.pk}")
    back = re.search(r'class="respond__cancel"><a href="([^"]+)"', page(response))[1]
    assert visitor.get(back)["Location"] == f"{post.get_absolute_url()}#comment-{comment.pk}"


def test_a_comment_that_moved_to_another_page_can_be_answered_by_the_old_link(visitor, post):
    last = long_thread(post, 101)[-1]
    response = visitor.get(post.get_absolute_url(), {"reply": last})
    assert form_on(response)["parent"] == str(last)
    quoted = form_on(visitor.get(post.get_absolute_url(), {"reply": last, "quote": last}))
    assert quoted["body"].startswith("> Comment")


@pytest.mark.parametrize("wish", ["reply=1", "quote=post", "since=1"])
def test_no_search_engine_indexes_a_page_with_a_reply_form(visitor, post, wish):
    response = visitor.get(f"{post.get_absolute_url()}?{wish}")
    assert response["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in visitor.get(post.get_absolute_url())
