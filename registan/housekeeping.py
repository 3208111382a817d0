"""Deletes for good what is over, by one rule for every kind: much at once, or after a jump of the clock, a person looks
first (decision 0078)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing import trash_actions
from blog.models import AddressMiss, HeldDeletion, SearchMiss, TrashEntry, WorkingCopy
from blog.models.held_deletion import CLOCK
from blog.text.site_values import site
from comments.mail import old_emails, verification
from comments.models import CommentSign, WebhookNotice
from comments.privacy import retention, shortening
from registan.accounts import browsers
from registan.site_health.health_line import Words
from registan.transfer.models import Export
from registan.transfer.runs.export_job import delete_outdated_exports

log = logging.getLogger(__name__)

# Rows of one kind that may be due at once: a busy site deletes a few a minute, and this many after some days' rest.
MAX_AT_ONCE = 1_000

type Rows = QuerySet[Any, Any]


class Deletion(NamedTuple):
    """A kind of what is deleted for good: `run` deletes some and says how many, `due` are all that it would delete.

    Without `due` only the clock is asked: these shorten, or delete what nobody would miss. `is_owed`: it
    goes on in read-only mode, as the law and our word to readers ask.
    """

    kind: str
    title: Words
    run: Callable[[], int]
    due: Callable[[], Rows] | None = None
    is_owed: bool = True


DELETIONS = (
    Deletion("spam", gettext_lazy("spam"), retention.erase_old_spam, retention.old_spam),
    Deletion(
        "contacts",
        gettext_lazy("addresses left with reports"),
        retention.delete_old_contacts,
        retention.old_contacts,
    ),
    Deletion("addresses", gettext_lazy("network addresses of comments"), shortening.shorten_what_is_old),
    Deletion("sign-ins", gettext_lazy("network addresses of sign-ins"), browsers.shorten_old_sessions),
    Deletion("signs", gettext_lazy("signs of families"), CommentSign.objects.delete_expired),
    Deletion(
        "requests",
        gettext_lazy("requests that nobody has confirmed"),
        verification.delete_old_requests,
        verification.old_requests,
    ),
    Deletion("emails", gettext_lazy("the record of emails"), old_emails.delete_old_emails, old_emails.old_emails),
    Deletion(
        "notices",
        gettext_lazy("the record of webhooks"),
        WebhookNotice.objects.delete_expired,
        WebhookNotice.objects.expired,
    ),
    Deletion(
        "copies",
        gettext_lazy("unsaved texts"),
        WorkingCopy.objects.delete_expired,
        WorkingCopy.objects.expired,
        is_owed=False,
    ),
    Deletion(
        "trash",
        gettext_lazy("what is in the trash"),
        trash_actions.delete_expired,
        TrashEntry.objects.expired,
        is_owed=False,
    ),
    Deletion(
        "searches",
        gettext_lazy("searches without result"),
        SearchMiss.objects.delete_expired,
        SearchMiss.objects.expired,
    ),
    Deletion(
        "misses",
        gettext_lazy("addresses that were not found"),
        AddressMiss.objects.delete_expired,
        AddressMiss.objects.expired,
    ),
    Deletion("sessions", gettext_lazy("sessions of staff"), browsers.delete_ended_sessions),
    Deletion("exports", gettext_lazy("exports"), delete_outdated_exports, Export.objects.outdated),
)
BY_KIND = {deletion.kind: deletion for deletion in DELETIONS}


def delete_what_is_due() -> int:
    """Delete a part of what is due of each kind that waits for nobody; returns how much.

    One that fails does not stop the others; the last failure is raised when all have run.
    """
    held = {row.kind: row for row in HeldDeletion.objects.all()}
    if CLOCK in held:
        return 0
    done, failure = 0, None
    for deletion in DELETIONS:
        if site().is_read_only and not deletion.is_owed:
            continue
        try:
            done += delete_unless_held(deletion, held.get(deletion.kind))
        except Exception as error:
            log.exception("A deletion failed: %s.", deletion.kind)
            failure = error
    if failure:
        raise failure
    return done


def delete_unless_held(deletion: Deletion, row: HeldDeletion | None) -> int:
    """Delete a part of what is due of this kind, whose row is `row` if it is held; returns how much."""
    if deletion.due is None:
        return deletion.run()
    count = count_due(deletion, limit=MAX_AT_ONCE + 1)
    if count > MAX_AT_ONCE and not (row and row.is_allowed):
        if row is None:
            hold(deletion)
        return 0
    if row and count <= MAX_AT_ONCE and not row.is_allowed:
        row.delete()
    return deletion.run() if count else 0


def count_due(deletion: Deletion, *, limit: int | None = None) -> int:
    """How much of this kind is due; no more than `limit` are counted."""
    return deletion.due().order_by()[:limit].count() if deletion.due else 0


def hold(deletion: Deletion) -> None:
    words = _("%(count)d are due at once: %(title)s.") % {"count": count_due(deletion), "title": deletion.title}
    HeldDeletion.objects.hold(deletion.kind, words)
    log.warning("Nothing of this kind is deleted until a person allows it: %s.", deletion.kind)
