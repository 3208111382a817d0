"""Audio, video and PDF files for tests, made here: no binary lies in the repository."""

import io
import struct
import wave

from django.core.files.uploadedfile import SimpleUploadedFile

from blog.editing.forms.media_file import MediaUploadForm
from blog.models import MediaFile
from tests import factories

# A frame of layer III: 128 kbit/s, 44,100 Hz, 417 bytes long, 1,152 samples of silence.
MP3_FRAME = b"\xff\xfb\x90\x00" + b"\0" * 413


def mp3(seconds: int = 3) -> bytes:
    return MP3_FRAME * (seconds * 44_100 // 1_152)


def wav(seconds: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(b"\x80" * 8_000 * seconds)
    return out.getvalue()


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def mp4(brand: bytes = b"isom") -> bytes:
    return box(b"ftyp", brand + b"\0\0\2\0" + brand) + box(b"mdat", b"\0" * 64)


def webm() -> bytes:
    return b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + b"\0" * 64


def pdf() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def sent_file(content: bytes, name: str = "talk.bin", title: str = "A talk") -> dict:
    """What a browser sends with a file."""
    return {"upload": SimpleUploadedFile(name, content), "title": title}


def stored_file(content: bytes, *, by=None, title: str = "A talk") -> MediaFile:
    """A file in the library, through the form that everybody uses."""
    data = sent_file(content, title=title)
    form = MediaUploadForm(data, {"upload": data.pop("upload")})
    assert form.is_valid(), form.errors
    made = form.save(commit=False)
    made.uploaded_by = by or factories.user(group="Author")
    made.save()
    return made
