"""What several files of tests need: an empty site for imports in processes of their own."""

import subprocess
import sys

import pytest

from tests.registan.transfer.runs.killed_import import environment


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory):
    """The folder of a site after its first migration."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment(folder), check=True)
    return folder
