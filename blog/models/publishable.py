"""What is written now and shown to readers later: its status, times, address and private link."""

from __future__ import annotations

import datetime
import secrets
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Value
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models.clock import now_to_the_second
from blog.models.fields import column_of, max_length_of
from blog.models.redirect import Redirect, Redirectable
from blog.text.slugs import unique_slug

if TYPE_CHECKING:
    from blog.models.composed_query import Parameter
    from blog.models.version import Version


def new_preview_token() -> str:
    """22 random characters (128 bits), which nobody guesses."""
    return secrets.token_urlsafe(16)


class PublishableQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows with a `status` and a `published_at`: posts, and their versions. Nothing else knows what is public,
    but that a post may be kept out of lists (models/post_queryset.py)."""

    def published(self, *, now: datetime.datetime | Parameter | None = None) -> Self:
        """What every reader sees; of one row, `is_public_at` says the same."""
        return self.published_or_scheduled().filter(published_at__lte=now or timezone.now())

    def scheduled(self, *, now: datetime.datetime | Parameter | None = None) -> Self:
        """What every reader will see, but not yet."""
        return self.published_or_scheduled().filter(published_at__gt=now or timezone.now())

    def not_published(self, *, now: datetime.datetime | Parameter | None = None) -> models.QuerySet[Row, Any]:
        """The ids of what readers do not see, or not yet: a union, each half of which is read from an index."""
        drafts = self.filter(status__in={*Publishable.Status} - {Publishable.Status.PUBLISHED})
        return drafts.values("pk").union(self.scheduled(now=now).values("pk"), all=True)

    def published_along_order(self) -> Self:
        """What every reader sees, asked for row by row along an order of any column.

        Named by what it is not: by an index of the status both databases would sort nearly all rows for a page.
        """
        others = {*Publishable.Status} - {Publishable.Status.PUBLISHED}
        return self.exclude(status__in=others).filter(published_at__lte=timezone.now())

    def published_or_scheduled(self) -> Self:
        """What every reader sees, now or when its time comes."""
        return self.filter(status=Publishable.Status.PUBLISHED)


def address_on_day(day: datetime.date, slug: str) -> str:
    """The address of what was published on `day`; reverse() costs twenty times as much, a hundred times a page."""
    return f"/{day.year:04}/{day.month:02}/{day.day:02}/{slug}/"


def is_public_at(row: Publishable | Version, moment: datetime.datetime) -> bool:
    """Does every reader see this row at that moment, as it is?"""
    return row.status == Publishable.Status.PUBLISHED and bool(row.published_at and row.published_at <= moment)


class Publishable(Redirectable):
    """A model whose address is its day of publication in the site's zone and its `slug`.

    The day is stored (`published_on`), so that a site which moves to another zone keeps its addresses.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("draft")
        REVIEW = "review", gettext_lazy("waiting for review")
        PUBLISHED = "published", gettext_lazy("published")
        TRASH = "trash", gettext_lazy("in the trash")

    slug = models.SlugField(
        pgettext_lazy("column", "slug"),
        max_length=200,
        help_text=gettext_lazy("The last part of the address. When you change it, the old address redirects here."),
    )
    status = models.CharField(
        pgettext_lazy("column", "status"),
        max_length=10,
        choices=Status,
        default=Status.DRAFT,
        help_text=gettext_lazy(
            "Only its authors and editors see the post until it is published. "
            "Waiting for review: an editor will read it."
        ),
    )
    published_at = models.DateTimeField(
        gettext_lazy("publication time"),
        null=True,
        blank=True,
        help_text=gettext_lazy("In the site’s time zone. Leave empty for now; a later time schedules the post."),
    )
    published_on = models.DateField(null=True, editable=False)
    updated_at = models.DateTimeField(editable=False)
    corrected_at = models.DateTimeField(null=True, editable=False, help_text="Time of the latest correction note.")
    preview_token = models.CharField(max_length=32, unique=True, default=new_preview_token, editable=False)

    # Was its slug made of its title, so that another may take its place? Set by its form.
    has_automatic_slug = False

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """The address; "" while the row has no day."""
        return address_on_day(self.published_on, self.slug) if self.published_on else ""

    def clean_address(self) -> None:
        """Refuse a slug that is taken on its day, and propose another; put that in the place of an automatic one.

        Raises ValidationError.
        """
        if not (refusal := self.refuse_address(self.slug)):
            return
        free = unique_slug(
            self.slug,
            max_length=max_length_of(type(self), "slug"),
            fallback=column_of(type(self)),
            is_taken=lambda slug: bool(self.refuse_address(slug)),
        )
        if not self.has_automatic_slug:
            raise ValidationError({"slug": f"{refusal} {_('This one is free: %s') % free}"})
        self.slug = free

    def refuse_address(self, slug: str) -> str:
        """Why this slug cannot be its own on its day, also not by what is in the trash or was renamed; "" if it can."""
        rows = type(self)._base_manager.filter(published_on=self.published_on, slug=slug).exclude(pk=self.pk)
        renamed = Redirect.objects.filter(path=address_on_day(self.publication_day, slug))
        if self.pk:
            renamed = renamed.exclude(**{column_of(type(self)): self.pk})
        moved = renamed.values_list(Value("", models.CharField()))
        taken = [status for (status,) in rows.order_by().values_list("status").union(moved, all=True)]
        if self.Status.TRASH in taken:
            return _("A post in the trash has this slug and day. Choose a different slug, or restore that post.")
        if any(taken):
            return _("Another post from that day has this slug. Choose a different one.")
        return _("Another post had this address until it was renamed, and links still lead from it.") if taken else ""

    def renew_preview(self) -> None:
        """Replace the private link; the old one stops working."""
        self.preview_token = new_preview_token()
        type(self)._default_manager.filter(pk=self.pk).update(preview_token=self.preview_token)

    def get_preview_url(self) -> str:
        return reverse("blog:preview", args=[self.preview_token])

    @property
    def is_public(self) -> bool:
        return is_public_at(self, timezone.now())

    @cached_property
    def waits_for_review(self) -> bool:
        """Does it wait for an editor? Asked by a form before it changes anything."""
        return self.status == self.Status.REVIEW

    @property
    def publication_time(self) -> datetime.datetime:
        """`published_at` of a published or scheduled row, which has one. Raises ValueError for a row without."""
        if self.published_at is None:
            raise ValueError(f"{self} has no publication time.")
        return self.published_at

    @property
    def publication_day(self) -> datetime.date:
        """`published_on`, the day in its address, likewise."""
        if self.published_on is None:
            raise ValueError(f"{self} has no day of publication.")
        return self.published_on

    @property
    def revised_at(self) -> datetime.datetime | None:
        """When the text last changed after publication; None if it has not."""
        if self.published_at and self.updated_at > self.published_at:
            return self.updated_at
        return None

    @property
    def changed_at(self) -> datetime.datetime:
        """When what readers see of a published row last changed: its text or its correction notes."""
        return max(filter(None, (self.published_at, self.revised_at, self.corrected_at)))

    def set_published_on(self, stored: Self | None) -> None:
        """Date a published row now if it has no time, and take the day of its time; while that stays, the day does."""
        if self.status == self.Status.PUBLISHED and self.published_at is None:
            # Whole seconds, as a form shows them: saved again unchanged, the time stays, and with it the day.
            self.published_at = now_to_the_second()
        day = stored.published_on if stored and stored.published_at == self.published_at else None
        self.published_on = day or (self.published_at and timezone.localdate(self.published_at))
