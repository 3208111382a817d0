"""manage.py first_run_link, createsuperuser and serve: which database they mean, and what they print on a new site."""

import os
import re
import subprocess
import sys
from io import StringIO
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from blog.models import Author
from registan import database
from registan.database import describe_database
from registan.management.commands import serve
from registan.upgrade import run_upgrade
from tests import factories
from tests.registan.first_run.test_link import GOOD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
LINK = re.compile(r"http://127\.0\.0\.1:8000(/first-run/\S+)")


def run(*command: str, **options) -> str:
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def served(monkeypatch, settings, tmp_path):
    """A function that says what manage.py serve prints before it becomes the server."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(run_upgrade, "is_static_outdated", lambda: False)
    monkeypatch.setattr(serve.os, "execv", lambda *_: None)
    monkeypatch.setattr(serve.os, "chdir", lambda *_: None)
    return lambda *options: run("serve", "--bind", "127.0.0.1:0", *options)


@pytest.fixture
def typed(monkeypatch):
    """A function that says what the next questions are answered with; the password comes last."""

    def answer(*lines: str) -> None:
        answers = iter(lines)
        monkeypatch.setattr("builtins.input", lambda question: next(answers))
        monkeypatch.setattr("getpass.getpass", lambda *_: "plum-and-walnut-7")
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    return answer


def test_a_new_site_is_served_with_a_link_that_sets_it_up(served, visitor):
    path = LINK.search(served())[1]
    assert visitor.post(path, GOOD).status_code == 303
    assert not LINK.search(served())
    assert "http://127.0.0.1:8000/" in served()


def test_each_start_prints_a_link_of_its_own_at_the_address_that_readers_use(served, settings):
    settings.SITE_URL = "https://blog.example.org"
    assert "https://blog.example.org/first-run/" in served()


def test_the_demo_has_accounts_and_so_no_link(served):
    assert not LINK.search(served("--demo"))
    assert User.objects.count() == 5


def test_the_link_is_printed_again(visitor):
    path = LINK.fullmatch(run("first_run_link").strip())[1]
    assert visitor.get(path).status_code == 200
    factories.user("mona")
    with pytest.raises(CommandError, match="has accounts already, so there is nothing to set up"):
        run("first_run_link")


def test_a_superuser_from_the_command_line_has_a_byline(typed):
    typed("", "Zulfiya\tIsroilova", "Zulfiya Isroilova", "zulfiya", "zulfiya@example.net")
    said = run("createsuperuser", stderr=StringIO())
    owner = User.objects.get()
    assert (owner.username, owner.get_full_name(), owner.is_superuser) == ("zulfiya", "Zulfiya Isroilova", True)
    assert Author.objects.get(user=owner).name == "Zulfiya Isroilova"
    assert f"{describe_database()}. Accounts so far: 0." in said
    assert "Sign in at http://127.0.0.1:8000/admin/." in said
    client = Client()
    client.force_login(owner)
    client.post("/admin/blog/post/add/", factories.post_form(status="published", authors=[owner.author.pk]))
    assert "Zulfiya Isroilova" in Client().get("/").text


def test_nobody_is_asked_where_nobody_can_answer(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "plum-and-walnut-7")
    account = {"interactive": False, "email": "a@example.org"}
    run("createsuperuser", username="adam", **account)
    assert not Author.objects.exists()
    run("createsuperuser", username="eve", name="Eve", **account)
    assert Author.objects.get().user.username == "eve"
    with pytest.raises(CommandError, match="--name: Use one line"):
        run("createsuperuser", username="mona", name="a\nb", **account)
    with pytest.raises(CommandError, match="taken"):
        run("createsuperuser", username="eve", name="Another", **account)
    assert User.objects.count() == 2


def test_a_superuser_without_a_name_is_warned_when_a_post_names_nobody(db):
    client = Client()
    client.force_login(factories.user("root", is_superuser=True, is_staff=True))
    answer = client.post("/admin/blog/post/add/", factories.post_form(status="published"), follow=True)
    assert "This post names no author." in answer.text


@pytest.mark.parametrize("command", ["first_run_link", "createsuperuser"])
def test_a_database_that_is_not_up_to_date_is_refused_in_one_sentence(command):
    MigrationRecorder(connection).record_unapplied("blog", "0002_site_page")
    with pytest.raises(CommandError, match="it is not up to date"):
        run(command)


@pytest.mark.parametrize("command", [["first_run_link"], ["createsuperuser", "--no-input", "--username", "a"]])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_without_a_site_is_refused_in_one_sentence_and_gets_no_database(command, is_there, tmp_path, root):
    file = tmp_path / "registan.sqlite3"
    if is_there:
        file.touch()
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    fault = "it has no tables yet" if is_there else "there is no such file"
    assert done.returncode == 1
    assert done.stderr.startswith(f"CommandError: SQLite, {file}: {fault}. Start the site with manage.py serve")
    assert done.stderr.count("\n") == 1
    assert file.exists() == is_there


def test_the_database_is_named_without_its_password(monkeypatch):
    where = {"NAME": "blog", "USER": "zulfiya", "PASSWORD": "secret", "HOST": "db.example.org", "PORT": 5432}
    for config, words in (
        (where, "PostgreSQL, blog at db.example.org:5432"),
        ({**where, "HOST": "", "PORT": ""}, "PostgreSQL, blog at a local socket"),
    ):
        remote = SimpleNamespace(vendor="postgresql", settings_dict=config)
        monkeypatch.setattr(database, "connections", {"default": remote})
        assert describe_database() == words
