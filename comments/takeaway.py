"""What is kept of a reader, as one document; docs/readers.md describes it field by field.

Not in it: what others said of him (moderators' notes, reports of his comments, what the spam filter thinks).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone

from comments import reporting, subscriptions
from comments.models import Comment, Message, Reader, Report, Revision
from comments.models.own import stands

# Of this form of the document; counts up when a field changes its meaning.
FORM = 1


def of(reader: Reader) -> dict[str, Any]:
    """Everything, in the order in which it is read."""
    return {
        "form": FORM,
        "site": {"name": settings.SITE_NAME, "address": settings.SITE_URL},
        "made_at": moment(timezone.now()),
        "reader": {
            "email": reader.email,
            "first_seen": moment(reader.first_seen),
            "proven_at": moment(reader.proven_at),
        },
        "comments": [comment(one) for one in comments_of(reader)],
        "reports": [report(one) for one in reports_of(reader)],
        "mails": [mail(one) for one in Message.objects.filter(recipient=reader.email).order_by("pk")],
        "subscriptions": subscriptions.as_dicts(reader),
        "browsers": [
            {"name": one.label, "known_since": moment(one.made_at), "last_seen_on": one.last_seen_on.isoformat()}
            for one in reader.passes.all()
        ],
    }


def comments_of(reader: Reader):
    earlier = Prefetch("revisions", Revision.objects.order_by("version"))
    rows = Comment.objects.filter(reader=reader, user=None).exclude(name="").order_by("pk")
    return rows.select_related("post").prefetch_related(earlier)


def reports_of(reader: Reader):
    rows = Report.objects.filter(sender=reporting.sender_for(reader)).order_by("pk")
    return rows.select_related("comment__post")


def comment(one: Comment) -> dict[str, Any]:
    """His words and what came with them. What is not known to be his tells nothing of whoever sent it."""
    return {
        "number": one.pk,
        "address": settings.SITE_URL + one.get_absolute_url() if one.shown else "",
        "post": one.post.title,
        "in_reply_to": one.parent_id,
        "written_at": moment(one.created_at),
        "state": str(stands(one)),
        "reason": one.gone_for,
        "name": one.name,
        "email": one.email,
        "website": one.website,
        "network_address": one.address if one.is_proven and one.claimed_at is None else None,
        "known_to_be_yours": one.is_proven,
        "claimed_at": moment(one.claimed_at),
        "news_wanted": one.wants_news,
        "replies_wanted": one.wants_replies,
        "words": one.body,
        "edited_at": moment(one.edited_at),
        "earlier_words": [{"until": moment(was.at), "words": was.body} for was in one.revisions.all()],
    }


def report(one: Report) -> dict[str, Any]:
    return {
        "comment": one.comment_id,
        "post": one.comment.post.title,
        "sent_at": moment(one.at),
        "kind": one.kind,
        "words": one.words,
    }


def mail(one: Message) -> dict[str, Any]:
    """Of a mail that was sent only its envelope is kept."""
    return {
        "to": one.to,
        "subject": one.subject,
        "written_at": moment(one.created_at),
        "sent_at": moment(one.sent_at),
        "given_up": one.given_up,
    }


def moment(at) -> str | None:
    return timezone.localtime(at).isoformat() if at else None
