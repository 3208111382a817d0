"""Correction notes: what readers read about a change, with its date, under the post and in feeds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.markup import renderer
from blog.models.clock import Clock, now_to_the_second
from blog.models.fields import RenderedField
from blog.models.review import ReviewNote
from blog.text.validators import validate_storable

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from blog.models.post import Post


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def record(self, post: Post, text: str, *, by: User | None, thanks: Iterable[ReviewNote] = ()) -> None:
        """Store a note about `post` as it was just saved; whoever saves it moves the clock.

        The notes in `thanks`, made of what readers said, are resolved by it.
        """
        now = now_to_the_second()
        notes = self.bulk_create([self.model(post=post, text=text, by=by, edition=post.edition, corrected_at=now)])
        post.update_corrected_at()
        if ids := [note.pk for note in thanks]:
            resolved = {"credited_in": notes[0], "resolved_at": now, "resolved_by": by}
            ReviewNote.objects.open().filter(pk__in=ids).update(**resolved)
            notes[0].store_credits()

    def sync_credits(self, ids: Iterable[int]) -> None:
        """Let these notes thank only whom they may name now, and move the clock if there are any."""
        notes = list(self.filter(pk__in=set(ids)))
        for note in notes:
            note.store_credits()
        if notes:
            Clock.move_site()


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
    # As comments are rendered: headings and footnotes would have the same names as those of the post.
    html = RenderedField(source="text", by=renderer.render_reader_markdown)
    corrected_at = models.DateTimeField(gettext_lazy("corrected at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=gettext_lazy("by")
    )
    edition = models.PositiveIntegerField(gettext_lazy("version"))
    credits = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        editable=False,
        help_text="The readers whom it thanks: the name of each and the address of what they said.",
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["corrected_at", "id"]
        verbose_name = gettext_lazy("correction")
        verbose_name_plural = gettext_lazy("corrections")

    def __str__(self) -> str:
        return f"{self.post}, {self.corrected_at:%Y-%m-%d}"

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.post.update_corrected_at()
        Clock.move_site()

    def get_absolute_url(self) -> str:
        """The note's place under its post; "" unless the post is public."""
        return f"{self.post.get_absolute_url()}#{self.anchor}" if self.post.is_public else ""

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        self.post.update_corrected_at()
        Clock.move_site()
        return deleted

    def store_credits(self) -> None:
        """Copy whom it thanks from the notes on the post, so that no page of readers asks for them."""
        notes = self.credited_notes.exclude(said_by="")
        self.credits = [{"name": note.said_by, "url": note.source_url} for note in notes]
        Correction.objects.filter(pk=self.pk).update(credits=self.credits)

    @property
    def anchor(self) -> str:
        return f"correction-{self.pk}"
