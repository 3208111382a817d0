from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.comments.browsers import readers
from tests.comments.mail_server import FaultyServer
from tests.comments.processes import Elsewhere


@pytest.fixture
def mona(db) -> Client:
    """A moderator, signed in; Nora is another."""
    return factories.moderator_client("mona", first_name="Mona", last_name="Rahimova")


@pytest.fixture
def nora(db) -> Client:
    return factories.moderator_client("nora")


@pytest.fixture
def elsewhere(transactional_db, tmp_path):
    """Make it by calling it, once the test's rows are there."""
    made = []

    def make() -> Elsewhere:
        made.append(Elsewhere(tmp_path))
        return made[-1]

    yield make
    for process in made:
        process.stop()


@pytest.fixture
def people(browser, live_server):
    """Readers' browsers; when the test ends, no page may have complained."""
    with readers(browser, live_server.url) as ours:
        yield ours
        assert ours.said == []


@pytest.fixture
def server():
    with FaultyServer() as server:
        yield server


@pytest.fixture
def mailer(settings, server):
    """Mail goes to `server` (to another port when called), which gets a third of a second for each answer."""

    def use(port: int) -> None:
        options = {"host": "127.0.0.1", "port": port, "timeout": 0.3}
        settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}

    use(server.port)
    return use


class Time:
    """The time as the site sees it; it never moves by itself."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def pass_(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


@pytest.fixture
def time(monkeypatch):
    time = Time()
    monkeypatch.setattr(timezone, "now", lambda: time.now)
    return time
