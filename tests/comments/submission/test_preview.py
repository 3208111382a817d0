"""A preview shows the comment as it will stand, keeps every field, and stores nothing."""

import pytest
from django.core import mail

from comments.models import Comment, Decision
from tests import factories
from tests.comments.comment_pages import complaints, form_on, page, send

pytestmark = pytest.mark.django_db

TYPED = {"name": "Bob & sons", "email": "bob@example.net", "website": "https://bob.example.net/",
         "body": "A *first* word\n\n> and a quotation"}  # fmt: skip


def test_a_preview_shows_the_rendered_text_and_keeps_every_field(visitor, post):
    response = send(visitor, post, **TYPED, act="preview")
    assert response.status_code == 200
    assert "<em>first</em>" in page(response)
    assert '<blockquote dir="auto">' in page(response)
    form = form_on(response)
    assert {name: form[name] for name in TYPED} == TYPED
    assert complaints(response) == ""


def test_a_preview_stores_nothing_and_is_not_cached(visitor, post):
    response = send(visitor, post, **TYPED, act="preview")
    assert response["Cache-Control"] == "no-store"
    assert not Comment.objects.exists()
    assert not Decision.objects.exists()
    assert mail.outbox == []
    assert "<em>first</em>" not in page(visitor.get(post.get_absolute_url()))


def test_a_previewed_comment_can_be_posted(visitor, post):
    form = form_on(send(visitor, post, **TYPED, act="preview"))
    assert form["stamp"]
    assert send(visitor, post, **form, act="send").status_code == 302
    assert Comment.objects.get().body == TYPED["body"]


def test_posting_straight_after_a_preview_is_not_found_hasty(visitor, post):
    form = form_on(send(visitor, post, **TYPED, act="preview"))
    send(visitor, post, **form, act="send")
    assert "quick" not in set(Comment.objects.get().findings.values_list("kind", flat=True))


def test_a_preview_of_a_reply_is_below_its_parent(visitor, post):
    parent = factories.comment(post)
    form = form_on(send(visitor, post, **TYPED, parent=str(parent.pk), act="preview"))
    assert form["parent"] == str(parent.pk)


def test_an_invalid_comment_gets_errors_instead_of_a_preview(visitor, post):
    response = send(visitor, post, **{**TYPED, "email": "bob"}, act="preview")
    assert response.status_code == 400
    assert "Email:" in complaints(response)
    assert 'class="preview"' not in page(response)
    assert form_on(response)["body"] == TYPED["body"]


def test_a_preview_runs_nothing_that_was_typed(visitor, post):
    response = send(visitor, post, **{**TYPED, "body": "<script>alert(1)</script>"}, act="preview")
    assert "<script>alert" not in page(response)


def test_previews_do_not_count_as_writing_fast(visitor, post):
    for number in range(20):
        assert send(visitor, post, **{**TYPED, "body": f"Word {number}"}, act="preview").status_code == 200
