"""What authors see on the admin's front page: unsaved texts, drafts, what waits for review and what is scheduled."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from blog.models import Author, Post, SearchMiss, WorkingCopy

# Titles in each list; the whole list is one link away.
MAX_TITLES = 8


def author_dashboard(user: User) -> dict[str, Any]:
    """Lists of posts for this person: one query each, at most MAX_TITLES long, without their texts."""
    author = Author.objects.filter(user=user).first()
    theirs = Post.objects.belonging_to(author) if author else Post.objects.none()
    editable = Post.objects.all() if user.has_perm("blog.edit_others_posts") else theirs
    copies = WorkingCopy.objects.open().belonging_to(user).exclude(post__status=Post.Status.TRASH)
    unsaved = (copies.filter(post=None) | copies.expiring()).latest_first()
    return {
        "unsaved": [copy for copy in unsaved[:MAX_TITLES] if not copy.is_blank],
        "drafts": first_titles(theirs.filter(status=Post.Status.DRAFT).order_by("-updated_at")),
        "reviews": first_titles(editable.filter(status=Post.Status.REVIEW).order_by("-updated_at")),
        "scheduled": first_titles(editable.scheduled().order_by("published_at")),
        "search_misses": list(SearchMiss.objects.most_wanted()[:MAX_TITLES]),
    }


def first_titles(posts: QuerySet[Post]) -> list[Post]:
    """The first of these posts, with what a line about each shows."""
    fields = ("title", "status", "updated_at", "published_at")
    return list(posts.only(*fields).prefetch_related("authors")[:MAX_TITLES])
