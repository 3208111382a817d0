"""What each comment of the queue has below its text: templates rendered once, and filled in for each comment."""

from __future__ import annotations

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from comments.queue.queue_item import QueueItem
from comments.threads.row_templates import render_fast
from comments.web.tiles import tile_values

register = template.Library()
# What is the same for every comment of a page, from the context.
SHARED = ("removal", "saved_choice", "author_note", "note_field")


@register.simple_tag
def queue_tile(number: int) -> SafeString:
    """The tile of the commenter."""
    return render_fast("comments/_tile.html", tile_values(number))


@register.simple_tag(takes_context=True)
def queue_actions(context: Context, item: QueueItem) -> SafeString:
    """The form with everything that can be done with the comment."""
    comment, here = item.comment, context["here"]
    buttons = [
        render_fast(
            "admin/comments/_button.html",
            {**button._asdict(), "pk": comment.pk, "name": comment.name, "first": not number},
        )
        for number, button in enumerate(item.buttons)
    ]
    values = {
        **{name: context[name] for name in SHARED},
        "csrf": format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', context["csrf_token"]),
        "address": f"{here}{context['page'].query}",
        "pk": comment.pk,
        "name": comment.name,
        "state": comment.status,
        "version": comment.version,
        "body": comment.body,
        "buttons": SafeString("".join(buttons)),
        "is_pending": item.is_pending,
        "can_be_removed": item.can_be_removed,
        "assign_choice": item.is_pending and context["assign_choice"],
        "reader_url": f"{here}?reader={comment.reader_id}" if comment.reader_id else "",
        "is_trusted": item.record.is_trusted,
        "is_held": item.record.is_held,
    }
    return render_fast("admin/comments/_actions.html", values)


@register.simple_tag
def queue_commenter(item: QueueItem) -> SafeString:
    """Who wrote the comment, and how their other comments were decided."""
    comment, record = item.comment, item.record
    values = {
        "email": comment.email,
        "website": comment.website,
        "has_web_address": item.has_web_address,
        "address": comment.address,
        "notes": item.notes and render_to_string("admin/comments/_reader_notes.html", {"notes": item.notes}),
    }
    if reader := comment.reader:
        since = timezone.localdate(reader.first_seen)
        values |= {
            "since": since.isoformat(),
            "since_words": date_format(since),
            "is_verified": reader.verified_at,
            "is_new": record.is_new,
            "approved": record.approved,
            "removed": record.removed,
            "spam": record.spam,
        }
    return render_fast("admin/comments/_commenter.html", values)
