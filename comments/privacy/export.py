"""What is kept of a reader, as one document; docs/readers.md describes it field by field.

Not in it: what others said of the reader (moderators' notes, reports of their comments, what the spam filter thinks).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from blog.text.addresses import absolute_url
from comments.lifecycle.ownership import status_for_author
from comments.models import Comment, Message, Reader, Report, Revision, Subscription
from comments.web.fingerprints import reader_report_hash

# Of this form of the document; counts up when a field changes its meaning.
FORMAT_VERSION = 1


def export_reader(reader: Reader) -> dict[str, Any]:
    """Everything, in the order in which it is read."""
    return {
        "form": FORMAT_VERSION,
        "site": {"name": settings.SITE_NAME, "address": settings.SITE_URL},
        "made_at": format_export_time(timezone.now()),
        "reader": {
            "email": reader.email,
            "first_seen": format_export_time(reader.first_seen),
            "proven_at": format_export_time(reader.verified_at),
        },
        "comments": [export_comment(one) for one in comments_to_export(reader)],
        "reports": [export_report(one) for one in reports_to_export(reader)],
        "mails": [export_message(one) for one in Message.objects.filter(recipient=reader.email).order_by("pk")],
        "subscriptions": [
            export_subscription(one) for one in Subscription.objects.filter(reader=reader).with_targets()
        ],
        "browsers": [
            {
                "name": one.label,
                "known_since": format_export_time(one.created_at),
                "last_seen_on": one.last_seen_on.isoformat(),
            }
            for one in reader.sessions.all()
        ],
    }


def comments_to_export(reader: Reader) -> QuerySet[Comment]:
    earlier = Prefetch("revisions", Revision.objects.order_by("version"))
    rows = Comment.objects.filter(reader=reader, user=None).exclude(name="").order_by("pk")
    return rows.select_related("post").prefetch_related(earlier)


def reports_to_export(reader: Reader) -> QuerySet[Report]:
    rows = Report.objects.filter(sender=reader_report_hash(reader.pk)).order_by("pk")
    return rows.select_related("comment__post")


def export_comment(one: Comment) -> dict[str, Any]:
    """Their comments and what came with them; nothing about the sender where it is not verified that they wrote it."""
    return {
        "number": one.pk,
        "address": absolute_url(one.get_absolute_url()) if one.shown else "",
        "post": one.post.title,
        "in_reply_to": one.parent_id,
        "written_at": format_export_time(one.created_at),
        "state": str(status_for_author(one)),
        "reason": one.removal_reason,
        "name": one.name,
        "email": one.email,
        "website": one.website,
        "network_address": one.address if one.is_verified and one.claimed_at is None else None,
        "known_to_be_yours": one.is_verified,
        "claimed_at": format_export_time(one.claimed_at),
        "news_wanted": one.wants_outcome_email,
        "replies_wanted": one.wants_reply_emails,
        "words": one.body,
        "edited_at": format_export_time(one.edited_at),
        "earlier_words": [{"until": format_export_time(was.at), "words": was.body} for was in one.revisions.all()],
    }


def export_report(one: Report) -> dict[str, Any]:
    return {
        "comment": one.comment_id,
        "post": one.comment.post.title,
        "sent_at": format_export_time(one.at),
        "kind": one.kind,
        "words": one.words,
    }


def export_message(one: Message) -> dict[str, Any]:
    """Of a mail that was sent only its envelope is kept."""
    return {
        "to": one.to,
        "subject": one.subject,
        "written_at": format_export_time(one.created_at),
        "sent_at": format_export_time(one.sent_at),
        "given_up": one.given_up,
    }


def export_subscription(subscription: Subscription) -> dict[str, Any]:
    return {
        "what": subscription.words,
        "kind": str(subscription.kind),
        "address": subscription.url,
        "often": str(subscription.often),
        "since": subscription.confirmed_at.isoformat(),
    }


def format_export_time(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat() if at else None
