"""Old addresses as CSV: `old,new[,code]` a line; `/blog/*` means everything below `/blog/`, too.

A file is read as a whole: what each line would change, and what is wrong with which. Nothing is stored by reading.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from blog.models import OldAddress
from blog.models.old_address import ANSWER_COLUMNS
from blog.old_addresses.live import find_live
from blog.old_addresses.typed import NO_TARGET, local_address, read_new_address, read_old_address
from blog.text.old_paths import decode_path, old_path_key

# Each line asks the database a few times: a file of these takes some seconds.
MAX_CSV_LINES = 2_000
MAX_CSV_CHARACTERS = 1_000_000
HEADER = ["old", "new", "code"]
# First cells that are names of columns in files of other programs.
HEADER_NAMES = {"old", "from", "source", "source url", "old url", "old address"}
BELOW = "/*"


class CsvChange(NamedTuple):
    """A line that can be stored: the row as it would be, whether it `is_new`, and what the address led to before."""

    number: int
    row: OldAddress
    is_new: bool
    before: str


class Fault(NamedTuple):
    """What is wrong with a line, or with the file (0)."""

    number: int
    sentence: str


@dataclass
class CsvPlan:
    """What a file would change: `unchanged` lines say what is stored already."""

    changes: list[CsvChange] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)


def decode_csv(content: bytes) -> str:
    """The text of a file; raises ValidationError for what is no text."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError(_("This file is not text in UTF-8. Save it again as CSV in UTF-8.")) from None


def read_csv(text: str) -> CsvPlan:
    """What the lines of `text` would change."""
    plan = CsvPlan()
    if len(text) > MAX_CSV_CHARACTERS:
        plan.faults.append(Fault(0, _("The file is too large. Split it into several.")))
        return plan
    lines = list(split_csv_lines(text, plan.faults))
    if not lines and not plan.faults:
        plan.faults.append(Fault(0, _("There is no line in it. Each has an old address, a comma, and a new one.")))
    if len(lines) > MAX_CSV_LINES:
        plan.faults.append(Fault(0, _("A file may have %d lines. Split it into several.") % MAX_CSV_LINES))
    if plan.faults:
        return plan
    known = {key: new for _number, (old, new, _code) in lines if (key := key_of(old))}
    rows: dict[str, tuple[int, OldAddress]] = {}
    for number, (old, new, code) in lines:
        try:
            row = read_line(old, follow_in_file(new, known), code)
            if row.path in rows:
                raise ValidationError(_("Line %d has this old address already.") % rows[row.path][0])
        except ValidationError as error:
            plan.faults += [Fault(number, sentence) for sentence in error.messages]
        else:
            rows[row.path] = number, row
    compare_with_stored(plan, rows)
    return plan


def split_csv_lines(text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """The number and the three cells of each line that has any; whatever spreadsheets put between them."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if not any(cells) or (reader.line_num == 1 and cells[0].lower() in HEADER_NAMES):
                continue
            if len(cells) > len(HEADER) and any(cells[len(HEADER) :]):
                faults.append(Fault(reader.line_num, _("There are more than three cells.")))
            yield reader.line_num, (cells + [""] * len(HEADER))[: len(HEADER)]
    except csv.Error:
        faults.append(Fault(reader.line_num, _("This line is not CSV: a quotation mark is missing.")))


def key_of(old: str) -> str:
    return old_path_key(old.removesuffix(BELOW))


def follow_in_file(new: str, known: dict[str, str]) -> str:
    """Where an address leads by the other lines of the file; raises ValidationError for a circle."""
    seen: set[str] = set()
    while (local := local_address(new)) is not None:
        key = old_path_key(local)
        if not known.get(key) or find_live(decode_path(urlsplit(local).path)) is not False:
            break
        if key in seen:
            raise ValidationError(_("This leads in a circle."))
        seen.add(key)
        new = known[key]
    return new


def read_line(old: str, new: str, code: str) -> OldAddress:
    """The row of a line, not stored; raises ValidationError."""
    with_below = old.endswith(BELOW)
    path = read_old_address(old.removesuffix(BELOW))
    if code not in {"", *(str(known) for known in OldAddress.Code)}:
        raise ValidationError(_("The code is one of 301, 302 and 410, or empty for 301."))
    status = int(code or OldAddress.Code.PERMANENT)
    if status == OldAddress.Code.GONE:
        if new:
            raise ValidationError(_("What is gone (410) has no new address."))
        return OldAddress(path=path, code=status, with_below=with_below)
    target: dict[str, Any] = {**NO_TARGET, **read_new_address(new, old=path, with_below=with_below)}
    return OldAddress(path=path, code=status, with_below=with_below, **target)


def compare_with_stored(plan: CsvPlan, rows: dict[str, tuple[int, OldAddress]]) -> None:
    stored = OldAddress.objects.in_bulk(list(rows), field_name="path")
    for path, (number, row) in rows.items():
        before = stored.get(path)
        if before is None:
            plan.changes.append(CsvChange(number, row, is_new=True, before=""))
        elif before.has_same_answer(row):
            plan.unchanged += 1
        else:
            row.pk = before.pk
            plan.changes.append(CsvChange(number, row, is_new=False, before=before.target_address or "410"))


@transaction.atomic
def store_csv(text: str) -> CsvPlan:
    """Store what a file changes, if no line of it is wrong; what it changed, or what is wrong."""
    plan = read_csv(text)
    if not plan.faults:
        OldAddress.objects.bulk_create([change.row for change in plan.changes if change.is_new])
        changed = [change.row for change in plan.changes if not change.is_new]
        OldAddress.objects.bulk_update(changed, [*ANSWER_COLUMNS, "source"])
    return plan


def csv_rows(rows: Iterable[OldAddress]) -> Iterator[list[str]]:
    """The header and the cells of these rows: every address begins with / or http, so that no cell is a formula."""
    yield HEADER
    for row in rows:
        yield [f"{row.path}{BELOW}" if row.with_below else row.path, row.target_address, str(row.code)]
