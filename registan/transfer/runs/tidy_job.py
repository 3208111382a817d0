"""A job of the worker: what an import leaves to do when all texts are there, a second of work in each round."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Iterable, Iterator

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from blog.models import Post, RelatedChoice
from blog.search.rebuild import rebuild_in_steps
from comments.lifecycle.archive_quotations import mark_quotations, unmarked_quotations
from registan.database import estimate_tables
from registan.transfer.models import Element, Run
from registan.transfer.models.upload_part import LEASE_TIME
from registan.transfer.runs.upload_job import ROUND_SECONDS

# From so many new texts on the search index is built again, so that searches find the newest first; fewer do no harm.
REINDEX_FROM = 100
LOOKUP_BATCH = 500


class TidyJob:
    """The import after which this worker tidies up: it goes on with it in the next round."""

    def __init__(self) -> None:
        self.pk, self.holder = 0, ""
        self._steps: Iterator[object] = iter(())

    def advance(self) -> int:
        """Work for about a second; 1 while there is something to do. A worker that dies leaves it to another."""
        if not self.pk and not self._begin():
            return 0
        ours, ends_at = Run.objects.filter(pk=self.pk, holder=self.holder), time.monotonic() + ROUND_SECONDS
        if ours.update(alive_at=timezone.now()):
            for _step in self._steps:
                if time.monotonic() >= ends_at:
                    return 1
            ours.update(needs_tidying=False)
        self.pk = 0
        return 1

    def _begin(self) -> bool:
        is_free = Q(alive_at=None) | Q(alive_at__lt=timezone.now() - LEASE_TIME)
        run = Run.objects.filter(is_free, needs_tidying=True, state=Run.State.FINISHED).order_by("pk").first()
        if run is None:
            return False
        self.holder = secrets.token_hex(16)
        claim = {"holder": self.holder, "alive_at": timezone.now()}
        if not Run.objects.filter(pk=run.pk, holder=run.holder).update(**claim):
            return False
        self.pk, self._steps = run.pk, tidy_up(run)
        return True


def tidy_up(run: Run) -> Iterator[object]:
    """Mark who is quoted in the comments of a run, put all texts in order for searches, and estimate the tables."""
    elements = Element.objects.texts_of(run)
    yield from mark_in_comments(elements.filter(object_kind="comment").values_list("object_id", flat=True))
    if elements.count() >= REINDEX_FROM:
        yield from rebuild_in_steps()
    RelatedChoice.objects.ask_for(Post.objects.published().values_list("pk", flat=True))
    estimate_tables(connection)


def mark_in_comments(ids: Iterable[int | None]) -> Iterator[None]:
    for batch in itertools.batched([pk for pk in ids if pk], LOOKUP_BATCH):
        for pk in list(unmarked_quotations().filter(pk__in=batch).values_list("pk", flat=True)):
            mark_quotations(pk)
            yield
        yield


JOB = TidyJob()


def tidy_up_after_import() -> int:
    """Go on with what an import has left; how many imports there are to tidy up after, 0 or 1."""
    return JOB.advance()
