"""manage.py first_run_link: prints the link with which a new site is set up."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from blog.text.addresses import absolute_url
from blog.views.not_set_up import is_set_up
from registan.database import describe_database, refuse_unmigrated_database
from registan.first_run import link


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # one of them would create the file of SQLite
    help = "Print a new link with which to set up a site that has no accounts yet. It works for a day."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unmigrated_database()
        if is_set_up():
            raise CommandError(
                f"This site has accounts already, so there is nothing to set up ({describe_database()}). "
                f"Sign in at {absolute_url('/admin/')}, or create a superuser with manage.py createsuperuser."
            )
        self.stdout.write(link.first_run_url())
