"""manage.py alarms: lists every alarm and how it stands, or sends a test by email and webhook."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from blog.models import Alarm
from blog.text.datetimes import format_datetime
from blog.text.site_values import site_language
from comments.mail import outbox
from comments.mail.emails import render_test_mail
from comments.mail.smtp import SmtpConnection
from comments.models import Message, Webhook, WebhookNotice
from comments.webhooks.delivery import deliver_next_notice
from registan.alarms.rules import RULES
from registan.alarms.tell import KEY_PREFIX, owners
from registan.database import refuse_unmigrated_database


class Command(BaseCommand):
    help = "List what the owners get an alarm for, and how each stands now; docs/alarms.md says what to do."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--test", action="store_true", help="send a test to each owner and webhook, at once")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unmigrated_database()
        with site_language():
            if options["test"]:
                self.send_tests()
            else:
                self.list_alarms()

    def list_alarms(self) -> None:
        active = {alarm.kind: alarm for alarm in Alarm.objects.active()}
        for rule in RULES:
            words = rule.words()
            state = "ALARM" if words else "unknown" if words is None else "well"
            since = f", told since {format_datetime(active[rule.kind].began_at)}" if rule.kind in active else ""
            self.stdout.write(f"{rule.kind}: {state}{since}")
            if words:
                self.stdout.write(f"    {words}")

    def send_tests(self) -> None:
        """Past the worker, which may be what is broken. Raises CommandError when a way does not work."""
        results = [*self.test_emails(), *self.test_webhooks(Webhook.objects.filter(is_active=True, tells_alarms=True))]
        for name, error in results:
            self.stdout.write(f"{name}: {error or 'sent'}")
        if not results:
            raise CommandError("Nobody hears of alarms: no owner has an email address, and no webhook wants them.")
        if any(error for _name, error in results):
            raise CommandError("Not every test was sent.")

    def test_emails(self) -> list[tuple[str, str]]:
        results = []
        with SmtpConnection() as connection:
            for owner in owners():
                key = f"{KEY_PREFIX}test-{uuid.uuid4()}"
                message = Message.objects.enqueue(key, render_test_mail(owner, message_id=key))
                (leased,) = Message.objects.filter(pk=message.pk).lease(limit=1)
                error = outbox.send_message(leased, connection)
                results.append((owner.email, f"not sent, {error}" if error else ""))
        return results

    def test_webhooks(self, webhooks: QuerySet[Webhook]) -> list[tuple[str, str]]:
        results = []
        for webhook in webhooks:
            before = set(webhook.notices.values_list("pk", flat=True))
            WebhookNotice.objects.enqueue_tests([webhook])
            notices = webhook.notices.exclude(pk__in=before)
            is_tried = deliver_next_notice(notices)
            notice = notices.get()
            error = notice.last_error if is_tried else "not tried, since it rests after failures"
            results.append((str(webhook), "" if notice.delivered_at else f"not sent, {error}"))
        return results
