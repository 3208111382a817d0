"""Renditions of uploaded pictures, drawn by the worker: a picture is in its post at once, its sizes a little later."""

from __future__ import annotations

import logging

from blog.images import processing
from blog.models import Image
from blog.models.image import IMAGE_FOLDER, save_to_storage

log = logging.getLogger(__name__)


def render_next_image() -> int:
    """Draw the renditions of one picture that waits for them; how many were tried, 0 or 1.

    A worker that is killed leaves its lease to end: another then draws all of them again, over what there is.
    """
    if (image := Image.objects.lease()) is None:
        return 0
    try:
        render_image(image)
    except Exception:  # a fault of the store, or of a library: the picture is shown as it is, and tried again later
        log.exception("The renditions of picture %s were not drawn.", image.pk)
    return 1


def render_image(image: Image) -> None:
    """Every rendition into the store, then all of them into the database and the texts, at once."""
    with image.file.open() as stored:
        made = [
            (
                one,
                save_to_storage(
                    f"{IMAGE_FOLDER}/{image.name}-{one.width}.{processing.FILE_EXTENSIONS[one.format]}", one.content
                ),
            )
            for one in processing.encode_renditions(stored)
        ]
    image.add_renditions(made)
