"""Forgetting a reader. Asked for twice, begun at once, and gone on with by the worker where there is much to forget.

What erases begins by taking his address out of `Reader`: from then on nobody knows it, and whoever proves it anew is
somebody new. His comments follow, some in each transaction; a worker that dies has lost nothing, since what is left to
do is what still refers to the reader. With the last of them his row goes, and with it this one.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import CASCADE, Model, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from blog.models import Conversation
from blog.search.vocabulary import forget_words_of
from comments.lifecycle.decide import decide
from comments.lifecycle.ownership import touch_conversations
from comments.models.comment import Comment
from comments.models.message import Message
from comments.models.quotation import Quotation
from comments.models.reader import Reader, generate_key
from comments.models.report import Report
from comments.models.revision import Revision
from comments.models.rule import Finding, Rule
from comments.privacy.retention import ERASED_COLUMNS
from comments.status import Status, Via
from comments.web.fingerprints import hash_to_tile

# Comments erased in one transaction: less than a second, in which on SQLite nobody else writes.
ERASURE_BATCH = 50
ERASED_LABEL = "erased"
# What is left of the writer where his words stay: neither he nor his network, nor what would let anybody guess them.
ANONYMOUS_COLUMNS = {
    name: ERASED_COLUMNS[name]
    for name in (
        "email",
        "website",
        "network",
        "address",
        "author",
        "score_reasons",
        "wants_outcome_email",
        "wants_reply_emails",
    )
} | {"reader": None, "is_verified": False, "claimed_at": None}


class Erasure(models.Model):
    """One reader who is being forgotten."""

    reader = models.OneToOneField(Reader, CASCADE, related_name="erasure")
    keeps_words = models.BooleanField(help_text="Do published words stay, under nobody's name?")
    begun_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"erasure {self.pk}"

    @classmethod
    @transaction.atomic
    @translation.override(settings.LANGUAGE_CODE)
    def begin(cls, reader: Reader, *, keeps_words: bool, sender: str) -> Erasure | None:
        """Forget the address and all that hangs on it alone; None when that was done before.

        `sender` is the name under which his reports are stored (reporting.py).
        """
        row = Reader.objects.select_for_update().filter(pk=reader.pk, verified_at__isnull=False).first()
        if row is None:
            return None
        erase_messages(row)
        anonymize_reports(sender)
        for model in models_of_one_reader():
            model.objects.filter(reader=row).delete()
        anonymize_admin_log(Reader, [row.pk])
        # No mail goes there: the name is reserved for what does not exist (RFC 2606).
        row.email, row.verified_at, row.session_key = f"{secrets.token_hex(16)}@erased.invalid", None, generate_key()
        row.standing = Reader.Standing.HELD
        row.save()
        return cls.objects.create(reader=row, keeps_words=keeps_words)

    @transaction.atomic
    @translation.override(settings.LANGUAGE_CODE)  # what stays is read by everybody
    def erase_batch(self) -> bool:
        """Erase some of his comments, or end with the reader himself; whether there is more to do."""
        rows = Comment.objects.filter(reader=self.reader_id).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:ERASURE_BATCH])
        if not ids:
            self.reader.delete()
            return False
        Conversation.objects.lock(Comment.objects.filter(pk__in=ids).values("post"))
        comments = list(rows.filter(pk__in=ids).select_related("post"))  # as they stand under the lock
        staying = {one.pk for one in comments if self.keeps_words and one.status == Status.APPROVED}
        going = [
            one.pk
            for one in comments
            if one.pk not in staying and one.user_id is None and one.status in STATUSES_TO_WITHDRAW
        ]
        decide(going, Status.WITHDRAWN, via=Via.ERASURE)
        for comment in rows.filter(pk__in=[one.pk for one in comments]):
            self.erase(comment, stays=comment.pk in staying)
        Comment.objects.filter(pk__in=[one.pk for one in comments]).reindex()
        forget_words_of(one.html for one in comments if one.pk not in staying)
        erase_traces([one.pk for one in comments])
        touch_conversations(Comment.objects.filter(pk__in=[one.pk for one in comments], shown=True))
        return True

    def erase(self, comment: Comment, *, stays: bool) -> None:
        """Take the writer out of one comment, and his words unless they stay.

        What was said signed in keeps its account's name: that is staff, and stays.
        """
        columns = (
            ANONYMOUS_COLUMNS
            if stays or comment.user_id
            else {**ERASED_COLUMNS, **ANONYMOUS_COLUMNS, "version": comment.version + 1}
        )
        if comment.user_id:
            columns = {name: value for name, value in columns.items() if name != "author"}
        elif stays:
            columns = {**columns, "name": _("A former reader"), "tile": self.tile_in(comment.post_id)}
        if comment.user_id is None:
            columns = {**columns, "fingerprint": f"{ERASED_LABEL} {secrets.token_hex(16)}"}
        for name, value in columns.items():
            setattr(comment, name, value)
        comment.save(update_fields=[*columns, "name_key"])

    def tile_in(self, post_id: int) -> int:
        """Another than his own: the same down one conversation, which stays readable, and no other elsewhere."""
        return hash_to_tile(f"erasure {self.pk} {post_id}")


# The states from which his words are taken away. What a moderator removed stays removed.
STATUSES_TO_WITHDRAW = frozenset({Status.APPROVED, Status.PENDING, Status.SPAM})


def continue_erasures() -> int:
    """Go on with one erasure that was begun; how many there were. Each is done by one worker at a time."""
    with transaction.atomic():
        erasure = Erasure.objects.select_for_update(skip_locked=True).order_by("pk").first()
        if erasure is None:
            return 0
        erasure.erase_batch()
        return 1


def models_of_one_reader() -> list[type[Model]]:
    """Whatever belongs to a reader alone and would go with him: passes, subscriptions."""
    ties = [tie for tie in Reader._meta.related_objects if tie.on_delete is CASCADE and tie.field.name == "reader"]
    return [tie.related_model for tie in ties if tie.related_model is not Erasure]


def erase_messages(reader: Reader) -> None:
    """What was written to him goes; of what waits to go to moderators, the mails that show his address."""
    Message.objects.filter(recipient=reader.email).delete()
    to_moderators = Q(key__startswith="decision-") | Q(key__startswith="digest-") | Q(key__startswith="many-")
    for message in Message.objects.filter(to_moderators, sent_at=None, given_up=False):
        if reader.email in message.text.casefold():
            note = _("This mail was about a comment whose writer has had it erased before the mail was sent.")
            Message.objects.filter(pk=message.pk).update(text=note, html="")


def anonymize_reports(sender: str) -> None:
    """Nobody's reports stay open, without a word. Each gets a sender of its own, so that none can be put together."""
    for report in Report.objects.filter(sender=sender):
        nobody = secrets.token_hex(32)
        Report.objects.filter(pk=report.pk).update(sender=nobody, neighbourhood=nobody, words="")


def erase_traces(ids: list[int]) -> None:
    """Earlier words, what readers said of these comments, and what in the reasons for holding them tells of him."""
    Revision.objects.filter(comment__in=ids).delete()
    gone = Comment.objects.filter(pk__in=ids, name="")
    Quotation.objects.filter(comment__in=gone.values("pk")).delete()
    Report.objects.filter(comment__in=gone.values("pk")).delete()
    Report.objects.filter(comment__in=ids).update(words="")
    findings = Finding.objects.filter(comment__in=ids)
    findings.filter(Q(rule__kind=Rule.Kind.EMAIL) | Q(rule__kind=Rule.Kind.NETWORK)).update(rule=None)
    findings.update(words="")
    anonymize_admin_log(Comment, ids)


def anonymize_admin_log(model: type[Model], ids: list[int]) -> None:
    """The history of these rows in the admin names them by what they were called."""
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=[str(pk) for pk in ids]).update(object_repr=ERASED_LABEL)
