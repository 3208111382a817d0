"""Renders texts with what the library knows of their pictures."""

from __future__ import annotations

from django.db import models, transaction
from django.utils.safestring import SafeString, mark_safe

from blog.fulltext import index
from blog.images import embeds
from blog.markup import renderer
from blog.markup.limits import TooCostly
from blog.media import players
from blog.models.clock import Clock
from blog.models.fields import column_of, recompute_and_store, related_models
from blog.models.image import IMAGE_OWNERS, Image
from blog.models.image_use import ImageUse
from blog.models.media_file import MediaFile


def render_article_with_images(text: str) -> SafeString:
    """Render a post's or page's Markdown, with its pictures in all their sizes."""
    return embed_stored_images(renderer.render_article(text))


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


def render_stored_cover(pk: int | None) -> SafeString:
    """Render the figure of a cover, by its id; "" for none."""
    image = Image.objects.used_in(cover=pk).prefetch_related("renditions").first() if pk else None
    if image is None:
        return SafeString("")
    figure = embeds.render_cover(image.file.url, image.as_embedded_image(), alt=image.alt, caption=image.caption)
    return mark_safe(figure)


def lock_images(*texts: str, cover: int | None = None) -> None:
    """Let nobody change the pictures in these texts and this cover until the transaction ends.

    Call it before locking the text.
    """
    list(Image.everything.used_in(embeds.image_names(*texts), cover=cover).values_list("pk"))


@transaction.atomic
def rerender_texts(image: Image) -> None:
    """Render the texts that use this picture again; call it under `Image.lock`. Their times stay as they are."""
    has_changed = False
    for model in related_models(ImageUse, IMAGE_OWNERS):
        rows = model._base_manager  # texts in the trash, too: they come back as they are stored
        uses = rows.filter(image_uses__image=image).order_by("pk")
        changed = rows.filter(pk__in=[text.pk for text in uses if rerender_text(text)])  # read again, now locked
        documents = [text.as_document() for text in changed if hasattr(text, "as_document")]
        index.put(column_of(model), filter(None, documents))
        has_changed = has_changed or bool(changed)
    if has_changed:
        Clock.move_site()


def rerender_text(text: models.Model) -> bool:
    """Render a text again; whether its HTML has changed."""
    try:
        return recompute_and_store(text)
    except TooCostly:  # accepted when it was written, under other limits
        return False
