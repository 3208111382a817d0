"""Renditions of uploaded pictures, drawn by the worker: a picture is in its post at once, its sizes a little later."""

from __future__ import annotations

import logging

from blog import pictures
from blog.models import Image
from blog.models.image import FOLDER, store

log = logging.getLogger(__name__)


def draw_due() -> int:
    """Draw the renditions of one picture that waits for them; how many were tried, 0 or 1.

    A worker that is killed leaves its lease to end: another then draws all of them again, over what there is.
    """
    if (image := Image.objects.lease()) is None:
        return 0
    try:
        draw(image)
    except Exception:  # a fault of the store, or of a library: the picture is shown as it is, and tried again later
        log.exception("The renditions of picture %s were not drawn.", image.pk)
    return 1


def draw(image: Image) -> None:
    """Every rendition into the store, then all of them into the database and the texts, at once."""
    with image.file.open() as stored:
        made = [
            (one, store(f"{FOLDER}/{image.name}-{one.width}.{pictures.ENDINGS[one.format]}", one.content))
            for one in pictures.renditions(stored)
        ]
    image.finished(made)
