"""Addresses that visitors ask for and that answer 404: what an editor may want to lead somewhere."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.models.daily_turns import take_turn
from blog.text.old_paths import MAX_OLD_PATH

# Different addresses kept, and how many of these may come in a day: programs try them by the thousand.
MAX_MISSES, MAX_NEW_MISSES_A_DAY = 5_000, 500
# Addresses counted of one neighbourhood in a day: more than its readers follow of dead links.
MAX_MISSES_PER_NEIGHBOURHOOD = 20
# How long one is kept after the last time that somebody asked for it.
ADDRESS_MISS_RETENTION = timedelta(days=90)
# The parts of an address that somebody wrote: words and numbers, perhaps with the ending of a page. Endings of files
# and of programs are what machines try.
_PAGE_LIKE = re.compile(r"/(?:[-\w]{1,200}/)*[-\w]{1,200}(?:\.(?:html?|aspx|shtml))?")
_FRONT_PAGE_QUERY = re.compile(r"/\?(?:p|page_id|attachment_id|cat|author)=[0-9]+", re.ASCII)
# Shorter parts alone are what machines try.
_WORD = re.compile(r"\w{3}")
# A key or a token: letters and digits mixed, without a break.
_SECRET = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_]{20,}")


class AddressMissQuerySet(models.QuerySet["AddressMiss"]):
    def most_wanted(self) -> Self:
        return self.order_by("-count", "-last_at")

    def record(self, path: str, *, address: str) -> None:
        """Count that nothing is at `path`, the form of `old_path_key`: once a day for each home that asks."""
        limit = MAX_MISSES_PER_NEIGHBOURHOOD
        if looks_like_page(path) and take_turn("lost", path, address=address, limit=limit):
            self.increment(path)

    @transaction.atomic
    def increment(self, path: str) -> None:
        now = timezone.now()
        if self.filter(path=path).update(count=F("count") + 1, last_at=now):
            return
        new = Count("pk", filter=Q(first_at__gt=now - timedelta(days=1)))
        known = self.aggregate(number=Count("pk"), new=new)
        if known["number"] >= MAX_MISSES or known["new"] >= MAX_NEW_MISSES_A_DAY:
            return
        # Two at once: the second finds it there.
        self.bulk_create([self.model(path=path, first_at=now, last_at=now)], ignore_conflicts=True)

    def delete_expired(self) -> int:
        """Delete what nobody has asked for in a long time; how many."""
        return self.expired().delete()[0]

    def expired(self) -> Self:
        """Those that are older."""
        return self.filter(last_at__lt=timezone.now() - ADDRESS_MISS_RETENTION)


class AddressMiss(models.Model):
    """An address at which nothing is, and how often it was asked for: once a day by each home. Nobody is named."""

    path = models.CharField(gettext_lazy("address"), max_length=MAX_OLD_PATH, unique=True)
    count = models.PositiveIntegerField(gettext_lazy("asked for"), default=1)
    first_at = models.DateTimeField(gettext_lazy("first asked for"), db_index=True)
    last_at = models.DateTimeField(gettext_lazy("last asked for"), db_index=True)

    objects = AddressMissQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("missing address")
        verbose_name_plural = gettext_lazy("missing addresses")
        ordering = ["-count", "-last_at"]

    def __str__(self) -> str:
        return self.path


def looks_like_page(path: str) -> bool:
    """Is it an address that a page may have had, and no secret?"""
    if _FRONT_PAGE_QUERY.fullmatch(path):
        return True
    is_page = len(path) <= MAX_OLD_PATH and _PAGE_LIKE.fullmatch(path) and _WORD.search(path)
    return bool(is_page) and not _SECRET.search(path)
