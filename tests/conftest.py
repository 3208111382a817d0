"""Fixtures for every test: quiet storage, empty caches, a named cast, and a browser where there is one."""

import os
import shutil
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.core.signals import setting_changed
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from blog.text import site_values
from registan.alarms import watch
from tests import factories
from tests.clean_database import CleanDatabase
from tests.comments.processes import PATIENCE
from tests.html_as_read import read_html_as_browsers_do
from tests.registan.html_checkers import NARROW, AxeWindow

# The one without windows takes half of the processor time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
# No verdict of hypothesis may depend on how busy the machine is, nor on chance.
hypothesis_settings.register_profile(
    "any machine", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("any machine")


# What takes minutes begins first, or one worker would still be at it when the other has nothing left to do.
SLOW_FILES = ("test_html_rare", "test_html", "_browser.py", "test_nginx", "test_cdn", "test_private_data")
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "database"}


def pytest_addoption(parser):
    parser.addoption("--database-only", action="store_true", help="leave out browsers and what asks no database")


def pytest_collection_modifyitems(config, items):
    items.sort(key=lambda item: [name not in item.path.name for name in SLOW_FILES])
    if config.getoption("--database-only"):
        kept = [item for item in items if asks_database(item) and "browser" not in item.fixturenames]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def asks_database(item) -> bool:
    return bool(DATABASE_FIXTURES.intersection(item.fixturenames) or item.get_closest_marker("django_db"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """A test database need not outlive a power failure; processes that tests start have the site's own settings."""
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    else:
        options["options"] += " -c synchronous_commit=off"


@pytest.fixture(autouse=True)
def html_as_read(monkeypatch, request):
    """Where a template breaks a tag over lines is no test's business, unless it counts bytes."""
    if not request.node.get_closest_marker("counts_bytes"):
        read_html_as_browsers_do(monkeypatch)


@pytest.fixture(autouse=True, scope="session")
def plain_storages():
    """Static files under their own names, from the first test to the last.

    A page that a browser still asks for while one test follows another finds the same storage.
    """
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=storages):
        yield


@pytest.fixture(autouse=True)
def plain_settings(settings, tmp_path):
    """Quick passwords, uploads and mail of each test apart."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SHARE_ROOT = tmp_path / "share"
    settings.ERASED_LIST = tmp_path / "erased.json"
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]


@pytest.fixture(autouse=True)
def no_site_page(plain_settings):
    """The site is as its settings say, also while a test changes these; nothing is remembered from another test."""

    def forget_defaults(**_):
        site_values.defaults.cache_clear()
        if site_values.Memo.values and site_values.Memo.values.version is None:
            site_values.Memo.values = site_values.defaults()

    forget_defaults()
    site_values.Memo.values = site_values.defaults()
    setting_changed.connect(forget_defaults)
    yield
    setting_changed.disconnect(forget_defaults)
    site_values.defaults.cache_clear()


@pytest.fixture(autouse=True)
def no_alarms(monkeypatch):
    """The worker looks at no alarm by itself: how full the disk of this machine is concerns no other test."""
    monkeypatch.setattr(watch.NextLook, "at", float("inf"))


@pytest.fixture(autouse=True)
def empty_page_cache():
    caches["pages"].clear()
    caches["fragments"].clear()


@pytest.fixture
def empty_cache(db):
    """Nobody is here, no network has asked for anything yet."""
    cache.clear()


def number_conversations_apart() -> None:
    """So that no test passes because a post and its conversation happen to have the same number."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'blog_conversation'")
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('blog_conversation', 5000000)")
        else:
            cursor.execute("SELECT setval(pg_get_serial_sequence('blog_conversation', 'id'), 5000000)")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database, which is as clean after a test with real transactions as before it."""
    with django_db_blocker.unblock():
        number_conversations_apart()
        clean = CleanDatabase()

    def tear_down(case: TransactionTestCase) -> None:
        clean.restore()
        caches["default"].clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", tear_down)
        yield


@pytest.fixture
def visitor() -> Client:
    """An anonymous reader."""
    return Client()


@pytest.fixture
def alice(db) -> Client:
    """An author, signed in, with a profile; Bob is another, and Carol is a contributor."""
    return factories.staff_client("alice", "Author")


@pytest.fixture
def bob(db) -> Client:
    return factories.staff_client("bob", "Author")


@pytest.fixture
def carol(db) -> Client:
    return factories.staff_client("carol", "Contributor")


@pytest.fixture
def editor(db) -> Client:
    return factories.staff_client("editor", "Editor")


@pytest.fixture
def post(db):
    """A published post by Alice, open for comments."""
    return factories.post()


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium; tests that need it say so when it is missing."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: the browser tests did not run")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1_000 * PATIENCE)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop beside the test's queries
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        chromium.new_context = partial(patient_context, chromium.new_context)
        yield chromium
        chromium.close()


def patient_context(new_context, **options):
    """A browser's window that waits long: what never comes is said by the test that waits for it."""
    # A page that scrolls smoothly takes a quarter of a second, and is nowhere in particular meanwhile.
    context = new_context(**{"reduced_motion": "reduce", **options})
    context.set_default_timeout(1_000 * PATIENCE)
    return context


@pytest.fixture
def root() -> Path:
    """The top of the project."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def open_admin(browser, live_server):
    """A function that opens an empty page of that width, signed in; what its console complains of is in `page.said`."""
    contexts = []

    def open_page(*, name: str = "root", width: int = 1280, script: bool = True, **options):
        if not factories.User.objects.filter(username=name).exists():
            factories.user(name, is_superuser=True, group="Administrator")
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script, **options)
        contexts.append(context)
        # What the form does is tested where it is the subject; here it would take half of the test's time.
        client = Client()
        client.force_login(factories.User.objects.get(username=name))
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def axe(browser, live_server, root):
    """A narrow window in which axe looks at what is shown."""
    context = browser.new_context(bypass_csp=True, viewport=NARROW)
    yield AxeWindow(context, live_server.url, root)
    context.close()
