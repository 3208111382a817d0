"""Files of attachments are fetched from the old blog's own host, within limits, and the texts show them"""

import json
import shutil
import signal
import socket
import threading
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError
from django.db import connection

from blog.fetch.client import GuardedClient
from blog.models import Image, MediaFile, Post
from registan.transfer.content import fetch_files
from registan.transfer.models import Run
from registan.transfer.runs.upload_job import UploadJob
from tests import factories
from tests.blog.fetch.loopback import ALLOWED, Server, answer, redirect
from tests.registan.transfer.runs.importing import import_export, outcome, run_command
from tests.registan.transfer.runs.killed_import import import_in_process
from tests.registan.transfer.runs.test_import_files import attachment, picture
from tests.registan.transfer.wxr import export, item, write

pytestmark = pytest.mark.django_db
FOLDER = "/wp-content/uploads/2020/05/"
PNG, PDF = b"Content-Type: image/png\r\n", b"Content-Type: application/pdf\r\n"
ADDRESSES = {ALLOWED: ALLOWED, "old.example": ALLOWED, "www.old.example": ALLOWED, "xn--80a.example": ALLOWED}


class OldBlog(Server):
    """The server of old.example: what it has at each path, and the paths that it was asked for."""

    def __init__(self):
        self.has = {}
        super().__init__(ALLOWED, lambda request: self.has.get(path_of(request), [answer(status=b"404 Not Found")]))

    def put(self, name, *pieces):
        self.has[FOLDER + name] = pieces

    def url(self, name, host="old.example"):
        return f"http://{host}:{self.port}{FOLDER}{name}"

    @property
    def asked(self):
        return [path_of(request).rpartition("/")[2] for request in self.requests]

    def attachment(self, number, name, host="old.example"):
        return attachment(number, name, attachment_url=self.url(name, host))


def path_of(request):
    return request.split(" ")[1]


@pytest.fixture
def guarded(monkeypatch):
    """Names lead to this machine, which the client may ask at one address, at any port, and without a pause."""
    limits = {"also_allowed": {ALLOWED}, "ports": range(1, 65_536), "resolve": lambda host, _port: [ADDRESSES[host]]}
    monkeypatch.setattr(fetch_files, "GuardedClient", partial(GuardedClient, **limits))
    monkeypatch.setattr(fetch_files, "PAUSE_SECONDS", 0)


@pytest.fixture
def blog(guarded):
    server = OldBlog()
    server.put("boat.png", answer(picture(), PNG))
    yield server
    server.listener.shutdown(socket.SHUT_RDWR)
    server.listener.close()


def fetch(folder, *items, options=("--fetch-media",)):
    return import_export(folder, *items, options=options)


def test_what_is_fetched_is_in_the_library_and_in_the_text(tmp_path, blog):
    blog.put("paper.pdf", answer(b"%PDF-1.7\n", PDF))
    text = f"<img src='{blog.url('boat-300x200.png')}' alt='A boat'>"
    fetch(tmp_path, item(post_id=1, content=text), blog.attachment(2, "boat.png"), blog.attachment(3, "paper.pdf"))
    assert Image.objects.get().original_name == "boat.png"
    assert Image.objects.get().file.url in Post.objects.get().body
    assert MediaFile.objects.get().ending == "pdf"
    assert [outcome("attachment", number) for number in (2, 3)] == [("created", "", "")] * 2
    assert blog.asked == ["boat.png", "paper.pdf"]


def test_a_second_run_fetches_only_what_is_missing(tmp_path, blog):
    items = [blog.attachment(2, "boat.png"), blog.attachment(3, "late.png")]
    fetch(tmp_path, *items)
    assert outcome("attachment", 3) == (
        "failed",
        "not-fetched",
        f"{blog.url('late.png')}: The answer has status 404 and the type text/html.",
    )
    blog.put("late.png", answer(picture("blue"), PNG))
    fetch(tmp_path, *items)
    assert [outcome("attachment", number)[0] for number in (2, 3)] == ["unchanged", "created"]
    assert blog.asked == ["boat.png", "late.png", "late.png"]


def test_nothing_is_fetched_unless_asked_for(tmp_path, blog):
    fetch(tmp_path, blog.attachment(2, "boat.png"), options=())
    run_command(tmp_path / "export.xml", "--fetch-media", "--dry-run")
    assert outcome("attachment", 2)[:2] == ("skipped", "no-file")
    assert blog.asked == []


def test_what_the_folder_has_is_not_fetched(tmp_path, blog):
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "here.png").write_bytes(picture("green"))
    items = blog.attachment(2, "here.png"), blog.attachment(3, "boat.png")
    fetch(tmp_path, *items, options=("--media", tmp_path / "uploads", "--fetch-media"))
    assert Image.objects.count() == 2
    assert blog.asked == ["boat.png"]


def test_a_file_of_another_host_is_not_asked_for(tmp_path, blog):
    fetch(tmp_path, blog.attachment(2, "boat.png", ALLOWED), blog.attachment(3, "boat.png", "old.example.evil.test"))
    assert outcome("attachment", 2) == ("skipped", "other-host", blog.url("boat.png", ALLOWED))
    assert outcome("attachment", 3)[:2] == ("skipped", "other-host")
    assert blog.asked == []


def test_the_host_is_asked_with_and_without_www(tmp_path, blog):
    fetch(tmp_path, blog.attachment(2, "boat.png", "www.old.example"))
    assert outcome("attachment", 2)[0] == "created"


@pytest.mark.parametrize("host", [ALLOWED, "а.example"])
def test_another_host_can_be_named_and_is_then_the_only_one(tmp_path, blog, host):
    items = blog.attachment(2, "boat.png", host), blog.attachment(3, "boat.png")
    fetch(tmp_path, *items, options=("--fetch-media", host))
    assert [outcome("attachment", number)[:2] for number in (2, 3)] == [("created", ""), ("skipped", "other-host")]


def test_a_redirect_within_the_host_is_followed(tmp_path, blog):
    blog.put("moved.png", redirect(blog.url("boat.png", "www.old.example")))
    fetch(tmp_path, blog.attachment(2, "moved.png"))
    assert outcome("attachment", 2)[0] == "created"
    assert Image.objects.get().original_name == "moved.png"


def test_a_redirect_to_another_host_is_refused(tmp_path, blog):
    blog.put("moved.png", redirect(blog.url("boat.png", ALLOWED)))
    fetch(tmp_path, blog.attachment(2, "moved.png"))
    _outcome, reason, detail = outcome("attachment", 2)
    assert (reason, detail.partition(": ")[2]) == ("not-fetched", f"{ALLOWED} is not among the hosts that are asked.")
    assert blog.asked == ["moved.png"]


def test_a_redirect_to_a_name_at_a_private_address_is_refused(tmp_path, blog, monkeypatch):
    monkeypatch.setitem(ADDRESSES, "www.old.example", "127.0.0.1")
    blog.put("moved.png", redirect(blog.url("boat.png", "www.old.example")))
    fetch(tmp_path, blog.attachment(2, "moved.png"))
    assert outcome("attachment", 2)[2].endswith("www.old.example is at 127.0.0.1, which is not a public address.")
    assert blog.asked == ["moved.png"]


def test_a_body_without_end_ends_with_the_limit_of_uploads(tmp_path, blog, settings, monkeypatch):
    settings.MEDIA_MAX_MB = 1
    monkeypatch.setattr(fetch_files, "MAX_BYTES", 50_000)
    without_length = (b"HTTP/1.1 200 OK\r\n" + PNG + b"\r\n", *[b"x" * 10_000] * 300)
    for name in ("endless.png", "endless.mp3"):
        blog.put(name, *without_length)
    fetch(tmp_path, blog.attachment(2, "endless.png"), blog.attachment(3, "endless.mp3"))
    limits = [outcome("attachment", number)[2].partition(": ")[2] for number in (2, 3)]
    assert limits == [f"The answer has more than {limit} bytes." for limit in (50_000, 1024 * 1024)]


def test_a_server_that_is_too_slow_is_left(tmp_path, blog, monkeypatch):
    monkeypatch.setattr(fetch_files, "FILE_SECONDS", 0.05)
    is_over = threading.Event()
    blog.has[FOLDER + "slow.png"] = begin_and_wait(is_over)
    fetch(tmp_path, blog.attachment(2, "slow.png"), item(post_id=1))
    is_over.set()
    _outcome, reason, detail = outcome("attachment", 2)
    assert (reason, "time" in detail) == ("not-fetched", True)
    assert Post.objects.exists()


def begin_and_wait(event):
    yield b"HTTP/1.1 200 OK\r\n" + PNG + b"\r\n" + picture()[:20]
    event.wait()


@pytest.mark.parametrize(
    ("head", "content", "reason"),
    [
        (b"Content-Type: text/html\r\n", b"<h1>Sorry</h1>", "not-fetched"),
        (PNG, b"<h1>Sorry</h1>", "file-refused"),
        (PNG, b"", "file-refused"),
        (PNG + b"Content-Encoding: br\r\n", b"x", "not-fetched"),
        (b"", picture(), "not-fetched"),
    ],
)
def test_what_is_no_picture_fails_and_says_why(tmp_path, blog, head, content, reason):
    blog.put("sorry.png", answer(content, head))
    fetch(tmp_path, blog.attachment(2, "sorry.png"))
    assert outcome("attachment", 2)[:2] == ("failed", reason)
    assert not Image.objects.exists()


def test_a_file_that_breaks_off_is_not_stored(tmp_path, blog):
    blog.put("half.png", answer(picture(), PNG)[:-20])
    fetch(tmp_path, blog.attachment(2, "half.png"))
    assert outcome("attachment", 2)[2].endswith("The answer broke off.")


def test_a_host_that_never_answers_is_given_up(tmp_path, blog, monkeypatch):
    monkeypatch.setattr(fetch_files, "GIVE_UP_AFTER", 2)
    for name in ("a.png", "b.png"):
        blog.put(name, b"")
    fetch(tmp_path, *(blog.attachment(number, f"{name}.png") for number, name in enumerate("axbabc", 1)))
    assert [outcome("attachment", number)[1] for number in range(1, 7)] == ["not-fetched"] * 4 + ["host-silent"] * 2
    assert blog.asked == ["a.png", "x.png", "b.png", "a.png"]


def test_requests_are_paced(tmp_path, blog, monkeypatch):
    pauses = []
    monkeypatch.setattr(fetch_files, "PAUSE_SECONDS", 60)
    monkeypatch.setattr(fetch_files.time, "sleep", pauses.append)
    fetch(tmp_path, blog.attachment(2, "boat.png"), blog.attachment(3, "boat.png"))
    assert pauses[0] == 0
    assert 0 < pauses[1] <= 60


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_file_is_fetched(tmp_path, blog, monkeypatch):
    seen, fetch_into = [], GuardedClient.fetch_into

    def look(self, *arguments):
        seen.append(connection.in_atomic_block)
        return fetch_into(self, *arguments)

    monkeypatch.setattr(GuardedClient, "fetch_into", look)
    fetch(tmp_path, blog.attachment(2, "boat.png"), blog.attachment(3, "gone.png"))
    assert seen == [False, False]


def test_interrupted_between_two_files_it_goes_on_with_the_second(tmp_path, blog, monkeypatch):
    fetch_into = GuardedClient.fetch_into

    def interrupt(self, file, url):
        if url.endswith("second.png"):
            raise KeyboardInterrupt
        return fetch_into(self, file, url)

    blog.put("second.png", answer(picture("blue"), PNG))
    items = blog.attachment(2, "boat.png"), blog.attachment(3, "second.png")
    with monkeypatch.context() as patched:
        patched.setattr(GuardedClient, "fetch_into", interrupt)
        assert fetch(tmp_path, *items).state == Run.State.STOPPED
    run = fetch(tmp_path, *items)
    assert (run.state, Run.objects.count(), Image.objects.count()) == (Run.State.FINISHED, 1, 2)
    assert blog.asked == ["boat.png", "second.png"]


@pytest.mark.parametrize("host", ["http://old.example/", "old.example/uploads", "localhost", "a b.example", "HERE"])
def test_what_is_no_host_is_refused_such_as_the_next_file(tmp_path, host):
    path = write(tmp_path, export(item()))
    with pytest.raises(CommandError, match="name the files before it"):
        run_command("--fetch-media", host.replace("HERE", str(path)), path)


# By the worker


def upload_and_work(client, *items, **fields):
    file = SimpleUploadedFile("export.xml", export(*items).encode())
    answer = client.post("/admin/transfer/run/add/", {"export": [file], **fields})
    job = UploadJob()
    while job.advance():
        pass
    return answer


def test_an_upload_fetches_them_if_it_is_ticked(blog):
    client = factories.staff_client("ada", "Administrator")
    items = blog.attachment(2, "boat.png"), blog.attachment(3, "boat.png", ALLOWED)
    upload_and_work(client, *items)
    assert blog.asked == []
    upload_and_work(client, *items, fetch="on")
    assert [outcome("attachment", number)[:2] for number in (2, 3)] == [("created", ""), ("skipped", "other-host")]
    upload_and_work(client, *items, fetch="on", fetch_host=ALLOWED)
    assert blog.asked == ["boat.png", "boat.png"]


@pytest.mark.parametrize("host", ["http://old.example", "old.example/a", "localhost", "a b.example"])
def test_what_is_no_host_is_refused_by_the_form(host):
    client = factories.staff_client("ada", "Administrator")
    assert "Give a host such as" in upload_and_work(client, item(), fetch="on", fetch_host=host).text
    assert not Run.objects.exists()


# Killed


def import_elsewhere(site, path, *, step=0):
    """The same in a process that kills itself at this step."""
    return import_in_process(site, [path, "--fetch-media"], step=step)


def test_killed_while_it_fetches_it_goes_on_and_ends_the_same(tmp_path, blog, empty_site):
    for colour in ("red", "green", "blue"):
        blog.put(f"{colour}.png", answer(picture(colour), PNG))
    shown = "".join(f"<img src='{blog.url(f'{colour}.png')}'>" for colour in ("red", "green", "blue"))
    files = [blog.attachment(number, f"{name}.png") for number, name in enumerate(("red", "gone", "green", "blue"), 2)]
    path = write(tmp_path, export(item(post_id=1, content=shown), *files))
    steps, _space, clean = import_elsewhere(shutil.copytree(empty_site, tmp_path / "clean"), path).stdout.partition(" ")
    expected = json.loads(clean)
    assert sum('"model": "blog.image"' in line for line in expected) == 3
    for number, place in enumerate((0.3, 0.6)):
        site = shutil.copytree(empty_site, tmp_path / f"site-{number}")
        assert import_elsewhere(site, path, step=round(int(steps) * place)).returncode == -signal.SIGKILL
        assert json.loads(import_elsewhere(site, path).stdout.partition(" ")[2]) == expected
