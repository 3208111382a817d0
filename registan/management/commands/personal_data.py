"""manage.py personal_data: what is stored about an address, exported or erased, and erasures after a restore."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from comments.privacy import replay_erasures
from comments.privacy.by_address import AddressRecord, Count, erase_completely, export_address, look_up
from comments.privacy.erased_list import UnreadableList, export_list, import_list


class Command(BaseCommand):
    help = "Export or erase what is stored about an email address; save and replay the list of erased people."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        export = acts.add_parser("export", help="everything stored about an address, as JSON")
        export.add_argument("address", metavar="ADDRESS")
        export.add_argument("--out", metavar="FILE", type=Path, help="write it there instead of printing it")
        erase = acts.add_parser("erase", help="delete everything stored about an address")
        erase.add_argument("address", metavar="ADDRESS")
        erase.add_argument("--keep-words", action="store_true", help="published comments stay, without a name")
        erase.add_argument("--yes", action="store_true", help="do not ask")
        save = acts.add_parser("list", help="the list of the erased, to keep with backups")
        save.add_argument("--out", metavar="FILE", type=Path, help="write it there instead of printing it")
        replay = acts.add_parser("replay", help="after a restore: erase again whom the backup has brought back")
        replay.add_argument("--list", metavar="FILE", type=Path, help="a later list than the one in the backup")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        acts = {"export": self._export, "erase": self._erase, "list": self._save_list, "replay": self._replay}
        acts[act](options)

    def _export(self, options: dict[str, Any]) -> None:
        self._write(export_address(checked_address(options["address"])), options["out"])

    def _erase(self, options: dict[str, Any]) -> None:
        email = checked_address(options["address"])
        record = look_up(email)
        self._report(record)
        if not record.total:
            self.stdout.write(_("Nothing is stored about this address."))
        question = _("Erase all of this? It cannot be undone. Type “yes”: ")
        if not options["yes"] and input(question).strip().lower() != "yes":
            raise CommandError(_("Nothing was erased."))
        erase_completely(email, keeps_words=options["keep_words"])
        left = look_up(email)
        self.stdout.write(_("Erased: %(number)d. Left: %(left)d.") % {"number": record.total, "left": left.total})

    def _report(self, record: AddressRecord) -> None:
        for row in record.counts:
            self._line(row)
        if record.published:
            self.stdout.write(_("Published by others, and for you to judge:"))
        for row in record.published:
            self._line(row)

    def _line(self, row: Count) -> None:
        self.stdout.write(f"  {row.number:>6,}  {row.label}")

    def _save_list(self, options: dict[str, Any]) -> None:
        self._write(export_list(), options["out"])

    def _replay(self, options: dict[str, Any]) -> None:
        try:
            if path := options["list"]:
                import_list(json.loads(path.read_text(encoding="utf-8")))
            done = replay_erasures()
        except (UnreadableList, OSError, ValueError) as error:
            raise CommandError(str(error)) from None
        words = _("Erased again: addresses %(addresses)d, comments %(comments)d.")
        self.stdout.write(words % done._asdict())

    def _write(self, document: Any, path: Path | None) -> None:
        """As JSON; a file that only this account may read."""
        text = json.dumps(document, ensure_ascii=False, indent=2)
        if path is None:
            self.stdout.write(text)
            return
        try:
            path.touch(mode=0o600)
            path.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(str(error)) from None


def checked_address(text: str) -> str:
    """The address, or CommandError."""
    try:
        validate_email(text.strip())
    except ValidationError as error:
        raise CommandError(error.messages[0]) from None
    return text.strip()
