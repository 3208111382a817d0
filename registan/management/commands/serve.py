"""manage.py serve: runs the web server and the worker together, as `make run` does."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from blog.models import Post
from blog.text.site_values import site
from blog.views.not_set_up import is_set_up
from registan.first_run import link
from registan.start_checks import AS_ROOT, is_root, refuse_unusable_address
from registan.upgrade.run_upgrade import upgrade


class Command(BaseCommand):
    help = "Upgrade the database if need be, then run the web server and the worker until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="first fill an empty site with the demo")
        parser.add_argument(
            "--no-backup", action="store_true", help="none before an upgrade: you have made one yourself"
        )
        parser.add_argument("--bind", default=f"127.0.0.1:{os.environ.get('PORT', '8000')}", metavar="HOST:PORT")

    def handle(self, *args: Any, **options: Any) -> None:
        if is_root():
            self.stderr.write(AS_ROOT)
        refuse_unusable_address(options["bind"])
        upgrade(self.say, makes_backup=not options["no_backup"], is_quiet=True)
        if options["demo"] and not Post.objects.exists():
            call_command("demo", stdout=self.stdout)
        self.stdout.write(f"{site().name} is at {settings.SITE_URL}/  (Ctrl+C stops it)")
        if not is_set_up():
            self.stdout.write(
                "It is not set up yet. Open this link within a day to begin. Until then, keep it to yourself:"
            )
            self.stdout.write(f"  {link.first_run_url()}")
        self.stdout.flush()
        os.chdir(settings.BASE_DIR)
        # In place of this process, whose memory has seen migrations and static files.
        os.execv(sys.executable, [sys.executable, "-m", "registan.server", options["bind"]])  # noqa: S606

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
