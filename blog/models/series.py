"""Series: posts that belong together, each with its part number, and which number is free."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models.post_counted import post_model
from blog.models.redirect import Redirectable
from blog.text.validators import validate_single_line, validate_storable

if TYPE_CHECKING:
    from blog.models.post import Post

# Parts that are listed under each of them; of a longer series, those around the one that is read.
MAX_PARTS_LISTED = 7
# The largest number that a part may have (`PositiveSmallIntegerField`).
MAX_PART = 32_767


class SeriesQuerySet(models.QuerySet["Series"]):
    def public(self) -> Self:
        """Those of which a reader can read something, each with its number of public parts (`post_count`)."""
        parts = post_model().objects.published().filter(series=OuterRef("pk")).order_by().values("series")
        return self.annotate(post_count=Subquery(parts.annotate(n=Count("pk")).values("n"))).filter(post_count__gt=0)


class Series(Redirectable):
    """Some posts in an order of their own. Each post says which part it is (`Post.part`)."""

    name = models.CharField(
        pgettext_lazy("column", "name"), max_length=120, unique=True, validators=[validate_single_line]
    )
    slug = models.SlugField(pgettext_lazy("column", "slug"), max_length=120, unique=True)
    description = models.TextField(
        pgettext_lazy("column", "description"),
        blank=True,
        validators=[validate_storable],
        help_text=gettext_lazy("A sentence or two, shown on its page."),
    )

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = gettext_lazy("series")
        verbose_name_plural = pgettext_lazy("several", "series")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("blog:series", args=[self.slug])

    def public_parts(self) -> models.QuerySet[Post]:
        """Its published posts in their order, with what a list of titles needs."""
        return self.posts.published().order_by("part", "published_at", "id").for_title_list("part", "series_id")

    def all_posts(self) -> models.QuerySet[Post]:
        """Its parts, with those in the trash, which keep their numbers."""
        return post_model().everything.filter(series=self)

    def clean_part(self, post: Post) -> int:
        """The part that `post` is to be: the next when it names none. Raises ValidationError when it is taken."""
        if post.part is None:
            return self.next_part()
        if self.all_posts().filter(part=post.part).exclude(pk=post.pk).exists():
            free = self.next_part()
            raise ValidationError({"part": _("The series already has a part %d. Part %d is free.") % (post.part, free)})
        return post.part

    def next_part(self) -> int:
        """The number after the last, published or not; the first that is free when no larger one can be stored."""
        last = self.all_posts().aggregate(last=models.Max("part"))["last"] or 0
        if last < MAX_PART:
            return last + 1
        taken = set(self.all_posts().values_list("part", flat=True))
        return next(number for number in itertools.count(1) if number not in taken)


class SeriesParts(NamedTuple):
    """The published parts to list under one of them, and how many there are."""

    listed: list[Post]
    total: int

    @property
    def has_others(self) -> bool:
        return self.total > 1

    @property
    def has_more(self) -> bool:
        return self.total > len(self.listed)


def nearest_parts(parts: list[Post], post: Post) -> SeriesParts:
    """Of all published parts of a series in their order, those to list under `post`."""
    place = next((place for place, part in enumerate(parts) if part.pk == post.pk), 0)
    start = max(0, min(place - MAX_PARTS_LISTED // 2, len(parts) - MAX_PARTS_LISTED))
    return SeriesParts(parts[start : start + MAX_PARTS_LISTED], len(parts))
