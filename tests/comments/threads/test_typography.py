"""Curly quotes in comments: quotations are still found, and old comments get them by `rerender`."""

from io import StringIO

import pytest
from django.core.management import call_command

from comments.models import Comment, Quotation
from comments.submission import prefill
from tests import factories

pytestmark = pytest.mark.django_db

TYPED = 'She said "never before noon" -- and didn\'t stay...'
SET = "She said “never before noon” – and didn’t stay…"


@pytest.mark.parametrize("words", [TYPED, SET, "“never before noon” – and didn't"], ids=["typed", "seen", "mixed"])
@pytest.mark.parametrize("is_of_post", [True, False])
def test_a_quotation_is_found_however_its_signs_are_written(words, is_of_post):
    post = factories.post(body=TYPED if is_of_post else "Tea.")
    source = None if is_of_post else factories.comment(post, body=TYPED)
    quoting = factories.comment(post, body=f"> {words}\n\nIndeed.")
    assert Quotation.objects.get(comment=quoting).source == source


def test_what_a_link_quotes_is_found(visitor, post):
    source = factories.comment(post, body=TYPED)
    quoted = prefill.quote_comment(source)
    assert SET in quoted
    quoting = factories.comment(post, parent=source, body=f"{quoted}Indeed.")
    assert Quotation.objects.get(comment=quoting).source == source


def test_feeds_and_excerpts_say_the_same(visitor, post):
    factories.comment(post, body=TYPED)
    assert SET in visitor.get("/comments/feed/").content.decode()
    assert "“never before <mark>noon</mark>” –" in visitor.get("/search/?q=noon").content.decode()


def test_old_comments_get_them_and_keep_what_was_typed(visitor, post):
    comment = factories.comment(post, body=TYPED)
    before = Comment.objects.filter(pk=comment.pk).values().get()
    Comment.objects.update(html=f"<p>{TYPED}</p>")
    assert TYPED in visitor.get(post.get_absolute_url()).content.decode()
    call_command("rerender", stdout=StringIO())
    assert SET in visitor.get(post.get_absolute_url()).content.decode()
    assert Comment.objects.filter(pk=comment.pk).values().get() == before
    assert comment.body == TYPED
