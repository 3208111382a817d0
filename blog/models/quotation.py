"""What a post quotes, kept beside it as rows whenever its text is saved."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from blog.markup.attributions import Attribution, find_attributions, parse_attribution, render_attribution
from blog.models import counts
from blog.models.post import Post
from blog.models.source import Quotation, Source, SourceKey

QUOTATION_COLUMNS = ("place", "number", "source_id", "locator", "address", "passage")


def attributions_in_post(post: Post) -> list[tuple[str, Attribution]]:
    """(place, attribution) of each quotation of `post` that names its source, in order."""
    epigraph = parse_attribution(render_attribution(post.epigraph_source)) if post.epigraph else Attribution()
    found = [(Quotation.Place.EPIGRAPH.value, epigraph)] if epigraph.key else []
    return found + [(Quotation.Place.BODY.value, one) for one in find_attributions(post.body_html)]


def sync_quotations(post: Post, before: Post | None) -> list[Source]:
    """Record what `post`, just saved, quotes; `before` is what was stored. Asks nothing when the same is quoted."""
    return (
        [] if attributions_in_post(post) == (attributions_in_post(before) if before else []) else store_quotations(post)
    )


@transaction.atomic
def store_quotations(post: Post) -> list[Source]:
    """Bring the rows in step with the text, for whoever holds the row of `post`; the sources to be counted anew.

    Counting is left to the caller, who counts authors and tags, too: all rows in one order, or two would lock.
    """
    told = attributions_in_post(post)
    ids = get_or_create_source_ids([one for _place, one in told])
    wanted = [
        (place, number, ids[one.key], one.locator, one.address, one.passage) for number, (place, one) in enumerate(told)
    ]
    stored = list(post.quotations.values_list(*QUOTATION_COLUMNS))
    if wanted == stored:
        return []
    post.quotations.all().delete()
    Quotation.objects.bulk_create(
        Quotation(post=post, **dict(zip(QUOTATION_COLUMNS, row, strict=True))) for row in wanted
    )
    return list(Source.objects.filter(pk__in={row[2] for row in wanted} ^ {row[2] for row in stored}))


def get_or_create_source_ids(told: list[Attribution]) -> dict[str, int]:
    """The source of each of these by its key; made where there is none."""
    wanted = {one.key: one for one in reversed(told)}  # a new source is called what it is called first
    ids = dict(SourceKey.objects.filter(key__in=wanted).values_list("key", "source_id")) if wanted else {}
    for key in sorted(wanted.keys() - ids.keys()):  # two who save the same new ones wait for each other in one order
        ids[key] = create_source(wanted[key])
    return ids


def create_source(one: Attribution) -> int:
    """A new source; or the one that somebody else has made in this moment.

    Past `save`: the clock is moved when the post is stored, and must not be locked before what is counted is.
    """
    source = Source(author=one.author, work=one.work, year=one.year)
    source.before_save(None)
    try:
        with transaction.atomic():
            Source.objects.bulk_create([source])
            return SourceKey.objects.create(key=one.key, source=source).source_id
    except IntegrityError:
        other = SourceKey.objects.filter(key=one.key).values_list("source_id", flat=True).first()
        return other or create_source(one)  # nothing there: somebody took the slug


@transaction.atomic
def resync_quotations(posts: list[Post]) -> None:
    """Record what these quote, where that is not known yet; they are read again, as somebody may be writing."""
    known = set(Quotation.objects.filter(post__in=posts).values_list("post", flat=True))
    quoting = [post.pk for post in posts if post.pk in known or attributions_in_post(post)]
    changed: set[Source] = set()
    for post in Post.objects.select_for_update(no_key=True).filter(pk__in=quoting).order_by("pk"):
        changed.update(store_quotations(post))
    if changed:
        counts.recount_posts(changed)
