"""Changes of many posts, one after the other, each by its own verb in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from blog.models import Author, Post, Tag
from blog.models.illustrated import lock_images

# Columns stored by a change that touches no text.
UNTOUCHED_TEXT = ["edition", "updated_at"]


class NotChanged(Exception):
    """The post stays as it is, for the reason that is the message."""


# A change of a post that is locked: returns the names of the fields that changed. Raises NotChanged, ValidationError.
BulkChange = Callable[[Post, User], list[str]]


@transaction.atomic
def change_post(pk: int, change: BulkChange, *, by: User, may_change: Callable[[Post], bool]) -> tuple[Post, list[str]]:
    """Change a post as it is stored now; the post, and the names of the fields that changed.

    Raises Post.DoesNotExist, NotChanged, ValidationError or TooCostly, and then has changed nothing.
    """
    post = Post.objects.get(pk=pk)
    lock_images(post.epigraph, post.body)
    post.lock()
    if not may_change(post):
        raise NotChanged(_("You may not change it."))
    return post, change(post, by)


def publish(post: Post, by: User) -> list[str]:
    """Publish it now, or at the later time that it has."""
    if post.status == post.Status.PUBLISHED:
        raise NotChanged(_("It is published or scheduled already."))
    at, post.status = post.published_at, post.Status.PUBLISHED
    post.full_clean()
    if at and not post.is_public:
        post.schedule(at, by=by)
    else:
        post.publish(by=by)
    return ["status"]


def close_conversation(post: Post, by: User) -> list[str]:
    """Refuse new comments; those it has stay."""
    if post.conversation == post.ConversationStatus.CLOSED:
        raise NotChanged(_("Its conversation is closed already."))
    post.conversation = post.ConversationStatus.CLOSED
    post.save(by=by, update_fields=["conversation", *UNTOUCHED_TEXT])
    return ["conversation"]


def add_tag(post: Post, by: User, *, tag: Tag) -> list[str]:
    if tag in post.tag_list:
        raise NotChanged(_("It has the tag already."))
    post.save(by=by, tags=[*post.tag_list, tag], update_fields=UNTOUCHED_TEXT)
    return ["tags"]


def remove_tag(post: Post, by: User, *, tag: Tag) -> list[str]:
    if tag not in post.tag_list:
        raise NotChanged(_("It does not have the tag."))
    post.save(by=by, tags=[other for other in post.tag_list if other != tag], update_fields=UNTOUCHED_TEXT)
    return ["tags"]


def set_author(post: Post, by: User, *, author: Author) -> list[str]:
    """Name this author, and no other."""
    if post.author_list == [author]:
        raise NotChanged(_("It is by this author already."))
    post.save(by=by, authors=[author], update_fields=UNTOUCHED_TEXT)
    return ["authors"]
