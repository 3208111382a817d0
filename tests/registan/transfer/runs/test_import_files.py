"""Attachments become pictures and media files by the way of uploads, and texts show them; what is missing is named"""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image as Picture

from blog.models import Image, MediaFile, Post
from tests.registan.transfer.runs.importing import import_export, outcome
from tests.registan.transfer.wxr import item, meta

pytestmark = pytest.mark.django_db
UPLOADS = "https://old.example/wp-content/uploads"


def picture(colour: str = "red", format: str = "PNG") -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", (40, 30), colour).save(out, format)
    return out.getvalue()


@pytest.fixture
def uploads(tmp_path):
    """A copy of wp-content/uploads with a boat, the same again, a paper, and a page that is called a picture."""
    folder = tmp_path / "uploads" / "2020" / "05"
    folder.mkdir(parents=True)
    for name, content in {
        "boat.png": picture(),
        "again.png": picture(),
        "paper.pdf": b"%PDF-1.7\n",
        "evil.png": b"<script>",
    }.items():
        (folder / name).write_bytes(content)
    return tmp_path / "uploads"


def attachment(number: int, name: str, *extra: str, **values) -> str:
    address = f"{UPLOADS}/2020/05/{name}"
    fields = {"post_id": number, "post_type": "attachment", "status": "inherit", "attachment_url": address}
    return item(*extra, **{**fields, "title": name, "guid": address, **values})


def test_a_picture_is_in_the_library_in_the_text_and_above_it(tmp_path, uploads):
    text = f"<img src='{UPLOADS}/2020/05/boat-300x200.png' alt='A boat'>"
    import_export(
        tmp_path,
        item(meta("_thumbnail_id", "2"), post_id=1, content=text),
        attachment(2, "boat.png", meta("_wp_attachment_image_alt", "A boat"), excerpt="Our <b>boat</b>"),
        options=("--media", uploads),
    )
    image, post = Image.objects.get(), Post.objects.get()
    assert (image.alt, image.caption, image.is_decorative) == ("A boat", "Our boat", False)
    assert image.original_name == "boat.png"
    assert image.file.url in post.body
    assert post.cover == image
    assert image.uses.count() == 1
    assert outcome("attachment", 2) == ("created", "", "")


def test_a_picture_that_nobody_described_is_decorative(tmp_path, uploads):
    import_export(tmp_path, attachment(2, "boat.png"), options=("--media", uploads))
    assert Image.objects.get().is_decorative


def test_other_files_are_media_files(tmp_path, uploads):
    import_export(tmp_path, attachment(2, "paper.pdf"), options=("--media", uploads))
    assert (MediaFile.objects.get().title, MediaFile.objects.get().ending) == ("paper.pdf", "pdf")


def test_the_same_file_is_stored_once(tmp_path, uploads):
    options = ("--media", uploads)
    import_export(tmp_path, attachment(2, "boat.png"), attachment(3, "again.png"), options=options)
    assert Image.objects.count() == 1
    assert outcome("attachment", 3)[:2] == ("unchanged", "already-here")


def test_a_file_that_is_no_picture_fails_and_says_why(tmp_path, uploads):
    import_export(tmp_path, attachment(2, "evil.png"), item(post_id=1), options=("--media", uploads))
    result, reason, detail = outcome("attachment", 2)
    assert (result, reason) == ("failed", "file-refused")
    assert detail.startswith("evil.png: This file cannot be used as an image")
    assert Post.objects.exists()


def test_files_are_named_as_missing_with_and_without_a_folder(tmp_path, uploads):
    import_export(tmp_path, attachment(2, "gone.png"))
    assert outcome("attachment", 2) == ("skipped", "no-file", f"{UPLOADS}/2020/05/gone.png")
    import_export(tmp_path, attachment(2, "gone.png"), options=("--media", uploads))
    assert outcome("attachment", 2) == ("skipped", "missing-file", f"{UPLOADS}/2020/05/gone.png")


def test_files_that_come_later_are_put_into_the_texts_then(tmp_path, uploads):
    items = [item(post_id=1, content=f"<img src='{UPLOADS}/2020/05/boat.png' alt='A boat'>"), attachment(2, "boat.png")]
    import_export(tmp_path, *items)
    assert f"{UPLOADS}/2020/05/boat.png" in Post.objects.get().body
    import_export(tmp_path, *items, options=("--media", uploads))
    assert Image.objects.get().file.url in Post.objects.get().body
    assert outcome("post", 1)[0] == "updated"


def test_a_file_has_the_same_name_whenever_it_is_imported(tmp_path, uploads):
    import_export(tmp_path, attachment(2, "boat.png"), options=("--media", uploads))
    name = Image.objects.get().file.name
    Image.objects.all().delete()
    import_export(tmp_path, attachment(2, "boat.png"), attachment(4, "again.png"), options=("--media", uploads))
    assert Image.objects.get().file.name == name
    assert default_storage.exists(name)
    assert outcome("attachment", 2)[:2] == ("skipped", "deleted-here")
