"""Exports in the admin: asked for, made by the worker, downloaded by administrators alone, deleted after some days"""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.utils import timezone

from registan.transfer.models import Export
from registan.transfer.runs import export_job
from registan.transfer.runs.export_job import ExportJob, delete_outdated_exports, make_export
from tests import factories

pytestmark = pytest.mark.django_db
ADD = "/admin/transfer/export/add/"


@pytest.fixture(autouse=True)
def export_root(settings, tmp_path):
    settings.EXPORT_ROOT = tmp_path / "exports"


@pytest.fixture
def client():
    return factories.staff_client("ada", "Administrator")


def page_of(export: Export, what: str = "change") -> str:
    return f"/admin/transfer/export/{export.pk}/{what}/"


def made(kind: str, **fields) -> Export:
    export = Export.objects.create(kind=kind, **fields)
    make_export(export)
    export.refresh_from_db()
    assert (export.state, export.error) == ("finished", "")
    return export


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def test_it_leads_to_its_progress_and_then_to_the_file(client):
    factories.post("On tea")
    response = client.post(ADD, {"kind": "wordpress"})
    export = Export.objects.get()
    assert response.url == page_of(export)
    assert (export.state, export.by, export.is_private) == ("waiting", client.user, False)
    assert "It waits for the worker." in client.get(page_of(export)).text
    assert client.get(page_of(export, "download")).status_code == 404
    make_export(export)
    assert "Download" in client.get(page_of(export)).text
    response = client.get(page_of(export, "download"))
    assert b"On tea" in content(response)
    assert "no-store" in response.headers["Cache-Control"]
    assert ".xml" in response.headers["Content-Disposition"]


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_it_beside_its_other_jobs(tmp_path):
    factories.post("On tea")
    Export.objects.create(kind="markdown")
    job = ExportJob()
    while job.advance():
        pass
    export = Export.objects.get()
    assert (export.state, export.error, export.percent) == ("finished", "", 100)
    with zipfile.ZipFile(export.path) as archive:
        assert any(name.startswith("posts/2026/") for name in archive.namelist())
    assert [path.name for path in (tmp_path / "exports").iterdir()] == [export.name]


def test_only_administrators_ask_for_it_and_download_it(client):
    export = made("wordpress")
    for name, group in (("ed", "Editor"), ("mo", "Moderator")):
        other = factories.staff_client(name, group)
        for address in (ADD, page_of(export), page_of(export, "download")):
            assert other.get(address).status_code == 403
    assert export.path.stat().st_mode & 0o077 == 0


def test_the_public_site_is_never_private(client):
    response = client.post(ADD, {"kind": "site", "is_private": "on"})
    assert "has only what readers see" in response.text
    with pytest.raises(IntegrityError):
        Export.objects.create(kind="wordpress", is_offered=True)


def test_an_export_that_fails_says_so(monkeypatch, client):
    def fail(*_arguments, **_options):
        raise OSError("No space left on device")

    monkeypatch.setattr(export_job, "write_wordpress", fail)
    export = Export.objects.create(kind="wordpress")
    make_export(export)
    assert "Make room" in client.get(page_of(export)).text
    assert not export.path.exists()


def test_one_that_is_deleted_stops(monkeypatch, client):
    export = Export.objects.create(kind="wordpress")

    def write(stream, *, private, advance):
        assert client.post(page_of(export, "delete"), {"post": "yes"}).status_code == 302
        advance(1)
        raise AssertionError("It went on.")

    monkeypatch.setattr(export_job, "write_wordpress", write)
    make_export(export)
    assert not Export.objects.exists()
    assert not export.path.exists()


def test_another_worker_begins_again_when_one_has_died():
    lost = Export.objects.create(kind="wordpress", state="running", alive_at=timezone.now())
    assert not Export.objects.to_do().exists()
    Export.objects.filter(pk=lost.pk).update(alive_at=timezone.now() - timedelta(hours=1))
    assert Export.objects.to_do().get() == lost


def test_it_is_deleted_with_its_file_after_some_days():
    export = made("wordpress")
    assert delete_outdated_exports() == 0
    Export.objects.update(finished_at=timezone.now() - timedelta(days=8))
    assert delete_outdated_exports() == 1
    assert not export.path.exists()


def test_nobody_finds_an_archive_until_it_is_offered(client, visitor):
    factories.post("On tea")
    export = made("site")
    assert visitor.get("/archive.zip").status_code == 404
    client.post(page_of(export, "offer"))
    response = visitor.get("/archive.zip")
    archive = zipfile.ZipFile(io.BytesIO(content(response)))
    assert "index.html" in archive.namelist()
    etag = response.headers["ETag"]
    assert visitor.get("/archive.zip", headers={"if-none-match": etag}).status_code == 304
    part = visitor.get("/archive.zip", headers={"range": "bytes=0-3"})
    assert (part.status_code, content(part)) == (206, b"PK\x03\x04")
    assert "Everybody can download it" in client.get(page_of(export)).text
    client.post(page_of(export, "offer"))
    assert visitor.get("/archive.zip").status_code == 404


def test_what_is_offered_is_renewed_and_kept_until_then(visitor):
    old = made("site", is_offered=True)
    assert not Export.objects.renew()
    Export.objects.update(finished_at=timezone.now() - timedelta(days=8))
    assert delete_outdated_exports() == 0
    assert Export.objects.renew()
    assert not Export.objects.renew()
    factories.post("New tea")
    make_export(Export.objects.to_do().get())
    assert not old.path.exists()
    archive = zipfile.ZipFile(io.BytesIO(content(visitor.get("/archive.zip"))))
    assert "New tea" in archive.read("index.html").decode()


def test_a_file_on_another_machine_is_said_to_be_there(client):
    export = made("wordpress")
    Path(export.path).unlink()
    assert "machine whose worker made it" in client.get(page_of(export)).text
