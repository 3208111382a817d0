"""An archive that an older version wrote is restored: its rows come in as they were, and are upgraded.

`0.9.0.tar.xz` is `manage.py archive --private` of marked_site.py, in the state of the last migrations that its manifest
names.
"""

import json
import tarfile
from pathlib import Path

import pytest

from registan.database import migrations_on_disk
from tests.registan.transfer.archive.marked_site import MARK
from tests.registan.transfer.archive.sites import SiteBeside

KEPT = Path(__file__).parent / "0.9.0.tar.xz"


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("older")
    with tarfile.open(KEPT) as kept:
        kept.extractall(folder, filter="data")
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def restored(archive, tmp_path_factory):
    beside = SiteBeside(tmp_path_factory.mktemp("older") / "restored")
    beside.said = beside.manage("restore", str(archive))
    yield beside
    beside.remove()


def test_every_row_is_there_and_the_tables_are_those_of_today(archive, restored):
    manifest = json.loads((archive / "manifest.json").read_text())
    assert f"{sum(table['rows'] for table in manifest['tables'].values()):,} rows" in restored.said
    assert "Pages were not compared: another version of Registan wrote the archive" in restored.said
    applied = {f"{app}.{name}" for app, name in restored.rows("SELECT app, name FROM django_migrations")}
    assert applied >= {".".join(key) for key in migrations_on_disk()} >= set(manifest["migrations"])


def test_texts_are_as_they_were_and_found(restored):
    comments = restored.rows(f"SELECT count(*) FROM comments_comment WHERE body LIKE '%{MARK}%'")  # noqa: S608
    assert comments[0][0] > 0
    assert restored.rows("SELECT count(*) FROM blog_searchentry")[0][0] > 0


def test_it_can_be_archived_and_drilled_again(restored):
    assert "byte for byte" in restored.manage("archive", str(restored.archives), "--drill")
