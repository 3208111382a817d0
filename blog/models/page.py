"""Standing pages: about, terms."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models.address import Addressed
from blog.models.clock import this_second
from blog.models.derived import RenderedField
from blog.models.image import ImageUse, article_html
from blog.text import single_line, storable

# Addresses that the site will need, and those of its proxy.
RESERVED = {"moderate", "moderation", "search", "static", "you"}


def free_slug(slug: str) -> None:
    """Refuse a slug whose address is taken by the site itself (ValidationError)."""
    try:
        taken = slug in RESERVED or resolve(f"/{slug}/").view_name != "blog:page"
    except Resolver404:
        taken = False
    if taken:
        raise ValidationError(_("The address /%s/ is used by the site itself. Choose another.") % slug)


class Page(Addressed):
    """A text that belongs to the site, not to a day."""

    title = models.CharField(max_length=200, validators=[single_line])
    slug = models.SlugField(max_length=80, unique=True, validators=[free_slug])
    body = models.TextField(validators=[storable], help_text=gettext_lazy("Markdown."))
    body_html = RenderedField(source="body", by=article_html)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["slug"]

    def __str__(self):
        return self.title

    def on_save(self, before: "Page | None") -> None:
        self.updated_at = this_second()

    def after_save(self, before: "Page | None") -> None:
        from blog.search import index

        ImageUse.follow(self, self.body)
        index.follow("page", [self.pk])
        super().after_save(before)

    @transaction.atomic
    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        from blog.search import index

        pk, gone = self.pk, super().delete(*args, **kwargs)
        index.follow("page", [pk])
        return gone

    def get_absolute_url(self) -> str:
        return reverse("blog:page", args=[self.slug])
