"""The files of an import that were uploaded in the admin: in the database, where every worker finds them.

Not among the uploads of the site, which anybody may ask for: an export has addresses and passwords in it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from registan.transfer.models.import_run import Run

# After this long without a word from the worker that does a run, another goes on with it.
LEASE_TIME = timedelta(minutes=2)
# Bytes of one row.
PART_BYTES = 1024 * 1024
# Characters of a file's name, each of which may be four bytes: systems of files take 255 bytes.
MAX_NAME, MAX_ENDING = 40, 20


class UploadPartQuerySet(models.QuerySet["UploadPart"]):
    def runs_to_do(self) -> models.QuerySet[Run]:
        """Runs that wait for a worker, or whose worker has died; the first uploaded first.

        None while a worker does one: files of one blog that are uploaded one by one are one import after another.
        """
        states = Run.State
        uploaded = Run.objects.filter(Exists(self.filter(run=OuterRef("pk")))).order_by("pk")
        begun = Q(state__in=[states.RUNNING, states.STOPPING])
        lost = begun & Q(alive_at__lt=timezone.now() - LEASE_TIME)
        if uploaded.filter(begun).exclude(lost).exists():
            return uploaded.none()
        return uploaded.filter(Q(state=states.WAITING) | lost)

    @transaction.atomic
    def keep(self, run: Run, files: Iterable[File[Any]]) -> None:
        """Store the files of a run, never one of them in memory as a whole."""
        for number, file in enumerate(files):
            for place, chunk in enumerate(file.chunks(PART_BYTES)):
                self.create(run=run, file=number, place=place, content=chunk)

    def write_to(self, folder: Path, run: Run) -> list[Path]:
        """Write the files of a run into a folder, each into one of its own, under the name that it had."""
        paths: list[Path] = []
        rows = self.filter(run=run).order_by("file", "place").iterator(chunk_size=1)
        for number, parts in itertools.groupby(rows, lambda part: part.file):
            paths.append(folder / str(number) / file_name(run.files[number][0]))
            paths[-1].parent.mkdir()
            with paths[-1].open("wb") as file:
                file.writelines(bytes(part.content) for part in parts)
        return paths


def file_name(name: str) -> str:
    """The name without what no folder could have: some readers go by how it begins or ends."""
    plain = "".join(sign for sign in Path(name).name if sign.isprintable() and sign not in "/\\")
    endings = "".join(Path(plain).suffixes[-2:])[-MAX_ENDING:]
    return f"{plain.removesuffix(endings)[:MAX_NAME]}{endings}" if plain.strip(".") else "export"


class UploadPart(models.Model):
    """A megabyte of one file; `file` and `place` count from 0. Deleted when the run has ended."""

    run = models.ForeignKey(Run, models.CASCADE, db_index=False, related_name="upload_parts")
    file = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()
    content = models.BinaryField()

    objects = UploadPartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "file", "place"], name="upload_part_has_its_place")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.file}, {self.place}"
