"""Follows changes of a post's authors and tags: the index, the numbers of posts and the clock."""

from __future__ import annotations

from django.db.models import Model
from django.db.models.signals import m2m_changed

from blog.models.author import Author
from blog.models.clock import Clock
from blog.models.post import Post
from blog.models.post_counted import PostCounted
from blog.models.tag import Tag


def index_changed(instance: Model, action: str, reverse: bool, pk_set: set[int] | None, **_) -> None:
    """m2m_changed of `Post.authors` and `Post.tags`."""
    if action == "pre_clear" and reverse:
        instance._posts_before = list(instance.posts.values_list("pk", flat=True))
    if action in {"post_add", "post_remove", "post_clear"}:
        posts = (pk_set if pk_set is not None else getattr(instance, "_posts_before", [])) if reverse else [instance.pk]
        for post in Post.objects.select_for_update(no_key=True).filter(pk__in=posts).order_by("pk"):
            post.update_search_index()


def count_changed(
    sender: type[Model], instance: Model, action: str, reverse: bool, pk_set: set[int] | None, **_
) -> None:
    """m2m_changed of `Post.authors` and `Post.tags`."""
    name = "authors" if sender is Post.authors.through else "tags"
    if action == "pre_clear" and not reverse:
        instance._cleared = list(getattr(instance, name).all())
    if action in {"post_add", "post_remove", "post_clear"}:
        model = Author if name == "authors" else Tag
        touched = model.objects.filter(pk__in=pk_set) if pk_set else getattr(instance, "_cleared", [])
        PostCounted.recount([instance] if reverse else touched)
        Clock.move_site()


def connect_count_signals() -> None:
    for field in (Post.authors, Post.tags):
        # Entries are locked before the clock, here as in Post.save.
        m2m_changed.connect(index_changed, sender=field.through, dispatch_uid=f"index of {field.through.__name__}")
        m2m_changed.connect(count_changed, sender=field.through, dispatch_uid=f"counts of {field.through.__name__}")
