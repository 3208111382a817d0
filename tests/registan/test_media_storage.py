"""Pictures on disk or in an S3-compatible store, which only the site itself talks to."""

import re
import socket

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from blog import jobs
from blog.models import Image, Post
from registan import env
from tests import factories
from tests.blog.images.uploads import picture, sent, uploaded
from tests.comments.processes import free_port

UPLOAD = "/admin/blog/image/upload/"
NO_STORAGE = "django-storages[s3] and moto are not installed: S3 was not tried"


@pytest.fixture(scope="module")
def s3_server():
    """The URL of an S3 server with an empty bucket."""
    moto = pytest.importorskip("moto.server", reason=NO_STORAGE)
    boto3 = pytest.importorskip("boto3", reason=NO_STORAGE)
    port = free_port()
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "se/cret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", **keys).create_bucket(Bucket="pictures")
    yield f"s3+http://key:se%2Fcret@127.0.0.1:{port}/pictures?region=us-east-1"
    server.stop()


@pytest.fixture
def in_s3(s3_server, settings):
    settings.STORAGES = {**settings.STORAGES, "default": env.parse_media_storage(s3_server)}


@pytest.fixture
def alice(db) -> Client:
    client = Client()
    client.force_login(factories.user("alice", group="Author"))
    return client


def test_in_s3_an_image_is_stored_rendered_served_and_deleted(
    in_s3, alice, visitor, settings, django_capture_on_commit_callbacks
):
    assert alice.post(UPLOAD, sent(picture(size=(900, 90)))).status_code == 200
    image = Image.objects.get()
    post = factories.post(body=image.markdown())
    assert jobs.render_next_image() == 1
    assert f"/media/images/{image.name}-400.avif 400w" in Post.objects.get(pk=post.pk).body_html
    answer = visitor.get(f"/media/images/{image.name}-400.avif")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/avif")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"".join(answer)[4:12] == b"ftypavif"
    assert not settings.MEDIA_ROOT.exists()
    files = default_storage.listdir("images")[1]
    assert len(files) == 10
    post.delete()
    with django_capture_on_commit_callbacks(execute=True):
        Image.objects.get().delete()
    assert default_storage.listdir("images")[1] == []


def test_in_s3_a_missing_image_is_a_404(in_s3, visitor, db):
    for name in ("images/none.png", "../x.png", "a\x00.png", "x" * 2_000 + ".png"):
        assert visitor.get(f"/media/{name}").status_code in {400, 404}, name


def test_a_store_that_never_answers_is_given_up_before_nginx_asks_another_node(root):
    storage = pytest.importorskip("registan.s3_storage", reason=NO_STORAGE)
    patience = re.search(r"proxy_read_timeout +(\d+)s", (root / "deploy" / "nginx.conf").read_text())
    longest = storage.ATTEMPTS * (storage.CONNECT_TIMEOUT + storage.READ_TIMEOUT)
    assert longest < int(patience[1])


@pytest.fixture
def dead_s3(settings):
    """A picture store that refuses every connection."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening
        port = taken.getsockname()[1]
        pytest.importorskip("storages", reason=NO_STORAGE)
        address = f"s3+http://key:secret@127.0.0.1:{port}/pictures?region=us-east-1"
        settings.STORAGES = {**settings.STORAGES, "default": env.parse_media_storage(address)}
        yield


def test_a_store_that_is_down_gives_authors_a_sentence_and_readers_a_503(dead_s3, alice, visitor):
    answer = alice.post(UPLOAD, sent(picture()))
    assert answer.status_code == 503
    assert "could not be stored" in answer.json()["errors"]["upload"][0]
    assert not Image.objects.exists()
    away = visitor.get("/media/images/any.png")
    assert (away.status_code, away["Retry-After"]) == (503, "30")
    assert "immutable" not in away.headers.get("Cache-Control", "")


def test_a_worker_waits_for_a_store_that_is_down(s3_server, settings, db):
    image = uploaded()
    pytest.importorskip("storages", reason=NO_STORAGE)
    there = settings.STORAGES
    settings.STORAGES = {**there, "default": env.parse_media_storage(s3_server)}  # which has nothing of that name
    assert jobs.render_next_image() == 1
    settings.STORAGES = there
    Image.objects.update(next_try_at=image.uploaded_at)
    assert jobs.render_next_image() == 1
    assert image.renditions.count() == 3


RIGHT = {
    "s3://KEY:SECRET@s3.example.org/pictures": ("https://s3.example.org", None),
    "s3://KEY:SECRET@s3.example.org:9000/my.pictures/?region=eu-1": ("https://s3.example.org:9000", "eu-1"),
    "s3+http://KEY:SECRET@10.0.0.1/pictures": ("http://10.0.0.1", None),
}  # fmt: skip


@pytest.mark.parametrize("address", RIGHT)
def test_a_url_has_every_option_of_the_store(address):
    options = env.parse_media_storage(address)["OPTIONS"]
    assert (options["endpoint_url"], options["region_name"]) == RIGHT[address]
    assert (options["access_key"], options["secret_key"]) == ("KEY", "SECRET")


@pytest.mark.parametrize(
    "address",
    ["s3", "s3://host/pictures", "s3://KEY@host/pictures", "s3://KEY:SECRET@host", "s3://KEY:SECRET@host/a/b",
     "s3://KEY:SECRET@host:x/pictures", "s3://KEY:SECRET@host/pictures?acl=public", "https://KEY:SECRET@host/pictures",
     "s3://KEY:SECRET@host/PICTURES"],
)  # fmt: skip
def test_a_wrong_url_is_refused(address):
    with pytest.raises(ValueError, match=r".*"):
        env.parse_media_storage(address)
