"""Site health: each line in both states, with the real parts, and a page that no part can break."""

import logging
import os
import re
import signal
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from blog.fulltext.tables import SearchEntry
from blog.models import Post, WorkerBeat
from blog.text.datetimes import format_datetime
from comments.mail import outbox
from comments.models import DeliveryAttempt, Message
from registan.site_health import background, machinery, release, report, setting_rules
from registan.site_health.health_line import HealthLine, State
from tests import factories
from tests.comments.mail_server import FaultyServer
from tests.registan import redis_server
from tests.registan.redis_server import redis_address  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db

HEALTH = "/admin/health/"
DAY_IN_JUNE = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(factories.user("adam", group="Administrator"))
    return client


@pytest.fixture
def mail_server(settings):
    """A mail server that can be as bad as real ones are, and a site that is set up to use it."""
    with FaultyServer() as started:
        settings.MAIL = {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": started.port, "timeout": 1},
        }
        settings.MAILERS = {"default": settings.MAIL}
        yield started


def put_message(key: str = "one") -> Message:
    return Message.objects.create(key=key, to="ann@example.org", subject="Hello", text="Hello.")


# Email


def test_email_that_is_written_to_files_needs_attention(settings):
    settings.MAIL = None
    line = background.email_line()
    assert line.state == State.LOOK
    assert "written to files" in str(line.fact)


def test_email_that_was_sent_is_good_and_says_when(mail_server):
    assert background.email_line().state == State.UNKNOWN, "nothing was sent yet"
    put_message()
    outbox.send_due_messages()
    DeliveryAttempt.objects.update(at=DAY_IN_JUNE)
    line = background.email_line()
    assert (line.state, line.fact) == (State.GOOD, "The last email was sent on 1 June 2026, 12:00.")


def test_email_that_fails_says_since_when_how_much_waits_and_what_the_server_said(mail_server):
    put_message("first")
    outbox.send_due_messages()
    mail_server.mood = "too busy"
    for key in ("second", "third"):
        put_message(key)
    outbox.send_due_messages()
    assert background.email_line().state == State.LOOK, "for a short while a mail server may be busy"
    DeliveryAttempt.objects.filter(result="failed").update(at=DAY_IN_JUNE)
    line = background.email_line()
    assert line.state == State.BROKEN
    assert "since 1 June 2026, 12:00, and 2 are waiting" in line.fact
    assert "421" in line.fact


def test_email_is_good_again_once_one_was_sent(mail_server):
    mail_server.mood = "too busy"
    message = put_message()
    outbox.send_due_messages()
    mail_server.heal()
    Message.objects.filter(pk=message.pk).update(next_try_at=DAY_IN_JUNE - timedelta(days=1))
    outbox.send_due_messages()
    assert background.email_line().state == State.GOOD


def test_a_mailbox_that_is_full_says_nothing_about_other_emails(mail_server):
    put_message("first")
    outbox.send_due_messages()
    mail_server.mood = "refuses the recipient for now"
    put_message("second")
    outbox.send_due_messages()
    assert background.email_line().state == State.GOOD


# The worker


def test_a_worker_that_never_ran_is_broken_and_one_that_has_run_is_good():
    assert background.worker_line().state == State.BROKEN
    call_command("worker", "--once")
    assert background.worker_line().state == State.GOOD


def test_a_worker_that_may_not_write_is_not_missed(settings):
    settings.READ_ONLY = True
    assert background.worker_line().state == State.GOOD
    settings.READ_ONLY = False
    assert background.worker_line().state == State.BROKEN


def test_a_worker_that_has_stopped_is_broken_and_its_last_beat_is_shown():
    WorkerBeat.objects.create(pk=1, at=DAY_IN_JUNE)
    line = background.worker_line()
    assert line.state == State.BROKEN
    assert "1 June 2026, 12:00" in line.fact


def test_the_worker_writes_its_beat_once_a_minute(monkeypatch, django_assert_num_queries):
    now = DAY_IN_JUNE
    monkeypatch.setattr("blog.models.worker_beat.timezone.now", lambda: now)
    WorkerBeat.record()
    now += timedelta(seconds=59)
    with django_assert_num_queries(1):
        WorkerBeat.record()
    assert WorkerBeat.last() == DAY_IN_JUNE
    now += timedelta(seconds=1)
    WorkerBeat.record()
    assert WorkerBeat.last() == now
    assert WorkerBeat.objects.count() == 1


def test_a_beat_from_the_future_is_replaced(monkeypatch):
    WorkerBeat.objects.create(pk=1, at=timezone.now() + timedelta(days=365))
    WorkerBeat.record()
    assert WorkerBeat.last() <= timezone.now()


# The disk, the database and the cache


@pytest.mark.parametrize(
    ("free", "total", "state"),
    [(5, 40, State.GOOD), (3, 40, State.LOOK), (1.5, 8, State.GOOD), (0.9, 8, State.LOOK), (0.01, 8, State.BROKEN)],
)
def test_a_disk_that_fills_up_is_noticed_before_it_is_full(monkeypatch, free, total, state):
    usage = SimpleNamespace(total=total * 1024**3, free=int(free * 1024**3))
    monkeypatch.setattr(machinery.shutil, "disk_usage", lambda path: usage)
    line = machinery.disk_line()
    assert (line.state, bool(line.action)) == (state, state != State.GOOD)
    assert f"{total}.0" in line.fact


def test_the_disk_line_has_the_size_of_pictures_and_database(settings, monkeypatch):
    folder = settings.MEDIA_ROOT / "images"
    folder.mkdir(parents=True)
    for number in range(3):
        (folder / f"{number}.png").write_bytes(b"x" * 1000)
    assert "2.9\xa0KB" in machinery.disk_line().fact
    monkeypatch.setattr(machinery, "MAX_FILES", 2)
    assert "at least" in machinery.disk_line().fact
    assert machinery.database_size() > 100_000


def test_the_database_is_named_with_its_version():
    line = machinery.database_line()
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    assert re.fullmatch(rf"{kind} [\d.]+ answers in [\d.]+ ms\.", line.fact)


def test_a_database_that_answers_slowly_needs_attention(monkeypatch):
    ticks = iter([1.0, 1.2])
    monkeypatch.setattr(machinery.time, "perf_counter", lambda: next(ticks))
    line = machinery.database_line()
    assert line.state == State.LOOK
    assert "200.0 ms" in line.fact


def test_without_redis_the_cache_is_good():
    assert machinery.cache_line().state == State.GOOD


@pytest.fixture
def use_redis(settings):
    def use(address: str) -> None:
        redis = {"BACKEND": "registan.cache.FailOpenRedisCache", "LOCATION": address}
        settings.CACHES = {**settings.CACHES, "default": redis, "pages": redis}

    return use


@pytest.fixture
def patient(monkeypatch):
    """On a busy machine a Redis that works may need more than a page should wait."""
    monkeypatch.setattr("registan.cache.TIMEOUT_SECONDS", 1.0)


def test_redis_that_answers_is_good(redis_address, use_redis, patient):  # noqa: F811
    use_redis(redis_address)
    line = machinery.cache_line()
    assert line.state == State.GOOD
    assert redis_address.split("/")[2] in line.fact


@pytest.mark.parametrize("harm", [signal.SIGSTOP, signal.SIGKILL])
def test_redis_that_is_frozen_or_dead_is_broken_and_its_password_is_not_shown(tmp_path, use_redis, harm):
    redis_server.skip_without_redis_server()
    port = redis_server.free_port()
    server = redis_server.start_redis(tmp_path, port=port)
    os.kill(server.pid, harm)
    use_redis(f"redis://:s3cret@127.0.0.1:{port}/0")
    line = machinery.cache_line()
    server.kill()
    server.wait()
    assert line.state == State.BROKEN
    assert f"127.0.0.1:{port}" in line.fact
    assert "s3cret" not in line.fact


# This version


def test_the_version_is_that_of_the_release(root):
    version = re.search(r'^version = "(.+)"', (root / "pyproject.toml").read_text(), re.MULTILINE)[1]
    assert f"Registan {version}," in release.version_line().fact


def test_a_migration_that_was_not_made_is_named():
    assert release.migrations_line().state == State.GOOD
    MigrationRecorder(connection).record_unapplied("blog", "0003_worker_beat")
    line = release.migrations_line()
    assert line.state == State.BROKEN
    assert "blog.0003_worker_beat" in line.fact


def test_texts_that_would_be_rendered_differently_need_attention(post):
    assert release.stored_html_line().state == State.GOOD
    Post.objects.update(body_html="<p>As it was rendered years ago.</p>")
    line = release.stored_html_line()
    assert line.state == State.LOOK
    assert "rerender" in line.action


def test_a_search_index_that_lacks_texts_needs_attention(post):
    assert release.search_index_line().state == State.GOOD
    SearchEntry.objects.all().delete()
    line = release.search_index_line()
    assert line.state == State.LOOK
    assert "reindex" in line.action
    call_command("reindex")
    assert release.search_index_line().state == State.GOOD


def test_an_empty_site_has_no_chores():
    assert release.stored_html_line().state == release.search_index_line().state == State.GOOD


def test_the_site_does_not_pretend_to_know_of_backups(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    line = release.backup_line()
    assert line.state == State.UNKNOWN
    assert not line.state.needs_attention


@pytest.mark.parametrize(("days", "state"), [(0, State.GOOD), (1, State.GOOD), (3, State.LOOK)])
def test_a_backup_that_touches_its_file_is_known_by_it(settings, tmp_path, days, state):
    settings.DATA_DIR = tmp_path
    file, done = tmp_path / "last_backup", timezone.now() - timedelta(days=days)
    file.touch()
    os.utime(file, (done.timestamp(), done.timestamp()))
    line = release.backup_line()
    assert (line.state, format_datetime(done) in line.fact) == (state, True)


def test_accounts_of_the_demo_are_named_until_they_are_somebodys():
    assert release.demo_accounts_line().state == State.GOOD
    call_command("demo")
    line = release.demo_accounts_line()
    assert line.state == State.LOOK
    assert "contributor, author, editor, moderator" in line.fact.replace(" and", ",")
    User.objects.filter(username="editor").update(email="mona@blog.example")
    User.objects.filter(username="author").update(is_active=False)
    fact = release.demo_accounts_line().fact
    assert "editor" not in fact
    assert "author" not in fact
    assert "contributor" in fact


# Settings


@pytest.mark.parametrize(
    ("host", "https", "state"),
    [
        ("blog.example.org", True, State.GOOD),
        ("blog.example.org", False, State.BROKEN),
        ("127.0.0.1", False, State.LOOK),
    ],
)
def test_a_public_site_without_https_is_broken(settings, host, https, state):
    settings.HOST, settings.HTTPS = host, https
    assert setting_rules.encryption_line().state == state


@pytest.mark.parametrize(
    ("host", "state"), [("blog.example.org", State.GOOD), ("localhost", State.LOOK), ("[::1]", State.LOOK)]
)
def test_an_address_that_only_this_machine_can_open_needs_attention(settings, host, state):
    settings.HOST = host
    assert setting_rules.address_line().state == state


@pytest.mark.parametrize(("proxies", "state"), [(["127.0.0.1"], State.GOOD), ([], State.LOOK)])
def test_a_proxy_that_is_not_trusted_needs_attention(settings, proxies, state):
    settings.TRUSTED_PROXIES = proxies
    assert setting_rules.proxy_line().state == state


# The page


def test_the_page_has_every_line_the_worst_first_with_its_state_in_words(administrator, post):
    page = administrator.get(HEALTH).text
    titles = re.findall(r'class="health__title">([^<]+)', page)
    states = re.findall(r'class="health__state">([^<]+)', page)
    assert sorted(titles) == sorted(str(check.title) for check in report.CHECKS)
    order = [str(state.label) for state in State]
    assert states == sorted(states, key=order.index)


def test_the_page_asks_few_questions_and_answers_at_once(administrator, post, django_assert_num_queries):
    administrator.get(HEALTH)
    with django_assert_num_queries(26 if connection.vendor == "sqlite" else 27):
        administrator.get(HEALTH)


def test_only_administrators_see_it(editor, visitor):
    assert editor.get(HEALTH).status_code == 403
    assert visitor.get(HEALTH).status_code == 302
    assert "Site health" not in editor.get("/admin/").text


def test_the_dashboard_says_how_many_things_need_attention(administrator, monkeypatch):
    def check(state: State) -> report.HealthCheck:
        return report.HealthCheck("Tea", lambda: HealthLine(state, "It is cold."))

    monkeypatch.setattr(report, "CHECKS", tuple(map(check, State)))
    assert "Site health: 2 things need attention" in administrator.get("/admin/").text
    monkeypatch.setattr(report, "CHECKS", (check(State.GOOD), check(State.UNKNOWN)))
    assert "need attention" not in administrator.get("/admin/").text


def test_a_part_that_cannot_be_asked_is_a_line_and_not_an_error(administrator, monkeypatch, caplog):
    def unreadable(path: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(machinery.shutil, "disk_usage", unreadable)
    with caplog.at_level(logging.ERROR):
        response = administrator.get(HEALTH)
    assert response.status_code == 200
    assert "Permission denied" in response.text
    assert "Disk" in caplog.text


def test_with_everything_down_the_page_still_answers_soon(administrator, mail_server, use_redis, monkeypatch, caplog):
    use_redis("redis://127.0.0.1:1/0")
    mail_server.mood = "hangs"
    monkeypatch.setattr(machinery.shutil, "disk_usage", lambda path: (_ for _ in ()).throw(OSError("no disk")))
    administrator.get(HEALTH)
    started = time.process_time()
    assert administrator.get(HEALTH).status_code == 200
    assert time.process_time() - started < 1, "whatever the machine does meanwhile; 0.05 s on an idle one"
