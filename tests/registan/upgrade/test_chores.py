"""What an upgrade leaves to the worker is done once, one chore after the other."""

import pytest

from registan.upgrade import chores
from registan.upgrade.chores import ChoreRunner, queue_chores, read_chores


@pytest.fixture(autouse=True)
def site(tmp_path, settings):
    """A folder whose manage.py notes what it is asked for, and fails as often as there are lines in a file."""
    settings.DATA_DIR = settings.BASE_DIR = tmp_path
    (tmp_path / "manage.py").write_text(
        "import pathlib, sys\n"
        "folder = pathlib.Path(__file__).parent\n"
        "(folder / 'asked').open('a').write(sys.argv[1] + ' ')\n"
        "sys.exit((folder / 'fails').exists())\n"
    )
    return tmp_path


def look_until_ended(runner):
    runner.next_look = 0
    runner.look()
    if runner.process:
        runner.process.wait()
        runner.next_look = 0
        runner.look()


def test_chores_run_one_after_the_other_and_once(site):
    queue_chores(["rerender", "reindex"])
    queue_chores(["reindex"])
    runner = ChoreRunner()
    for _ in range(3):
        look_until_ended(runner)
    assert (site / "asked").read_text() == "rerender reindex "
    assert read_chores() == []


def test_a_chore_that_fails_stays_and_waits_an_hour(site, monkeypatch):
    (site / "fails").touch()
    queue_chores(["rerender"])
    runner = ChoreRunner()
    look_until_ended(runner)
    assert read_chores() == ["rerender"]
    runner.look()
    assert (site / "asked").read_text() == "rerender ", "not again at once"
    (site / "fails").unlink()
    look_until_ended(runner)
    assert read_chores() == []


def test_a_second_worker_of_the_machine_leaves_it_to_the_first(site):
    queue_chores(["rerender"])
    first, second = ChoreRunner(), ChoreRunner()
    first.look()
    second.look()
    assert (first.process is not None, second.process) == (True, None)
    first.process.wait()


def test_a_list_that_can_not_be_read_holds_up_nothing(site):
    (chores.upgrades_folder() / chores.CHORES_FILE).write_text("{")
    assert ChoreRunner().look() == 0
    assert read_chores() == []
