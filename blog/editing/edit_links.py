"""The way from a public page to where it is written."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.urls import reverse

from blog.models import Commentable, Post


def edit_url(user: User, subject: Commentable) -> str:
    """The address of the writing page of a post or page; "" unless `user` may edit it."""
    if isinstance(subject, Post):
        return post_edit_url(user, subject)
    return reverse("admin:blog_page_change", args=[subject.pk]) if user.has_perm("blog.change_page") else ""


def post_edit_url(user: User, post: Post) -> str:
    """The address of the post's writing page; "" unless `user` may edit it, by the same rules as the admin."""
    is_theirs = user.has_perm("blog.edit_others_posts") or post.is_written_by(user)
    is_allowed = user.has_perm("blog.change_post") and is_theirs
    if post.status == Post.Status.PUBLISHED and not user.has_perm("blog.publish_post"):
        is_allowed = False
    return reverse("admin:blog_post_change", args=[post.pk]) if is_allowed else ""
