"""Pictures that people upload, made anew: what is stored is what we drew, never what was sent.

Drawing a picture again leaves behind its metadata (where and when it was taken) and whatever else was hidden in
the file, such as a script after the last pixel.
"""

from __future__ import annotations

import secrets
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

# What browsers show and Pillow both reads and writes, with the ending under which it is served.
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
# A portrait is shown 72 CSS pixels wide, on a dense screen 216; 640 leaves room for another design.
PORTRAIT = 640
# The largest cameras of telephones make 50 megapixels (200 MB as bare pixels); a bomb claims many times that.
MAX_PIXELS = 64_000_000
MAX_BYTES = 15 * 1024 * 1024


def portrait(upload: File) -> ContentFile:
    """`upload` as a picture of at most 640 by 640 pixels under a random name; ValidationError for anything else."""
    if upload.size > MAX_BYTES:
        raise ValidationError(_("This file is larger than 15 MB. Choose a smaller picture."), code="too_large")
    try:
        with Image.open(upload, formats=list(ENDINGS)) as picture:
            return drawn(picture, to_fit=PORTRAIT)
    except UnidentifiedImageError:
        message = _("This is no picture that can be used here. Choose a JPEG, PNG or WebP file (not SVG).")
        raise ValidationError(message, code="not_a_picture") from None
    except Image.DecompressionBombError:
        raise ValidationError(_("This picture has too many pixels. Choose a smaller one."), code="bomb") from None
    except (OSError, SyntaxError, ValueError):  # what Pillow raises for a file that is cut short or broken
        raise ValidationError(_("This picture is damaged. Choose another."), code="damaged") from None


def drawn(picture: Image.Image, *, to_fit: int) -> ContentFile:
    """The first frame of `picture`, upright, no side longer than `to_fit`, in its own format and nothing besides."""
    if picture.width * picture.height > MAX_PIXELS:
        raise Image.DecompressionBombError
    kind = picture.format
    picture.draft("RGB", (2 * to_fit, 2 * to_fit))  # lets a JPEG be decoded at a fraction of its size
    upright = ImageOps.exif_transpose(picture)
    upright = upright.convert("RGBA" if kind != "JPEG" and upright.has_transparency_data else "RGB")
    upright.thumbnail((to_fit, to_fit), Image.Resampling.LANCZOS)
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    out = BytesIO()
    bare.save(out, kind, quality=85, **({"optimize": True} if kind == "PNG" else {}))
    return ContentFile(out.getvalue(), name=f"{secrets.token_hex(16)}.{ENDINGS[kind]}")
