"""What a deletion takes with it and what it leaves, in plain words, for the page that asks whether to delete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from blog.models import (
    Author,
    Correction,
    Image,
    MediaFile,
    OldAddress,
    Page,
    Post,
    Redirect,
    ReviewNote,
    Series,
    Tag,
    Version,
)

# Rows that people know of. Whatever else goes along holds what the site has computed for itself.
COUNTED: dict[type[Model], Any] = {
    Version: ngettext_lazy("%d saved version", "%d saved versions"),
    Correction: ngettext_lazy("%d correction note", "%d correction notes"),
    ReviewNote: ngettext_lazy("%d review note", "%d review notes"),
    Redirect: ngettext_lazy("%d old address", "%d old addresses"),
    OldAddress: ngettext_lazy("%d redirect", "%d redirects"),
}


def describe_losses(counts: Iterable[tuple[Any, int]]) -> str:
    """List what else is deleted, from numbers of rows by the plural names of their models; "" for nothing."""
    by_name = {str(name): count for name, count in counts}
    found = [(words, by_name.get(str(model._meta.verbose_name_plural), 0)) for model, words in COUNTED.items()]
    return str(get_text_list([words % count for words, count in found if count], _("and")))


def describe_consequences(model: type[Model], rows: Sequence[Any]) -> list[str]:
    """Sentences about what stays, and what readers see afterwards."""
    describe = CONSEQUENCES.get(model)
    return describe(rows) if describe else []


def describe_trashing(model: type[Model], rows: Sequence[Any]) -> list[str]:
    """The same for rows that are moved to the trash."""
    return (CONSEQUENCES | TRASHED)[model](rows)


def of_posts(posts: Sequence[Post]) -> list[str]:
    count = sum(post.is_public for post in posts)
    if not count:
        return []
    sentence = ngettext(
        "%d of them is published: readers who follow a link to it will find nothing.",
        "%d of them are published: readers who follow a link to one will find nothing.",
        count,
    )
    return of_pages(posts) if len(posts) == 1 else [sentence % count]


def of_trashed_posts(posts: Sequence[Post]) -> list[str]:
    hidden = _("Comments are hidden with their post, and come back with it.")
    return [*of_posts(posts), *([hidden] if any(post.comment_count for post in posts) else [])]


def of_pages(pages: Sequence[Page | Post]) -> list[str]:
    return [_("Readers who follow a link to it will find nothing.")]


def of_trashed_pages(pages: Sequence[Page]) -> list[str]:
    hidden = _("Comments are hidden with their page, and come back with it.")
    return [*of_pages(pages), *([hidden] if any(page.thread and page.comment_count for page in pages) else [])]


def of_tags(tags: Sequence[Tag]) -> list[str]:
    count = Post.objects.filter(tags__in=tags).distinct().count()
    return [ngettext("%d post stays, without the tag.", "%d posts stay, without the tag.", count) % count] * bool(count)


def of_series(series: Sequence[Series]) -> list[str]:
    count = Post.objects.filter(series__in=series).count()
    sentence = ngettext("%d post stays, outside the series.", "%d posts stay, outside the series.", count)
    return [sentence % count] * bool(count)


def of_authors(authors: Sequence[Author]) -> list[str]:
    count = Post.objects.filter(authors__in=authors).distinct().count()
    sentence = ngettext(
        "%d post stays, without this name above it.", "%d posts stay, without this name above them.", count
    )
    return [sentence % count] * bool(count) + [_("The account of this person stays, and so do their comments.")]


def of_trashed_images(images: Sequence[Image]) -> list[str]:
    return [_("Until it is deleted for good, the file can still be opened by whoever has its address.")]


def of_images(images: Sequence[Image]) -> list[str]:
    return [_("The file is deleted in all its sizes.")]


def of_media_files(files: Sequence[MediaFile]) -> list[str]:
    return [_("The file is deleted. Feeds and programs that have its address can no longer load it.")]


def of_accounts(users: Sequence[User]) -> list[str]:
    return [
        _("This person can no longer sign in. Their profile, posts, pictures and comments stay."),
        _("To lock an account for a while, make it inactive instead."),
    ]


CONSEQUENCES: dict[type[Model], Callable[[Sequence[Any]], list[str]]] = {
    Post: of_posts,
    Page: of_pages,
    Tag: of_tags,
    Series: of_series,
    Author: of_authors,
    Image: of_images,
    MediaFile: of_media_files,
    User: of_accounts,
}
# Of these, something else is said when they are moved to the trash.
TRASHED: dict[type[Model], Callable[[Sequence[Any]], list[str]]] = {
    Post: of_trashed_posts,
    Page: of_trashed_pages,
    Image: of_trashed_images,
}
