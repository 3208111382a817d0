"""Makes a new draft of a post."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from blog.models import Post
from blog.models.fields import max_length_of
from blog.models.version import TEXT_FIELDS

# What a copy has of its post besides its texts: nothing that says where or when that is read, or by whom.
COPIED_FIELDS = (*TEXT_FIELDS, "language")
SLUG_ENDING = "-copy"


def duplicate_post(post: Post, *, by: User) -> Post:
    """A draft with the texts, tags and authors of `post`, stored; in no series, without comments or old addresses."""
    copy = Post(**{name: getattr(post, name) for name in COPIED_FIELDS})
    copy.title = add_to_title(post.title)
    copy.slug = post.slug[: max_length_of(Post, "slug") - len(SLUG_ENDING)] + SLUG_ENDING
    copy.save_draft(by=by, authors=post.author_list, tags=post.tag_list)
    return copy


def add_to_title(title: str) -> str:
    """The title of a copy, as long as a title may be."""
    longest = max_length_of(Post, "title")
    surplus = len(_("%(title)s (copy)") % {"title": title}) - longest
    return _("%(title)s (copy)") % {"title": title[:-surplus].rstrip() if surplus > 0 else title}
