"""The conversation under a post, for the post's template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from blog.markup import extract
from blog.models import Commentable
from blog.page_cache import IS_PERSONAL
from blog.sharing.json_ld import json_ld_script
from comments.conversation import new_replies
from comments.conversation.load import load_thread_page
from comments.models.mailbox import DEFAULT_HOUR
from comments.models.subscription import Frequency, Kind
from comments.screening.labels import format_percent
from comments.subscriptions.forms import SubscribeForm
from comments.threads import layout, rendering
from comments.threads.json_ld import comments_json_ld
from comments.threads.orders import Order

register = template.Library()
register.filter("percent", format_percent)
register.filter("without_links", extract.without_links)
register.filter("opening_words", extract.opening_words)


@register.inclusion_tag("comments/_conversation.html", takes_context=True)
def conversation(context: Context, subject: Commentable, linked_data: dict[str, Any]) -> dict[str, Any]:
    """Render the conversation on `subject`, which is `linked_data` for programs.

    Of its thread the page that the view names (`thread_page`, in `thread_order`), with its form; a view that shows a
    form again passes it as `comment_form`.
    """
    number: int = context.get("thread_page") or 1
    order: Order = context.get("thread_order") or Order.OLDEST
    thread = load_thread_page(context["request"], subject, number, context.get("comment_form"), order)
    script = json_ld_script({**linked_data, "comment": comments_json_ld(thread.items)})
    return {"post": subject, "thread": thread, "linked_data": script}


@register.simple_tag(takes_context=True)
def replies_waiting(context: Context) -> SafeString:
    """How many new replies a signed-in reader has, on pages made for them alone; nothing where there are none."""
    request = context.get("request")
    if request is None or not getattr(request, IS_PERSONAL, False):
        return SafeString("")
    count = len(new_replies.find_new_replies(request))
    if not count:
        return SafeString("")
    number = str(count) if count <= new_replies.MAX_COUNTED else f"{new_replies.MAX_COUNTED}+"
    return render_to_string("comments/_replies_waiting.html", {"count": count, "number": number})


@register.simple_tag
def conversation_head(thread: layout.ThreadPage, address: str, count_words: str) -> SafeString:
    """What stands above the comments of the post at `address`."""
    return rendering.render_head(thread, address=address, count_words=count_words)


@register.simple_tag(name="rows")
def render_rows(items: Sequence[layout.ThreadItem]) -> SafeString:
    """The comments of a thread, one flat list."""
    return rendering.render_thread(items)


@register.inclusion_tag("comments/_subscribe_form.html")
def subscribe_form() -> dict[str, SubscribeForm]:
    """The blank form for new posts by email; the same for everyone, since its page is cached."""
    return {"form": SubscribeForm()}


@register.inclusion_tag("comments/_subscribe_box.html")
def subscribe_box() -> dict[str, Any]:
    """The form under a post, of one field; what `SubscribeForm` asks besides is hidden in it."""
    return {"hidden": {"what": Kind.ALL, "often": Frequency.AT_ONCE, "hour": DEFAULT_HOUR}}
