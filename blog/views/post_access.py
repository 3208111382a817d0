"""Who may read a post that has a password: whoever entered it in this browser, its authors and its editors.

Access is a cookie: signed, dated, and bound to the post and to its password, so that a new password ends it.
"""

from __future__ import annotations

import datetime

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from blog.models import Commentable, Post
from blog.page_cache import IS_PROTECTED

# Of the signature of the cookie.
SALT = "blog.post_access"
# How long a browser is not asked again.
ACCESS_AGE = datetime.timedelta(days=7)


class PasswordRequired(Exception):
    """This post is shown to whoever has entered its password."""

    def __init__(self, post: Post) -> None:
        super().__init__(f"post {post.pk} has a password")
        self.post = post


def require_access(request: HttpRequest, post: Post) -> None:
    """Raise PasswordRequired unless this browser may read the post; keep the answer out of every cache."""
    if not post.is_protected:
        return
    setattr(request, IS_PROTECTED, True)
    if not has_access(request, post):
        raise PasswordRequired(post)


def has_access(request: HttpRequest, post: Commentable) -> bool:
    """May this browser read the post, if it has a password? No page has one."""
    if not (isinstance(post, Post) and post.is_protected):
        return True
    try:
        bound = signing.loads(request.COOKIES.get(cookie_name(post), ""), salt=SALT, max_age=ACCESS_AGE)
    except signing.BadSignature:
        bound = None
    if isinstance(bound, list) and constant_time_compare(str(bound), str(bound_to(post))):
        return True
    user = request.user
    return user.is_authenticated and (user.has_perm("blog.edit_others_posts") or post.is_written_by(user))


def grant_access(response: HttpResponse, post: Post) -> None:
    """Let this browser read the post for as long as its password stays, and ACCESS_AGE at most."""
    response.set_cookie(
        cookie_name(post),
        signing.dumps(bound_to(post), salt=SALT),
        max_age=ACCESS_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def cookie_name(post: Post) -> str:
    """With the prefix that keeps whoever has it from the page cache (blog/page_cache.py)."""
    return f"registan_post_{post.pk}"


def bound_to(post: Post) -> list[int | str]:
    """The post and its password, of which the cookie tells nothing."""
    return [post.pk, salted_hmac(SALT, post.password_hash, algorithm="sha256").hexdigest()]
