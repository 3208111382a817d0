"""Counts how items and comments are dated, and learns the blog's clock from them."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from blog.text.datetimes import NonexistentTime, is_ambiguous, resolve_local_time
from registan.transfer.records.moments import PairsClock
from registan.transfer.wordpress.inventory.bounded_counts import Rows, ranked


class DateTally:
    """`clock` has learnt from all pairs of times when everything was added."""

    def __init__(self, zone: ZoneInfo | None) -> None:
        self.zone, self.clock = zone, PairsClock()
        self._dated: Counter[str] = Counter()

    def add(self, local: datetime.datetime | None, gmt: datetime.datetime | None) -> None:
        if local and gmt:
            self.clock.add(local, gmt)
        if gmt:
            self._dated["by GMT"] += 1
        elif not local:
            self._dated["without a date"] += 1
        elif self.zone:
            self._dated[f"by local time, in {self.zone.key}"] += 1
            self._add_odd_hour(local, self.zone)
        else:
            self._dated["by local time, with the offset of the nearest month (or --time-zone)"] += 1

    def _add_odd_hour(self, local: datetime.datetime, zone: ZoneInfo) -> None:
        try:
            self._dated["of these, in an hour that the clocks repeated"] += is_ambiguous(
                resolve_local_time(local, zone)
            )
        except NonexistentTime:
            self._dated["of these, in an hour that the clocks skipped"] += 1

    def sections(self) -> Iterator[tuple[str, Rows]]:
        self._dated["local time and GMT contradict each other"] = self.clock.contradictions
        yield "Dates of items and comments", ranked(self._dated)
        offsets = sorted(self.clock.offsets.items())
        yield "Offsets from GMT", {_format_offset(offset): count for offset, count in offsets}


def _format_offset(offset: datetime.timedelta) -> str:
    minutes = round(abs(offset).total_seconds() / 60)
    return f"{'-' if offset < datetime.timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"
