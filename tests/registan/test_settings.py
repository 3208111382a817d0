"""Settings from the environment: none are needed, and every wrong value is named in a sentence."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

READ = "import json, registan.settings as s; print(json.dumps({name: str(getattr(s, name)) for name in %r}))"
KEY = "Xb7-pLq2vTz9_Rk4mNw8sYc1hJd6fGa3uEo5iWx0ZtBvQyKrMnPlHsDgFj"
GROWN_UP = {
    "SITE_URL": "https://blog.example.org",
    "SECRET_KEY": KEY,
    "DATABASE_URL": "postgres://registan:pa%40ss@127.0.0.1:5432/registan",
    "CACHE_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp+tls://post:pa%2Fss@mail.example.org:587",
    "MEDIA_STORAGE": "s3://KEY:se%2Fcret@s3.example.org/pictures",
    "TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8",
}


@pytest.fixture
def run(tmp_path, root):
    """Run Python in the project with these variables and no others."""

    def run(*command: str, **variables: str) -> subprocess.CompletedProcess:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {**kept, "DATA_DIR": str(tmp_path / "data"), **variables}
        return subprocess.run(
            [sys.executable, *command],
            env=environment,
            cwd=root,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def settings_with(run):
    def settings_with(*names: str, **variables: str) -> dict[str, str]:
        done = run("-c", READ % (names,), **variables)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return settings_with


def test_with_nothing_set_the_site_starts_and_is_safe(settings_with):
    expected = {
        "DEBUG": "False",
        "SITE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "['127.0.0.1', 'localhost']",
        "TIME_ZONE": "UTC",
        "SESSION_COOKIE_SECURE": "False",
        "SECURE_HSTS_SECONDS": "0",
        "TRUSTED_PROXIES": "[]",
    }
    assert settings_with(*expected) == expected


def test_the_secret_key_is_generated_once_and_only_its_owner_can_read_it(settings_with, tmp_path):
    first, second = settings_with("SECRET_KEY"), settings_with("SECRET_KEY")
    file = tmp_path / "data" / "secret_key"
    assert first == second == {"SECRET_KEY": file.read_text()}
    assert len(first["SECRET_KEY"]) >= 50
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.glob("secret_key*")] == ["secret_key"]


def test_values_are_not_expanded(settings_with):
    values = settings_with(
        "SECRET_KEY", "SITE_NAME", "DEBUG", SECRET_KEY=f"${KEY}", SITE_NAME=" Chai & Roads ", DEBUG="Yes"
    )
    assert values == {"SECRET_KEY": f"${KEY}", "SITE_NAME": "Chai & Roads", "DEBUG": "True"}


def test_a_production_site_needs_the_environment_alone(run):
    names = [
        "DATABASES",
        "CACHES",
        "MAILERS",
        "STORAGES",
        "ALLOWED_HOSTS",
        "SECURE_HSTS_SECONDS",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
    ]
    done = run(
        "-c",
        f"import json, registan.settings as s; print(json.dumps({{n: getattr(s, n) for n in {names}}}))",
        **GROWN_UP,
    )
    values = json.loads(done.stdout)
    database = values["DATABASES"]["default"]
    assert (database["ENGINE"], database["PASSWORD"]) == ("django.db.backends.postgresql", "pa@ss")
    assert {values["CACHES"][name]["LOCATION"] for name in ("default", "pages")} == {GROWN_UP["CACHE_URL"]}
    mail = values["MAILERS"]["default"]["OPTIONS"]
    assert (mail["host"], mail["port"], mail["use_tls"], mail["password"]) == ("mail.example.org", 587, True, "pa/ss")
    store = values["STORAGES"]["default"]
    assert (store["BACKEND"], store["OPTIONS"]["secret_key"]) == ("registan.s3_storage.S3MediaStorage", "se/cret")
    assert values["ALLOWED_HOSTS"] == ["blog.example.org"]
    assert values["SECURE_HSTS_SECONDS"] > 0
    assert values["SESSION_COOKIE_SECURE"] is True


WRONG = [
    ("PORT", "eighty"),
    ("PORT", "99999"),
    ("SITE_NAME", "Two\nlines"),
    ("MAIL_FROM", "nonsense"),
    ("MAIL_FROM", "Two\nlines <a@example.org>"),
    ("CACHE_URL", "redis://localhost:abc"),
    ("DATABASE_URL", "sqlite:////dev/null/x/db.sqlite3"),
    ("SITE_URL", "blog.example.org"),
    ("SITE_URL", "https://blog.example.org/blog/"),
    ("SITE_URL", "https://blog.example.org:port"),
    ("SITE_URL", "javascript://x"),
    ("LANGUAGE_CODE", "tlh"),
    ("LANGUAGE_CODE", "?"),
    ("TIME_ZONE", "Mars/Olympus"),
    ("TIME_ZONE", "../../etc/passwd"),
    ("DEBUG", "maybe"),
    ("CRAWLERS_MAY", "everything"),
    ("CRAWLERS_MAY", ","),
    ("LINK_CARDS", "some"),
    ("HOLD_AFTER_DAYS", "-1"),
    ("CLOSE_AFTER_DAYS", "a year"),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", f"django-insecure-{KEY}"),
    ("SECRET_KEY_FALLBACKS", f"{KEY},short"),
    ("TRUSTED_PROXIES", "nginx"),
    ("DATABASE_URL", "mysql://user:hidden@host/name"),
    ("DATABASE_URL", "postgres://user:hidden@host:port/name"),
    ("DATABASE_URL", "postgres://user:hidden@host"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "registan"),
    ("REPLICA_URL", "sqlite:////tmp/copy.sqlite3"),
    ("REPLICA_URL", "postgres://user:hidden@host"),
    ("REPLICA_URL", "postgres://user:hidden@host/name"),  # of SQLite there is none
    ("CACHE_URL", "memcached://127.0.0.1"),
    ("EMAIL_URL", "mail.example.org"),
    ("EMAIL_URL", "smtp://user:hidden@host:port"),
    ("MEDIA_STORAGE", "s3"),
    ("MEDIA_STORAGE", "s3://KEY:hidden@host"),
    ("MEDIA_STORAGE", "s3://KEY:hidden@host:port/pictures"),
    ("MEDIA_MAX_MB", "0"),
    ("MEDIA_MAX_MB", "large"),
    ("DATA_DIR", "/dev/null/data"),
    ("SEARCH_LANGUAGE", "klingon"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_stops_the_start_with_a_sentence(run, name, value):
    done = run("-c", "import registan.settings", **{name: value})
    assert done.returncode == 1
    first, *sentences = done.stderr.strip().splitlines()
    assert first == "Registan cannot start."
    assert len(sentences) == 1, done.stderr
    assert sentences[0].startswith(f"{name} is ")
    assert "but must be " in sentences[0]
    assert sentences[0].endswith(".")
    assert "hidden" not in done.stderr
    assert KEY not in done.stderr


def test_every_wrong_value_is_named_at_once(run):
    done = run("manage.py", "check", SITE_URL="x", TIME_ZONE="x", DEBUG="x", CACHE_URL="x")
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stderr.strip().splitlines()[1:]] == [
        "SITE_URL",
        "TIME_ZONE",
        "DEBUG",
        "CACHE_URL",
    ]


def test_a_name_with_a_comma_is_still_one_sender(run):
    done = run("-c", "from registan.settings import DEFAULT_FROM_EMAIL as s; print(s)", SITE_NAME="Tea, and talk")
    assert done.stdout.strip() == '"Tea, and talk" <noreply@127.0.0.1>'


def test_the_environment_overrides_the_env_file(tmp_path):
    from registan.env import Environment

    file = tmp_path / ".env"
    file.write_text("REGISTAN_TEST_A=from file\nREGISTAN_TEST_B=from file\n")
    os.environ["REGISTAN_TEST_B"] = "from outside"
    try:
        environment = Environment(file)
        assert environment.read("REGISTAN_TEST_A", str, "", "") == "from file"
        assert environment.read("REGISTAN_TEST_B", str, "", "") == "from outside"
        assert environment.read("REGISTAN_TEST_C", str, "default", "") == "default"
    finally:
        for name in ("REGISTAN_TEST_A", "REGISTAN_TEST_B"):
            os.environ.pop(name, None)


ASK_SQLITE = """
import django, sqlite3, json
django.setup()
from django.db import connection, transaction
from django.conf import settings
answers = {}
with connection.cursor() as cursor:
    for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
        answers[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
other = sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=0, isolation_level=None)
with transaction.atomic():
    try:
        other.execute("BEGIN IMMEDIATE")
        answers["locks"] = "late"
    except sqlite3.OperationalError:
        answers["locks"] = "at once"
print(json.dumps(answers))
"""


def test_sqlite_syncs_every_write_and_locks_before_it_reads(run):
    done = run("-c", ASK_SQLITE, DJANGO_SETTINGS_MODULE="registan.settings")
    assert json.loads(done.stdout) == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 20_000,
        "locks": "at once",  # IMMEDIATE
    }, done.stderr


def test_migrate_creates_a_site_from_nothing(run, tmp_path):
    done = run("manage.py", "migrate", "--verbosity", "0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with closing(sqlite3.connect(tmp_path / "data" / "registan.sqlite3")) as database:
        assert dict(database.execute("SELECT name, value FROM blog_clock")).keys() == {"site", "comments"}
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
    assert {"cache_shared", "blog_post", "comments_comment"} <= tables
