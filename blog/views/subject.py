"""The page of whatever has a conversation: a post at its day and slug, or a standing page at its slug."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpRequest, HttpResponse

from blog.models import Commentable, Page
from blog.views.page import find_page, render_page
from blog.views.post import find_public_post, get_public_post, render_post

if TYPE_CHECKING:
    from blog.models import Post


def get_public_subject(request: HttpRequest, **where: str) -> Commentable:
    """As `find_public_subject`; raises PasswordRequired if this browser has to enter one first."""
    return find_public_subject(**where) if "page" in where else get_public_post(request, **where)


def find_public_subject(**where: str) -> Commentable:
    """What readers comment on at this address: `where` is the address of a post or a page; raises Http404."""
    subject: Commentable = find_page(where["page"]) if "page" in where else find_public_post(**where)
    if not subject.has_conversation:
        raise Http404("There is no conversation on this page.")
    return subject


def render_subject(request: HttpRequest, subject: Commentable, **more: Any) -> HttpResponse:
    """The page of a post or page, with what its conversation needs to know of this request (`more`)."""
    if isinstance(subject, Page):
        return render_page(request, subject, **more)
    return render_post(request, cast("Post", subject), **more)
