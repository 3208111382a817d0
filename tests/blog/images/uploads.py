"""Files that people upload, honest and hostile, made here: no binary lies in the repository."""

import struct
import zipfile
import zlib
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from blog.editing.forms.image import ImageUploadForm
from blog.models import Image as Picture
from tests import factories


def noise(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture with something in it, the same each time."""
    gradient = Image.linear_gradient("L").resize(size)
    bands = [gradient, gradient.rotate(180), Image.radial_gradient("L").resize(size), gradient]
    return Image.merge(mode, bands[: len(mode)])


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 60), mode: str = "RGB", **options) -> bytes:
    out = BytesIO()
    noise(size, mode).save(out, kind, **options)
    return out.getvalue()


def with_metadata() -> bytes:
    """Taken sideways by Ann's telephone, somewhere."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A telephone of Ann's"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(size=(80, 60), exif=exif, comment=b"secret words")


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that say they are a picture of that size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def moving() -> bytes:
    out = BytesIO()
    noise((9, 9)).save(out, "GIF", save_all=True, append_images=[Image.new("RGB", (9, 9), "red")])
    return out.getvalue()


def archive() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("run.class", b"\xca\xfe\xba\xbe")
    return out.getvalue()


SCRIPT = b"<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
# What is sent, under which name, and a word of the sentence that answers.
HOSTILE = {
    "bomb": (png_claiming(50_000, 50_000), "a.png", "too many pixels"),
    "long": (png_claiming(1, 2**31 - 1), "a.png", "too many pixels"),
    "svg": (SVG, "a.svg", "not SVG"),
    "svg in disguise": (SVG, "a.png", "not SVG"),
    "page in disguise": (b"<!doctype html>" + SCRIPT, "a.jpg", "cannot be used as an image"),
    "program": (b"MZ" + b"\0" * 200, "a.exe", "cannot be used as an image"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "a.jpg", "cannot be used as an image"),
    "other kind": (picture("TIFF"), "a.tiff", "cannot be used as an image"),
    "page behind": (picture() + b"<HTML><body>" + SCRIPT, "a.jpg", "more than an image"),
    "script in a comment": (picture(comment=SCRIPT), "a.jpg", "more than an image"),
    "php behind": (picture("PNG") + b"<?php system($_GET[0]); ?>", "a.php.png", "more than an image"),
    "archive behind": (picture("WEBP") + archive(), "a.webp", "more than an image"),
    "document behind": (picture("GIF") + b"%PDF-1.7\n1 0 obj", "a.gif", "more than an image"),
    "cut short": (picture(size=(300, 300))[:2_000], "a.jpg", "damaged"),
    "cut at the head": (picture("PNG")[:20], "a.png", "damaged|cannot be used as an image"),
    "moving": (moving(), "a.gif", "animated"),
    "too heavy": (picture() + b"\0" * (15 * 1024 * 1024), "a.jpg", "15 MB"),
    "nothing": (b"", "a.jpg", "empty"),
}  # fmt: skip


def sent(content: bytes, name: str = "camel.jpg", **fields) -> dict:
    """What a browser sends with a picture."""
    return {"upload": SimpleUploadedFile(name, content), "alt": "A camel", "caption": "", "credit": "", **fields}


def uploaded(content: bytes | None = None, *, by=None, **fields) -> Picture:
    """A picture in the library, through the form that everybody uses."""
    data = sent(content or picture(), **fields)
    form = ImageUploadForm(data, {"upload": data.pop("upload")})
    assert form.is_valid(), form.errors
    made = form.save(commit=False)
    made.uploaded_by = by or factories.user(group="Author")
    made.save()
    return made
