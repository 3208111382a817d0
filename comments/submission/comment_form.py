"""Parses a reader's comment, with a clear message for each thing that is wrong."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from blog.markup import renderer
from blog.page_cache import is_anonymous_request
from blog.text.first_error_form import FirstErrorForm
from blog.text.validators import (
    has_visible_text,
    is_pk,
    max_length_validator,
    validate_plain_email,
    validate_single_line,
    validate_storable,
    validate_web_address,
)
from blog.views.site_links import site_links
from comments.lifecycle.ownership import comments_by
from comments.models import Comment
from comments.models.quotation import MAX_NAMED_SOURCES, POST_SOURCE
from comments.readers.submitter import Submitter
from comments.submission import form_time
from comments.submission.body import clean_comment_body
from comments.submission.facts import Submission
from comments.submission.prefill import ParagraphChoice
from comments.submission.remembered_name import read_name_cookie
from comments.submission.screen import expects_publication
from comments.web import tokens

# Who writes. A reader whom the site knows is not asked again.
IDENTITY_FIELDS = ("name", "email", "website")


class CommentForm(FirstErrorForm):
    """A new thread or a reply; fields that are not named here are ignored.

    Somebody with an account gives neither name nor email address. A form on a page made for one reader holds the signed
    time at which it was opened, and expires with it; a form on a cached page gets that time later (form_time.py).
    """

    name = forms.CharField(
        label=gettext_lazy("Name"),
        validators=[max_length_validator(80), validate_single_line],
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Email"),
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
    notify = forms.BooleanField(label=gettext_lazy("Email me when it is published or declined"), required=False)
    replies = forms.BooleanField(label=gettext_lazy("Email me about replies"), required=False)
    remember = forms.BooleanField(label=gettext_lazy("Remember my name and email on this device"), required=False)
    # A honeypot: machines fill in whatever has a name. People do not see it, and its label asks them to leave it empty.
    subject = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    parent = forms.CharField(required=False, widget=forms.HiddenInput)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)
    # Where quotations are from: primary keys of comments, and `post`. A hint where to look first; it proves nothing.
    sources = forms.CharField(required=False, widget=forms.HiddenInput)

    # The HTML of a guest's blank fields, by language.
    blank_fields: ClassVar[dict[str | None, SafeString]] = {}

    def __init__(self, data: Any = None, *, submitter: Submitter, parent: Comment | None = None) -> None:
        self.submitter, self.about, self.parent_comment = submitter, submitter.subject, parent
        self.html, self.preview = SafeString(""), SafeString("")
        self.age: float | None = None
        self.is_expired = False
        self.is_quoting = False
        self.paragraphs: list[ParagraphChoice] = []
        self.query = ""  # keeps the same comments marked as new on the next page (threads/unread.py)
        super().__init__(data, auto_id="comment-%s", initial=self.initial_values(is_blank=data is None))
        if submitter.is_signed_in:
            for name in (*IDENTITY_FIELDS, "subject", "replies"):
                del self.fields[name]
        if submitter.is_signed_in or submitter.reader:
            del self.fields["remember"]
        if submitter.publishes_immediately:
            del self.fields["notify"]

    def initial_values(self, *, is_blank: bool) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if self.submitter.reader:
            values["email"] = self.submitter.reader.email
            if is_blank and (latest := self.latest_comment):
                values |= {"name": latest.name, "website": latest.website}
        elif self.remembered:
            values |= {**self.remembered, "remember": True}
        if self.parent_comment is not None:
            values["parent"] = self.parent_comment.pk
        if is_blank and not is_anonymous_request(self.submitter.request):  # a cached page holds no time
            values["stamp"] = form_time.sign_form_time(self.about)
        return values

    @cached_property
    def latest_comment(self) -> Comment | None:
        """What a reader with a session wrote last, which has their name and website; at most one query."""
        reader = None if self.submitter.is_signed_in else self.submitter.reader
        return comments_by(reader).order_by("-id").only("name", "website").first() if reader else None

    @cached_property
    def remembered(self) -> dict[str, str]:
        """What this device remembers of a guest, on a page made for one reader; a script fills in a cached one."""
        request = self.submitter.request
        is_guest = not (self.submitter.is_signed_in or self.submitter.reader)
        return read_name_cookie(request) if is_guest and not is_anonymous_request(request) else {}

    def quote(self, text: str, *, source: str) -> None:
        """Begin with this quotation from `source`, a comment's primary key or `post`."""
        self.initial.update(body=text, sources=source)
        self.is_quoting = True

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not has_visible_text(name):
            raise ValidationError(_("Enter your name."), code="required")
        return name

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        max_length_validator(254)(email)
        return email

    def clean_body(self) -> str:
        body, self.html = clean_comment_body(self.cleaned_data["body"])
        return body

    def clean_stamp(self) -> str:
        """The signed time at which the form was opened; it may be missing, but not be forged or older than a day."""
        stamp: str = self.cleaned_data["stamp"] or form_time.read_form_time_cookie(self.submitter.request)
        try:
            self.age = form_time.read_form_age(stamp, self.about) if stamp else None
        except (tokens.BadToken, ValueError) as error:
            self.is_expired = isinstance(error, tokens.BadToken) and error.expired
            message = _("This page was open for more than a day. Check for new replies, then send again.")
            self.add_error(None, ValidationError(message, "expired"))  # nobody sees the errors of a hidden field
        return stamp

    def clean_sources(self) -> list[str]:
        named = self.cleaned_data["sources"].split()[:MAX_NAMED_SOURCES]
        return [source for source in named if source == POST_SOURCE or is_pk(source)]

    def clean(self) -> dict[str, Any]:
        """The conversation must be open, and the parent a comment of this post that its readers can see."""
        if self.about.is_closed:
            message = _("This conversation is closed. Your text is below, so that you can copy it.")
            self.add_error(None, ValidationError(message, "closed"))
        parent_pk = self.data.get("parent", "").strip()
        if parent_pk and (self.parent_comment is None or str(self.parent_comment.pk) != parent_pk):
            message = _("The comment you are replying to is no longer there. Send again to start a new thread.")
            self.add_error(None, ValidationError(message, "parent"))
        return self.cleaned_data

    def add_refusal(self, code: str, message: str) -> None:
        """Add an error that is about no field; its code decides the status of the response."""
        self.is_valid()
        self.add_error(None, ValidationError(message, code))

    def submission(self, *, address: str) -> Submission:
        """What a valid form holds, sent from this address."""
        data, submitter = self.cleaned_data, self.submitter
        return Submission(
            submitter=submitter,
            parent=self.parent_comment,
            name=data.get("name", submitter.name),
            email=data.get("email", submitter.email),
            website=data.get("website", ""),
            body=data["body"],
            html=self.html,
            address=address,
            stamp=data["stamp"],
            age=self.age,
            is_undated=self.age is None,
            honeypot=data.get("subject", ""),
            sources=tuple(data["sources"]),
            wants_outcome_email=data.get("notify", False),
            wants_reply_emails=data.get("replies", False),
        )

    # For the template

    @property
    def fields_html(self) -> SafeString:
        """The visible fields. A guest's blank ones are rendered once per language: a quarter of a post page's cost."""
        is_blank = not (self.is_bound or self.is_quoting or self.submitter.is_signed_in or self.submitter.reader)
        is_blank = is_blank and not self.remembered
        language = get_language() if is_blank else None
        if language in self.blank_fields:
            return self.blank_fields[language]
        html = render_to_string("comments/_fields.html", {"form": self})
        if language:
            self.blank_fields[language] = html
        return html

    @property
    def action(self) -> str:
        return f"{self.about.get_absolute_url()}comments/{self.query}"

    @property
    def form_time_url(self) -> str:
        """Where a browser without scripts gets the time that this form does not hold; "" when it does."""
        return "" if self["stamp"].value() else f"{self.about.get_absolute_url()}comments/opened/"

    @property
    def staff_name(self) -> str:
        return self.submitter.name

    @property
    def known_name(self) -> str:
        """The name under which somebody writes whom the site or their device knows; "" for anybody else."""
        if (self.latest_comment is None and not self.remembered) or any(
            name in self.errors for name in IDENTITY_FIELDS
        ):
            return ""
        return str(self["name"].value() or "")

    @property
    def next_step(self) -> str:
        """What will happen to the comment, as far as it is known before it is written."""
        if self.submitter.publishes_immediately:
            return _("Your comment will appear straight away.")
        if expects_publication(self.submitter):
            return _("Your comment will appear straight away, unless a moderator needs to read it first.")
        return _("Your comment will appear once a moderator has read it.")

    @property
    def house_rules_url(self) -> str:
        return site_links(self.submitter.request).house_rules_url

    @property
    def reply_to(self) -> dict[str, str] | None:
        if self.parent_comment is None:
            return None
        address = reverse("comments:comment", args=[self.parent_comment.pk])
        return {"name": self.parent_comment.name, "url": address, "cancel_url": address + self.query}
