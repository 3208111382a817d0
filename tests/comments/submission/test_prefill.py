"""Quoting by a link, without a script: a comment in its reply form, a paragraph of the post in a new thread."""

import re
from html import unescape

import pytest

from blog.models import Post
from comments.models import Comment, Quotation
from comments.threads.layout import COMMENTS_PER_PAGE
from tests import factories
from tests.comments.comment_pages import FORM, form_on, long_thread, page, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(post) -> Comment:
    return factories.comment(post, name="Bahrom", body="Salt goes in *first*.\n\n> Older words.\n\nAlways & ever.")


def links(response) -> list[str]:
    return [unescape(href) for href in re.findall(r'<a class="comment__quote" href="([^"]+)"', page(response))]


def asked(visitor, post, query: str) -> dict[str, str]:
    return form_on(visitor.get(f"{post.get_absolute_url()}?{query}"))


def test_a_link_beside_reply_opens_the_form_with_the_comment_quoted(visitor, post, bob):
    response = visitor.get(post.get_absolute_url())
    (link,) = links(response)
    assert link == f"{post.get_absolute_url()}?reply={bob.pk}&quote={bob.pk}#respond"
    assert 'aria-label="Quote Bahrom"' in page(response)
    form = form_on(visitor.get(link))
    assert form["body"] == "> Salt goes in first.\n>\n> […]\n>\n> Always & ever.\n\n"
    assert (form["parent"], form["sources"]) == (str(bob.pk), str(bob.pk))


def test_a_quotation_made_by_the_link_is_sent_and_marked(visitor, post, bob):
    form = asked(visitor, post, f"reply={bob.pk}&quote={bob.pk}")
    typed = {**form, "name": "Eve", "email": "eve@example.net", "body": form["body"] + "Yes."}
    assert send(visitor, post, **typed).status_code == 302
    quotation = Quotation.objects.get()
    assert (quotation.source, quotation.place, quotation.version) == (bob, 0, "1")
    bob.refresh_from_db()
    assert bob.is_quoted


def test_a_quotation_of_a_quotation_is_not_marked_twice(visitor, post, bob):
    eve = factories.comment(post, parent=bob, body="> Salt goes in first.\n\nNever did.")
    assert Quotation.objects.get().comment == eve
    body = asked(visitor, post, f"reply={eve.pk}&quote={eve.pk}")["body"]
    assert body == "> Never did.\n\n"


def test_a_link_on_a_further_page_opens_the_form_there(visitor, post):
    long_thread(post, COMMENTS_PER_PAGE + 1)
    (link,) = links(visitor.get(f"{post.get_absolute_url()}comment-page-2/"))
    assert link.startswith(f"{post.get_absolute_url()}comment-page-2/?reply=")
    assert form_on(visitor.get(link))["body"].startswith("> Comment ")


def test_the_post_offers_its_paragraphs_and_each_of_them_opens_the_form_with_it(visitor):
    post = factories.post(body="## A head\n\nThe *first*.\n\n- one\n- two\n\nThe last.[^1]\n\n[^1]: A note.")
    start = page(visitor.get(post.get_absolute_url()))
    assert f'href="{post.get_absolute_url()}?quote=post#respond"' in start
    offered = page(visitor.get(f"{post.get_absolute_url()}?quote=post"))
    found = re.findall(r'<li dir="auto"><a href="([^"]+)" rel="nofollow">([^<]+)</a>', offered)
    assert [words for _, words in found] == ["A head", "The first.", "one", "two", "The last."]
    form = form_on(visitor.get(post.get_absolute_url() + found[1][0].replace("#respond", "")))
    assert (form["body"], form["parent"], form["sources"]) == ("> The first.\n\n", "", "post")


def test_a_paragraph_of_the_post_is_sent_and_marked(visitor, post):
    form = asked(visitor, post, "quote=post-1")
    send(visitor, post, **{**form, "name": "Eve", "email": "eve@example.net", "body": form["body"] + "Yes."})
    assert Quotation.objects.get().source is None


@pytest.mark.parametrize(
    "query",
    [
        "quote=post-0", "quote=post-99", "quote=post-x", "quote=post--1", "quote=post-\u0661", "quote=", "quote=1",
        "quote=post-9999999999999999999", "quote=%00", "reply=999&quote=999", "reply=x&quote=x", "quote=postscript",
    ],
)  # fmt: skip
def test_a_quote_link_to_nothing_shows_the_plain_form(visitor, post, bob, query):
    form = asked(visitor, post, query)
    assert (form["body"], form["parent"]) == ("", "")


@pytest.mark.parametrize("status", ["pending", "spam", "removed", "withdrawn"])
def test_nothing_of_a_hidden_comment_is_quoted(visitor, post, status):
    hidden = factories.comment(post, status=status, body="Hidden words.")
    response = visitor.get(f"{post.get_absolute_url()}?reply={hidden.pk}&quote={hidden.pk}")
    assert "Hidden quotes" not in page(response)


def test_a_marked_comment_is_quoted_without_its_marks(visitor, post, bob):
    eve = factories.comment(post, parent=bob, body="> Salt goes in first.\n\nI disagree with all of it.")
    text = asked(visitor, post, f"reply={eve.pk}&quote={eve.pk}")["body"]
    assert text == "> I disagree with all of it.\n\n"


def test_a_page_with_a_quotation_is_not_cached(visitor, post, bob):
    for query in (f"reply={bob.pk}&quote={bob.pk}", "quote=post", "quote=post-1"):
        response = visitor.get(f"{post.get_absolute_url()}?{query}")
        assert "private" in response["Cache-Control"], query
        assert "ETag" not in response
    assert form_on(visitor.get(post.get_absolute_url()))["body"] == ""


def test_a_closed_conversation_offers_no_quotation(visitor, bob):
    Post.objects.update(conversation=Post.ConversationStatus.CLOSED)
    bob.post.refresh_from_db()
    bob.post.save()
    for query in ("", "?quote=post", "?quote=post-1", f"?reply={bob.pk}&quote={bob.pk}"):
        response = visitor.get(bob.post.get_absolute_url() + query)
        assert not FORM.search(page(response))
        assert "quote=" not in page(response)


def test_a_refused_form_keeps_its_quotation_and_where_it_is_from(visitor, post, bob):
    form = asked(visitor, post, f"reply={bob.pk}&quote={bob.pk}")
    refused = send(visitor, post, **{**form, "name": "", "email": "eve@example.net"})
    again = form_on(refused)
    assert refused.status_code == 400
    assert (again["body"].replace("\r\n", "\n"), again["sources"]) == (form["body"], str(bob.pk))
