"""An export uploaded in the admin: the worker imports it a second at a time, and it can be stopped, resumed or left"""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from blog.models import Author, Post
from comments.models import Comment
from registan.storage import InMemoryUploadHandler
from registan.transfer.models import Element, Run, UploadPart
from registan.transfer.models.upload_part import file_name
from registan.transfer.runs import upload_job
from registan.transfer.runs.upload_job import UploadJob
from tests import factories
from tests.registan.transfer.elsewhere import test_disqus as disqus
from tests.registan.transfer.wxr import export, item

pytestmark = pytest.mark.django_db
ADD = "/admin/transfer/run/add/"
ITEMS = [item(post_id=number, post_name=f"post-{number}") for number in range(1, 7)]


@pytest.fixture
def client():
    return factories.staff_client("ada", "Administrator")


@pytest.fixture
def slow(monkeypatch):
    """A round of the worker has one step, and a batch two items."""
    monkeypatch.setattr(upload_job, "ROUND_SECONDS", 0)
    monkeypatch.setattr("registan.transfer.runs.text_stage.BATCH_ITEMS", 2)


def upload(client, *texts: str, **fields: str):
    files = [SimpleUploadedFile(f"part-{number}.xml", text.encode()) for number, text in enumerate(texts)]
    return client.post(ADD, {"export": files, **fields})


def page_of(run: Run) -> str:
    return f"/admin/transfer/run/{run.pk}/change/"


def work(job: UploadJob, rounds: int = 1_000) -> None:
    """Let a worker have as many rounds, or all that it needs."""
    while rounds and job.advance():
        rounds -= 1


def test_it_leads_to_its_progress_and_is_imported_by_the_worker(client):
    response = upload(client, export(*ITEMS[:3]), export(*ITEMS[3:]))
    run = Run.objects.get()
    assert response.url == page_of(run)
    assert (run.state, run.by, run.files) == ("waiting", client.user, [["part-0.xml"], ["part-1.xml"]])
    assert "The worker is reading the files." in client.get(page_of(run)).text
    work(UploadJob())
    run.refresh_from_db()
    assert (run.state, run.items_done, run.percent) == ("finished", 6, 100)
    assert Post.objects.count() == 6
    assert "What became of the elements of the files" in client.get(page_of(run)).text
    assert not UploadPart.objects.exists()


def test_the_worker_does_other_things_in_between(client, slow):
    upload(client, export(*ITEMS))
    job = UploadJob()
    work(job, rounds=9)
    assert 0 < Post.objects.count() < 6
    assert "%</progress>" in client.get(page_of(Run.objects.get())).text


def test_authors_and_time_zone_are_taken_into_account(client):
    byline = factories.author("Alice Adams", slug="alice-adams")
    local = item(post_id=1, post_date_gmt="")
    upload(client, export(local), authors="alice = alice-adams", time_zone="Asia/Tashkent")
    work(UploadJob())
    post = Post.objects.get()
    assert post.author_list == [byline]
    assert post.published_at.hour == 12 - 5


def test_it_is_stopped_and_resumed(client, slow):
    upload(client, export(*ITEMS))
    run, job = Run.objects.get(), UploadJob()
    work(job, rounds=9)
    assert client.post(f"/admin/transfer/run/{run.pk}/stop/").url == page_of(run)
    work(job)
    run.refresh_from_db()
    number = Post.objects.count()
    assert run.state == "stopped"
    assert number < 6
    assert "Resume" in client.get(page_of(run)).text
    client.post(f"/admin/transfer/run/{run.pk}/resume/")
    work(UploadJob())
    assert Post.objects.count() == 6
    assert set(Element.objects.filter(kind="post").values_list("outcome", flat=True)) == {"created"}


def test_one_that_waits_is_stopped_at_once(client):
    upload(client, export(*ITEMS))
    run = Run.objects.get()
    client.post(f"/admin/transfer/run/{run.pk}/stop/")
    work(UploadJob())
    assert Run.objects.get().state == "stopped"
    assert not Post.objects.exists()


def test_a_second_one_waits_for_the_first_whichever_worker_is_idle(client, slow):
    upload(client, export(*ITEMS[:3]))
    upload(client, export(*ITEMS[3:]))
    busy, idle = UploadJob(), UploadJob()
    work(busy, rounds=2)
    assert idle.advance() == 0
    assert [run.state for run in Run.objects.order_by("pk")] == ["running", "waiting"]
    work(busy)
    work(idle)
    assert {run.state for run in Run.objects.all()} == {"finished"}
    assert Post.objects.count() == 6


def test_another_worker_goes_on_when_one_has_died(client, slow):
    upload(client, export(*ITEMS))
    work(UploadJob(), rounds=9)
    assert UploadJob().advance() == 0
    Run.objects.update(alive_at=timezone.now() - timedelta(minutes=3))
    work(UploadJob())
    assert Post.objects.count() == 6


def test_a_worker_that_was_slow_leaves_it_to_the_other(client, slow):
    upload(client, export(*ITEMS))
    first, second = UploadJob(), UploadJob()
    work(first, rounds=9)
    Run.objects.update(alive_at=timezone.now() - timedelta(minutes=3))
    work(second, rounds=1)
    work(first)
    work(second)
    assert Run.objects.get().state == "finished"
    assert Post.objects.count() == 6


def test_one_whose_worker_died_while_it_was_to_stop_is_stopped(client, slow):
    upload(client, export(*ITEMS))
    work(UploadJob(), rounds=9)
    Run.objects.update(state="stopping", alive_at=timezone.now() - timedelta(minutes=3))
    work(UploadJob())
    assert Run.objects.get().state == "stopped"


def test_a_broken_file_is_refused_with_a_sentence_and_nothing_is_stored(client):
    upload(client, export(*ITEMS)[:-20])
    work(UploadJob())
    run = Run.objects.get()
    assert run.state == "failed"
    assert "ends in the middle" in run.error
    assert run.error in client.get(page_of(run)).text.replace("&#x27;", "'")
    assert not Author.objects.filter(name="alice").exists()


def test_an_error_fails_the_import_and_not_the_worker(client, monkeypatch, caplog):
    def fail(*_arguments):
        raise ValueError("boom")

    monkeypatch.setattr("registan.transfer.runs.text_stage.TextStage.steps", fail)
    upload(client, export(*ITEMS))
    work(UploadJob())
    assert Run.objects.get().state == "failed"
    assert "boom" in caplog.text


@pytest.mark.parametrize(
    ("name", "fields", "error"),
    [
        ("export.pdf", {}, "Choose files that end in .xml, .gz, .zip,"),
        ("export.xml", {"authors": "alice = nobody"}, "this site has no such author"),
        ("export.xml", {"authors": "alice"}, "Line 1 of the map of authors"),
        ("export.xml", {"time_zone": "Middle-earth"}, "Middle-earth"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_there(client, name, fields, error):
    response = client.post(ADD, {"export": [SimpleUploadedFile(name, b"<rss/>")], **fields})
    assert error in response.text
    assert not Run.objects.exists()


def test_a_form_without_a_file_is_refused(client):
    assert "This field is required." in client.post(ADD, {"authors": ""}).text
    assert not Run.objects.exists()


def test_too_much_is_refused_with_the_way_to_do_it(client, settings):
    settings.MEDIA_MAX_MB = 0
    assert "Use the command manage.py import_site." in upload(client, export(*ITEMS)).text


def test_a_large_export_is_taken_on_disk(rf, settings):
    handler = InMemoryUploadHandler(rf.post(ADD))
    handler.handle_raw_input(None, {}, 100 * 1024 * 1024)
    assert not handler.activated


def test_nothing_that_was_uploaded_is_among_the_files_of_the_site(client, settings):
    before = set(settings.MEDIA_ROOT.rglob("*"))
    upload(client, export(*ITEMS))
    assert set(settings.MEDIA_ROOT.rglob("*")) == before


def test_the_system_is_found_out_from_the_file(client, tmp_path):
    post = factories.post(slug="tea")
    disqus.read(tmp_path, disqus.thread(1, "https://old.example/2026/03/20/tea/"), disqus.post(11))
    upload(client, (tmp_path / "disqus.xml").read_text(), home="https://old.example")
    work(UploadJob())
    run = Run.objects.get()
    assert (run.state, run.error, str(run.source)) == ("finished", "", "https://old.example (disqus)")
    assert Comment.objects.get().conversation_id == post.thread_id


@pytest.mark.parametrize(("text", "error"), [("hello", "XML"), ('{"db": []}', "no export that we know")])
def test_what_no_system_writes_is_refused(client, text, error):
    ending = "json" if text.startswith("{") else "xml"
    client.post(ADD, {"export": [SimpleUploadedFile(f"export.{ending}", text.encode())]})
    work(UploadJob())
    assert Run.objects.get().state == "failed"
    assert error in Run.objects.get().error


def test_exports_of_two_systems_are_not_one(client, tmp_path):
    disqus.read(tmp_path, disqus.thread(1), disqus.post(11))
    upload(client, export(*ITEMS), (tmp_path / "disqus.xml").read_text())
    work(UploadJob())
    assert "of several systems" in Run.objects.get().error


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("unsubscribed list.csv", "unsubscribed list.csv"),
        ("tea.xml.gz", "tea.xml.gz"),
        ("../../etc/passwd.xml", "passwd.xml"),
        ("..", "export"),
        ("", "export"),
        ("a\0b\n.zip", "ab.zip"),
        ("ж" * 300 + ".zip", "ж" * 40 + ".zip"),
        ("." + "x" * 300, "." + "x" * 39),
    ],
)
def test_a_file_keeps_as_much_of_its_name_as_every_folder_can_have(tmp_path, given, written):
    assert file_name(given) == written
    (tmp_path / file_name(given)).write_bytes(b"")
