"""What authors see on the admin's front page: unsaved texts, drafts, what was sent back, waits, or is to appear."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from blog.models import Author, Post, ReviewNote, ReviewStep, SearchMiss, WorkingCopy
from blog.models.post_queryset import PostQuerySet

# Titles in each list; the whole list is one link away.
MAX_TITLES = 8
# How long a post that a colleague has published is news to its author.
NEWS_AGE = datetime.timedelta(days=7)
# Of the post, the colleague and the message of a step, what a line about it shows.
STEP_FIELDS = ("at", "post__title", "by__username", "by__first_name", "by__last_name", "note__text")


def author_dashboard(user: User) -> dict[str, Any]:
    """Lists of posts for this person: one query each, at most MAX_TITLES long, without their texts."""
    author = Author.objects.filter(user=user).first()
    theirs = Post.objects.belonging_to(author) if author else Post.objects.none()
    editable = Post.objects.all() if user.has_perm("blog.edit_others_posts") else theirs
    copies = WorkingCopy.objects.open().belonging_to(user).exclude(post__status=Post.Status.TRASH)
    unsaved = (copies.filter(post=None) | copies.expiring()).latest_first()
    return {
        "unsaved": [copy for copy in unsaved[:MAX_TITLES] if not copy.is_blank],
        "sent_back": sent_back(theirs),
        "drafts": first_titles(theirs.filter(status=Post.Status.DRAFT).order_by("-updated_at")),
        "reviews": first_titles(with_hand_ins(editable.filter(status=Post.Status.REVIEW)).order_by("-updated_at")),
        "scheduled": first_titles(editable.scheduled().order_by("published_at")),
        "published": published_by_colleagues(theirs, user),
        "search_misses": list(SearchMiss.objects.most_wanted()[:MAX_TITLES]),
    }


def first_titles(posts: QuerySet[Post]) -> list[Post]:
    """The first of these posts, with what a line about each shows."""
    fields = ("title", "status", "updated_at", "published_at")
    return list(posts.only(*fields).prefetch_related("authors")[:MAX_TITLES])


def with_hand_ins(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Each with who has handed it in and when, the last time last: `hand_ins`."""
    steps = ReviewStep.objects.filter(kind=ReviewStep.Kind.HANDED_IN).select_related("by")
    return posts.prefetch_related(Prefetch("review_steps", steps, to_attr="hand_ins"))


def sent_back(posts: PostQuerySet) -> list[ReviewStep]:
    """The last step of those posts that were sent back and have not been handed in since, with their `open_notes`."""
    notes = ReviewNote.objects.open().filter(post=OuterRef("post")).order_by().values("post")
    steps = last_steps(posts.filter(status=Post.Status.DRAFT), ReviewStep.Kind.SENT_BACK)
    return list(steps.annotate(open_notes=Subquery(notes.annotate(number=Count("pk")).values("number")))[:MAX_TITLES])


def published_by_colleagues(posts: PostQuerySet, user: User) -> list[ReviewStep]:
    """The last step of those posts that somebody else has published lately."""
    news = posts.with_page().filter(published_at__gte=timezone.now() - NEWS_AGE)
    return list(last_steps(news, ReviewStep.Kind.PUBLISHED).exclude(by=None).exclude(by=user)[:MAX_TITLES])


def last_steps(posts: QuerySet[Post], kind: str) -> QuerySet[ReviewStep]:
    """The last steps of these posts that are of this kind, the latest first."""
    later = ReviewStep.objects.filter(post=OuterRef("post"), pk__gt=OuterRef("pk"))
    steps = ReviewStep.objects.filter(~Exists(later), kind=kind, post__in=posts.values("pk"))
    return steps.select_related("post", "by", "note").only(*STEP_FIELDS).order_by("-at", "-pk")
