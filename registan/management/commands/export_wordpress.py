"""manage.py export_wordpress FILE: writes the site as an export that WordPress takes, and that comes back as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registan.transfer.exports.rows.whole_files import open_private
from registan.transfer.exports.wordpress.write_items import write_wordpress


class Command(BaseCommand):
    help = "Write posts, pages, comments and the names of files as an export of WordPress (WXR 1.2)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a new file, such as blog.xml")
        parser.add_argument(
            "--private", action="store_true", help="also what readers do not see, with email addresses: keep it safe"
        )

    def handle(self, *args: Any, file: Path, private: bool, **options: Any) -> None:
        """Raises CommandError where the file cannot be written, or is there already."""
        try:
            with open_private(file) as stream:
                count = write_wordpress(stream, private=private)
        except FileExistsError as error:
            raise CommandError(_("%s is there already. Give another name, or delete it.") % file) from error
        except OSError as error:
            raise CommandError(_("%(file)s cannot be written: %(error)s.") % {"file": file, "error": error}) from error
        self.stdout.write(ngettext("%(count)d item: %(file)s", "%(count)d items: %(file)s", count) % {
            "count": count, "file": file,
        })  # fmt: skip
