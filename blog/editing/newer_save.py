"""What somebody else has saved of a post since a form of it was opened."""

from __future__ import annotations

from typing import TypedDict

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.editing.history import describe_changes
from blog.models import Post
from blog.text.datetimes import format_time
from blog.text.display_names import display_name


class NewerSave(TypedDict):
    """A sentence that says who saved what and when, and the address of a page that compares both texts."""

    sentence: str
    address: str


def newer_save(post: Post, edition: int, *, user: User) -> NewerSave | None:
    """The latest save of `post` since `edition`, as shown to `user`; None if there is none."""
    if not edition or post.edition <= edition:
        return None
    version = post.versions.latest_first().select_related("saved_by").first()
    before = post.versions.filter(number__lte=edition).latest_first().first()
    if version is None or before is None:
        return None
    if version.saved_by == user:
        words = _("You saved a new text in another window at %(time)s: %(changes)s.")
    elif version.saved_by:
        words = _("%(name)s saved a new text at %(time)s: %(changes)s.")
    else:
        words = _("A new text was saved at %(time)s: %(changes)s.")
    names = {
        "name": display_name(version.saved_by) if version.saved_by else "",
        "time": format_time(version.saved_at),
        "changes": ", ".join(describe_changes(version, before)),
    }
    address = reverse("admin:blog_post_compare", args=[post.pk])
    return {"sentence": words % names, "address": f"{address}?old={before.number}&new={version.number}"}
