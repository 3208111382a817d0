"""Uploads of audio, video and PDF files: taken by their content, refused with a sentence, stored as they were sent."""

import random
import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from blog.editing.forms.media_file import MediaUploadForm
from blog.models import MediaFile
from tests import factories
from tests.blog.images.uploads import SCRIPT, SVG, archive, picture
from tests.blog.media.uploads import mp3, mp4, pdf, sent_file, stored_file, wav, webm

ADD = "/admin/blog/mediafile/add/"
pytestmark = pytest.mark.django_db


def files() -> list[Path]:
    return [file for file in Path(default_storage.location).rglob("*") if file.is_file()]


@pytest.mark.parametrize(
    ("content", "ending", "seconds"),
    [(mp3(3), "mp3", 3), (wav(2), "wav", 2), (mp4(), "mp4", None), (webm(), "webm", None), (pdf(), "pdf", None)],
    ids=["mp3", "wav", "mp4", "webm", "pdf"],
)
def test_a_file_is_what_it_contains_whatever_its_name(content, ending, seconds, alice):
    answer = alice.post(ADD, sent_file(content, "../../page.html"))
    row = MediaFile.objects.get()
    assert answer.headers["Location"] == f"/admin/blog/mediafile/{row.pk}/change/"
    assert (row.ending, row.seconds, row.bytes) == (ending, seconds, len(content))
    assert (row.title, row.uploaded_by, row.original_name) == ("A talk", alice.user, "page.html")
    assert re.fullmatch(rf"files/[0-9a-f]{{32}}\.{ending}", row.file.name)
    assert [file.read_bytes() for file in files()] == [content]
    shown = alice.get(answer.headers["Location"]).content.decode()
    assert f"![A talk]({row.file.url})" in shown


HOSTILE = {
    "page": (b"<!doctype html>" + SCRIPT, "cannot|not a file"),
    "svg": (SVG, "not a file"),
    "image": (picture(), "not a file"),
    "program": (b"MZ" + b"\0" * 200, "not a file"),
    "archive": (archive(), "not a file"),
    "matroska": (webm().replace(b"webm", b"mkvx"), "not a file"),
    "heic": (mp4(b"heic"), "not a file"),
    "audio without a frame": (b"ID3\x04" + b"\0" * 500, "damaged"),
    "cut wave": (wav()[:20], "damaged"),
    "ogg of nothing": (b"OggS" + b"\0" * 30 + b"OpusHead" + b"\0" * 30, "damaged"),
    "flac of nothing": (b"fLaC" + b"\0" * 60, "damaged"),
    "nothing": (b"", "empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_any_other_file_is_refused_with_a_sentence_and_leaves_nothing(case, alice):
    content, word = HOSTILE[case]
    answer = alice.post(ADD, sent_file(content, "talk.mp3"))
    assert answer.status_code == 200
    (sentence,) = answer.context["adminform"].form.errors["upload"]
    assert re.search(word, sentence), sentence
    assert (MediaFile.objects.count(), files()) == (0, [])


def test_a_damaged_file_never_fails(db):
    """Hundreds of mutants, the same each time: each is taken or refused."""
    for content in (mp3(1), wav(1), mp4(), mp4(b"M4A "), webm(), b"fLaC" + b"\0" * 60, b"OggS" + b"\1vorbis" * 9):
        for seed in range(60):
            dice, mutant = random.Random(seed), bytearray(content[:2_000])  # noqa: S311  the same mutants each time
            for _ in range(dice.choice([1, 2, 8])):
                mutant[dice.randrange(4, min(len(mutant), 200))] = dice.randrange(256)
            form = MediaUploadForm({"title": "A talk"}, {"upload": SimpleUploadedFile("a", bytes(mutant))})
            assert form.is_valid() or form.errors["upload"]


def test_too_large_a_file_is_refused_before_it_is_stored(alice, settings):
    settings.MEDIA_MAX_MB = 1
    answer = alice.post(ADD, sent_file(wav(2) + b"\0" * 1024 * 1024))
    assert "This file is larger than 1 MB." in answer.content.decode()
    assert files() == []
    assert alice.post(ADD, sent_file(b"\0" * 22 * 1024 * 1024)).status_code == 413


def test_a_file_larger_than_other_forms_is_taken(alice):
    content = mp3(1) + b"\0" * 21 * 1024 * 1024
    assert alice.post(ADD, sent_file(content)).status_code == 302
    assert MediaFile.objects.get().bytes == len(content)


def test_the_same_file_again_leads_to_the_first(alice):
    row = stored_file(mp3(), title="The first")
    shown = alice.post(ADD, sent_file(mp3())).content.decode()
    assert f'The library already has this file: <a href="/admin/blog/mediafile/{row.pk}/change/">The first</a>' in shown
    assert len(files()) == 1


def test_others_files_can_be_used_but_not_changed_or_deleted(alice, bob, editor):
    row = stored_file(mp3(), by=alice.user)
    address = f"/admin/blog/mediafile/{row.pk}/"
    assert bob.get(f"{address}change/").status_code == 200
    assert bob.post(f"{address}change/", {"title": "Mine"}).status_code == 403
    assert bob.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    assert alice.post(f"{address}change/", {"title": "Better"}).status_code == 302
    assert MediaFile.objects.get().title == "Better"


def test_a_file_in_use_is_not_deleted_and_one_out_of_use_goes_with_its_file(editor, django_capture_on_commit_callbacks):
    row = stored_file(mp3())
    post = factories.post("On air", body=row.markdown())
    address = f"/admin/blog/mediafile/{row.pk}/delete/"
    shown = editor.post(address, {"post": "yes"}, follow=True).content.decode()
    assert "“A talk” is used in “On air”. Remove it there first, then delete it." in shown
    post.delete()
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(address, {"post": "yes"})
    assert (MediaFile.objects.count(), files()) == (0, [])
