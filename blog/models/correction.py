"""What readers are told of a change: a dated note under the post, in its feeds, and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.markup import renderer
from blog.models.clock import Clock, now_to_the_second
from blog.models.fields import RenderedField
from blog.text.validators import validate_storable

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from blog.models.post import Post


class CorrectionQuerySet(models.QuerySet):
    def record(self, post: Post, text: str, *, by: AbstractBaseUser | None) -> None:
        """Tell the readers of `post`, as it was just saved, what was corrected; its save moves the clock."""
        now = now_to_the_second()
        self.bulk_create([self.model(post=post, text=text, by=by, edition=post.edition, corrected_at=now)])
        post.update_corrected_at()


class Correction(models.Model):
    """A note on what was corrected, and when; `edition` is the version of the post that it is about."""

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

    objects = CorrectionQuerySet.as_manager()

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
        Clock.move_site()

    def get_absolute_url(self) -> str:
        """Its place under the post; "" while the post is not public."""
        return f"{self.post.get_absolute_url()}#{self.anchor}" if self.post.is_public else ""

    @transaction.atomic
    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        gone = super().delete(*args, **kwargs)
        self.post.update_corrected_at()
        Clock.move_site()
        return gone

    @property
    def anchor(self) -> str:
        return f"correction-{self.pk}"
