"""Jobs of the worker: the renditions of uploaded pictures, which appear in their posts a little later."""

from __future__ import annotations

import logging

from django.db import transaction

from blog.images.processing import FILE_EXTENSIONS, encode_renditions
from blog.models import Image
from blog.models.illustrated import rerender_texts
from blog.models.image import save_to_storage
from blog.models.rendition import IMAGE_FOLDER

log = logging.getLogger(__name__)


def render_next_image() -> int:
    """Render one picture that is waiting; how many were tried, 0 or 1.

    The lease of a worker that is killed runs out, and another renders the picture again.
    """
    if (image := Image.objects.lease()) is None:
        return 0
    try:
        render_image(image)
    except Exception:  # of the storage or a library: the picture is shown as it is, and tried again later
        log.exception("Picture %s could not be rendered.", image.pk)
    return 1


def render_image(image: Image) -> None:
    """Store every rendition, then record them and show them in the texts, all at once."""
    stored = []
    with image.file.open() as file:
        for encoded in encode_renditions(file):
            name = f"{IMAGE_FOLDER}/{image.name}-{encoded.width}.{FILE_EXTENSIONS[encoded.format]}"
            stored.append((encoded, save_to_storage(name, encoded.content)))
    with transaction.atomic():
        if image.add_renditions(stored):
            rerender_texts(image)
