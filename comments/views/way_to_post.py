"""Addresses that can be guessed, such as the numbers of comments, lead nobody to a post that is not listed."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest

from blog.models import Post
from blog.page_cache import IS_PROTECTED
from blog.views.post_access import has_access


def require_way_to_post(request: HttpRequest, post: Post) -> None:
    """Raise Http404 unless readers find this post, or the request shows that its reader has been on its page;
    and unless they have entered its password, if it has one.

    It shows that by the address, which the browser names as that of the page it comes from, or a form sends along: to
    forge either, one has to know it.
    """
    setattr(request, IS_PROTECTED, post.is_protected)
    is_known = post.is_listed or names_address(request, post.get_absolute_url())
    if not (post.is_public and is_known and has_access(request, post)):
        raise Http404("There is no such comment.")


def names_address(request: HttpRequest, address: str) -> bool:
    came_from = urlsplit(request.headers.get("Referer", "")).path
    return came_from.startswith(address) or request.POST.get("post") == address
