"""Jobs of the worker: the renditions of pictures and the cards of links, which appear in their texts a little later."""

from __future__ import annotations

import logging

from django.db import transaction

from blog.cards.visit import NoTitle, Visit, visit_page
from blog.fetch.client import FetchError, FetchRefused
from blog.images.processing import FILE_EXTENSIONS, encode_renditions
from blog.models import Image, LinkCard
from blog.models.illustrated import rerender_texts, rerender_texts_with_card
from blog.models.image import delete_files, save_to_storage
from blog.models.link_card import store_picture
from blog.models.rendition import IMAGE_FOLDER
from blog.text.site_values import site

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


def make_next_card() -> int:
    """Visit one page whose card is waiting; how many were tried, 0 or 1. Off by the Site page: nothing is visited.

    The lease of a worker that is killed runs out, and another visits the page again.
    """
    if not site().makes_cards or (card := LinkCard.objects.lease()) is None:
        return 0
    try:
        show_card(card, visit_page(card.address))
    except FetchError as error:
        fail_card(card, error)
    except Exception:  # of the storage or a library: the address stays a link, and is tried again later
        log.exception("The card of %s could not be made.", card.address)
    LinkCard.objects.delete_unused()  # here, since it looks through all cards: a worker has a round each second
    return 1


def show_card(card: LinkCard, visit: Visit) -> None:
    """Store the picture, then the words, and show both in the texts, all at once; unless it is not wanted any more."""
    file, is_stored = store_picture(visit.picture), False
    try:
        with transaction.atomic():
            if is_wanted := card.lock() and card.state != card.State.NEVER:
                card.show(visit.words, visit.picture, file)
                rerender_texts_with_card(card)
        is_stored = is_wanted
    finally:
        delete_files([file] if file and not is_stored else [])


@transaction.atomic
def fail_card(card: LinkCard, error: FetchError) -> None:
    """Record why there is no card; the texts keep the plain link."""
    reasons = {FetchRefused: card.Reason.REFUSED, NoTitle: card.Reason.NO_TITLE}
    if card.lock() and card.state != card.State.NEVER:
        card.fail(reasons.get(type(error), card.Reason.NO_ANSWER), str(error))
