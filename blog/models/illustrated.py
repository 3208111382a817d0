"""Renders texts with what is known of their pictures, files and links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import normalize_newlines

from blog.cards.card_html import card_addresses, embed_cards
from blog.fulltext import index
from blog.images import embeds
from blog.markup import renderer
from blog.markup.limits import TooCostly
from blog.media import players
from blog.models.clock import Clock
from blog.models.fields import column_of, recompute_and_store, related_models
from blog.models.image import IMAGE_OWNERS, Image
from blog.models.image_use import ImageUse
from blog.models.link_card import LinkCard
from blog.models.media_file import MediaFile

# A line that may be an address alone; texts without one are not rendered to look for them.
_ADDRESS_LINE = re.compile(r"^[ ]{0,3}<?https?://\S+\s*$", re.IGNORECASE | re.MULTILINE)


def render_article_with_images(text: str) -> SafeString:
    """Render a post's or page's Markdown, with its pictures in all their sizes and the cards of its links."""
    return embed_stored_cards(embed_stored_images(renderer.render_article(text)))


def render_profile_with_images(text: str) -> SafeString:
    """Render an author's Markdown likewise, without anchors: several profiles may stand on one page."""
    return embed_stored_images(renderer.render_author_markdown(text))


def embed_stored_images(html: SafeString) -> SafeString:
    """Add to rendered HTML what the library knows of the pictures in it."""
    html = embed_stored_files(html)
    if not (names := embeds.image_names(html)):
        return html
    images = Image.everything.named(names).prefetch_related("renditions")
    shown = {image.name: image.as_embedded_image() for image in images if not image.is_trashed}
    trashed = {image.name for image in images if image.is_trashed}
    return mark_safe(embeds.embed_images(embeds.remove_images(html, trashed), shown))


def embed_stored_files(html: SafeString) -> SafeString:
    """Add players and sizes to the links to audio, video and PDF files."""
    if not (names := players.file_names(html)):
        return html
    files = MediaFile.objects.filter(name__in=names)
    return mark_safe(players.embed_files(html, {file.name: file.as_embedded_file() for file in files}))


def embed_stored_cards(html: SafeString) -> SafeString:
    """Show what is known of the pages whose addresses stand alone."""
    if not (addresses := card_addresses(html)):
        return html
    cards = LinkCard.objects.filter(address__in=addresses, title__gt="")
    return mark_safe(embed_cards(html, {card.address: card.as_embedded_card() for card in cards}))


def render_stored_cover(pk: int | None) -> SafeString:
    """Render the figure of a cover, by its id; "" for none."""
    image = Image.objects.used_in(cover=pk).prefetch_related("renditions").first() if pk else None
    if image is None:
        return SafeString("")
    figure = embeds.render_cover(image.file.url, image.as_embedded_image(), alt=image.alt, caption=image.caption)
    return mark_safe(figure)


def lock_images(*texts: str, cover: int | None = None) -> None:
    """Let nobody change the cards and pictures in these texts and this cover until the transaction ends.

    Call it before locking the text.
    """
    if addresses := [address for text in texts for address in find_card_addresses(text)]:
        LinkCard.objects.lock(addresses)
    list(Image.everything.used_in(embeds.image_names(*texts), cover=cover).values_list("pk"))


def find_card_addresses(text: str) -> list[str]:
    """The keys of the addresses that stand alone in this Markdown; none where it cannot be rendered."""
    if not _ADDRESS_LINE.search(text):
        return []
    try:
        return card_addresses(renderer.render_article(normalize_newlines(text)))
    except TooCostly:
        return []


@transaction.atomic
def rerender_texts(image: Image) -> None:
    """Render the texts that use this picture again; call it under `Image.lock`. Their times stay as they are."""
    owners = related_models(ImageUse, IMAGE_OWNERS)
    rerender_rows(model._base_manager.filter(image_uses__image=image) for model in owners)


@transaction.atomic
def rerender_texts_with_card(card: LinkCard) -> None:
    """Render the texts with this card again; call it under `LinkCard.lock`. Their times stay as they are."""
    pictures = ImageUse.objects.filter(Q(post__link_cards=card) | Q(page__link_cards=card))
    list(Image.everything.filter(pk__in=pictures.values("image")).order_by("pk").select_for_update().values_list("pk"))
    owners = (relation.related_model for relation in LinkCard._meta.related_objects)
    rerender_rows(model._base_manager.filter(link_cards=card) for model in owners)


def rerender_rows(texts: Iterable[models.QuerySet[Any]]) -> None:
    """Render these rows again, a model after the other, and move the clock if any has changed.

    Those in the trash, too: they come back as they are stored. Each row is locked before it is rendered: of two whose
    pictures or cards come at once, the second sees both.
    """
    has_changed = False
    for uses in texts:
        rows = uses.model._base_manager
        locked = uses.order_by("pk").select_for_update(no_key=True, of=("self",))
        changed = rows.filter(pk__in=[text.pk for text in locked if rerender_text(text)])  # read again
        documents = [text.as_document() for text in changed if hasattr(text, "as_document")]
        index.put(column_of(uses.model), filter(None, documents))
        has_changed = has_changed or bool(changed)
    if has_changed:
        Clock.move_site()


def rerender_text(text: models.Model) -> bool:
    """Render a text again; whether its HTML has changed."""
    try:
        return recompute_and_store(text)
    except TooCostly:  # accepted when it was written, under other limits
        return False
