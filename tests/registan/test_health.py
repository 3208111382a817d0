"""Health checks: one word for load balancers, what is wrong for monitors, and 503 only where that helps."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.db import InterfaceError, InternalError, OperationalError, connection, transaction
from django.utils import timezone

from blog.models import Clock, WorkerBeat
from comments.models import Message
from registan import readiness
from registan.readiness import CHECKS
from registan.site_health import machinery

MONITOR = "192.0.2.7"
SECRET = "secret words of a mail server"


@pytest.fixture
def monitored(settings):
    settings.TRUSTED_MONITORS = [ip_network(f"{MONITOR}/32")]


@pytest.fixture
def well(monkeypatch):
    """A site that lacks nothing, whatever this machine's disk is like."""
    WorkerBeat.record()
    usage = type("Usage", (), {"free": 50 * 1024**3, "total": 100 * 1024**3})
    monkeypatch.setattr(machinery.shutil, "disk_usage", lambda _folder: usage)


def test_healthz_answers_without_a_query(client):
    response = client.get("/healthz")  # without the database mark any query would fail
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
@pytest.mark.usefixtures("well")
def test_readyz_answers_with_one_word_and_few_queries(client, django_assert_max_num_queries):
    client.get("/readyz")
    with django_assert_max_num_queries(8):
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")
    assert "no-store" in response["Cache-Control"]
    assert client.post("/readyz").status_code == 405


@pytest.mark.django_db
@pytest.mark.usefixtures("well")
@pytest.mark.parametrize(
    "error", [OperationalError("gone"), InterfaceError("connection already closed"), Clock.DoesNotExist()]
)
def test_readyz_is_503_when_the_database_is_down_or_empty(client, monkeypatch, error):
    def away():
        raise error

    monkeypatch.setattr(Clock, "read", away)
    monkeypatch.setattr("registan.readiness.connection.close", lambda: None)  # the test's own transaction is on it
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"down\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.usefixtures("well")
def test_readyz_is_503_while_the_tables_are_not_those_of_this_version(client, monkeypatch):
    monkeypatch.setattr(readiness, "missing_migrations", lambda _connection: [("blog", "0099_new")])
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"down\n")


def silence_the_worker() -> None:
    WorkerBeat.objects.update(at=timezone.now() - timedelta(hours=1))


def leave_an_email() -> None:
    message = Message.objects.create(key="old", to="ann@example.org", subject="Hello", last_error=SECRET)
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(hours=2))


@pytest.mark.django_db
@pytest.mark.usefixtures("well", "monitored")
@pytest.mark.parametrize(("name", "harm"), [("worker", silence_the_worker), ("email", leave_an_email)])
def test_what_no_other_machine_would_do_better_is_200_and_named_to_monitors_alone(client, name, harm):
    harm()
    stranger = client.get("/readyz", REMOTE_ADDR="198.51.100.1")
    assert (stranger.status_code, stranger.content) == (200, b"degraded\n")
    monitor = client.get("/readyz", REMOTE_ADDR=MONITOR)
    assert monitor.status_code == 200
    first, second = monitor.content.decode().splitlines()
    assert first == "degraded"
    assert second.startswith(f"{name}: ")


@pytest.mark.django_db
@pytest.mark.usefixtures("well", "monitored")
@pytest.mark.parametrize(
    ("free", "total", "answer"), [(50, 100, b"ready\n"), (9, 100, b"degraded\n"), (0, 100, b"degraded\n")]
)
def test_little_room_on_the_disk_is_degraded(client, monkeypatch, free, total, answer):
    usage = type("Usage", (), {"free": free * 1024**3, "total": total * 1024**3})
    monkeypatch.setattr(machinery.shutil, "disk_usage", lambda _folder: usage)
    assert client.get("/readyz").content == answer


def refuse_writes() -> str:
    raise InternalError("cannot execute UPDATE in a read-only transaction")


@pytest.mark.django_db
@pytest.mark.usefixtures("well", "monitored")
def test_a_database_that_takes_no_writes_is_degraded_since_pages_can_be_read(client, monkeypatch):
    checks = [check._replace(find_fault=refuse_writes) if check.name == "writing" else check for check in CHECKS]
    monkeypatch.setattr(readiness, "CHECKS", checks)
    monkeypatch.setattr("registan.readiness.connection.close", lambda: None)
    response = client.get("/readyz", REMOTE_ADDR=MONITOR)
    assert response.status_code == 200
    assert response.content.startswith(b"degraded\nwriting: InternalError: cannot execute UPDATE")


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL answers")
def test_a_standby_of_postgresql_is_found_out():
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET transaction_read_only = on")
        with pytest.raises(InternalError):
            readiness.writing_fault()
        transaction.set_rollback(True)


def test_a_file_of_sqlite_that_another_process_writes_to_takes_writes_and_one_that_is_missing_none(tmp_path):
    path = tmp_path / "site.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE blog_workerbeat (id INTEGER, at TEXT)")
        assert readiness.sqlite_writing_fault(str(path)) == ""
        other.execute("BEGIN IMMEDIATE")
        assert readiness.sqlite_writing_fault(str(path)) == ""
    with pytest.raises(sqlite3.OperationalError):
        readiness.sqlite_writing_fault(str(tmp_path / "none.sqlite3"))


@pytest.mark.django_db
@pytest.mark.usefixtures("well")
@pytest.mark.parametrize(
    ("sender", "headers", "proxies", "may_know"),
    [
        (MONITOR, {}, [], True),
        ("198.51.100.1", {}, [], False),
        # Behind a proxy that nobody has named, everybody has its address.
        ("127.0.0.1", {"X-Forwarded-For": "198.51.100.1"}, [], False),
        ("127.0.0.1", {"X-Forwarded-For": MONITOR}, [], False),
        ("127.0.0.1", {"X-Forwarded-For": MONITOR}, ["127.0.0.1"], True),
        ("127.0.0.1", {"X-Forwarded-For": "198.51.100.1"}, ["127.0.0.1"], False),
        ("127.0.0.1", {"X-Forwarded-For": f"{MONITOR}, 198.51.100.1"}, ["127.0.0.1"], False),
        ("", {"X-Forwarded-For": MONITOR}, ["127.0.0.1"], True),
        ("", {"X-Forwarded-For": MONITOR}, [], False),
        ("", {}, [], False),
    ],
)
def test_only_the_address_of_a_monitor_may_know_more(rf, settings, sender, headers, proxies, may_know):
    settings.TRUSTED_MONITORS = [ip_network(MONITOR), ip_network("127.0.0.1")]
    settings.TRUSTED_PROXIES = [ip_network(proxy) for proxy in proxies]
    assert readiness.may_know(rf.get("/readyz", headers=headers, REMOTE_ADDR=sender)) == may_know


@pytest.mark.django_db
def test_none_of_them_redirects_to_https(settings, client):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
    assert client.get("/metrics").status_code == 404
