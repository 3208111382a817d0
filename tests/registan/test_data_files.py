"""Files in DATA_DIR: no other account of the machine can read them, but for static files and media."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.test import override_settings

from registan.data_files import find_exposed_files, mode_of, protect_data_files
from registan.settings import STORAGES

NGINX = (33, 33)  # www-data: any account that is neither root nor ours


@pytest.fixture
def data(tmp_path, settings, monkeypatch):
    """The files of a site as an earlier version has made them, and settings that name them."""
    folder = tmp_path / "data"
    for name in ("mail", "exports", "static", "media", "archives/2026-11-29T12-00-00Z-private"):
        (folder / name).mkdir(parents=True)
    for name in ("secret_key", "site.sqlite3", "site.sqlite3-wal", "mail/a.log", "media/a.png", "static/a.css"):
        (folder / name).write_text("a")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    settings.DATA_DIR, settings.BASE_DIR, settings.ARCHIVE_TO = folder, tmp_path, str(folder / "archives")
    settings.STATIC_ROOT, settings.MEDIA_ROOT = folder / "static", folder / "media"
    settings.IS_SQLITE = True
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(folder / "site.sqlite3"))
    return folder


@pytest.fixture(autouse=True)
def umask():
    """What a test makes of it ends with the test."""
    before = os.umask(0o022)  # as most systems have it
    yield
    os.umask(before)


@pytest.fixture
def open_folder():
    """A new folder in one that everybody may enter; pytest's are closed."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def read_as_stranger(*paths) -> list[str]:
    """The names of those files that an account can read which is neither root nor the site's."""
    script = "import os, sys; print(*[p for p in sys.argv[1:] if os.access(p, os.R_OK)], sep='\\n')"
    options = {"user": NGINX[0], "group": NGINX[1], "extra_groups": []}
    done = subprocess.run([sys.executable, "-c", script, *map(str, paths)], **options, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [line.rpartition("/")[2] for line in done.stdout.split()]


def test_what_an_earlier_version_left_open_is_closed_at_the_start(data):
    assert {path.name for path in find_exposed_files()} >= {"secret_key", "site.sqlite3", "site.sqlite3-wal", "mail"}
    protect_data_files()
    assert find_exposed_files() == []
    assert {mode_of(data / name) for name in ("secret_key", "site.sqlite3", "site.sqlite3-wal")} == {0o600}
    assert {mode_of(data / name) for name in ("mail", "exports", "archives/2026-11-29T12-00-00Z-private")} == {0o700}
    assert {mode_of(data / name) for name in ("static", "media")} == {0o755}


def test_a_file_of_settings_that_others_can_read_is_named(data, tmp_path):
    protect_data_files()
    file = tmp_path / ".env"
    file.write_text("EMAIL_URL=smtp://user:password@mail.example.org")
    file.chmod(0o640)
    assert find_exposed_files() == []
    file.chmod(0o644)
    assert find_exposed_files() == [file]


def test_folders_that_only_the_site_could_enter_are_opened_for_the_web_server(data):
    (data / "static").chmod(0o700)
    protect_data_files()
    assert mode_of(data / "static") == 0o755


def test_a_new_file_is_private_and_a_new_upload_is_not(data):
    protect_data_files()
    (data / "new").write_text("a")
    assert mode_of(data / "new") == 0o600
    storage = FileSystemStorage()
    storage.save("images/b.png", ContentFile(b"b"))
    assert (mode_of(data / "media/images"), mode_of(data / "media/images/b.png")) == (0o755, 0o644)


def test_collected_files_and_their_compressed_copies_can_be_read(tmp_path):
    protect_data_files()
    own_files = site_settings.STATICFILES_FINDERS[:1]
    with override_settings(STORAGES=STORAGES, STATIC_ROOT=tmp_path / "static", STATICFILES_FINDERS=own_files):
        call_command("collectstatic", interactive=False, verbosity=0)
    files = [path for path in (tmp_path / "static").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".css", ".gz", ".br"}
    assert {mode_of(path) for path in files} == {0o644}
    assert {mode_of(path.parent) for path in files if path.parent != tmp_path / "static"} == {0o755}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as somebody else")
def test_a_new_site_lets_the_web_server_read_two_folders_and_nothing_else(open_folder, root):
    data = open_folder / "data"
    environment = {**os.environ, "DATA_DIR": str(data), "DATABASE_URL": "", "PYTHONPATH": str(root)}
    environment["DJANGO_SETTINGS_MODULE"] = "registan.settings"
    script = (
        "import django; django.setup()\n"
        "from django.core.files.base import ContentFile\n"
        "from django.core.files.storage import default_storage\n"
        "from django.core.mail import send_mail\n"
        "from django.db import connection\n"
        "default_storage.save('a.png', ContentFile(b'a'))\n"
        "send_mail('Hello', 'Hello.', None, ['ann@example.org'])\n"
        "connection.cursor().execute('CREATE TABLE a (b)')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    files = [path for path in data.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"registan.sqlite3", "secret_key", "a.png"}
    assert len([path for path in files if path.parent.name == "mail"]) == 1
    assert read_as_stranger(*files) == ["a.png"]
    assert read_as_stranger(data, data / "mail", data / "static") == ["static"], "whether they can be listed"
