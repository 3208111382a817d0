"""An alarm is told when it begins, once a day while it goes on, and when it ends: by email and by webhook."""

import os
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from blog.models import Alarm, HeldDeletion, Site, WorkerBeat
from comments.mail import outbox
from comments.models import Comment, Message, WebhookNotice
from comments.status import Status
from comments.webhooks.delivery import deliver_next_notice
from registan import restarts
from registan.alarms import rules, watch
from registan.alarms.rules import AlarmRule
from registan.site_health import machinery, release, waiting
from registan.site_health.health_line import HealthLine, State
from registan.site_health.waiting import receivers_line
from registan.transfer.models import Restoration
from tests import factories
from tests.blog.fetch.loopback import url
from tests.comments.mail_server import FaultyServer
from tests.comments.webhooks.conftest import receive  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class Trouble:
    """An alarm that a test turns on and off, at the time that it sets."""

    def __init__(self, monkeypatch) -> None:
        self.words, self.now = "", timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)
        monkeypatch.setattr(watch, "RULES", (AlarmRule("disk", "Disk", self.line),))

    def line(self) -> HealthLine:
        return HealthLine(State.BROKEN, self.words, "Make room.") if self.words else HealthLine(State.GOOD, "Well.")

    def look(self, *, later: timedelta = MINUTE) -> None:
        self.now += later
        watch.look()


@pytest.fixture
def trouble(monkeypatch) -> Trouble:
    return Trouble(monkeypatch)


@pytest.fixture
def owner() -> User:
    return User.objects.create_superuser("olga", "olga@example.org", "olga")


def told() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("subject", flat=True))


def test_it_is_told_when_it_begins_once_a_day_and_when_it_is_over(trouble, owner):
    trouble.look()
    assert told() == []
    trouble.words = "The disk is full."
    for _minute in range(30):
        trouble.look()
    assert told() == ["Alarm on Registan: Disk"]
    trouble.look(later=DAY)
    trouble.look()
    assert told()[1:] == ["The alarm goes on, on Registan: Disk"]
    trouble.words = ""
    for _minute in range(30):
        trouble.look()
    assert told()[2:] == ["The alarm is over, on Registan: Disk"]
    trouble.look(later=2 * DAY)
    assert len(told()) == 3
    trouble.words = "The disk is full again."
    trouble.look()
    assert told()[3:] == ["Alarm on Registan: Disk"]


def test_what_comes_and_goes_each_minute_is_one_alarm(trouble, owner):
    for _minute in range(40):
        trouble.words = "" if trouble.words else "The disk is full."
        trouble.look()
    assert told() == ["Alarm on Registan: Disk"]


def test_a_clock_that_was_ahead_silences_no_alarm(trouble, owner):
    trouble.words = "The disk is full."
    trouble.look(later=400 * DAY)
    trouble.look(later=-400 * DAY)
    assert len(told()) == 2


def test_what_cannot_be_found_out_neither_begins_nor_ends_it(trouble, owner, monkeypatch):
    trouble.words = "The disk is full."
    trouble.look()

    def fails():
        raise OSError("no such disk")

    monkeypatch.setattr(watch, "RULES", (AlarmRule("disk", "Disk", fails),))
    trouble.look(later=timedelta(hours=1))
    assert len(told()) == 1
    assert Alarm.objects.active().count() == 1


def test_only_owners_who_can_be_written_to_hear_of_it(trouble, owner):
    User.objects.create_superuser("mute", "", "mute")
    User.objects.create_superuser("gone", "gone@example.org", "gone", is_active=False)
    factories.user("mo", group="Moderator")
    trouble.words = "The disk is full."
    trouble.look()
    assert list(Message.objects.values_list("to", flat=True)) == ["olga@example.org"]


def test_the_email_says_what_is_wrong_what_to_do_and_where_to_look(trouble, owner, mailoutbox):
    trouble.words = "The disk is full."
    trouble.look()
    outbox.send_due_messages()
    (mail,) = mailoutbox
    assert "The disk is full. Make room." in mail.body
    assert "/admin/health/" in mail.body


def test_webhooks_that_want_alarms_get_a_signed_notice_and_others_none(trouble, receive):  # noqa: F811
    receiver = receive()
    factories.webhook(url(receiver), tells_alarms=True)
    factories.webhook(url(receiver))
    trouble.words = "The mail server said: no such user ann@example.net."
    trouble.look()
    while deliver_next_notice():
        pass
    (notice,) = receiver.objects
    assert notice["event"] == "alarm.began"
    assert notice["alarm"]["kind"] == "disk"
    assert notice["summary"] == "Alarm: The mail server said: no such user [email]. Make room."
    assert notice["queue_url"] == notice["alarm"]["health_url"]
    assert receiver.headers()["webhook-signature"].startswith("v1,")


# While the worker is silent


@pytest.fixture
def mail_server(settings):
    with FaultyServer() as started:
        settings.MAIL = {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": started.port, "timeout": 1},
        }
        settings.MAILERS = {"default": settings.MAIL}
        yield started


@pytest.fixture
def only_the_worker_is_watched(monkeypatch):
    monkeypatch.setattr(watch, "RULES", [rule for rule in rules.RULES if rule.kind == "worker"])
    monkeypatch.setattr(watch, "close_old_connections", lambda: None)  # the test's own


@pytest.mark.usefixtures("only_the_worker_is_watched")
def test_a_web_process_tells_of_a_silent_worker_by_both_ways_itself(owner, mail_server, receive):  # noqa: F811
    receiver = receive()
    factories.webhook(url(receiver), tells_alarms=True)
    Message.objects.create(key="reader", to="ann@example.net", subject="Hello", text="Hello.")
    WorkerBeat.objects.create(pk=1, at=timezone.now() - timedelta(minutes=5, seconds=1))
    watch.look_for_worker(has_waited=False)
    assert [mail["To"] for mail in mail_server.taken] == ["olga@example.org"], "only the alarm"
    assert receiver.objects[0]["event"] == "alarm.began"
    watch.look_for_worker(has_waited=False)
    assert len(mail_server.taken) == len(receiver.objects) == 1


@pytest.mark.usefixtures("only_the_worker_is_watched")
def test_the_webhook_is_told_while_the_mail_server_is_down(owner, mail_server, receive):  # noqa: F811
    receiver = receive()
    factories.webhook(url(receiver), tells_alarms=True)
    mail_server.mood = "too busy"
    WorkerBeat.objects.create(pk=1, at=timezone.now() - timedelta(hours=1))
    watch.look_for_worker(has_waited=False)
    assert receiver.objects[0]["event"] == "alarm.began"
    assert Message.objects.filter(sent_at=None).count() == 1, "it is tried again"


@pytest.mark.usefixtures("only_the_worker_is_watched")
def test_it_leaves_the_telling_to_a_worker_that_runs(owner, mail_server):
    WorkerBeat.objects.create(pk=1, at=timezone.now() - timedelta(minutes=4))
    watch.look_for_worker(has_waited=True)
    assert (told(), mail_server.taken) == ([], [])


@pytest.mark.usefixtures("only_the_worker_is_watched")
def test_a_worker_that_was_never_started_is_waited_for(owner, mail_server):
    watch.look_for_worker(has_waited=False)
    assert told() == []
    watch.look_for_worker(has_waited=True)
    assert len(mail_server.taken) == 1


@pytest.mark.usefixtures("only_the_worker_is_watched")
def test_a_restored_site_sends_no_alarm_while_its_email_is_held(owner, mail_server):
    Restoration.objects.create(moment=timezone.now(), holds_email=True)
    WorkerBeat.objects.create(pk=1, at=timezone.now() - timedelta(hours=1))
    watch.look_for_worker(has_waited=True)
    assert mail_server.taken == []


# Each alarm


def rule_words(kind: str) -> str | None:
    return next(rule for rule in rules.RULES if rule.kind == kind).words()


def test_worker(settings):
    WorkerBeat.objects.create(pk=1, at=timezone.now() - timedelta(minutes=4, seconds=50))
    assert rule_words("worker") == ""
    WorkerBeat.objects.update(at=timezone.now() - timedelta(minutes=5, seconds=1))
    assert "Since then no email was sent" in rule_words("worker")
    settings.READ_ONLY = True
    assert rule_words("worker") == ""


def unsent(age: timedelta, **columns) -> None:
    message = Message.objects.create(key=str(age), to="ann@example.org", subject="Hello", **columns)
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - age)


def test_email():
    unsent(timedelta(minutes=59))
    unsent(2 * DAY, last_error="SMTPRecipientsRefused: {'ann@example.org': (450, b'mailbox full')}")
    unsent(3 * DAY, sent_at=timezone.now())
    unsent(4 * DAY, given_up=True)
    assert rule_words("email") == ""
    unsent(timedelta(minutes=61), last_error="SMTPConnectError: (421, b'too busy')")
    assert "2 emails wait" in rule_words("email")
    assert "too busy" in rule_words("email")


def test_disk(monkeypatch):
    gigabyte = 1024**3
    for free, total, words in [
        (3 * gigabyte, 20 * gigabyte, False),
        (19 * gigabyte // 10, 20 * gigabyte, True),
        (gigabyte // 2, gigabyte, True),
    ]:
        usage = type("Usage", (), {"free": free, "total": total})
        monkeypatch.setattr(machinery.shutil, "disk_usage", lambda _folder, usage=usage: usage)
        assert bool(rule_words("disk")) == words, (free, total)


def test_backup(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    file = tmp_path / release.BACKUP_FILE
    assert not rule_words("backup"), "nobody has set one up yet: the health page says so"
    file.touch()
    assert not rule_words("backup")
    os.utime(file, (0, 0))
    assert "The last backup was done on" in rule_words("backup")


def test_queue(post):
    comment = factories.comment(post, status=Status.PENDING)
    Comment.objects.filter(pk=comment.pk).update(decided_at=timezone.now() - timedelta(hours=71))
    assert rule_words("queue") == ""
    Comment.objects.filter(pk=comment.pk).update(decided_at=timezone.now() - timedelta(hours=73))
    assert "1 comment waits for a moderator" in rule_words("queue")
    row = Site.get()
    row.queue_hours = 0
    row.save()
    assert rule_words("queue") == "", "0 is never"


def test_chores(monkeypatch):
    assert rule_words("chores") == ""
    monkeypatch.setattr(release, "missing_migrations", lambda _connection: [("blog", "0099_new")])
    assert "blog.0099_new" in rule_words("chores")


def test_restarts(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / restarts.FILE).write_text("12 site\nnonsense\n")
    for _time in range(waiting.MAX_STARTS - 1):
        restarts.record_start("worker")
    assert rule_words("restarts") == ""
    restarts.record_start("site")
    assert "the site was started 1 times and its worker was replaced 4 times" in rule_words("restarts")


def test_a_disk_that_takes_no_line_does_not_keep_the_site_from_starting(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "gone"
    restarts.record_start("site")
    assert restarts.recent_starts(600) == []


def test_deletions():
    assert rule_words("deletions") == ""
    HeldDeletion.objects.hold("spam", "1200 are due at once: spam.")
    assert "1200 are due at once: spam." in rule_words("deletions")
    HeldDeletion.objects.allow("spam")
    assert rule_words("deletions") == ""
    HeldDeletion.objects.hold("clock", "The clock says 1 June 2027.")
    assert "has jumped" in rule_words("deletions")


# manage.py alarms


def test_the_command_lists_every_alarm(capsys):
    HeldDeletion.objects.hold("spam", "1200 are due at once: spam.")
    call_command("alarms")
    written = capsys.readouterr().out
    assert all(f"{rule.kind}: " in written for rule in rules.RULES)
    assert "deletions: ALARM\n    More than usual" in written


def test_the_command_sends_a_test_by_both_ways(owner, mail_server, receive, capsys):  # noqa: F811
    receiver = receive()
    factories.webhook(url(receiver), tells_alarms=True)
    call_command("alarms", "--test")
    assert [mail["To"] for mail in mail_server.taken] == ["olga@example.org"]
    assert receiver.objects[0]["event"] == "test"
    assert capsys.readouterr().out == "olga@example.org: sent\nThe team: sent\n"


def test_the_command_says_which_way_does_not_work(owner, mail_server, receive, capsys):  # noqa: F811
    receiver = receive()
    factories.webhook(url(receiver), tells_alarms=True)
    mail_server.mood = "too busy"
    with pytest.raises(CommandError, match="Not every test was sent"):
        call_command("alarms", "--test")
    written = capsys.readouterr().out
    assert "olga@example.org: not sent" in written
    assert "The team: sent" in written
    assert WebhookNotice.objects.get().delivered_at


def test_the_command_says_when_nobody_hears_of_alarms():
    with pytest.raises(CommandError, match="Nobody hears of alarms"):
        call_command("alarms", "--test")


def test_the_health_page_says_who_hears_of_alarms(receive, admin_user):  # noqa: F811
    admin_user.email = ""
    admin_user.save()
    assert receivers_line().fact.startswith("Alarms reach nobody")
    factories.webhook(url(receive()), tells_alarms=True)
    assert receivers_line().fact == "Alarms go to 0 owners by email and to 1 webhooks."


def test_the_document_has_a_paragraph_for_each(root):
    text = (root / "docs" / "alarms.md").read_text()
    assert [rule.kind for rule in rules.RULES if f"\n## `{rule.kind}`" not in text] == []
