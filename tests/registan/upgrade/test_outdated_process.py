"""While tables change, and until it is restarted, a process with the code of before writes nothing."""

import pytest
from django.core.management import call_command

from blog.models import WorkerBeat
from registan import errors
from registan.management.commands import worker
from registan.upgrade.outdated_process import ProcessStart, is_outdated, let_others_go_on, outdate_others
from registan.upgrade.upgrade_record import upgrades_folder
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(tmp_path, settings, monkeypatch):
    settings.DATA_DIR = tmp_path
    upgrades_folder()
    monkeypatch.setattr(ProcessStart, "mark", 0)


@pytest.fixture
def left_behind(data_dir, monkeypatch):
    """This process, as if another one had upgraded the site."""
    outdate_others()
    monkeypatch.setattr(ProcessStart, "mark", 0)


def test_a_comment_is_refused_politely_and_its_words_are_given_back(client, left_behind):
    answer = client.post(f"{factories.post().get_absolute_url()}comments/", {"body": "It stopped at three."})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "It stopped at three." in answer.content.decode()
    assert "The site is being upgraded" in answer.content.decode()


def test_readers_read_on(client, left_behind):
    assert client.get(factories.post().get_absolute_url()).status_code == 200


def test_a_page_that_no_longer_fits_the_tables_asks_to_come_again(rf, left_behind):
    answer = errors.server_error(rf.get("/"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_a_worker_does_nothing_more(left_behind):
    call_command("worker", "--once")
    assert worker.run_jobs() == 0
    assert not WorkerBeat.objects.exists()


def test_whoever_upgrades_is_not_left_behind(client):
    outdate_others()
    assert not is_outdated()


def test_a_second_upgrade_leaves_behind_whoever_has_seen_the_first(monkeypatch):
    outdate_others()
    seen = ProcessStart.mark
    outdate_others()
    monkeypatch.setattr(ProcessStart, "mark", seen)
    assert is_outdated()


@pytest.mark.parametrize("upgrades_before", [0, 1])
def test_an_upgrade_that_changed_nothing_lets_all_go_on(monkeypatch, upgrades_before):
    for _ in range(upgrades_before):
        outdate_others()
    running = ProcessStart.mark
    let_others_go_on(outdate_others())
    monkeypatch.setattr(ProcessStart, "mark", running)
    assert not is_outdated()
