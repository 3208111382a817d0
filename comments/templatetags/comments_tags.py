"""The conversation under a post, for the post's template."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from blog.linked_data import script
from blog.models import Post
from blog.paging import NumberedPage
from blog.text import is_key
from comments import quoting, reading, rows, threads, unread
from comments.drawing import items_of
from comments.forms import CommentForm
from comments.linked_data import comments
from comments.models import Comment, Reader
from comments.models.amending import obstacle_on_row, open_ones
from comments.subscribing import SubscribeForm

register = template.Library()


@register.inclusion_tag("comments/_conversation.html", takes_context=True)
def conversation(context: Context) -> dict:
    """Draw the page of the thread that the view asked for (`thread_page`), with its form, in one query, or two if
    somebody is quoted.

    A view that shows a form again passes it as `comment_form`; a reader who asked to reply says so in `?reply=`, and
    one who asked to quote in `?quote=` (quoting.py).
    """
    request, post = context["request"], context["post"]
    thread = one_page(post, context.get("thread_page", 1))
    form = context.get("comment_form") or wanted(thread, post, request)
    place(form, thread)
    open_own(thread, form.writer.reader)
    show_unread(thread, form, reading.unread_by(request, post, form.writer))
    thread.is_remembered = reading.marks_of(request) is not None
    return {**context.flatten(), "thread": thread, "linked_data": for_programs(context["share"], thread)}


def for_programs(share: dict, thread: threads.Thread) -> SafeString:
    """The post and this page of its conversation as JSON-LD, from what the page has already."""
    return script({**share["article"], "comment": comments(thread.items)})


@register.simple_tag(name="rows")
def draw_rows(items: Sequence[threads.Item]) -> SafeString:
    """The comments of a thread, one flat list."""
    return rows.drawn(items)


@register.inclusion_tag("comments/_subscribe_form.html")
def subscribe_form() -> dict:
    """The form for new posts by mail, blank and the same for everybody: the page it stands on is kept."""
    return {"form": SubscribeForm()}


def one_page(post: Post, number: int) -> threads.Thread:
    """Page `number` of the post's thread, without a form."""
    shown, address = post.thread.shown_count, post.get_absolute_url()
    items = items_of(post, start=(number - 1) * threads.PER_PAGE, size=threads.PER_PAGE)
    page = NumberedPage(items, number, threads.page_count(shown), shown, address, "comment-page-{}/")
    threads.fold(items, goes_on=page.has_next)
    for item in items:
        item.can_reply = not item.is_gone and not post.is_closed
        item.reply_url = f"{page.url(number)}?reply={item.comment.pk}#respond"
        item.quote_url = f"{page.url(number)}?reply={item.comment.pk}&quote={item.comment.pk}#respond"
    return threads.Thread(
        items=items,
        count=post.thread.comment_count,
        page=page,
        is_closed=post.is_closed,
        feed_url=f"{address}feed/",
        mail_url=f"/subscribe/mail/?what=post:{post.pk}",  # as it is written everywhere: reverse() costs more
    )


def open_own(thread: threads.Thread, reader: Reader | None) -> None:
    """Mark what this reader may still change or withdraw: one query for whoever carries a pass, none for others."""
    if reader is None:
        return
    shown = [item.comment.pk for item in thread.items if not item.is_gone and item.comment.is_proven]
    young = {one.pk for one in open_ones(reader, shown) if obstacle_on_row(one) is None} if shown else set()
    answered = {item.comment.parent_id for item in thread.items}
    for item in thread.items:
        item.is_open = item.comment.pk in young and item.comment.pk not in answered


def show_unread(thread: threads.Thread, form: CommentForm, new: unread.Unread | None) -> None:
    """Mark what is new, and let every way from here lead on to what is new elsewhere."""
    if new is None:
        return
    thread.unread, thread.page.query, form.query = new, new.query, new.query
    unread.mark(thread.items, new)
    here = thread.page.url(thread.page.number)
    for item in thread.items:
        item.reply_url = f"{here}&reply={item.comment.pk}#respond"
        item.quote_url = f"{here}&reply={item.comment.pk}&quote={item.comment.pk}#respond"


def wanted(thread: threads.Thread, post: Post, request) -> CommentForm:
    """The form that the address asks for: for a reply, when that comment is drawn here and can be answered."""
    number, quoted = request.GET.get("reply", ""), request.GET.get("quote", "")
    parent = next((item.comment for item in thread.items if item.can_reply and str(item.comment.pk) == number), None)
    if parent is None and is_key(number) and not thread.is_closed:  # on another page by now: the thread has grown
        parent = Comment.objects.approved().filter(post=post, shown=True, pk=number).first()
    form = CommentForm(post=post, request=request, parent=parent)
    if parent and quoted == number:
        form.quote(quoting.whole(parent), source=number)
    elif quoted:
        quoting.offer(form, quoted)
    return form


def place(form: CommentForm, thread: threads.Thread) -> None:
    """Put the form below the comment it answers, else below the thread. A closed one shows only what it refused."""
    if thread.is_closed and not form.is_bound:
        return
    for item in thread.items:
        if form.parent_comment and item.comment.pk == form.parent_comment.pk:
            item.form = form
            return
    thread.form = form
