"""What people of the team see on the page of a post; nothing for anybody else, to the byte."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import User
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blog.editing.edit_links import edit_url
from blog.models import Commentable
from comments.conversation.staff_tools import conversation_url

register = template.Library()


@register.simple_tag(takes_context=True)
def staff_sheet(context: Context) -> SafeString:
    """The style sheet of what the team sees."""
    return (
        format_html('<link rel="stylesheet" href="{}">', static("css/staff.css"))
        if signed_in(context)
        else SafeString("")
    )


@register.simple_tag(takes_context=True)
def staff_bar(context: Context, subject: Commentable) -> SafeString:
    """Links to what this person may do with the post and its conversation."""
    user = signed_in(context)
    if user is None:
        return SafeString("")
    is_moderator = user.has_perm("comments.moderate_comment")
    links = {
        "edit_url": edit_url(user, subject),
        "conversation_url": conversation_url(subject) if is_moderator and subject.has_conversation else "",
        "queue_url": reverse("admin:comments_comment_queue") if is_moderator else "",
    }
    return render_to_string("comments/_staff_bar.html", links) if any(links.values()) else SafeString("")


def signed_in(context: Context) -> User | None:
    """Whoever is signed in with an account; costs a reader no query."""
    request = context.get("request")
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None
