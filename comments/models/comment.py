"""A comment: its columns, and what it says about itself. Its position in the thread is in tree.py."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from blog.fulltext.documents import Document
from blog.markup import extract, renderer
from blog.models import Author
from blog.models.clock import now_to_the_second
from blog.models.fields import DerivedField, RenderedField, WebAddressField
from blog.models.quick_rows import QuickRows
from blog.text.lookalikes import name_key
from blog.text.validators import validate_single_line, validate_storable
from blog.web.client_ip import neighbourhood_network
from comments.models.comment_queryset import CommentQuerySet
from comments.models.quotation import Quotation
from comments.models.tree import ThreadNode
from comments.screening.patterns import words_key
from comments.status import Status


class Comment(QuickRows, ThreadNode):
    """One comment. Only lifecycle/submit.py creates one, and only lifecycle/decide.py changes its `status`."""

    Status = Status
    SEARCH_KIND = "comment"

    status = models.CharField(pgettext_lazy("column", "status"), max_length=10, choices=Status, default=Status.PENDING)
    name = models.CharField(pgettext_lazy("column", "name"), max_length=80, validators=[validate_single_line])
    name_key = DerivedField(source="name", by=name_key)
    email = models.EmailField(pgettext_lazy("column", "email"), blank=True)
    website = WebAddressField(pgettext_lazy("column", "website"), max_length=200, blank=True)
    author = models.ForeignKey(
        Author,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="comments",
        db_index=False,
        verbose_name=pgettext_lazy("column", "author"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=pgettext_lazy("column", "user"),
    )
    body = models.TextField(validators=[validate_storable], max_length=renderer.READER_LIMIT)
    html = RenderedField(source="body", by=renderer.render_reader_markdown)
    words_key = DerivedField(source="body", by=words_key)
    created_at = models.DateTimeField(pgettext_lazy("column", "created at"), default=now_to_the_second)
    address = models.GenericIPAddressField(
        pgettext_lazy("column", "address"), null=True, blank=True, help_text="Where it was sent from. Never public."
    )
    network = DerivedField(source="address", by=neighbourhood_network)
    tile = models.PositiveSmallIntegerField(default=0, editable=False)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)

    # What moderators see.
    reader = models.ForeignKey(  # two indexes of its own, below
        "Reader", models.PROTECT, null=True, blank=True, related_name="comments", db_index=False
    )
    is_verified = models.BooleanField(default=False, help_text="Known to be by the owner of the email address.")
    claimed_at = models.DateTimeField(null=True, help_text="When its reader claimed it, unless they were signed in.")
    wants_outcome_email = models.BooleanField(default=False, help_text="Its writer wants an email about the decision.")
    wants_reply_emails = models.BooleanField(
        default=False, db_default=False, help_text="Its writer wants an email about each reply."
    )
    decided_at = models.DateTimeField(default=now_to_the_second, help_text="When its status last changed.")
    removal_reason = models.CharField(max_length=250, blank=True, help_text="The reason on its tombstone.")
    open_report_count = models.PositiveSmallIntegerField(default=0, help_text="Open reports by readers.")
    score = models.FloatField(null=True, help_text="How likely the filter thinks it is spam, 0 to 1.")
    scored_at = models.DateTimeField(null=True)
    score_reasons = models.JSONField(
        default=list, help_text="The features that moved the score most: [feature, weight] each."
    )
    trained_as = models.CharField(max_length=4, blank=True, help_text="What the filter learned it as: good or spam.")
    version = models.PositiveSmallIntegerField(default=1, help_text="Counts the edits.")
    edited_at = models.DateTimeField(null=True)
    edit_note = models.CharField(max_length=250, blank=True)
    edited_by_writer = models.BooleanField(default=False, help_text="Nobody else has edited it.")
    quote_count = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Block quotes whose source we know."
    )
    is_quoted = models.BooleanField(default=False, db_default=False, help_text="Another comment quotes it.")

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "comment")
        verbose_name_plural = pgettext_lazy("noun", "comments")
        indexes = [
            # Most comments begin a thread, and are by guests: what they leave empty is in no index.
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="comment_parent"),
            models.Index(fields=["author"], condition=Q(author__isnull=False), name="comment_author"),
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="comment_user"),
            models.Index(fields=["conversation", "shown", "path"], name="comment_thread"),
            models.Index(
                fields=["conversation", "path", "thread_size"], condition=Q(thread_size__gt=0), name="comment_newest"
            ),
            models.Index(
                fields=["conversation", "-thread_size", "path"], condition=Q(thread_size__gt=0), name="comment_replied"
            ),
            models.Index(fields=["status", "-open_report_count", "created_at", "id"], name="comment_queue"),
            models.Index(fields=["status", "created_at", "id"], name="comment_latest"),
            models.Index(fields=["reader", "status", "decided_at"], name="comment_reader"),
            models.Index(fields=["reader", "created_at"], name="comment_reader_pace"),
            models.Index(fields=["words_key", "created_at"], name="comment_words"),
            models.Index(fields=["-open_report_count"], condition=~Q(open_report_count=0), name="comment_reported"),
            models.Index(fields=["decided_at"], condition=Q(status=Status.SPAM), name="comment_old_spam"),
            models.Index(fields=["scored_at"], condition=Q(status=Status.PENDING), name="comment_unscored"),
            models.Index(fields=["network", "created_at"], name="comment_pace"),
            models.Index(fields=["reader", "-id"], name="comment_own"),
            models.Index(
                fields=["name_key", "reader"],
                condition=Q(is_verified=True, status=Status.APPROVED),
                name="comment_bearer",
            ),
            models.Index(fields=["conversation", "status", "-id"], name="comment_feed"),
            models.Index(fields=["status"], condition=Q(is_quoted=True), name="comment_quoted"),
            models.Index(fields=["conversation", "status", "decided_at"], name="comment_news"),
            models.Index(fields=["old_number"], condition=Q(old_number__isnull=False), name="comment_old_number"),
            models.Index(fields=["old_anchor"], condition=Q(old_anchor__isnull=False), name="comment_old_anchor"),
        ]
        permissions = [("moderate_comment", "Can moderate comments")]

    def __str__(self) -> str:
        return f"{self.name}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def moment(self) -> str:
        """When it was written, for machines (ISO 8601, in the site's zone)."""
        return timezone.localtime(self.created_at).isoformat()

    @property
    def is_erased(self) -> bool:
        """Is nothing left of it but the record? Every other comment has a name."""
        return not self.name

    @property
    def belongs_to_reader(self) -> bool:
        """Is it verified, or did it come before its reader verified the address, and waited for that?

        Anyone who knows the address may have sent a later one from a browser that is not signed in.
        """
        verified_at = self.reader.verified_at if self.reader else None
        return verified_at is not None and (self.is_verified or self.created_at <= verified_at)

    def as_document(self) -> Document | None:
        """What the search index stores of it; None unless it is approved."""
        if self.status != Status.APPROVED:
            return None
        authors = [self.author_id] if self.author_id else []
        text = extract.plain_text(self.html)
        return Document(self.pk, self.created_at, text, name=self.name, authors=authors, version=self.version)

    def check_text(self) -> None:
        """Raise ValidationError for text that one of the databases would refuse and the other store."""
        validate_single_line(self.name)
        for field in self._meta.concrete_fields:
            if field.name in {"name", "email", "website", "body"}:
                validate_storable(getattr(self, field.name))
                MaxLengthValidator(field.max_length)(getattr(self, field.name))

    def find_quotations(self, sources: Sequence[str] = ()) -> list[Quotation]:
        """What its text quotes, not yet stored; `sources` are those that its form names."""
        html = renderer.render_reader_markdown(self.body) if ">" in self.body else ""
        return Quotation.find_in(self, html=html, named=sources)
