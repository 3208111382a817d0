"""One mistake is said once: no field of a reader's form has two errors, whatever is typed into it."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser

from comments.models import Comment
from comments.readers.submitter import Submitter
from comments.submission.comment_form import CommentForm
from comments.submission.edit_form import EditForm
from comments.submission.report_form import ReportForm
from comments.subscriptions.forms import DigestHourForm, SubscribeForm
from comments.views.my_comments import SignInForm
from tests import factories
from tests.comments.comment_pages import page, send

pytestmark = pytest.mark.django_db

MISTAKES = [
    "",
    " ",
    "a\x00b",
    "a\nb",
    "a\u202eb",
    "=?x",
    '"a b"@c',
    "a" * 12_000,
    "@" * 400,
    "http://",
    "javascript:x",
    "> " * 300,
]


def blank_forms(post, rf) -> dict[str, forms.Form]:
    request = rf.get("/")
    request.user = AnonymousUser()
    comment_form = CommentForm({}, submitter=Submitter(request, post))
    return {"comment": comment_form} | {
        form.__name__: form({}) for form in (EditForm, ReportForm, SubscribeForm, DigestHourForm, SignInForm)
    }


@pytest.mark.parametrize("typed", MISTAKES, ids=range(len(MISTAKES)))
def test_a_field_says_one_thing(post, rf, typed):
    wrong = set()
    for name, form in blank_forms(post, rf).items():
        form.data = dict.fromkeys(form.fields, typed)
        for field, errors in form.errors.items():
            wrong.add(name)
            assert field == "__all__" or len(errors) == 1, (name, field, errors)
    assert wrong


def test_what_two_validators_refuse_is_said_once_in_the_summary_and_once_at_the_field(visitor, post):
    html = page(send(visitor, post, email="=?utf-8?q?bob?="))
    assert html.count("Enter a valid email address.") == 2
    assert "Enter an address like" not in html
    assert not Comment.objects.exists()


def test_two_mistakes_are_two_errors(visitor, post):
    html = page(send(visitor, post, name="", email="bob", body="Tea."))
    assert html.count('<li><a href="#comment-') == 2


def test_a_form_names_what_it_refuses_in_one_sentence_each(visitor, post):
    comment = factories.comment(post)
    html = page(visitor.post(f"/comments/{comment.pk}/report/", {"kind": "", "words": "a\x00" * 600}))
    errors = html[html.index('class="errors__list"') :].split("</ul>")[0]
    assert errors.count("<li>") == 2
