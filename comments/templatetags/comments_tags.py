"""The conversation under a post, for the post's template."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from blog.models import Post
from blog.sharing.json_ld import json_ld_script
from blog.text.pagination import NumberedPage
from blog.text.validators import is_pk
from comments.conversation import read_cookie
from comments.conversation.load import load_items
from comments.lifecycle.edits import editable_comments, row_obstacle
from comments.models import Comment, Reader
from comments.submission import prefill
from comments.submission.comment_form import CommentForm
from comments.subscriptions.forms import SubscribeForm
from comments.threads import layout, rendering, unread
from comments.threads.json_ld import comments_json_ld

register = template.Library()


@register.inclusion_tag("comments/_conversation.html", takes_context=True)
def conversation(context: Context) -> dict:
    """Draw the page of the thread that the view asked for (`thread_page`), with its form, in one query, or two if
    somebody is quoted.

    A view that shows a form again passes it as `comment_form`; a reader who asked to reply says so in `?reply=`, and
    one who asked to quote in `?quote=` (quoting.py).
    """
    request, post = context["request"], context["post"]
    thread = load_thread_page(post, context.get("thread_page", 1))
    form = context.get("comment_form") or build_requested_form(thread, post, request)
    place_form(form, thread)
    mark_editable(thread, form.submitter.reader)
    apply_unread(thread, form, read_cookie.find_unread(request, post, form.submitter))
    thread.is_remembered = read_cookie.get_read_marks(request) is not None
    return {**context.flatten(), "thread": thread, "linked_data": thread_json_ld(context["share"], thread)}


def thread_json_ld(share: dict, thread: layout.ThreadPage) -> SafeString:
    """The post and this page of its conversation as JSON-LD, from what the page has already."""
    return json_ld_script({**share["article"], "comment": comments_json_ld(thread.items)})


@register.simple_tag(name="rows")
def render_rows(items: Sequence[layout.ThreadItem]) -> SafeString:
    """The comments of a thread, one flat list."""
    return rendering.render_thread(items)


@register.inclusion_tag("comments/_subscribe_form.html")
def subscribe_form() -> dict:
    """The form for new posts by mail, blank and the same for everybody: the page it stands on is kept."""
    return {"form": SubscribeForm()}


def load_thread_page(post: Post, number: int) -> layout.ThreadPage:
    """Page `number` of the post's thread, without a form."""
    shown, address = post.thread.shown_count, post.get_absolute_url()
    items = load_items(post, start=(number - 1) * layout.COMMENTS_PER_PAGE, size=layout.COMMENTS_PER_PAGE)
    page = NumberedPage(items, number, layout.count_pages(shown), shown, address, "comment-page-{}/")
    layout.fold_branches(items, continues_on_next_page=page.has_next)
    for item in items:
        item.can_reply = not item.is_tombstone and not post.is_closed
        item.reply_url = f"{page.url(number)}?reply={item.comment.pk}#respond"
        item.quote_url = f"{page.url(number)}?reply={item.comment.pk}&quote={item.comment.pk}#respond"
    return layout.ThreadPage(
        items=items,
        count=post.thread.comment_count,
        page=page,
        is_closed=post.is_closed,
        feed_url=f"{address}feed/",
        mail_url=f"/subscribe/mail/?what=post:{post.pk}",  # as it is written everywhere: reverse() costs more
    )


def mark_editable(thread: layout.ThreadPage, reader: Reader | None) -> None:
    """Mark what this reader may still change or withdraw: one query for whoever carries a pass, none for others."""
    if reader is None:
        return
    shown = [item.comment.pk for item in thread.items if not item.is_tombstone and item.comment.is_verified]
    young = {one.pk for one in editable_comments(reader, shown) if row_obstacle(one) is None} if shown else set()
    answered = {item.comment.parent_id for item in thread.items}
    for item in thread.items:
        item.is_editable = item.comment.pk in young and item.comment.pk not in answered


def apply_unread(thread: layout.ThreadPage, form: CommentForm, new: unread.UnreadComments | None) -> None:
    """Mark what is new, and let every way from here lead on to what is new elsewhere."""
    if new is None:
        return
    thread.unread, thread.page.query, form.query = new, new.query, new.query
    unread.mark_unread(thread.items, new)
    here = thread.page.url(thread.page.number)
    for item in thread.items:
        item.reply_url = f"{here}&reply={item.comment.pk}#respond"
        item.quote_url = f"{here}&reply={item.comment.pk}&quote={item.comment.pk}#respond"


def build_requested_form(thread: layout.ThreadPage, post: Post, request) -> CommentForm:
    """The form that the address asks for: for a reply, when that comment is drawn here and can be answered."""
    number, quoted = request.GET.get("reply", ""), request.GET.get("quote", "")
    parent = next((item.comment for item in thread.items if item.can_reply and str(item.comment.pk) == number), None)
    if parent is None and is_pk(number) and not thread.is_closed:  # on another page by now: the thread has grown
        parent = Comment.objects.approved().filter(post=post, shown=True, pk=number).first()
    form = CommentForm(post=post, request=request, parent=parent)
    if parent and quoted == number:
        form.quote(prefill.quote_comment(parent), source=number)
    elif quoted:
        prefill.prefill_from_query(form, quoted)
    return form


def place_form(form: CommentForm, thread: layout.ThreadPage) -> None:
    """Put the form below the comment it answers, else below the thread. A closed one shows only what it refused."""
    if thread.is_closed and not form.is_bound:
        return
    for item in thread.items:
        if form.parent_comment and item.comment.pk == form.parent_comment.pk:
            item.form = form
            return
    thread.form = form
