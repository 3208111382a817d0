"""manage.py check --deploy: each warning when it is due, silence when it is not, and what to do next."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from blog.models import Image, WorkerBeat
from registan import checks, silenced_checks
from registan.demo_content import demo_address
from registan.site_health import machine_rules
from registan.site_health.machine_rules import count_machines, find_machines, is_on_network
from tests.registan.test_settings import GROWN_UP

pytestmark = pytest.mark.django_db


def warnings() -> dict[str, str]:
    """The ids of what the site's own check says now, with the sentences."""
    return {warning.id: f"{warning.msg} {warning.hint}" for warning in checks.check_deployment(None)}


@pytest.fixture(scope="module")
def check(tmp_path_factory, request):
    """A function that says what `check --deploy` prints for a new site with these variables, and no others."""
    data, root = tmp_path_factory.mktemp("site"), request.config.rootpath
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}

    def check(**variables: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *(variables.pop("command", "check --deploy --fail-level DEBUG").split())],
            cwd=root,
            env={**kept, "DATA_DIR": str(data), **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stderr

    assert check(command="migrate --verbosity 0") == ""
    (data / "static" / "staticfiles.json").touch()
    return check


def test_a_production_site_is_only_told_that_it_was_never_archived(check):
    printed = check(**{**GROWN_UP, "DATABASE_URL": ""})
    assert re.findall(r"\((\w+\.\w\d+)\)", printed) == ["registan.W005"], printed


def test_a_private_site_is_told_what_a_public_one_needs_and_nothing_twice(check):
    printed = check()
    found = re.findall(r"\((\w+\.\w\d+)\)", printed)
    assert sorted(found) == [f"registan.W00{number}" for number in range(1, 6)], printed
    for name in ("SITE_URL", "TRUSTED_PROXIES", "EMAIL_URL"):
        assert name in printed


def test_what_is_silenced_of_djangos_is_what_ours_says(settings):
    settings.SILENCED_SYSTEM_CHECKS = []
    ids = {message.id for message in run_checks(include_deployment_checks=True)}
    assert {"security.W004", "security.W008", "security.W012", "security.W016", "mail.E001"} <= ids
    settings.SILENCED_SYSTEM_CHECKS = silenced_checks.SILENCED
    loud = {message.id for message in run_checks(include_deployment_checks=True) if not message.is_silenced()}
    loud.discard("async.E001")  # tests of the browser in the same process set what it warns of
    assert {one for one in loud if not one.startswith("registan.")} == set()


def test_debug_is_told_by_django(settings):
    settings.DEBUG = True
    assert "security.W018" in {message.id for message in run_checks(include_deployment_checks=True)}


def test_a_database_that_does_not_answer_is_one_warning(check):
    printed = check(DATABASE_URL="postgres://a@127.0.0.1:1/a")
    assert "registan.W006" in printed
    assert "registan.W005" not in printed
    assert "Traceback" not in printed


def test_tables_of_another_version():
    assert "registan.W015" not in warnings()
    MigrationRecorder(connection).record_unapplied("blog", "0002_site_page")
    assert "manage.py migrate" in warnings()["registan.W015"]
    assert "registan.W005" not in warnings(), "what is in them cannot be asked"


@pytest.mark.parametrize(("kind", "told"), [("nfs4", True), ("ext4", False)])
def test_sqlite_on_the_disk_of_another_machine(monkeypatch, settings, tmp_path, kind, told):
    mounts = tmp_path / "mounts"
    (tmp_path / "disk").mkdir()
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/a {tmp_path}/disk {kind} rw 0 0\n")
    monkeypatch.setattr(machine_rules, "MOUNTS", mounts)
    assert is_on_network(tmp_path / "disk" / "registan.sqlite3") == told
    assert not is_on_network(tmp_path / "registan.sqlite3")
    settings.IS_SQLITE = True
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "disk" / "registan.sqlite3"))
    assert machine_rules.SQLITE_PLACE.is_met() != told
    settings.IS_SQLITE = False
    assert machine_rules.SQLITE_PLACE.is_met()


def test_no_machine_tells_of_its_disks(monkeypatch, tmp_path):
    monkeypatch.setattr(machine_rules, "MOUNTS", tmp_path / "none")
    assert not is_on_network(tmp_path)


def test_static_files_that_were_not_collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    assert "collectstatic" in warnings()["registan.W008"]
    (tmp_path / "staticfiles.json").touch()
    assert "registan.W008" not in warnings()


def test_files_that_others_can_read(settings, tmp_path):
    settings.DATA_DIR = settings.BASE_DIR = tmp_path
    settings.STATIC_ROOT, settings.IS_SQLITE = tmp_path, False
    settings.STATICFILES_DIRS = []
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "static").mkdir()
    file = tmp_path / ".env"
    file.touch()
    file.chmod(0o644)
    assert str(file) in warnings()["registan.W009"]
    file.chmod(0o600)
    assert "registan.W009" not in warnings()


def test_connections_are_counted_by_machine():
    assert count_machines([None, "127.0.0.1", "::1", "10.0.0.1"], "10.0.0.1") == 1
    assert count_machines(["10.0.0.2", "10.0.0.2"], "10.0.0.1") == 1
    assert count_machines([None, "10.0.0.2"], None) == 2
    assert count_machines(["10.0.0.2", "10.0.0.3", "fd00::1"], "10.0.0.1") == 3


def test_this_machine_is_alone_with_its_test_database():
    assert find_machines() == 1


@pytest.mark.parametrize(("rule", "name"), [("registan.W010", "SECRET_KEY"), ("registan.W011", "CACHE_URL")])
def test_several_machines_need_one_key_and_one_cache(monkeypatch, settings, rule, name):
    settings.SET_BY_ENVIRONMENT, settings.CACHE_URL = set(), "local"
    assert rule not in warnings()
    monkeypatch.setattr(machine_rules, "find_machines", lambda: 2)
    assert f"{name}" in warnings()[rule]
    settings.SET_BY_ENVIRONMENT, settings.CACHE_URL = {"SECRET_KEY"}, "redis://127.0.0.1:6379/0"
    assert rule not in warnings()


def test_pictures_whose_files_are_elsewhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    name = default_storage.save("images/tea.png", ContentFile(b"tea"))
    Image.objects.create(file=name, sha256="0" * 64, original_name="tea.png", alt="Tea", width=1, height=1)
    assert "registan.W012" not in warnings()
    default_storage.delete(name)
    assert "MEDIA_STORAGE" in warnings()["registan.W012"]
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "x", "OPTIONS": {}}}
    assert machine_rules.PICTURES.is_met(), "in S3 all machines find them"


def test_accounts_of_the_demo():
    account = User.objects.create_user("editor", demo_address("Editor"), "a-password-7")
    assert "editor" in warnings()["registan.W013"]
    account.email = "rustam@example.org"
    account.save()
    assert "registan.W013" not in warnings()


def test_a_clock_that_is_behind_the_workers(monkeypatch):
    call_command("worker", "--once")
    assert "registan.W014" not in warnings()
    if connection.vendor == "sqlite":
        WorkerBeat.objects.update(at=timezone.now() + timedelta(minutes=5))
    else:
        late = timezone.now() - timedelta(minutes=5)
        monkeypatch.setattr(machine_rules.timezone, "now", lambda: late)
    assert "timedatectl" in warnings()["registan.W014"]
