"""The history of a post: what each version changed, which of them readers saw, and how two differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from blog.editing.labels import FieldDifference, field_differences, field_label, format_field
from blog.models import Post, Version
from blog.models.publishable import is_public_at
from blog.models.version import VERSIONED_FIELDS

# Versions on a page, each read with its whole text: half a megabyte of usual texts.
VERSIONS_PER_PAGE = 50
_WORD = re.compile(r"\w+")


@dataclass
class HistoryRow:
    """A version in the list. `was_public`: readers saw it, or see it; `has_before`: there is one to compare it with."""

    version: Version
    changes: list[str]
    was_public: bool
    is_now: bool
    has_before: bool


def history_page(post: Post, number: str) -> Page[Any]:
    """A page of HistoryRows, newest first; two queries, whatever is on it."""
    versions = post.versions.latest_first().select_related("saved_by")
    page: Page[Any] = Paginator(versions, VERSIONS_PER_PAGE).get_page(number)
    start, end = max(page.start_index() - 1, 0), page.end_index()
    # With its neighbours: a row shows what changed since the one before, and was public until the one after.
    rows: list[Version | None] = [*versions[max(start - 1, 0) : end + 1]]
    rows = [*[None] * (start == 0), *rows, *[None] * (end == page.paginator.count)]
    page.object_list = list(history_rows(rows, post)) if end else []
    return page


def history_rows(rows: list[Version | None], post: Post) -> Iterator[HistoryRow]:
    """The rows between the first and the last, newest first; None at an end means that no version follows."""
    for after, version, before in zip(rows, rows[1:], rows[2:], strict=False):
        if version is None:
            continue
        yield HistoryRow(
            version,
            describe_changes(version, before),
            is_public_at(version, after.saved_at if after else timezone.now()),
            is_now=version.number == post.edition,
            has_before=before is not None,
        )


def describe_changes(version: Version, before: Version | None) -> list[str]:
    """What this version changed, in a few words each."""
    if before is None:
        return [_("as it was before versions were kept") if version.number == 0 else _("first version")]
    changes = []
    if version.restored_from is not None:
        changes.append(_("restored from version %(number)s") % {"number": version.restored_from})
    if version.status != before.status:
        changes.append(describe_status_change(version, before))
    for name in VERSIONED_FIELDS:
        if name != "status" and getattr(version, name) != getattr(before, name):
            changes.append(describe_text_change(before.body, version.body) if name == "body" else field_label(name))
    return changes


def describe_status_change(version: Version, before: Version) -> str:
    """What its new status means."""
    if version.status == Post.Status.TRASH:
        return _("moved to the trash")
    if before.status == Post.Status.TRASH:
        return _("restored from the trash")
    if version.status == Post.Status.PUBLISHED:
        return _("published") if is_public_at(version, version.saved_at) else _("scheduled")
    if before.status == Post.Status.PUBLISHED:
        return _("unpublished")
    return str(Post.Status(version.status).label)


def describe_text_change(old: str, new: str) -> str:
    """How many words were added and removed; a word that only moved was neither."""
    before, after = Counter(_WORD.findall(old)), Counter(_WORD.findall(new))
    more, less = (after - before).total(), (before - after).total()
    if not more and not less:
        return _("text (only order or punctuation)")
    return _("text +%(more)s −%(less)s words") % {"more": number_format(more), "less": number_format(less)}


def compare_versions(
    old: Version | Post, new: Version | Post, names: tuple[str, ...] = VERSIONED_FIELDS
) -> list[FieldDifference]:
    """All that differs between two states of a post, by field."""
    return field_differences(
        (name, format_field(name, getattr(old, name)), format_field(name, getattr(new, name))) for name in names
    )


def version_texts(version: Version) -> list[tuple[str, str]]:
    """The version's fields as they were typed: (label, text)."""
    return [
        (field_label(name), text) for name in VERSIONED_FIELDS if (text := format_field(name, getattr(version, name)))
    ]


def log_page(post: Post, number: str) -> Page[LogEntry]:
    """What was done in the admin beside versions (authors, tags, settings), newest first."""
    entries: QuerySet[LogEntry] = LogEntry.objects.filter(
        object_id=str(post.pk), content_type=ContentType.objects.get_for_model(Post)
    )
    return Paginator(entries.select_related("user").order_by("-action_time", "-id"), VERSIONS_PER_PAGE).get_page(number)
