"""manage.py export_markdown DIR: writes posts and pages as Markdown with front matter, their comments and files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registan.transfer.exports.markdown.markdown_export import write_markdown


class Command(BaseCommand):
    help = "Write posts and pages as Markdown with front matter, comments as JSON lines, and the files that they show."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a new or an empty folder")
        parser.add_argument(
            "--private", action="store_true", help="also what readers do not see, with email addresses: keep it safe"
        )

    def handle(self, *args: Any, folder: Path, private: bool, **options: Any) -> None:
        """Raises CommandError where the folder cannot be written to, or has something in it."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
            if any(folder.iterdir()):
                raise CommandError(_("%s is not empty. Give another folder.") % folder)
            count = write_markdown(folder, private=private)
        except OSError as error:
            message = _("%(file)s cannot be written: %(error)s.")
            raise CommandError(message % {"file": folder, "error": error}) from error
        words = ngettext("%(count)d file: %(folder)s", "%(count)d files: %(folder)s", count)
        self.stdout.write(words % {"count": count, "folder": folder})
