"""Shortens network addresses, and deletes names of browsers and sign-ins of readers, once their days are over.

The worker does it once a day, a batch in each round: it walks through all comments by their numbers, since those that
moved in from another blog are older than their numbers say. How many days is on the Site page.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from blog.text.site_values import site
from blog.web.client_ip import parse_ip, shorten_ip
from comments.models import Comment, Decision, Finding, ReaderSession, RetentionNight, Rule
from comments.models.decision_triggers import ERASED_WORD
from comments.web.tokens import SESSION_AGE

# Comments looked at in one round: a tenth of a second, when none of them has to be changed.
WALK_BATCH = 1_000
# What may be a whole network address within a note.
_ADDRESS_LIKE = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7}")


def shorten_what_is_old() -> int:
    """Do the next part of this night; returns how many rows were looked at, 0 when the night is over."""
    today = timezone.localdate()
    if RetentionNight.objects.filter(day=today, finished_at__isnull=False).exists():
        return 0
    with transaction.atomic():
        RetentionNight.begin(today)
        night = RetentionNight.objects.select_for_update(skip_locked=True).filter(day=today, finished_at=None).first()
        if night is None:  # another worker is at it
            return 0
        ids = walk_on(night)
        if len(ids) < WALK_BATCH:
            end_sessions(night, today)
            night.finished_at = timezone.now()
        night.save()
        return max(1, len(ids))


def walk_on(night: RetentionNight) -> list[int]:
    """Shorten the addresses of the next comments that are old enough; returns the ids of all that were looked at."""
    days = site().address_days
    if not days:
        return []
    limit = timezone.now() - datetime.timedelta(days)
    rows = Comment.objects.filter(pk__gt=night.comments_until).order_by("pk")
    found = list(rows.values_list("pk", "address", "created_at")[:WALK_BATCH])
    old = [pk for pk, _address, created_at in found if created_at <= limit]
    whole = {pk: str(address) for pk, address, created_at in found if address and created_at <= limit}
    shortened = {pk: short for pk, address in whole.items() if (short := shorten_ip(address)) != address}
    for pk, address in shortened.items():
        Comment.objects.filter(pk=pk).update(address=address)
    night.addresses += len(shortened) + shorten_in_the_record(old, limit)
    if found:
        night.comments_until = found[-1][0]
    return [pk for pk, _address, _created_at in found]


def shorten_in_the_record(ids: Sequence[int], limit: datetime.datetime) -> int:
    """The same in what programs found about these comments, and in notes of decisions; returns how many.

    A note with a whole address becomes "erased": that is all that the append-only record allows.
    """
    count = 0
    findings = Finding.objects.filter(comment__in=ids, rule__kind=Rule.Kind.NETWORK)
    for finding in findings.exclude(words=""):
        words = _ADDRESS_LIKE.sub(lambda found: shorten_ip(found[0]) or found[0], finding.words)
        if words != finding.words:
            count += Finding.objects.filter(pk=finding.pk).update(words=words)
    notes = Decision.objects.filter(comment__in=ids, at__lte=limit).exclude(note__in=["", ERASED_WORD])
    telling = [pk for pk, note in notes.values_list("pk", "note") if has_whole_address(note)]
    return count + Decision.objects.filter(pk__in=telling).update(note=ERASED_WORD)


def has_whole_address(text: str) -> bool:
    """Is there a network address in it that was not shortened?"""
    found = (match[0] for match in _ADDRESS_LIKE.finditer(text))
    return any(parse_ip(address) and shorten_ip(address) != str(parse_ip(address)) for address in found)


def end_sessions(night: RetentionNight, today: datetime.date) -> None:
    """End the sign-ins of readers that were not used for so long, and delete the names of browsers."""
    token_days, address_days = site().token_days or SESSION_AGE.days, site().address_days
    unused = ReaderSession.objects.filter(last_seen_on__lt=today - datetime.timedelta(token_days))
    night.sessions += unused.delete()[0]
    if address_days:
        named = ReaderSession.objects.filter(last_seen_on__lt=today - datetime.timedelta(address_days))
        night.browsers += named.exclude(browser="", system="").update(browser="", system="")
