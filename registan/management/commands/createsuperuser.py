"""manage.py createsuperuser: Django's own, which also says where the account goes and asks for the owner's name."""

from __future__ import annotations

import sys
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from blog.models import Author
from blog.text.addresses import absolute_url
from registan.database import describe_database, refuse_unmigrated_database

NAME = Author._meta.get_field("name")
NAME_QUESTION = "Your name, as it should stand above what you write: "


class Command(createsuperuser.Command):
    """With the name comes an author's profile: else the owner's first post would name nobody."""

    requires_system_checks: list[str] = []  # one of them would create the file of SQLite
    requires_migrations_checks = False  # refuse_unmigrated_database says it in one sentence
    username = ""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--name", help="Specifies the name that stands above what the superuser writes.")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unmigrated_database()
        self.stdout.write(f"{describe_database()}. Accounts so far: {User.objects.count()}.")
        name = self.read_name(options)
        super().handle(*args, **options)
        if owner := User.objects.filter(username=self.username).first():
            if name:
                give_name(owner, name)
            self.stdout.write(f"Sign in at {absolute_url('/admin/')}.")

    def read_name(self, options: dict[str, Any]) -> str:
        """The name of `--name`, or the one that is typed; "" where nobody can be asked."""
        if options["name"]:
            try:
                return str(NAME.clean(options["name"], None))
            except ValidationError as refusal:
                raise CommandError(f"--name: {' '.join(refusal.messages)}") from None
        name = ""
        try:
            while not name and options["interactive"] and self.stdin.isatty():
                name = (self.get_input_data(NAME, NAME_QUESTION) or "").strip()
        except KeyboardInterrupt:
            self.stderr.write("\nOperation cancelled.")
            sys.exit(1)
        return name

    def _validate_username(self, username: str, verbose_field_name: str, database: str) -> Any:
        """Remember the last that was asked about: the account gets it."""
        self.username = username
        return super()._validate_username(username, verbose_field_name, database)  # type: ignore[misc]  # not in the stubs


@transaction.atomic
def give_name(owner: User, name: str) -> None:
    owner.first_name = name
    owner.save(update_fields=["first_name"])
    Author.objects.get_or_create_for(owner)
