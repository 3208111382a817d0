"""What readers are told of a change: a dated note under the post, in its feeds, and for programs."""

from __future__ import annotations

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.markup import renderer
from blog.models.fields import RenderedField
from blog.text.validators import validate_storable


class Correction(models.Model):
    """A note on what was corrected, and when: made by `Post.save` with the change it tells of (`edition`)."""

    post = models.ForeignKey(
        "Post", models.CASCADE, related_name="corrections", verbose_name=pgettext_lazy("column", "post")
    )
    text = models.TextField(
        gettext_lazy("correction note"),
        validators=[validate_storable],
        help_text=gettext_lazy("The Markdown of comments."),
    )
    # The readers' gate: a note has no headings and no footnotes, whose names would be the post's own.
    html = RenderedField(source="text", by=renderer.render_reader_markdown)
    corrected_at = models.DateTimeField(gettext_lazy("corrected at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=gettext_lazy("by")
    )
    edition = models.PositiveIntegerField(gettext_lazy("version"))

    class Meta:
        ordering = ["corrected_at", "id"]
        verbose_name = gettext_lazy("correction")
        verbose_name_plural = gettext_lazy("corrections")

    def __str__(self):
        return f"{self.post}, {self.corrected_at:%Y-%m-%d}"

    @transaction.atomic
    def save(self, *args, **kwargs) -> None:
        super().save(*args, **kwargs)
        self.post.update_corrected_at()

    def get_absolute_url(self) -> str:
        """Its place under the post; "" while the post is not public."""
        return f"{self.post.get_absolute_url()}#{self.anchor}" if self.post.is_public else ""

    @transaction.atomic
    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        gone = super().delete(*args, **kwargs)
        self.post.update_corrected_at()
        return gone

    @property
    def anchor(self) -> str:
        return f"correction-{self.pk}"
