"""What is kept of a reader, as one document; docs/readers.md describes it field by field.

Not in what readers download themselves: what others said of them (moderators' notes, reports of their comments, what
the spam filter thinks). Notes on the person are in the copy that a moderator downloads for whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from blog.feeds.response import absolutize_urls
from blog.text.addresses import absolute_url
from blog.text.site_values import site
from comments.lifecycle.ownership import status_for_author
from comments.models import (
    Comment,
    Message,
    Objection,
    Reader,
    ReaderNote,
    Report,
    ReportContact,
    Revision,
    Subscription,
    SubscriptionWish,
)
from comments.subscriptions.wishes import describe_topics
from comments.threads.layout import commenter_url
from comments.web.fingerprints import reader_report_hash

# Of this form of the document; counts up when a field changes its meaning.
FORMAT_VERSION = 1


def export_reader(reader: Reader) -> dict[str, Any]:
    """Everything, in the order in which it is read."""
    return {
        "form": FORMAT_VERSION,
        "site": {"name": site().name, "address": settings.SITE_URL},
        "made_at": format_export_time(timezone.now()),
        "reader": {
            "email": reader.email,
            "first_seen": format_export_time(reader.first_seen),
            "proven_at": format_export_time(reader.verified_at),
            "public_page": absolute_url(commenter_url(reader.public_id)) if reader.public_id else "",
        },
        "comments": [export_comment(comment) for comment in comments_to_export(reader)],
        "reports": [export_report(report) for report in reports_to_export(reader)],
        "objections": [export_objection(objection) for objection in objections_to_export(reader)],
        "mails": [export_message(message) for message in Message.objects.filter(recipient=reader.email).order_by("pk")],
        "subscriptions": [
            export_subscription(subscription)
            for subscription in Subscription.objects.filter(reader=reader).with_targets()
        ],
        "followed_elsewhere": export_wishes(SubscriptionWish.objects.of_address(reader.email).order_by("pk")),
        "browsers": [
            {
                "name": session.label,
                "known_since": format_export_time(session.created_at),
                "last_seen_on": session.last_seen_on.isoformat(),
            }
            for session in reader.sessions.all()
        ],
    }


def export_reader_with_notes(reader: Reader) -> dict[str, Any]:
    """The same with the notes of moderators on the reader, without who wrote them."""
    notes = [
        {"written_at": format_export_time(note.at), "words": note.text}
        for note in ReaderNote.objects.filter(reader=reader)
    ]
    return {**export_reader(reader), "notes": notes}


def comments_to_export(reader: Reader) -> QuerySet[Comment]:
    earlier = Prefetch("revisions", Revision.objects.order_by("version"))
    rows = Comment.objects.filter(reader=reader, user=None).exclude(name="").order_by("pk")
    return rows.with_subjects().prefetch_related(earlier)


def reports_to_export(reader: Reader) -> QuerySet[Report]:
    rows = Report.objects.filter(sender=reader_report_hash(reader.pk)).order_by("pk")
    return rows.select_related("comment__post", "comment__page", "contact")


def export_comment(comment: Comment) -> dict[str, Any]:
    """Their comments and what came with them; nothing about the sender where it is not verified that they wrote it."""
    return {
        "number": comment.pk,
        "address": absolute_url(comment.get_link()) if comment.shown else "",
        "post": comment.subject.title,
        "in_reply_to": comment.parent_id,
        "written_at": format_export_time(comment.created_at),
        "state": str(status_for_author(comment)),
        "reason": comment.removal_reason,
        "name": comment.name,
        "email": comment.email,
        "website": comment.website,
        "network_address": comment.address if comment.is_verified and comment.claimed_at is None else None,
        "known_to_be_yours": comment.is_verified,
        "claimed_at": format_export_time(comment.claimed_at),
        "news_wanted": comment.wants_outcome_email,
        "replies_wanted": comment.wants_reply_emails,
        "words": comment.body,
        "html": export_html(comment.html),
        "edited_at": format_export_time(comment.edited_at),
        "earlier_words": [
            {"until": format_export_time(was.at), "words": was.body, "html": export_html(was.html)}
            for was in comment.revisions.all()
        ],
    }


def export_html(html: SafeString) -> SafeString:
    """A rendered text by itself: its links lead to the site from wherever the file is."""
    return SafeString(absolutize_urls(html, absolute_url("/")))


def export_report(report: Report) -> dict[str, Any]:
    contact: ReportContact | None = getattr(report, "contact", None)
    return {
        "comment": report.comment_id,
        "post": report.comment.subject.title,
        "sent_at": format_export_time(report.at),
        "kind": report.kind,
        "words": report.words,
        "law": report.law,
        "name": contact.name if contact else "",
        "email": contact.email if contact else "",
    }


def objections_to_export(reader: Reader) -> QuerySet[Objection]:
    """Those to decisions on their own comments, and on their reports."""
    own = Q(comment__in=comments_to_export(reader).values("pk"), report=None)
    return Objection.objects.filter(own | Q(report__sender=reader_report_hash(reader.pk))).order_by("pk")


def export_objection(objection: Objection) -> dict[str, Any]:
    return {
        "comment": objection.comment_id,
        "sent_at": format_export_time(objection.at),
        "words": objection.words,
        "outcome": objection.outcome,
        "answered_at": format_export_time(objection.answered_at),
        "answer": objection.answer,
    }


def export_message(message: Message) -> dict[str, Any]:
    """Of a mail that was sent only its envelope is kept."""
    return {
        "to": message.to,
        "subject": message.subject,
        "written_at": format_export_time(message.created_at),
        "sent_at": format_export_time(message.sent_at),
        "given_up": message.given_up,
    }


def export_subscription(subscription: Subscription) -> dict[str, Any]:
    return {
        "what": subscription.words,
        "kind": str(subscription.kind),
        "address": subscription.url,
        "often": str(subscription.often),
        "since": format_export_time(subscription.confirmed_at),
    }


def export_wishes(wishes: Iterable[SubscriptionWish]) -> list[dict[str, Any]]:
    """What they followed on an old site; once it is settled, the address is not kept with it."""
    rows = list(wishes)
    words = describe_topics(wish.topic for wish in rows)
    return [
        {
            "what": words[wish.topic],
            "where": wish.origin,
            "state": str(wish.state),
            "imported_at": format_export_time(wish.imported_at),
            "asked_at": format_export_time(wish.asked_at),
        }
        for wish in rows
    ]


def format_export_time(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None
