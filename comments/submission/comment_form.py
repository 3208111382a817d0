"""The reader's form: text to values, and a clear sentence for each thing that is wrong."""

from __future__ import annotations

import functools
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import normalize_newlines
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from blog.markup import renderer
from blog.models import Post
from blog.page_cache import is_anonymous_request
from blog.text.validators import (
    has_visible_text,
    is_pk,
    max_length_validator,
    validate_plain_email,
    validate_single_line,
    validate_storable,
    validate_web_address,
)
from comments.models import Comment
from comments.models.quotation import MAX_NAMED_SOURCES, POST_SOURCE
from comments.readers.submitter import Submitter
from comments.screening.checks import MIN_SECONDS_TO_WRITE
from comments.submission import facts, form_time
from comments.web import tokens

# Which HTTP status fits a refusal, by the code of its error; the first that applies, 400 for all others.
STATUS_BY_ERROR = {
    "elsewhere": 403,
    "closed": 403,
    "rule": 403,
    "parent": 409,
    "pace": 429,
    "too_long": 413,
    "too_costly": 413,
}


class CommentForm(forms.Form):
    """A new thread or a reply. Every field not named here is ignored.

    Whoever is signed in gives neither name nor address: he is known. A form made for one reader carries a stamp, and
    expires (`tokens.STAMP_AGE`); for one on a kept page the stamp comes later, or beside it (stamps.py).
    """

    name = forms.CharField(
        label=gettext_lazy("Name"),
        validators=[max_length_validator(80), validate_single_line],
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("Never shown."),
        max_length=None,
        validators=[validate_storable, validate_plain_email],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        assume_scheme="https",
        validators=[max_length_validator(200), validate_storable, validate_web_address],
        widget=forms.TextInput(attrs={"autocomplete": "url", "inputmode": "url", "dir": "ltr"}),
    )
    body = forms.CharField(
        label=gettext_lazy("Comment"),
        strip=False,
        validators=[validate_storable],
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "data-limit": renderer.READER_LIMIT}),
    )
    notify = forms.BooleanField(label=gettext_lazy("Tell me by mail what becomes of it"), required=False)
    replies = forms.BooleanField(label=gettext_lazy("Tell me by mail of replies"), required=False)
    # For machines, which fill in whatever has a name. People do not see it, and are told to leave it when they do.
    subject = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    parent = forms.CharField(required=False, widget=forms.HiddenInput)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)
    # Where quotations are from: numbers of comments, and `post`. It says where to look first, and proves nothing.
    sources = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, post: Post, request: HttpRequest, parent: Comment | None = None) -> None:
        self.post, self.parent_comment, self.preview = post, parent, SafeString("")
        self.age: float | None = None
        self.is_stale = False
        self.is_quoting, self.paragraphs = False, ()
        self.query = ""  # what addresses need to show the same comments as new (unread.py)
        self.submitter = Submitter(request, post)
        super().__init__(data, auto_id="comment-%s", initial=self.initial_values())
        if self.submitter.is_signed_in:
            for name in ("name", "email", "website", "subject", "replies"):
                del self.fields[name]
        if self.submitter.publishes_immediately:
            del self.fields["notify"]

    def initial_values(self) -> dict[str, Any]:
        """A reply knows its parent; a reader with a pass, his address; and what no kept page holds, its time."""
        values: dict[str, Any] = {}
        if self.submitter.reader:
            values["email"] = self.submitter.reader.email
        if self.parent_comment is not None:
            values["parent"] = self.parent_comment.pk
        if not is_anonymous_request(self.submitter.request):
            values["stamp"] = form_time.sign_form_time(self.post)
        return values

    def quote(self, text: str, *, source: str) -> None:
        """Begin with this quotation from `source`, a comment's number or `post`."""
        self.initial |= {"body": text, "sources": source}
        self.is_quoting = True

    def clean_name(self) -> str:
        if not has_visible_text(self.cleaned_data["name"]):
            raise ValidationError(_("Write a name that can be seen."), code="required")
        return self.cleaned_data["name"]

    def clean_email(self) -> str:
        max_length_validator(254)(self.cleaned_data["email"])
        return self.cleaned_data["email"]

    def clean_body(self) -> str:
        body = normalize_newlines(self.cleaned_data["body"])
        if not has_visible_text(body):
            raise ValidationError(_("Write something first."), code="required")
        max_length_validator(renderer.READER_LIMIT)(body)
        try:
            self.html = renderer.render_reader_markdown(body)
        except renderer.TooCostly as error:
            raise ValidationError(str(error), code="too_costly") from None
        return body

    def clean_stamp(self) -> str:
        """A stamp may be missing, but one that is there must be ours, this post's and of today."""
        stamp = self.cleaned_data["stamp"] or form_time.read_form_time_cookie(self.submitter.request)
        try:
            self.age = form_time.read_form_age(stamp, self.post) if stamp else None
        except (tokens.BadToken, ValueError) as error:
            self.is_stale = isinstance(error, tokens.BadToken) and error.expired
            message = _("This form was open for very long. Look whether the conversation has gone on, and send again.")
            self.add_error(None, ValidationError(message, "expired"))  # nobody sees what is wrong with a hidden field
        return stamp

    def clean_sources(self) -> list[str]:
        named = self.cleaned_data["sources"].split()[:MAX_NAMED_SOURCES]
        return [one for one in named if one == POST_SOURCE or is_pk(one)]

    def clean(self) -> dict[str, Any]:
        """A parent must be a shown comment of this post that its readers can see, and the conversation open."""
        if self.post.is_closed:
            self.add_error(
                None, ValidationError(_("This conversation is closed. Your text is below, to keep."), "closed")
            )
        text = self.data.get("parent", "").strip()
        if text and (self.parent_comment is None or str(self.parent_comment.pk) != text):
            message = _("The comment you answer is no longer there. Send again to start a new thread.")
            self.add_error(None, ValidationError(message, "parent"))
        return self.cleaned_data

    def add_refusal(self, code: str, message: str) -> None:
        """Add a refusal that is not about a field; its code decides the status of the answer."""
        self.is_valid()
        self.add_error(None, ValidationError(message, code))

    def prepare_redisplay(self) -> None:
        """Before the form is shown with its text: a stamp that holds, and no parent that is gone."""
        self.data = self.data.copy()
        if self.age is not None:  # it was opened when its own stamp says, not just now
            self.data["stamp"] = self.cleaned_data["stamp"]
        else:  # whoever is asked to send an old form again may do so at once
            self.data["stamp"] = form_time.sign_form_time(
                self.post, seconds_ago=MIN_SECONDS_TO_WRITE if self.is_stale else 0
            )
        self.data["parent"] = str(self.parent_comment.pk) if self.parent_comment else ""

    @property
    def status(self) -> int:
        """The HTTP status for what is wrong; 200 when nothing is."""
        codes = {error.code for errors in self.errors.as_data().values() for error in errors}
        return next((status for code, status in STATUS_BY_ERROR.items() if code in codes), 400 if codes else 200)

    def values(self) -> dict[str, Any]:
        """What `Comment.submit` wants of a valid form."""
        data, submitter = self.cleaned_data, self.submitter
        values = {"post": self.post, "parent": self.parent_comment, "body": data["body"]}
        values |= {"wants_outcome_email": data.get("notify", False), "wants_reply_emails": data.get("replies", False)}
        values["sources"] = data["sources"]
        if submitter.is_signed_in:
            return {
                **values,
                "name": submitter.name,
                "email": submitter.user.email,
                "website": "",
                "author": submitter.author,
                "user": submitter.user,
            }
        return {**values, "name": data["name"], "email": data["email"], "website": data["website"]}

    # What the template asks

    @property
    def fields_html(self) -> SafeString:
        """The fields that are seen. A guest's blank ones are the same on every page, and drawn once a language."""
        if self.is_bound or self.is_quoting or self.submitter.is_signed_in or self.submitter.reader:
            return render_to_string("comments/_fields.html", {"form": self})
        return render_blank_fields(get_language())

    @property
    def action(self) -> str:
        return f"{self.post.get_absolute_url()}comments/{self.query}"

    @property
    def form_time_url(self) -> str:
        """Where a browser without scripts gets the time that this form does not bear; "" when it does."""
        return "" if self["stamp"].value() else f"{self.post.get_absolute_url()}comments/opened/"

    @property
    def staff_name(self) -> str:
        return self.submitter.name if self.submitter.is_signed_in else ""

    @property
    def next_step(self) -> str:
        """What happens next; true for this writer, as far as it can be known before he has written."""
        if self.submitter.publishes_immediately:
            return _("Your comment appears at once.")
        if facts.may_publish_immediately(self.submitter):
            return _("Your comment appears at once, unless something in it asks for a moderator first.")
        return _("Your comment will appear after a moderator has read it.")

    @property
    def reply_to(self) -> dict[str, str] | None:
        if self.parent_comment is None:
            return None
        address = reverse("comments:comment", args=[self.parent_comment.pk])
        return {"name": self.parent_comment.name, "url": address, "cancel_url": address + self.query}


class SharedFields(dict):
    """Fields that no form changes: it leaves some out. To copy all ten is a thirtieth of what a post's page costs."""

    def __deepcopy__(self, memo: dict) -> dict:
        return self.copy()


CommentForm.base_fields = SharedFields(CommentForm.base_fields)


@functools.cache
def render_blank_fields(language: str) -> SafeString:
    """The fields of a guest's form before he has typed anything, in the language that is active."""
    request = HttpRequest()
    request.method = "GET"
    request.user = AnonymousUser()
    form = CommentForm(post=Post(), request=request)
    return render_to_string("comments/_fields.html", {"form": form})
