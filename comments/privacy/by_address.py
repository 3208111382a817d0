"""What is stored about an address, for whoever runs the site: counted, exported, erased.

The address needs no confirmation, and need not be a reader's: it may stand on a report, in an email, in a rule. What is
exported is what readers download themselves (export.py), with what is theirs alone to ask for; what is erased goes the
way of their own erasure (erasure.py).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from blog.models import Page, Post
from blog.text.site_values import site
from comments.models import (
    Comment,
    Decision,
    Message,
    Objection,
    Reader,
    ReaderNote,
    ReaderSession,
    Report,
    ReportContact,
    Revision,
    Rule,
    Subscription,
)
from comments.models.reader import normalize_email
from comments.privacy.erasure import erase_address, erase_batch
from comments.privacy.export import FORMAT_VERSION, export_message, export_reader_with_notes, format_export_time
from comments.privacy.traces import MENTION_FIELDS
from comments.web.fingerprints import reader_report_hash


class Count(NamedTuple):
    """How many rows of one kind there are, or texts."""

    label: str | Promise
    number: int


class AddressRecord(NamedTuple):
    """What is stored about an address, by kind, and what only people can judge: where others have published it."""

    email: str
    counts: list[Count]
    published: list[Count]

    @property
    def total(self) -> int:
        return sum(count.number for count in self.counts)


def find_reader(email: str) -> Reader | None:
    """The reader with this address, however it is typed."""
    return Reader.objects.filter(email=normalize_email(email)).first()


def look_up(email: str) -> AddressRecord:
    """Count what is stored. Looks through all texts for the address: a second for each million comments."""
    email = normalize_email(email)
    reader = Reader.objects.filter(email=email)
    sent = Report.objects.filter(sender__in=[reader_report_hash(pk) for pk in reader.values_list("pk", flat=True)])
    own = Comment.objects.filter(reader__in=reader)
    mentioned = Q(note__icontains=email) | Q(reason__icontains=email)
    counts = [
        Count(gettext_lazy("reader with this address"), reader.count()),
        Count(gettext_lazy("comments"), own.count()),
        Count(gettext_lazy("earlier versions of comments"), Revision.objects.filter(comment__in=own).count()),
        Count(gettext_lazy("reports of comments by others"), sent.count()),
        Count(gettext_lazy("reports with this address"), ReportContact.objects.filter(recipient=email).count()),
        Count(gettext_lazy("objections"), Objection.objects.filter(comment__in=own, report=None).count()),
        Count(gettext_lazy("emails to this address"), Message.objects.filter(recipient=email).count()),
        Count(gettext_lazy("subscriptions"), Subscription.objects.filter(reader__in=reader).count()),
        Count(gettext_lazy("browsers that are signed in"), ReaderSession.objects.filter(reader__in=reader).count()),
        Count(gettext_lazy("notes of moderators on the reader"), ReaderNote.objects.filter(reader__in=reader).count()),
        Count(gettext_lazy("rules with this address"), Rule.objects.filter(pattern__icontains=email).count()),
        Count(gettext_lazy("decisions that name the address"), Decision.objects.filter(mentioned).count()),
        Count(
            gettext_lazy("other texts that name the address"),
            sum(
                model._default_manager.filter(**{f"{field}__icontains": email}).count()
                for model, field in MENTION_FIELDS
                if model is not Decision
            ),
        ),
    ]
    named = Q(body__icontains=email) | Q(name__icontains=email)
    published = [
        Count(gettext_lazy("comments by others"), Comment.objects.filter(named).exclude(reader__in=reader).count()),
        Count(gettext_lazy("posts"), Post.everything.filter(body__icontains=email).count()),
        Count(gettext_lazy("pages"), Page.everything.filter(body__icontains=email).count()),
    ]
    return AddressRecord(email, [row for row in counts if row.number], [row for row in published if row.number])


def export_address(email: str) -> dict[str, Any]:
    """The document that the reader gets, with moderators' notes on them, and what was left with reports."""
    email = normalize_email(email)
    contacts = ReportContact.objects.filter(recipient=email).select_related("report").order_by("pk")
    if reader := find_reader(email):
        document = export_reader_with_notes(reader)
    else:
        document = {
            "form": FORMAT_VERSION,
            "site": {"name": site().name, "address": settings.SITE_URL},
            "made_at": format_export_time(timezone.now()),
            "mails": [export_message(message) for message in Message.objects.filter(recipient=email).order_by("pk")],
        }
    left = [
        {"comment": row.report.comment_id, "sent_at": format_export_time(row.report.at), "name": row.name,
         "email": row.email, "words": row.report.words, "law": row.report.law}
        for row in contacts
    ]  # fmt: skip
    return {**document, "left_with_reports": left}


def erase_completely(email: str, *, keeps_words: bool) -> AddressRecord:
    """Erase all of it before it returns; returns what there was."""
    record = look_up(email)
    erasure = erase_address(email, keeps_words=keeps_words)
    while erasure and erase_batch(erasure):
        pass
    return record
