"""manage.py release_email: lets a restored site send email again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from comments.models import Message, WebhookNotice
from registan.transfer.models import Restoration

DISCARDED = "Discarded after a restore."


class Command(BaseCommand):
    help = "Let a restored site send its email and notices, once the site that was archived no longer runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--discard", action="store_true", help="drop what waits, and send what comes from now on")

    @transaction.atomic
    def handle(self, *args: Any, discard: bool, **options: Any) -> None:
        waiting = Message.objects.filter(sent_at=None, given_up=False)
        count = waiting.count()
        if discard:
            for message in waiting.iterator():
                message.mark_dropped(DISCARDED)
            WebhookNotice.objects.filter(delivered_at=None).update(given_up=True, last_error=DISCARDED)
        Restoration.objects.filter(holds_email=True).update(holds_email=False)
        verb = "were discarded" if discard else "will be sent by the worker"
        self.stdout.write(f"Email is released. {count:,} messages that waited {verb}.")
