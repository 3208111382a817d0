"""Addresses that can be guessed, such as the numbers of comments, lead nobody to a post that is not listed.

And the ways back to the public page, for moderators.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest

from blog.models import Post
from blog.page_cache import IS_PROTECTED
from blog.views.post_access import has_access
from comments.conversation.staff_tools import ANCHOR, PARAMETER, conversation_url, moderation_url
from comments.models import Comment


def require_way_to_post(request: HttpRequest, post: Post) -> None:
    """Raise Http404 unless readers find this post, or the request shows that its reader has been on its page;
    and unless they have entered its password, if it has one.

    It shows that by the address, which the browser names as that of the page it comes from, or a form sends along: to
    forge either, one has to know it.
    """
    setattr(request, IS_PROTECTED, post.is_protected)
    is_known = post.is_listed or names_address(request, post.get_absolute_url())
    if not (is_known and can_read(request, post)):
        raise Http404("There is no such comment.")


def can_read(request: HttpRequest, post: Post) -> bool:
    """Is the post public, and its password known to this browser, if it has one?"""
    return post.is_public and has_access(request, post)


def way_to_comment(request: HttpRequest, comment: Comment) -> str:
    """Where a moderator goes after an act: to what the site says of it, at the comment's place on the public page.

    To the page on which it is moderated, where the public one would ask for a password or does not exist.
    """
    if not can_read(request, comment.post):
        return moderation_url(comment.pk)
    page, _hash, _anchor = comment.get_thread_url(f"?{PARAMETER}={comment.pk}").partition("#")
    return f"{page}#{ANCHOR}"


def way_to_conversation(request: HttpRequest, post: Post) -> str:
    """The same after an act on a conversation."""
    return f"{post.get_absolute_url()}#{ANCHOR}" if can_read(request, post) else conversation_url(post)


def names_address(request: HttpRequest, address: str) -> bool:
    came_from = urlsplit(request.headers.get("Referer", "")).path
    return came_from.startswith(address) or request.POST.get("post") == address
