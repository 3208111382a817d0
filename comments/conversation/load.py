"""Loads one page of a thread, for everyone and then for one reader; marks comments older than a correction."""

from __future__ import annotations

from bisect import bisect_right

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from blog.models import Commentable, Correction
from blog.text.pagination import NumberedPage
from comments.conversation import captions, mentions, muted, new_replies, pinned, read_cookie, staff_tools, waiting
from comments.conversation.reply_form import build_requested_form, place_form
from comments.lifecycle.edits import editable_comments, row_obstacle
from comments.models import Comment, Reader
from comments.status import Status
from comments.submission.comment_form import CommentForm
from comments.threads import layout, unread
from comments.threads.layout import permalink
from comments.threads.old_anchors import add_old_anchors
from comments.threads.orders import Order


def load_thread_page(
    request: HttpRequest, subject: Commentable, number: int, form: CommentForm | None, order: Order = Order.OLDEST
) -> layout.ThreadPage:
    """Page `number` of the post's thread with the form, which is `form` when an earlier one is shown again.

    Costs one query, or two if somebody is quoted; more where a comment is pinned, where other sites mention the post,
    and for whoever is signed in, whose comment waits, or who asked for unread comments.
    """
    thread = load_public_page(subject, number, order)
    form = form or build_requested_form(request, subject, thread)
    place_form(form, thread)
    if form.is_bound or subject.is_closed:
        thread.count_url = ""  # what was sent is not to be left for another page; nothing new comes
    mark_editable(thread, form.submitter.reader)
    muted.mark_muted(thread.items, request)
    new_replies.mark_shown(request, thread)
    waiting.add_waiting(thread, request, subject, form.submitter.reader)
    pinned.add_pinned(thread, request, subject)
    mentions.add_mentions(thread, subject)
    staff_tools.add_staff_tools(thread, request, subject, form.submitter)
    apply_unread(thread, form, read_cookie.find_unread(request, subject, form.submitter))
    thread.is_remembered = read_cookie.get_read_marks(request) is not None
    return thread


def load_public_page(subject: Commentable, number: int, order: Order = Order.OLDEST) -> layout.ThreadPage:
    """The page as everyone sees it, without a form."""
    shown, address = subject.thread.shown_count, subject.get_absolute_url()
    size = layout.COMMENTS_PER_PAGE
    items = load_items(subject, start=(number - 1) * size, size=size, order=order)
    page = NumberedPage(items, number, layout.count_pages(shown), shown, order.address(address), "comment-page-{}/")
    layout.fold_branches(items, continues_on_next_page=page.has_next)
    is_open, here = not subject.is_closed, page.url(number)
    for item in items:
        pk = item.comment.pk
        item.can_reply = is_open and not item.is_tombstone
        item.reply_url, item.quote_url = f"{here}?reply={pk}#respond", f"{here}?reply={pk}&quote={pk}#respond"
    return layout.ThreadPage(
        items=items,
        count=subject.thread.comment_count,
        page=page,
        order=order,
        is_closed=subject.is_closed,
        count_url=f"{address}comments/count/",
        feed_url=f"{address}feed/",
        mail_url=f"{reverse('comments:subscribe')}?what=post:{subject.thread_id}" if subject.is_listed else "",
    )


def load_items(subject: Commentable, *, start: int, size: int, order: Order = Order.OLDEST) -> list[layout.ThreadItem]:
    """`size` items of the post's thread from position `start`: one query, or two if somebody is quoted."""
    shown = subject.thread.shown_count
    rows = list(Comment.objects.page_of_thread(subject, start=start, size=size, order=order)) if shown else []
    captions.add_captions(rows, subject)
    # Only asked for where somebody with a public profile has written.
    authors = [author.pk for author in subject.author_list] if any(row.author_id for row in rows) else []
    items = layout.build_items(rows, author_ids=authors, tombstone_text=tombstone_texts())
    mark_before_corrections(items, subject)
    add_old_anchors(items)
    return items


def tombstone_texts() -> dict[str, str]:
    """The text of a tombstone, by the status of its comment; "" for any other."""
    return {
        Status.REMOVED: _("This comment was removed by a moderator."),
        Status.WITHDRAWN: _("This comment was withdrawn by its writer."),
        "": _("This comment is not shown."),
    }


def mark_before_corrections(items: list[layout.ThreadItem], subject: Commentable) -> None:
    """Mark each comment older than a correction of the post with the first correction that came after it."""
    if not subject.correction_notes:
        return
    times = [correction.corrected_at for correction in subject.correction_notes]
    links = [correction_link(correction, subject) for correction in subject.correction_notes]
    for item in items:
        if not item.is_tombstone and (position := bisect_right(times, item.comment.created_at)) < len(times):
            item.correction_html = links[position]


def correction_link(correction: Correction, subject: Commentable) -> SafeString:
    """The line under a comment that was written before this correction."""
    day = date_format(timezone.localtime(correction.corrected_at), "DATE_FORMAT")
    return format_html(
        '<p class="comment__edited"><a href="{}#{}">{}</a></p>',
        subject.get_absolute_url(),
        correction.anchor,
        _("Written before the correction of %(day)s") % {"day": day},
    )


def mark_editable(thread: layout.ThreadPage, reader: Reader | None) -> None:
    """Mark what this reader may still edit or withdraw: one query for a browser with a session, none for others."""
    if reader is None:
        return
    shown = [item.comment.pk for item in thread.items if not item.is_tombstone and item.comment.is_verified]
    rows = editable_comments(reader, shown) if shown else []
    editable = {comment.pk for comment in rows if row_obstacle(comment) is None}
    answered = {item.comment.parent_id for item in thread.items}
    for item in thread.items:
        if item.comment.pk in editable and item.comment.pk not in answered:
            item.edit_url, item.withdraw_url = (
                f"{permalink(item.comment.pk)}edit/",
                f"{permalink(item.comment.pk)}withdraw/",
            )


def apply_unread(thread: layout.ThreadPage, form: CommentForm, new: unread.UnreadComments | None) -> None:
    """Mark what is new, and keep it marked on every page that this one links to."""
    if new is None:
        return
    thread.unread, thread.page.query, form.query = new, new.query, new.query
    unread.mark_unread(thread.items, new)
    address = thread.page.url(thread.page.number)
    for item in thread.items:
        item.reply_url = f"{address}&reply={item.comment.pk}#respond"
        item.quote_url = f"{address}&reply={item.comment.pk}&quote={item.comment.pk}#respond"
