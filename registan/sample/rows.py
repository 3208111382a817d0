"""Generates the synthetic site's rows, with the same values as if they had been written one by one."""

from __future__ import annotations

import itertools
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.text import slugify

from blog.markup.attributions import parse_attribution, render_attribution
from blog.models import Author, Post, Quotation, Source, Tag
from blog.text.lookalikes import name_key
from comments.models import Reader
from comments.screening.patterns import words_key
from comments.status import Status, Via
from comments.threads import layout
from comments.web.fingerprints import comment_fingerprint
from comments.web.tiles import tile_number
from registan.sample.plan import (
    DAY_SECONDS,
    START_TIME,
    SamplePlan,
    SampleSize,
    compute_depths,
    count_threads,
    flag_shown,
)
from registan.sample.prose import ADJECTIVES, NOUNS, RenderedText, TextGenerator, person_name

AUTHOR_COUNT, TAG_COUNT = 40, 300
# Every 25th post has an epigraph, from a stock of works.
EPIGRAPH_EVERY, WORK_COUNT = 25, 200
POST_TEXT_COUNT = 200
# Primes: the same writer has the same text again after their product, two million comments, so that no two comments
# share a fingerprint.
COMMENT_TEXT_COUNT, COMMENTER_COUNT = 397, 5_003

POST_COLUMNS = (
    "id title slug epigraph epigraph_html epigraph_source summary body body_html opening status published_at "
    "published_on updated_at thread_id conversation slow_minutes preview_token uid"
)
COMMENT_COLUMNS = (
    "id conversation_id parent_id path depth status shown name email website author_id body html created_at address "
    "tile fingerprint reader_id is_verified wants_outcome_email decided_at removal_reason open_report_count "
    "score score_reasons trained_as version edit_note "
    "words_key network edited_by_writer name_key thread_size"
)


class Commenter(NamedTuple):
    name: str
    email: str
    website: str
    tile: int
    author: int | None = None


class RowReference(NamedTuple):
    """A stand-in for a stored row of which only the primary key matters."""

    pk: int


class SubjectReference(NamedTuple):
    """A stand-in for a stored post, whose conversation has its number."""

    thread_id: int


class SampleSite:
    """A site of a given size. Call the methods once and in order: they share a random generator."""

    def __init__(self, size: SampleSize) -> None:
        self.rng = Random(2006)  # noqa: S311  the same each time
        self.prose, self.plan = TextGenerator(self.rng), SamplePlan(size, self.rng)
        self.first_author: dict[int, int] = {}
        self.places = self.plan.places()
        self.shown = flag_shown(self.places)

    def authors(self) -> list[Author]:
        return [
            Author(pk=pk, name=person_name(pk), slug=f"{slugify(person_name(pk))}-{pk}", bio=self.prose.paragraph(3))
            for pk in range(1, AUTHOR_COUNT + 1)
        ]

    def tags(self) -> list[Tag]:
        names = (f"{kind} {thing}" for thing in NOUNS for kind in ADJECTIVES)
        return [
            Tag(pk=pk, name=name, slug=slugify(name)) for pk, name in enumerate(itertools.islice(names, TAG_COUNT), 1)
        ]

    def posts(self) -> Iterator[tuple[Any, ...]]:
        """Yield rows of POST_COLUMNS."""
        texts, above = [self.prose.post() for _ in range(POST_TEXT_COUNT)], self.prose.epigraph()
        for pk, at in enumerate(self.plan.published[1:], 1):
            text, title = self.rng.choice(texts), self.prose.title()
            slug = f"thread-{self.plan.known[pk]}" if pk in self.plan.known else f"{slugify(title)}-{pk}"
            epigraph, source = (above, build_attribution(pk)) if pk % EPIGRAPH_EVERY == 0 else (RenderedText(), "")
            revised = at + 3 * DAY_SECONDS if pk % 20 == 0 else at
            token = urlsafe_b64encode(self.rng.randbytes(16)).decode().rstrip("=")
            yield (
                pk, title, slug, epigraph.body, epigraph.html, source, "", text.body, text.html, text.opening,
                Post.Status.PUBLISHED.value, format_utc(at), format_local_day(at), format_utc(revised),
                pk, Post.ConversationStatus.OPEN.value, 0,
                token, f"{self.rng.getrandbits(128):032x}",
            )  # fmt: skip

    def sources(self) -> list[Source]:
        """The works that posts quote, fewer on a small site."""
        quoted = {
            work_number(pk): parse_attribution(render_attribution(build_attribution(pk))) for pk in self.quoting()
        }
        return [
            Source(pk=pk, author=work.author, work=work.work, year=work.year) for pk, work in sorted(quoted.items())
        ]

    def quotations(self) -> Iterator[tuple[Any, ...]]:
        """Yield rows (post, source, place, number, locator, address, passage)."""
        for pk in self.quoting():
            yield (
                pk,
                work_number(pk),
                Quotation.Place.EPIGRAPH.value,
                0,
                parse_attribution(render_attribution(build_attribution(pk))).locator,
                "",
                "",
            )

    def quoting(self) -> range:
        """The posts with an epigraph."""
        return range(EPIGRAPH_EVERY, len(self.plan.published), EPIGRAPH_EVERY)

    def post_authors(self) -> Iterator[tuple[int, int]]:
        """Yield rows (post, author): one or two authors each; a few write most posts."""
        for post, author in self.links(AUTHOR_COUNT, (1, 1, 1, 1, 2)):
            self.first_author.setdefault(post, author)
            yield post, author

    def post_tags(self) -> Iterator[tuple[int, int]]:
        """Yield rows (post, tag): up to five tags each; a few are on most posts."""
        return self.links(TAG_COUNT, (1, 2, 3, 4, 5))

    def links(self, targets: int, counts: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        """Yield rows (post, a number from 1 to `targets`), smaller numbers more often."""
        weights = list(itertools.accumulate(1 / rank for rank in range(1, targets + 1)))
        for post in range(1, len(self.plan.published)):
            count = self.rng.choice(counts)
            chosen = set(self.rng.choices(range(1, targets + 1), cum_weights=weights, k=count))
            yield from ((post, target) for target in sorted(chosen))

    def threads(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield rows (conversation, clock, approved, shown), numbered like the posts."""
        approved = Counter(place.post for place in self.places if place.status == Status.APPROVED)
        shown = Counter(place.post for place, is_shown in zip(self.places, self.shown[1:], strict=True) if is_shown)
        return ((post, approved[post], approved[post], shown[post]) for post in range(1, len(self.plan.published)))

    def comments(self) -> Iterator[tuple[Any, ...]]:
        """Yield rows of COMMENT_COLUMNS."""
        texts = [self.prose.comment() for _ in range(COMMENT_TEXT_COUNT)]
        keys = [words_key(text.body) for text in texts]
        people = [build_guest(number) for number in range(COMMENTER_COUNT)]
        authors = [build_author(pk) for pk in range(AUTHOR_COUNT + 1)]
        name_keys = {writer.name: name_key(writer.name) for writer in [*people, *authors]}
        paths, depth, sizes = [""], compute_depths(self.places), count_threads(self.places, self.shown)
        for pk, place in enumerate(self.places, 1):
            text = texts[pk % COMMENT_TEXT_COUNT]
            writer = authors[self.first_author[place.post]] if place.by_author else people[pk % COMMENTER_COUNT]
            paths.append(layout.path_below(paths[place.parent], pk))
            yield (
                pk, place.post, place.parent or None, paths[pk], depth[pk], place.status.value, bool(self.shown[pk]),
                writer.name, writer.email, writer.website, writer.author, text.body, text.html, format_utc(place.at),
                f"198.51.100.{pk % 251}", writer.tile, comment_fingerprint({
                    "post": SubjectReference(place.post), "parent": RowReference(place.parent), "email": writer.email,
                    "name": writer.name, "body": text.body,
                }),
                None if place.by_author else pk % COMMENTER_COUNT + 1,
                not place.by_author and is_verified(pk % COMMENTER_COUNT), False,
                format_utc(place.at), "", 0, None, "[]", "", 1, "", keys[pk % COMMENT_TEXT_COUNT], "198.51.100.0/24",
                False, name_keys[writer.name], sizes[pk],
            )  # fmt: skip

    def readers(self) -> list[Reader]:
        """The guests; every third has a verified address."""
        first = datetime.fromtimestamp(START_TIME, UTC)
        verified_at = {True: first, False: None}
        return [
            Reader(
                pk=number + 1,
                email=build_guest(number).email,
                first_seen=first,
                verified_at=verified_at[is_verified(number)],
            )
            for number in range(COMMENTER_COUNT)
        ]

    def decisions(self) -> Iterator[tuple[Any, ...]]:
        """Yield rows (id, comment, from, to, via, reason, note, time): the first decisions, as by an import."""
        for pk, place in enumerate(self.places, 1):
            yield pk, pk, "", place.status.value, Via.IMPORT.value, "", "", format_utc(place.at)


def work_number(post: int) -> int:
    """The primary key of the work that the post quotes."""
    return post // EPIGRAPH_EVERY % WORK_COUNT + 1


def build_attribution(post: int) -> str:
    work = work_number(post)
    title = f"The {ADJECTIVES[work % len(ADJECTIVES)]} {NOUNS[work // len(ADJECTIVES) % len(NOUNS)]}"
    return f"{person_name(work)}, *{title}*, {1700 + work}, p. {post % 300 + 1}"


def is_verified(number: int) -> bool:
    return number % 3 == 0


def build_guest(number: int) -> Commenter:
    email = f"reader{number}@example.org"
    website = f"https://example.org/~{number}" if number % 5 == 0 else ""
    return Commenter(person_name(number), email, website, tile_number({"email": email, "name": person_name(number)}))


def build_author(pk: int) -> Commenter:
    return Commenter(person_name(pk), f"author{pk}@example.org", "", tile_number({"author": RowReference(pk)}), pk)


def format_utc(seconds: int) -> str:
    """Format a time as both databases read it: PostgreSQL's session and SQLite's columns are in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def format_local_day(seconds: int) -> str:
    """Format the day of a time in the site's time zone."""
    return timezone.localdate(datetime.fromtimestamp(seconds, UTC)).isoformat()
