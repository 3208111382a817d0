"""The packages of a version are built beside those in use and swapped in whole, or nothing changes."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from tests.registan.upgrade.small_project import SmallProject

SITE = {"alpha": 1, "beta": 1}
WHOLE = {"alpha": 1, "beta": 1, "gamma": 1, "delta": 1}


@pytest.fixture
def project(tmp_path):
    return SmallProject(tmp_path / "small")


@pytest.fixture
def installed(project):
    done = project.build()
    assert done.returncode == 0, done.stderr
    return project


def test_a_site_gets_what_it_needs_and_nothing_of_the_workshop(installed):
    assert installed.packages() == SITE
    assert installed.build().stdout == "", "the second time nothing is to do"


def test_extras_are_remembered_until_there_shall_be_none(installed):
    installed.build("--extras", "extra")
    assert installed.packages() == {**SITE, "gamma": 1}
    installed.release(2)
    installed.build()
    assert installed.packages() == {"alpha": 2, "beta": 2, "gamma": 2}
    installed.build("--extras", "none")
    assert installed.packages() == {"alpha": 2, "beta": 2}


def test_an_extra_that_does_not_exist_is_refused(installed):
    refused = installed.build("--extras", "s4")
    assert (refused.returncode, installed.packages()) == (1, SITE)
    assert "there are no extras s4, only extra" in refused.stderr


def test_the_workshop_has_everything_and_a_site_starts_from_it_too(installed):
    installed.build("--workshop")
    assert installed.packages() == WHOLE
    installed.build()
    assert installed.packages() == WHOLE


def test_without_a_network_nothing_changes_and_a_reason_is_given(installed):
    installed.release(2, fetchable=False)
    failed = installed.build()
    assert failed.returncode == 1
    assert "Nothing was changed: the packages of this version can't be installed." in failed.stderr
    assert "What runs goes on with the packages that it has." in failed.stderr
    assert installed.packages() == SITE
    assert len(installed.kept()) == 1, "nothing half built is left"


def test_packages_with_which_the_site_does_not_start_are_not_swapped_in(installed):
    installed.release(2)
    installed.start_by("import sys; sys.exit('MEDIA_STORAGE is set to S3')")
    failed = installed.build()
    assert (failed.returncode, installed.packages()) == (1, SITE)
    assert "MEDIA_STORAGE is set to S3" in failed.stderr
    assert "the site does not start with the packages of this version" in failed.stderr


def test_a_process_keeps_the_packages_it_started_with(installed):
    code = "import alpha; input(); import beta.later; print(alpha.VERSION, beta.later.VERSION)"
    python = installed.root / ".venv" / "bin" / "python"
    with subprocess.Popen([python, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        installed.release(2)
        installed.build()
        assert installed.packages() == {"alpha": 2, "beta": 2}
        assert running.communicate("\n")[0] == "1 1\n"


def test_the_packages_of_before_are_kept_and_older_ones_removed(installed):
    for version in (2, 3):
        installed.release(version)
        installed.build()
    assert len(installed.kept()) == 2
    back = installed.build("--back")
    assert (back.returncode, installed.packages()) == (0, {"alpha": 2, "beta": 2})
    installed.release(3)
    installed.build()
    assert installed.packages() == {"alpha": 3, "beta": 3}, "without a network, since it was kept"


def test_where_nothing_is_kept_there_is_no_way_back(installed):
    back = installed.build("--back")
    assert (back.returncode, back.stderr) == (1, "Nothing was changed: no packages of before are kept.\n")


def test_a_folder_made_by_an_earlier_version_is_moved_aside_and_comes_back(project):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project.root / ".venv"], check=True)
    (project.root / ".venv" / "ready").touch()
    project.build()
    assert (project.packages(), "before" in project.kept()) == (SITE, True)
    project.build("--back")
    assert not (project.root / ".venv").is_symlink()
    assert project.packages() == {}
    project.build()
    assert project.packages() == SITE


def test_a_machine_without_a_suitable_python_gets_a_sentence_and_a_way(tmp_path):
    project = SmallProject(tmp_path / "small", pythons=">=3.98,<3.100")
    failed = project.build()
    assert failed.returncode == 1
    assert "Registan needs Python >=3.98,<3.100, and this machine has 3." in failed.stderr
    assert ".tools/bin/uv python install 3.99" in failed.stderr
    assert not (project.root / ".venv").exists()


def test_on_a_full_disk_nothing_changes(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "none", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        project = SmallProject(disk / "small")
        assert project.build().returncode == 0
        project.release(2)
        fill = disk / "fill"
        subprocess.run(["dd", "if=/dev/zero", f"of={fill}", "bs=4096"], capture_output=True, check=False)
        failed = project.build()
        assert (failed.returncode, project.packages()) == (1, SITE)
        assert "Nothing was changed" in failed.stderr
        fill.unlink()
        assert project.build().returncode == 0
        assert project.packages() == {"alpha": 2, "beta": 2}
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.35])
def test_killed_at_any_moment_the_old_or_the_new_packages_are_there(installed, seconds):
    installed.release(2)
    command = [sys.executable, "tools/environment.py"]
    with subprocess.Popen(command, cwd=installed.root, env=installed.environment, start_new_session=True) as building:
        with_deadline(building, seconds)
    assert installed.packages() in (SITE, {"alpha": 2, "beta": 2})
    assert installed.build().returncode == 0
    assert installed.packages() == {"alpha": 2, "beta": 2}


def with_deadline(building, seconds):
    """Kill the process and all that it started after so many seconds: any moment is a case."""
    try:
        building.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(building.pid, signal.SIGKILL)


def test_the_lock_says_what_a_site_needs(monkeypatch):
    monkeypatch.syspath_prepend(settings.BASE_DIR / "tools")
    import environment

    def names(*extras):
        return {
            environment.normalize(line)
            for line in environment.wanted_packages([*extras], workshop=False).splitlines()
            if "==" in line
        }

    site = names()
    assert {"django", "gunicorn", "cryptography", "fido2", "sqlparse"} <= site
    assert not {"pytest", "mypy", "playwright", "boto3", "pyrage", "botocore", "moto"} & site
    assert names("s3") - site >= {"django-storages", "boto3", "botocore"}
    assert names("age") - site == {"pyrage"}
