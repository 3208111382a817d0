"""Pictures that people upload, made anew: what is stored is what we drew, never what was sent.

Drawing a picture again leaves behind its metadata (where and when it was taken) and whatever else was hidden in
the file. A file that plainly is something else besides, such as a page or a program, is refused all the same: whoever
sends one means harm, or does not know what he sends.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import threading
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import IO, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

# What we read, and as what it is stored. A telephone's JPEG may hold a second picture (MPO): the first is meant.
STORED_FORMATS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP", "AVIF": "WEBP"}
READABLE_FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "GIF"]
FILE_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
ACCEPT = "image/jpeg,image/png,image/webp,image/avif,image/gif"
# A portrait is shown 72 CSS pixels wide, on a dense screen 216; 640 leaves room for another design.
MAX_PORTRAIT_SIDE = 640
# A post's column is 720 CSS pixels wide, on a dense screen 1,440; 2,560 is kept for what screens will be.
MAX_SIDE = 2_560
# The widths of renditions: a thumbnail and a telephone, the column, a dense telephone, the column on a dense screen.
RENDITION_WIDTHS = (400, 800, 1_200, 1_600)
# The largest cameras of telephones make 50 megapixels (200 MB as bare pixels); a bomb claims many times that.
MAX_PIXELS = 64_000_000
MAX_BYTES = 15 * 1024 * 1024

# Signs of other kinds of file, at least five bytes long: by chance one stands in a picture of 15 MB once in thousands.
POLYGLOT_SIGNATURES = re.compile(rb"<script|<!doctype html|<html[\s>]|<iframe|<\?php|%PDF-1\.|#!/bin/", re.IGNORECASE)
# How each format is written. AVIF at its quicker speed: 0.3 s for 1,600 pixels where the next costs 1.8 s.
ENCODER_OPTIONS: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 82, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 80},
    "AVIF": {"quality": 60, "speed": 8},
}
# One picture at a time in a process: the largest takes 250 MB while it is decoded.
DECODING_LOCK = threading.Lock()


class EncodedImage(NamedTuple):
    """A picture as we drew it, sides in pixels."""

    format: str
    width: int
    height: int
    content: bytes


def process_portrait(upload: File[bytes]) -> ContentFile[bytes]:
    """`upload` as a picture of at most 640 by 640 pixels under a random name; ValidationError for anything else."""
    made = process_upload(upload, to_fit=MAX_PORTRAIT_SIDE)
    return ContentFile(made.content, name=random_file_name(made.format))


def random_file_name(format: str) -> str:
    """A name by chance: nobody guesses it, and it was never anything else's."""
    return f"{secrets.token_hex(16)}.{FILE_EXTENSIONS[format]}"


def process_upload(upload: File[bytes], *, to_fit: int = MAX_SIDE) -> EncodedImage:
    """`upload` drawn anew, no side longer than `to_fit`; ValidationError, with a sentence, for what is no picture."""
    if upload.size > MAX_BYTES:
        raise ValidationError(_("This file is larger than 15 MB. Choose a smaller picture."), code="too_large")
    with DECODING_LOCK, open_upload(upload) as picture:
        refuse_polyglot(upload)
        kind = STORED_FORMATS[picture.format or ""]
        return encode_image(orient_and_shrink(picture, to_fit=to_fit), kind)


@contextlib.contextmanager
def open_upload(upload: File[bytes]) -> Iterator[Image.Image]:
    """The picture in `upload`, of which only the head was read; what goes wrong inside becomes a sentence."""
    try:
        with Image.open(upload, formats=READABLE_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            if getattr(picture, "is_animated", False) and picture.format != "MPO":
                raise ValidationError(_("This picture moves. Choose a still one."), code="moves")
            yield picture
    except UnidentifiedImageError:
        message = _("This is no picture that can be used here. Choose a JPEG, PNG, WebP, AVIF or GIF file (not SVG).")
        raise ValidationError(message, code="not_a_picture") from None
    except Image.DecompressionBombError:
        raise ValidationError(_("This picture has too many pixels. Choose a smaller one."), code="bomb") from None
    except (OSError, SyntaxError, ValueError, EOFError):  # what Pillow raises for a file that is cut short or broken
        raise ValidationError(_("This picture is damaged. Choose another."), code="damaged") from None


def refuse_polyglot(upload: File[bytes]) -> None:
    """ValidationError for a picture that is a page, a program, a document or an archive at the same time."""
    upload.seek(0)
    content = upload.read()
    if POLYGLOT_SIGNATURES.search(content) or zipfile.is_zipfile(BytesIO(content)):
        message = _("This file is a picture and something else besides. Save the picture anew, then choose that file.")
        raise ValidationError(message, code="two_natures")


def orient_and_shrink(picture: Image.Image, *, to_fit: int) -> Image.Image:
    """`picture` as it is meant to be seen, in the colours of the web, made smaller where it is too large."""
    picture.draft("RGB", (2 * to_fit, 2 * to_fit))  # lets a JPEG be decoded at a fraction of its size
    orientation = picture.getexif().get(0x0112, 1)
    small = convert_to_srgb(picture)
    small.thumbnail((to_fit, to_fit), Image.Resampling.LANCZOS)  # before it is turned: turning takes as much memory
    small.getexif()[0x0112] = orientation
    return ImageOps.exif_transpose(small)


def convert_to_srgb(picture: Image.Image) -> Image.Image:
    """RGB or RGBA in sRGB: without its profile, which goes with the metadata, a picture is taken for that."""
    profile = picture.info.get("icc_profile")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    direct = picture if picture.mode in {"RGB", "RGBA", "CMYK"} else picture.convert(mode)
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, TypeError, ValueError):  # a broken profile, or another's
            theirs, ours = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            direct = ImageCms.profileToProfile(direct, theirs, ours, outputMode=mode) or direct
    return direct if direct.mode == mode else direct.convert(mode)


def encode_image(picture: Image.Image, format: str) -> EncodedImage:
    """`picture` in that format, with its pixels and nothing besides."""
    if format == "JPEG":
        picture = picture.convert("RGB")
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = BytesIO()
    bare.save(out, format, **ENCODER_OPTIONS[format])
    return EncodedImage(format, bare.width, bare.height, out.getvalue())


def encode_renditions(stored: IO[bytes]) -> Iterator[EncodedImage]:
    """A stored picture at each width that it reaches, in AVIF, in WebP, and in a format that every browser knows."""
    with Image.open(stored, formats=list(FILE_EXTENSIONS)) as picture:
        picture.load()
        last = "PNG" if picture.has_transparency_data else "JPEG"
        whole = picture.convert("RGBA" if last == "PNG" else "RGB")
    for width in rendition_widths(whole.width):
        height = max(1, round(whole.height * width / whole.width))
        size = whole.resize((width, height), Image.Resampling.LANCZOS)
        for format in ("AVIF", "WEBP", last):
            yield encode_image(size, format)


def rendition_widths(width: int) -> list[int]:
    """Which widths are drawn of a picture so wide: none wider than itself."""
    return sorted({min(width, one) for one in RENDITION_WIDTHS})
