"""Uploads of any kind store a clean image, or nothing with an error message."""

import os
import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from blog.models import Image
from registan.storage import MAX_FORM_BYTES
from tests import factories
from tests.blog.images.uploads import HOSTILE, SCRIPT, picture, sent, uploaded, with_metadata

UPLOAD, ADD = "/admin/blog/image/upload/", "/admin/blog/image/add/"
pytestmark = pytest.mark.django_db


def files() -> list[Path]:
    folder = Path(default_storage.location)
    return [file for file in folder.rglob("*") if file.is_file()]


def test_an_image_is_stored_under_a_random_name_and_its_line_returned(alice):
    answer = alice.post(UPLOAD, sent(picture(), "camel.jpg", caption="At noon", credit="Ann"))
    image = Image.objects.get()
    assert answer.json()["markdown"] == f'![A camel](/media/images/{image.name}.jpg "At noon")'
    assert re.fullmatch(r"[0-9a-f]{32}", image.name)
    assert (image.width, image.height, image.credit, image.uploaded_by) == (80, 60, "Ann", alice.user)
    assert image.original_name == "camel.jpg"
    served = alice.get(image.file.url)
    assert (served.status_code, served["Content-Type"], served["X-Content-Type-Options"]) == (
        200,
        "image/jpeg",
        "nosniff",
    )


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_and_leaves_nothing(case, alice):
    content, name, word = HOSTILE[case]
    answer = alice.post(UPLOAD, sent(content, name))
    assert answer.status_code == 400
    (sentence,) = answer.json()["errors"]["upload"]
    assert re.search(word, sentence), sentence
    assert (Image.objects.count(), files()) == (0, [])


NAMES = ["../../etc/passwd.jpg", "/etc/cron.d/x.jpg", "a\0b.jpg", "..\\x.jpg", "x" * 400 + ".jpg", "\u202egpj.exe"]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_that_was_sent_decides_nothing(name, alice):
    answer = alice.post(UPLOAD, sent(picture(), name))
    assert answer.status_code == 200
    (file,) = files()
    assert file.parent == Path(default_storage.location) / "images"
    assert file.stem == Image.objects.get().name
    assert Image.objects.get().original_name.isprintable()


def test_a_stored_image_is_upright_and_has_no_location(alice):
    alice.post(UPLOAD, sent(with_metadata()))
    (file,) = files()
    with Pillow.open(file) as stored:
        assert stored.size == (60, 80)
        assert not stored.getexif()
    assert not any(word in file.read_bytes() for word in (b"telephone", b"secret"))


def test_a_large_image_is_stored_no_larger_than_any_screen(alice):
    alice.post(UPLOAD, sent(picture("PNG", (5_000, 100))))
    assert (Image.objects.get().width, Image.objects.get().height) == (2_560, 51)


def test_an_image_named_as_another_kind_is_stored_as_what_it_is(alice):
    alice.post(UPLOAD, sent(picture("PNG"), "photo.jpg"))
    assert files()[0].suffix == ".png"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"alt": ""}, "alt"),
        ({"alt": "  "}, "alt"),
        ({"alt": "A camel", "is_decorative": "on"}, "is_decorative"),
        ({"alt": "two\nlines"}, "alt"),
        ({"alt": "x" * 501}, "alt"),
        ({"credit": "a\x00b"}, "credit"),
    ],
)
def test_an_image_must_be_described_or_marked_decorative(fields, wrong, alice):
    answer = alice.post(UPLOAD, sent(picture(), **fields))
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [wrong]
    assert files() == []


def test_a_decorative_image_needs_no_words(alice):
    answer = alice.post(UPLOAD, sent(picture(), alt="", is_decorative="on"))
    assert answer.json()["markdown"].startswith("![](/media/images/")


def test_words_that_resemble_markdown_stay_words(alice):
    answer = alice.post(UPLOAD, sent(picture(), alt="[x](y) *z* \\", caption="a & \\ *b*"))
    post = factories.post(body=answer.json()["markdown"])
    assert 'alt="[x](y) *z* \\"' in post.body_html
    assert '<figcaption dir="auto">a &amp; \\ *b*</figcaption>' in post.body_html


def test_the_same_file_again_is_the_same_image_with_the_words_of_now(alice):
    first = alice.post(UPLOAD, sent(picture(), alt="A camel")).json()
    again = alice.post(UPLOAD, sent(picture(), alt="The camel of before")).json()
    assert again["markdown"] == first["markdown"].replace("A camel", "The camel of before")
    assert "The library had it already" in again["said"]
    assert (Image.objects.count(), len(files())) == (1, 1)


def test_the_same_file_sent_twice_at_once_is_one_image(alice, monkeypatch):
    uploaded(picture())
    monkeypatch.setattr("django.db.models.query.QuerySet.first", lambda self: None)  # neither saw the other
    answer = alice.post(UPLOAD, sent(picture()))
    assert (Image.objects.count(), len(files())) == (1, 1)
    assert Image.objects.get().file.url in answer.json()["markdown"]


def test_a_form_of_more_than_twenty_megabytes_is_not_even_read(alice, settings):
    answer = alice.post(UPLOAD, {"upload": BytesIO(b"\0" * (MAX_FORM_BYTES + 1))})
    assert answer.status_code == 413
    assert files() == []


def test_request_bodies_are_never_written_to_disk(alice, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "nowhere"
    content = picture("PNG", (1_500, 1_500), compress_level=0)
    assert len(content) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    assert alice.post(UPLOAD, sent(content)).status_code == 200


def test_without_script_the_form_keeps_its_words_and_leads_to_the_line(alice):
    kept = alice.post(ADD, sent(SCRIPT, alt="A camel", credit="Ann"))
    assert kept.status_code == 200
    assert b'value="A camel"' in kept.content
    assert b'value="Ann"' in kept.content
    page = alice.post(ADD, sent(picture(), alt="A camel"), follow=True)
    assert f"![A camel](/media/images/{Image.objects.get().name}.jpg)" in page.content.decode()


def test_without_script_the_same_file_again_is_offered_with_a_link(alice):
    known = uploaded(picture())
    page = alice.post(ADD, sent(picture())).content.decode()
    assert f'<a href="/admin/blog/image/{known.pk}/change/">A camel</a>' in page


@pytest.fixture
def small_disk(settings, tmp_path):
    """A disk of one megabyte, as full as it gets."""
    if os.getuid() != 0:
        pytest.skip("not root: what happens on a full disk was not tried")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False).returncode:
        pytest.skip("nothing can be mounted here: what happens on a full disk was not tried")
    settings.MEDIA_ROOT = disk
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def noise() -> bytes:
    """A picture that no compression makes small: half a megabyte as it is stored."""
    out = BytesIO()
    Pillow.effect_noise((400, 400), 90).save(out, "PNG")
    return out.getvalue()


def test_on_a_full_disk_there_is_a_sentence_and_nothing_half_written(alice, small_disk):
    (small_disk / "ballast").write_bytes(b"\0" * 900_000)
    answer = alice.post(UPLOAD, sent(noise()))
    assert answer.status_code == 507
    assert "The disk is full" in answer.json()["errors"]["upload"][0]
    assert (Image.objects.count(), [file.name for file in files()]) == (0, ["ballast"])
    page = alice.post(ADD, sent(noise(), alt="A camel")).content.decode()
    assert "The disk is full" in page
    assert 'value="A camel"' in page
    (small_disk / "ballast").unlink()
    assert alice.post(UPLOAD, sent(noise())).status_code == 200
