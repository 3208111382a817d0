"""Decodes uploaded pictures and encodes them again: no file that was sent is ever stored.

Encoding leaves out metadata (where and when a picture was taken) and whatever else is hidden in a file. A file that is
also something else, such as a page or a program, is refused all the same: its sender means harm or does not know it.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, UnidentifiedImageError

# The formats that we read, and those in which they are stored. A phone's JPEG may contain a second picture (MPO), which
# is ignored.
STORED_FORMATS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP", "AVIF": "WEBP"}
READABLE_FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "GIF"]
FILE_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
ACCEPT = "image/jpeg,image/png,image/webp,image/avif,image/gif"
# A portrait is shown 72 CSS pixels wide, on a dense screen 216; 640 leaves room for another design.
MAX_PORTRAIT_SIDE = 640
# A post's column is 720 CSS pixels wide, on a dense screen 1,440; 2,560 leaves room for future screens.
MAX_SIDE = 2_560
# The widths of renditions: for thumbnails and phones, the column, dense phones, the column on a dense screen.
RENDITION_WIDTHS = (400, 800, 1_200, 1_600)
# The largest phone cameras have 50 megapixels (200 MB decoded); a decompression bomb claims many times that.
MAX_PIXELS = 64_000_000
MAX_BYTES = 15 * 1024 * 1024

# Signatures of other kinds of file, at least five bytes long: one picture of 15 MB in thousands has one by chance.
POLYGLOT_SIGNATURES = re.compile(rb"<script|<!doctype html|<html[\s>]|<iframe|<\?php|%PDF-1\.|#!/bin/", re.IGNORECASE)
# Options of each encoder. AVIF takes 0.3 s for 1,600 pixels at this speed, and 1.8 s at the next.
ENCODER_OPTIONS: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 82, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 80},
    "AVIF": {"quality": 60, "speed": 8},
}
# What Pillow and the libraries under it raise for a file that is truncated or broken, or made to break them.
DECODER_ERRORS = (ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError, TypeError,
                  ValueError, struct.error, zlib.error)  # fmt: skip
# How a picture is turned upright, by its orientation in EXIF (EXIF 2.32, 4.6.4).
EXIF_ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# A process decodes one picture at a time, since the largest takes 250 MB.
DECODING_LOCK = threading.Lock()


class EncodedImage(NamedTuple):
    """A picture as it is stored; width and height are in pixels."""

    format: str
    width: int
    height: int
    content: bytes


def process_portrait(upload: File[bytes]) -> ContentFile[bytes]:
    """Turn an upload into a picture of at most 640 by 640 pixels with a random name; raises ValidationError."""
    portrait = process_upload(upload, max_side=MAX_PORTRAIT_SIDE)
    return ContentFile(portrait.content, name=random_file_name(portrait.format))


def random_file_name(format: str, stem: str = "") -> str:
    """A name that nobody can guess and no file has had; with `stem`, 32 hexadecimal digits, one that has that."""
    return f"{stem or secrets.token_hex(16)}.{FILE_EXTENSIONS[format]}"


def process_upload(upload: File[bytes], *, max_side: int = MAX_SIDE, format: str = "") -> EncodedImage:
    """Decode an upload and encode it again, with no side longer than `max_side`; ValidationError if it cannot be.

    Without a `format`, it is one like that of the upload.
    """
    if upload.size > MAX_BYTES:
        raise ValidationError(_("This file is larger than 15 MB. Choose a smaller image."), code="too_large")
    with DECODING_LOCK, open_upload(upload) as picture:
        refuse_polyglot(upload)
        kind = format or STORED_FORMATS[picture.format or ""]
        return encode_image(orient_and_shrink(picture, max_side=max_side), kind)


@contextlib.contextmanager
def open_upload(upload: File[bytes]) -> Iterator[Image.Image]:
    """The picture in `upload`, of which only the header is read; errors within become a ValidationError."""
    try:
        with Image.open(upload, formats=READABLE_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            if getattr(picture, "is_animated", False) and picture.format != "MPO":
                raise ValidationError(_("This image is animated. Choose a still image."), code="animated")
            yield picture
    except UnidentifiedImageError:
        message = _("This file cannot be used as an image. Choose a JPEG, PNG, WebP, AVIF or GIF file (not SVG).")
        raise ValidationError(message, code="not_a_picture") from None
    except Image.DecompressionBombError:
        raise ValidationError(_("This image has too many pixels. Choose a smaller image."), code="bomb") from None
    except DECODER_ERRORS:
        raise ValidationError(_("This image is damaged. Choose another image."), code="damaged") from None


def refuse_polyglot(upload: File[bytes]) -> None:
    """Raise ValidationError for a picture that is also a page, a program, a document or an archive."""
    upload.seek(0)
    content = upload.read()
    if POLYGLOT_SIGNATURES.search(content) or zipfile.is_zipfile(BytesIO(content)):
        message = _("This file contains more than an image. Save the image again, then choose the new file.")
        raise ValidationError(message, code="polyglot")


def orient_and_shrink(picture: Image.Image, *, max_side: int) -> Image.Image:
    """Turn the picture upright, convert it to sRGB, and shrink it if it is too large."""
    picture.draft("RGB", (2 * max_side, 2 * max_side))  # lets a JPEG be decoded at a fraction of its size
    orientation = read_orientation(picture)
    small = convert_to_srgb(picture)
    small.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)  # before turning, which takes as much memory
    return small.transpose(TURNS[orientation]) if orientation in TURNS else small


def read_orientation(picture: Image.Image) -> object:
    """The orientation that EXIF states, whatever that is; None where EXIF is damaged: it is not stored anyway."""
    with contextlib.suppress(*DECODER_ERRORS):
        stated: object = picture.getexif().get(EXIF_ORIENTATION)
        return stated if isinstance(stated, int) else None
    return None


def convert_to_srgb(picture: Image.Image) -> Image.Image:
    """Convert to RGB or RGBA in sRGB: its colour profile goes with the metadata, and without one sRGB is assumed."""
    profile = picture.info.get("icc_profile")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    direct = picture if picture.mode in {"RGB", "RGBA", "CMYK"} else picture.convert(mode)
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, TypeError, ValueError):  # a broken or wrong profile
            theirs, ours = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            direct = ImageCms.profileToProfile(direct, theirs, ours, outputMode=mode) or direct
    return direct if direct.mode == mode else direct.convert(mode)


def encode_image(picture: Image.Image, format: str) -> EncodedImage:
    """Encode the pixels and nothing else."""
    if format == "JPEG":
        picture = picture.convert("RGB")
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = BytesIO()
    bare.save(out, format, **ENCODER_OPTIONS[format])
    return EncodedImage(format, bare.width, bare.height, out.getvalue())


def encode_renditions(stored: IO[bytes]) -> Iterator[EncodedImage]:
    """Encode a stored picture at each width that it reaches, in AVIF, WebP, and a format that every browser knows."""
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
    """The widths of the renditions of a picture this wide; none is wider than the picture."""
    return sorted({min(width, standard) for standard in RENDITION_WIDTHS})
