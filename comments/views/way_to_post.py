"""Addresses that can be guessed, such as the numbers of comments, lead nobody to a post that is not listed.

And the ways back to the public page, for moderators.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest

from blog.models import Commentable
from blog.page_cache import IS_PROTECTED
from blog.views.post_access import has_access
from comments.conversation.staff_tools import ANCHOR, PARAMETER, conversation_url, moderation_url
from comments.models import Comment


def require_way_to_post(request: HttpRequest, subject: Commentable) -> None:
    """Raise Http404 unless readers find this post, or the request shows that its reader has been on its page;
    and unless they have entered its password, if it has one.

    It shows that by the address, which the browser names as that of the page it comes from, or a form sends along: to
    forge either, one has to know it.
    """
    setattr(request, IS_PROTECTED, subject.is_protected)
    is_known = subject.is_listed or names_address(request, subject.get_absolute_url())
    if not (is_known and can_read(request, subject)):
        raise Http404("There is no such comment.")


def can_read(request: HttpRequest, subject: Commentable) -> bool:
    """Is its conversation public, and its password known to this browser, if it has one?"""
    return subject.shows_conversation and has_access(request, subject)


def way_to_comment(request: HttpRequest, comment: Comment) -> str:
    """Where a moderator goes after an act: to what the site says of it, at the comment's place on the public page.

    To the page on which it is moderated, where the public one would ask for a password or does not exist.
    """
    if not can_read(request, comment.subject):
        return moderation_url(comment.pk)
    page, _hash, _anchor = comment.get_thread_url(f"?{PARAMETER}={comment.pk}").partition("#")
    return f"{page}#{ANCHOR}"


def way_to_conversation(request: HttpRequest, subject: Commentable) -> str:
    """The same after an act on a conversation."""
    return f"{subject.get_absolute_url()}#{ANCHOR}" if can_read(request, subject) else conversation_url(subject)


def names_address(request: HttpRequest, address: str) -> bool:
    came_from = urlsplit(request.headers.get("Referer", "")).path
    return came_from.startswith(address) or request.POST.get("post") == address
