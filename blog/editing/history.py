"""What the versions of a post tell: what each changed, which of them readers saw, and how two differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

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

# Versions on one page, each read whole: half a megabyte of texts of a usual length.
VERSIONS_PER_PAGE = 50
_WORD = re.compile(r"\w+")


@dataclass
class HistoryRow:
    """A version in the list. `was_public`: readers saw or see it; `has_before`: is there one to compare it with?"""

    version: Version
    changes: list[str]
    was_public: bool
    is_now: bool
    has_before: bool


def history_page(post: Post, number: str) -> Page:
    """Page `number` of the post's history, newest first, as lines: two queries, whatever is on it."""
    versions = post.versions.latest_first().select_related("saved_by")
    page = Paginator(versions, VERSIONS_PER_PAGE).get_page(number)
    start, end = max(page.start_index() - 1, 0), page.end_index()
    # With its neighbours: a line tells what changed since the one before, and was public until the one after.
    rows = [None] * (start == 0) + list(versions[max(start - 1, 0) : end + 1])
    rows += [None] * (end == page.paginator.count)
    page.object_list = list(history_rows(rows, post)) if end else []
    return page


def history_rows(rows: list[Version | None], post: Post) -> Iterator[HistoryRow]:
    """The inner ones of `rows`, newest first; None at an end stands for no further version."""
    for (after, version), (_same, before) in pairwise(pairwise(rows)):
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
    found = []
    if version.restored_from is not None:
        found.append(_("restored from version %(number)s") % {"number": version.restored_from})
    if version.status != before.status:
        found.append(describe_status_change(version, before))
    for name in VERSIONED_FIELDS:
        if name != "status" and getattr(version, name) != getattr(before, name):
            found.append(describe_text_change(before.body, version.body) if name == "body" else field_label(name))
    return found


def describe_status_change(version: Version, before: Version) -> str:
    """What its new state means."""
    if version.status == Post.Status.PUBLISHED:
        return _("published") if is_public_at(version, version.saved_at) else _("scheduled")
    if before.status == Post.Status.PUBLISHED:
        return _("made a draft again")
    return str(Post.Status(version.status).label)


def describe_text_change(old: str, new: str) -> str:
    """How many words came and went; a word that only moved did neither."""
    before, after = Counter(_WORD.findall(old)), Counter(_WORD.findall(new))
    more, less = (after - before).total(), (before - after).total()
    if not more and not less:
        return _("text, in its order or signs alone")
    return _("text +%(more)s −%(less)s words") % {"more": number_format(more), "less": number_format(less)}


def compare_versions(
    old: Version | Post, new: Version | Post, names: tuple[str, ...] = VERSIONED_FIELDS
) -> list[FieldDifference]:
    """All that differs between two states of a post, by the names of its fields."""
    return field_differences(
        (name, format_field(name, getattr(old, name)), format_field(name, getattr(new, name))) for name in names
    )


def version_texts(version: Version) -> list[tuple[str, str]]:
    """All that it says, as it was typed, by name."""
    return [
        (field_label(name), text) for name in VERSIONED_FIELDS if (text := format_field(name, getattr(version, name)))
    ]


def log_page(post: Post, number: str) -> Page:
    """What the admin noted of the post beside its versions (its authors, its tags, its settings), newest first."""
    entries: QuerySet[LogEntry] = LogEntry.objects.filter(
        object_id=str(post.pk), content_type=ContentType.objects.get_for_model(Post)
    )
    return Paginator(entries.select_related("user").order_by("-action_time", "-id"), VERSIONS_PER_PAGE).get_page(number)
