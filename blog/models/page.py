"""Standing pages: about, terms."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.fulltext import index
from blog.fulltext.documents import Document
from blog.markup import extract
from blog.models.clock import now_to_the_second
from blog.models.fields import RenderedField
from blog.models.illustrated import lock_images, render_article_with_images
from blog.models.image_use import ImageUse
from blog.models.link_card import LinkCard
from blog.models.redirect import Redirectable
from blog.models.trash import OutsideTrash, Trashable
from blog.text.validators import validate_single_line, validate_storable

# Addresses that the site will need, and those of its proxy.
RESERVED_SLUGS = {"moderate", "moderation", "search", "static", "you"}


def validate_page_slug(slug: str) -> None:
    """Refuse a slug whose address is taken by the site itself (ValidationError)."""
    try:
        taken = slug in RESERVED_SLUGS or resolve(f"/{slug}/").view_name != "blog:page"
    except Resolver404:
        taken = False
    if taken:
        raise ValidationError(_("The address /%s/ is reserved for the site. Choose another.") % slug)


class Page(Redirectable, Trashable):
    """A text that belongs to the site, not to a day."""

    SEARCH_KIND = "page"

    title = models.CharField(pgettext_lazy("column", "title"), max_length=200, validators=[validate_single_line])
    slug = models.SlugField(
        pgettext_lazy("column", "slug"), max_length=80, unique=True, validators=[validate_page_slug]
    )
    body = models.TextField(
        pgettext_lazy("column", "body"), validators=[validate_storable], help_text=gettext_lazy("Markdown.")
    )
    body_html = RenderedField(source="body", by=render_article_with_images)
    link_cards = models.ManyToManyField(LinkCard, related_name="pages", editable=False)
    updated_at = models.DateTimeField(pgettext_lazy("column", "updated at"), editable=False)

    objects = OutsideTrash["Page"]()
    everything = models.Manager["Page"]()

    class Meta:
        verbose_name = pgettext_lazy("noun", "page")
        verbose_name_plural = pgettext_lazy("noun", "pages")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        lock_images(self.body)
        super().save(*args, **kwargs)

    def before_save(self, before: "Page | None") -> None:
        self.updated_at = now_to_the_second()

    def after_save(self, before: "Page | None") -> None:
        ImageUse.sync(self, before, "body")
        LinkCard.objects.keep(self, before)
        self.update_search_index()
        super().after_save(before)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        pk, deleted = self.pk, super().delete(*args, **kwargs)
        index.remove(self.SEARCH_KIND, [pk])
        return deleted

    def update_search_index(self) -> None:
        if document := self.as_document():
            index.put(self.SEARCH_KIND, [document])
        else:
            index.remove(self.SEARCH_KIND, [self.pk])

    def as_document(self) -> Document | None:
        """What the search index stores; None in the trash."""
        if self.is_trashed:
            return None
        return Document(self.pk, self.updated_at, extract.plain_text(self.body_html), self.title)

    def get_absolute_url(self) -> str:
        return reverse("blog:page", args=[self.slug])
