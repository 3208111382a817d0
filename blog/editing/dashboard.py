"""What a writer finds on the admin's front page: what he has not saved, his drafts, what waits, what is scheduled."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet

from blog.models import Author, Post, SearchMiss, WorkingCopy

# Titles in each list; the whole list is one link away.
MAX_TITLES = 8


def author_dashboard(user: AbstractBaseUser) -> dict[str, Any]:
    """Lists of posts for this person, each at most SHOWN and one query, without their texts."""
    author = Author.objects.filter(user=user).first()
    theirs = Post.objects.belonging_to(author) if author else Post.objects.none()
    seen = Post.objects.all() if user.has_perm("blog.edit_others_posts") else theirs
    begun = WorkingCopy.objects.open().belonging_to(user).filter(post=None).latest_first()
    return {
        "unsaved": [copy for copy in begun[:MAX_TITLES] if not copy.is_blank],
        "drafts": first_titles(theirs.filter(status=Post.Status.DRAFT).order_by("-updated_at")),
        "reviews": first_titles(seen.filter(status=Post.Status.REVIEW).order_by("-updated_at")),
        "scheduled": first_titles(seen.scheduled().order_by("published_at")),
        "search_misses": list(SearchMiss.objects.most_wanted()[:MAX_TITLES]),
    }


def first_titles(posts: QuerySet[Post]) -> list[Post]:
    """The first of these, with what a line about each says."""
    fields = ("title", "status", "updated_at", "published_at")
    return list(posts.only(*fields).prefetch_related("authors")[:MAX_TITLES])
