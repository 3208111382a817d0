"""A comment: what a reader answers, and its life. Its place in the thread is the noun above it (place.py)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from blog.fulltext.documents import Document
from blog.markup import renderer
from blog.models import Author, Conversation
from blog.models.clock import now_to_the_second
from blog.models.fields import DerivedField, RenderedField
from blog.text.lookalikes import name_key
from blog.text.validators import validate_single_line, validate_storable
from comments import status
from comments.models.comment_queryset import CommentQuerySet
from comments.models.decision import Decision, PendingNotification, PendingTraining, columns_after_decision
from comments.models.quotation import Quotation
from comments.models.reader import Reader
from comments.models.revision import Revision
from comments.models.rule import Finding, Rule
from comments.models.tree import ThreadNode
from comments.screening.patterns import words_key
from comments.status import TRAINS_FILTER, Status, Via
from comments.threads import layout
from comments.web.client_ip import neighbourhood_network
from comments.web.fingerprints import comment_fingerprint, tile_number


class Comment(ThreadNode):
    """One comment. Only `submit` makes one, and only its verbs change `status`: each leaves a `Decision`."""

    Status = Status
    SEARCH_KIND = "comment"

    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    name = models.CharField(pgettext_lazy("column", "name"), max_length=80, validators=[validate_single_line])
    name_key = DerivedField(source="name", by=name_key)
    email = models.EmailField(pgettext_lazy("column", "email"), blank=True)
    website = models.URLField(pgettext_lazy("column", "website"), max_length=200, blank=True)
    author = models.ForeignKey(
        Author,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name=pgettext_lazy("column", "author"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("column", "user"),
    )
    body = models.TextField(validators=[validate_storable], max_length=renderer.READER_LIMIT)
    html = RenderedField(source="body", by=renderer.render_reader_markdown)
    words_key = DerivedField(source="body", by=words_key)
    created_at = models.DateTimeField(pgettext_lazy("column", "created at"), default=now_to_the_second)
    address = models.GenericIPAddressField(
        pgettext_lazy("column", "address"), null=True, blank=True, help_text="Where it was sent from. Never shown."
    )
    network = DerivedField(source="address", by=neighbourhood_network)
    tile = models.PositiveSmallIntegerField(default=0, editable=False)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)

    # What moderators go by.
    reader = models.ForeignKey(  # two indexes of its own, below
        "Reader", models.PROTECT, null=True, blank=True, related_name="comments", db_index=False
    )
    is_verified = models.BooleanField(default=False, help_text="Known to be by the owner of the address.")
    claimed_at = models.DateTimeField(null=True, help_text="When he claimed it, where it did not come with his pass.")
    wants_outcome_email = models.BooleanField(default=False, help_text="Its writer asked for a mail on the decision.")
    wants_reply_emails = models.BooleanField(
        default=False, db_default=False, help_text="Its writer asked for a mail on each reply."
    )
    decided_at = models.DateTimeField(default=now_to_the_second, help_text="When its state last changed.")
    removal_reason = models.CharField(max_length=250, blank=True, help_text="The reason on its tombstone.")
    open_report_count = models.PositiveSmallIntegerField(default=0, help_text="Open reports by readers.")
    score = models.FloatField(null=True, help_text="How like spam the filter found it, 0 to 1.")
    scored_at = models.DateTimeField(null=True)
    score_reasons = models.JSONField(
        default=list, help_text="The features that moved the score: [feature, weight] each."
    )
    trained_as = models.CharField(max_length=4, blank=True, help_text="What the filter learned it as: good, spam.")
    version = models.PositiveSmallIntegerField(default=1, help_text="Counts the changes of its words.")
    edited_at = models.DateTimeField(null=True)
    edit_note = models.CharField(max_length=250, blank=True)
    edited_by_writer = models.BooleanField(default=False, help_text="Nobody else has changed its words.")
    quote_count = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Block quotes whose source is known."
    )
    is_quoted = models.BooleanField(default=False, db_default=False, help_text="Is it such a source itself?")

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "comment")
        verbose_name_plural = pgettext_lazy("noun", "comments")
        indexes = [
            models.Index(fields=["post", "shown", "path"], name="comment_thread"),
            models.Index(fields=["status", "-open_report_count", "created_at", "id"], name="comment_queue"),
            models.Index(fields=["status", "created_at", "id"], name="comment_latest"),
            models.Index(fields=["reader", "status", "decided_at"], name="comment_reader"),
            models.Index(fields=["reader", "created_at"], name="comment_reader_pace"),
            models.Index(fields=["words_key", "created_at"], name="comment_words"),
            models.Index(fields=["-open_report_count"], condition=~Q(open_report_count=0), name="comment_flagged"),
            models.Index(fields=["decided_at"], condition=Q(status="spam"), name="comment_old_spam"),
            models.Index(fields=["scored_at"], condition=Q(status="pending"), name="comment_unscored"),
            models.Index(fields=["network", "created_at"], name="comment_pace"),
            models.Index(fields=["reader", "-id"], name="comment_own"),
            models.Index(
                fields=["name_key", "reader"], condition=Q(is_verified=True, status="approved"), name="comment_bearer"
            ),
            models.Index(fields=["post", "status", "-id"], name="comment_feed"),
            models.Index(fields=["status"], condition=Q(is_quoted=True), name="comment_quoted"),
            models.Index(fields=["post", "status", "decided_at"], name="comment_news"),
        ]
        permissions = [("moderate_comment", "Can moderate comments")]

    def __str__(self):
        return f"{self.name}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def moment(self) -> str:
        """When it was written, for machines (ISO 8601, in the site's zone)."""
        return timezone.localtime(self.created_at).isoformat()

    @property
    def is_erased(self) -> bool:
        """Is nothing left of it but the record (expiry.py)? Whatever else is stored has a name."""
        return not self.name

    @property
    def belongs_to_reader(self) -> bool:
        """Did it come from the owner of its address? Or before he proved that it is: it waited for that proof.

        Whatever comes later without his pass, anybody may have sent who knows the address.
        """
        verified_at = self.reader and self.reader.verified_at
        return bool(verified_at) and (self.is_verified or self.created_at <= verified_at)

    @property
    def tile_shape(self) -> int:
        """0 to 7: which of the eight shapes stands for this person."""
        return self.tile // 8

    @property
    def tile_colour(self) -> int:
        """0 to 7."""
        return self.tile % 8

    @classmethod
    def submit(
        cls,
        *,
        to: Status,
        via: Via = Via.FORM,
        by: AbstractBaseUser | None = None,
        note: str = "",
        rule: Rule | None = None,
        findings: Sequence[Finding] = (),
        quiet: bool = False,
        sources: Sequence[str] = (),
        **fields,
    ) -> tuple[Comment, bool]:
        """Store a comment in the state `to`, with its path and its first decision, in one transaction.

        `fields` are the columns a writer decides (post, parent, name, email, website, body, author, user, address,
        created_at, is_proven, wants_news, wants_replies) and what the spam filter found (score, because). `findings`
        are stored with it: what spoke against publishing it at once. `sources` is where its form says that quotations
        are from (see `Quotation.found_in`). `quiet` decisions are told to nobody. Returns the comment and whether it is
        new: the same words by the same person in the same place are the same comment, however often they are sent.
        Raises ValidationError for text that cannot be stored.
        """
        comment = cls(**fields)
        comment.check_text()
        comment.fingerprint, comment.tile = comment_fingerprint(fields), tile_number(fields)
        comment.depth = comment.parent.depth + 1 if comment.parent else 0
        comment.scored_at = timezone.now() if comment.score is not None else None
        found = comment.find_quotations(sources)
        comment.quote_count = len(found)
        try:
            with transaction.atomic():
                if to == Status.APPROVED or found:
                    cls.lock_thread(comment.post_id)
                comment.reader = Reader.of(comment.email, seen=comment.created_at)
                comment.save(force_insert=True)
                comment.path = layout.path_below(comment.parent.path if comment.parent else "", comment.pk)
                cls.objects.filter(pk=comment.pk).update(path=comment.path)
                for one in findings:
                    one.comment = comment
                Finding.objects.bulk_create(findings)
                if found:
                    Quotation.replace_for(comment, found)
                comment._move(to, via=via, by=by, note=note, rule=rule, quiet=quiet, new=True)
        except IntegrityError:
            if earlier := cls.objects.filter(fingerprint=comment.fingerprint).first():
                return earlier, False
            raise
        return comment, True

    def check_text(self) -> None:
        """Raise ValidationError for text that one of the databases would refuse and the other keep."""
        validate_single_line(self.name)
        for name in ("name", "email", "website", "body"):
            validate_storable(getattr(self, name))
            MaxLengthValidator(self._meta.get_field(name).max_length)(getattr(self, name))

    def find_quotations(self, sources: Sequence[str] = ()) -> list[Quotation]:
        """What its words quote, not stored yet."""
        html = renderer.render_reader_markdown(self.body) if ">" in self.body else ""
        return Quotation.find_in(self, html=html, named=sources)

    def approve(self, **how) -> Decision:
        """Show it. For the arguments of this and the following verbs, and what they raise, see `decide`."""
        return self.decide(Status.APPROVED, **how)

    def mark_spam(self, **how) -> Decision:
        return self.decide(Status.SPAM, **how)

    def remove(self, **how) -> Decision:
        return self.decide(Status.REMOVED, **how)

    def hold(self, **how) -> Decision:
        """Back into the queue."""
        return self.decide(Status.PENDING, **how)

    @transaction.atomic
    def withdraw(self, **how) -> Decision:
        """By its writer, who may say the same again: his words are those of this comment no more."""
        decision = self.decide(Status.WITHDRAWN, **how)
        self.fingerprint = f"withdrawn {decision.pk}"
        Comment.objects.filter(pk=self.pk).update(fingerprint=self.fingerprint)
        return decision

    @transaction.atomic
    def decide(
        self,
        to: Status,
        *,
        via: Via,
        by: AbstractBaseUser | None = None,
        reason: str = "",
        note: str = "",
        rule: Rule | None = None,
        batch: uuid.UUID | None = None,
        undoes: Decision | None = None,
        expected: str | None = None,
        quiet: bool = False,
    ) -> Decision:
        """Move to the state `to` and record it, in one transaction.

        `reason` is told to everybody, `note` to colleagues alone. `expected` is the state the decision was made for
        (None: whatever it is). Raises `moderation.AlreadyDecided` when somebody was first and
        `moderation.NotAllowed` for an unknown move.
        """
        self.lock_thread(self.post_id)
        now = Comment.objects.select_for_update().only("status", "shown", "open_report_count", "name").get(pk=self.pk)
        self.status, self.shown, self.open_report_count = now.status, now.shown, now.open_report_count
        status.check_transition(
            expected=expected, current=now.status, to=to, is_undo=undoes is not None, is_erased=now.is_erased
        )
        how = {"reason": reason, "note": note, "rule": rule, "batch": batch, "undoes": undoes}
        return self._move(to, via=via, by=by, quiet=quiet, **how)

    def _move(self, to, *, via, by, quiet=False, new=False, **how) -> Decision:
        before = "" if new else self.status
        decision = Decision.objects.create(comment=self, by=by, from_status=before, to_status=to, via=via, **how)
        if not quiet:
            PendingNotification.objects.create(decision=decision)
        if via in TRAINS_FILTER:
            PendingTraining.objects.bulk_create([PendingTraining(comment=self)], ignore_conflicts=True)
        was_approved = before == Status.APPROVED
        self.status = to
        Comment.objects.filter(pk=self.pk).update(**columns_after_decision(to, via=via, reason=how.get("reason", "")))
        if self.open_report_count and via != Via.REPORTS:
            self.reports.filter(is_open=True).update(is_open=False)
        if was_approved or to == Status.APPROVED:
            Comment.objects.filter(pk=self.pk).reindex()
        if was_approved or to == Status.APPROVED or self.shown:  # a tombstone says why, so it is redrawn too
            drawn = self.update_visibility()
            Conversation.record_change(self.post_id, comments=(to == Status.APPROVED) - was_approved, shown=drawn)
        return decision

    @transaction.atomic
    def edit(self, body: str, *, by: AbstractBaseUser | None, note: str = "", by_writer: bool = False) -> None:
        """Replace its words, keeping the earlier ones for moderators; `note` is shown under the comment."""
        self.lock_thread(self.post_id)
        before = Comment.objects.select_for_update().get(pk=self.pk)
        earlier = {"version": before.version, "body": before.body}
        Revision.objects.create(comment=self, by=by, note=note, by_writer=by_writer, **earlier)
        self.body, self.version, self.edited_at, self.edit_note = body, before.version + 1, now_to_the_second(), note
        self.edited_by_writer = by_writer
        self.check_text()
        found = self.find_quotations()
        self.quote_count = len(found)
        self.save(
            update_fields=[
                *("body", "html", "words_key", "version", "edited_at", "edit_note", "edited_by_writer", "quote_count")
            ]
        )
        if before.quote_count or found:
            Quotation.replace_for(self, found)
        if before.status == Status.APPROVED:
            Comment.objects.filter(pk=self.pk).reindex()
        if before.shown:
            Conversation.record_change(self.post_id)

    def as_document(self) -> Document | None:
        """What the search index stores of it; None unless it is approved."""
        if self.status != Status.APPROVED:
            return None
        authors = [self.author_id] if self.author_id else []
        text = renderer.plain_text(self.html)
        return Document(self.pk, self.created_at, text, name=self.name, authors=authors, version=self.version)
