"""What posts quote: one row for each quotation that names its source, stored whenever the post's text is saved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy

from blog.markup.attributions import (
    MAX_LENGTHS,
    Attribution,
    find_attributions,
    parse_attribution,
    render_attribution,
)
from blog.models.source import Source, SourceKey

if TYPE_CHECKING:
    from blog.models.post import Post

# What quotations are found in.
QUOTING_FIELDS = ("epigraph", "epigraph_source", "body_html")
QUOTATION_COLUMNS = ("place", "number", "source_id", "locator", "address", "passage")


class QuotationQuerySet(models.QuerySet["Quotation"]):
    def keep(self, post: Post, before: Post | None) -> list[Source]:
        """Store what `post`, just saved, quotes, and return the sources whose posts have to be counted again.

        `before` is the post as it was stored. Costs no query when it quotes the same.
        """
        if not post.differs(before, QUOTING_FIELDS):
            return []
        was_quoted = attributions_in_post(before) if before else []
        return [] if attributions_in_post(post) == was_quoted else self.store(post)

    @transaction.atomic(savepoint=False)
    def store(self, post: Post) -> list[Source]:
        """Bring the rows in step with the text, under the lock of the post's row; returns the sources as `keep`.

        Counting is left to the caller, who counts authors and tags, too: all these rows are locked in one order.
        """
        attributions = attributions_in_post(post)
        ids = get_or_create_source_ids([attribution for _place, attribution in attributions])
        wanted = [
            (place, number, ids[quoted.key], quoted.locator, quoted.address, quoted.passage)
            for number, (place, quoted) in enumerate(attributions)
        ]
        stored = list(post.quotations.values_list(*QUOTATION_COLUMNS))
        if wanted == stored:
            return []
        post.quotations.all().delete()
        self.bulk_create(self.model(post=post, **dict(zip(QUOTATION_COLUMNS, row, strict=True))) for row in wanted)
        return list(Source.objects.filter(pk__in={row[2] for row in wanted} ^ {row[2] for row in stored}))


class Quotation(models.Model):
    """One place in a post where a source is quoted."""

    class Place(models.TextChoices):
        EPIGRAPH = "epigraph", gettext_lazy("epigraph")
        BODY = "body", gettext_lazy("text")

    post = models.ForeignKey("Post", models.CASCADE, related_name="quotations", db_index=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="quotations", db_index=False)
    place = models.CharField(max_length=8, choices=Place)
    number = models.PositiveIntegerField(help_text="Among the quotations of its post.")
    locator = models.CharField(max_length=MAX_LENGTHS["locator"], blank=True)
    address = models.URLField(max_length=MAX_LENGTHS["address"], blank=True)
    passage = models.CharField(max_length=32, blank=True, help_text="The name of the quotation in the post's text.")

    objects = QuotationQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="quotation_has_its_place")]
        indexes = [models.Index(fields=["source", "post"], name="quotation_source")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.source_id} {self.locator}"


def attributions_in_post(post: Post) -> list[tuple[str, Attribution]]:
    """(place, attribution) of each quotation of `post` that names its source, in order."""
    epigraph = parse_attribution(render_attribution(post.epigraph_source)) if post.epigraph else Attribution()
    named = [(Quotation.Place.EPIGRAPH.value, epigraph)] if epigraph.key else []
    return named + [(Quotation.Place.BODY.value, attribution) for attribution in find_attributions(post.body_html)]


def get_or_create_source_ids(attributions: Iterable[Attribution]) -> dict[str, int]:
    """The id of the source of each of these, by its key."""
    wanted = {quoted.key: quoted for quoted in reversed([*attributions])}  # a new source is named as it is named first
    ids = dict(SourceKey.objects.filter(key__in=wanted).values_list("key", "source_id")) if wanted else {}
    for key in sorted(wanted.keys() - ids.keys()):  # in one order, so that two who save the same keys cannot deadlock
        ids[key] = create_source(wanted[key])
    return ids


def create_source(attribution: Attribution) -> int:
    """The id of a new source, or of the one that somebody else has created in the same moment.

    Without `save`, which moves the clock: that must not be locked before the rows that count posts.
    """
    source = Source(author=attribution.author, work=attribution.work, year=attribution.year)
    source.before_save(None)
    try:
        with transaction.atomic():
            Source.objects.bulk_create([source])
            return SourceKey.objects.create(key=attribution.key, source=source).source_id
    except IntegrityError:
        other = SourceKey.objects.filter(key=attribution.key).values_list("source_id", flat=True).first()
        return other or create_source(attribution)  # no such source: somebody took the slug
