"""The synthetic site as rows: just what the ordinary paths would have written, column by column."""

from __future__ import annotations

import itertools
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

from django.utils import timezone
from django.utils.text import slugify

from blog.attributions import line_html, read
from blog.models import Author, Post, Quotation, Source, Tag
from blog.names import name_key
from comments import threads
from comments.identity import fingerprint, tile
from comments.models import Reader
from comments.moderation import Status, Via
from comments.rules import words_key
from registan.sample.plan import DAY, START, Plan, Size, depths, drawn
from registan.sample.prose import KINDS, THINGS, Prose, Text, name

AUTHORS, TAGS = 40, 300
# Every so many posts has an epigraph, from one of so many works.
QUOTING, WORKS = 25, 200
POST_TEXTS = 200
# Two primes: the text and the writer of a comment do not meet again within their product, two million comments, so
# that no two comments have one fingerprint.
COMMENT_TEXTS, PEOPLE = 397, 5_003

POST = (
    "id title slug epigraph epigraph_html epigraph_source summary body body_html opening status published_at "
    "published_on updated_at conversation slow_minutes preview_token uid"
)
COMMENT = (
    "id post_id parent_id path depth status shown name email website author_id body html created_at address tile "
    "fingerprint reader_id is_proven wants_news decided_at gone_for flags score because lesson version edit_note "
    "words_key network edited_by_writer name_key"
)


class Person(NamedTuple):
    name: str
    email: str
    website: str
    tile: int
    author: int | None = None


class Row(NamedTuple):
    """Stands for a stored row of which only the number matters."""

    pk: int


class Sample:
    """The site of one `Size`. Its rows are asked for once, from top to bottom: they share one source of chance."""

    def __init__(self, size: Size) -> None:
        self.rng = Random(2006)  # noqa: S311  chance that is the same each time
        self.prose, self.plan = Prose(self.rng), Plan(size, self.rng)
        self.first_author: dict[int, int] = {}
        self.places = self.plan.places()
        self.shown = drawn(self.places)

    def authors(self) -> list[Author]:
        return [
            Author(pk=pk, name=name(pk), slug=f"{slugify(name(pk))}-{pk}", bio=self.prose.paragraph(3))
            for pk in range(1, AUTHORS + 1)
        ]

    def tags(self) -> list[Tag]:
        names = (f"{kind} {thing}" for thing in THINGS for kind in KINDS)
        return [Tag(pk=pk, name=name, slug=slugify(name)) for pk, name in enumerate(itertools.islice(names, TAGS), 1)]

    def posts(self) -> Iterator[tuple]:
        """Rows of the columns POST."""
        texts, above = [self.prose.post() for _ in range(POST_TEXTS)], self.prose.epigraph()
        for pk, at in enumerate(self.plan.published[1:], 1):
            text, title = self.rng.choice(texts), self.prose.title()
            slug = f"thread-{self.plan.known[pk]}" if pk in self.plan.known else f"{slugify(title)}-{pk}"
            epigraph, source = (above, attribution(pk)) if pk % QUOTING == 0 else (Text(), "")
            revised = at + 3 * DAY if pk % 20 == 0 else at
            token = urlsafe_b64encode(self.rng.randbytes(16)).decode().rstrip("=")
            yield (
                pk, title, slug, epigraph.body, epigraph.html, source, "", text.body, text.html, text.opening,
                Post.Status.PUBLISHED.value, moment(at), day(at), moment(revised), Post.Conversation.OPEN.value, 0,
                token, f"{self.rng.getrandbits(128):032x}",
            )  # fmt: skip

    def sources(self) -> list[Source]:
        """The works that posts quote; not all of them, on a small site."""
        quoted = {work_of(pk): read(line_html(attribution(pk))) for pk in self.quoting()}
        return [Source(pk=pk, author=one.author, work=one.work, year=one.year) for pk, one in sorted(quoted.items())]

    def quotations(self) -> Iterator[tuple]:
        """Rows (post, source, place, number, locator, address, passage)."""
        for pk in self.quoting():
            yield pk, work_of(pk), Quotation.Place.EPIGRAPH.value, 0, read(line_html(attribution(pk))).locator, "", ""

    def quoting(self) -> range:
        """The posts with an epigraph."""
        return range(QUOTING, len(self.plan.published), QUOTING)

    def post_authors(self) -> Iterator[tuple[int, int]]:
        """Rows (post, author): one or two authors each; few write most."""
        for post, author in self.links(AUTHORS, (1, 1, 1, 1, 2)):
            self.first_author.setdefault(post, author)
            yield post, author

    def post_tags(self) -> Iterator[tuple[int, int]]:
        """Rows (post, tag): up to five tags each; few are on most posts."""
        return self.links(TAGS, (1, 2, 3, 4, 5))

    def links(self, among: int, how_many: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        """Rows (post, one of 1 to `among`), the smaller numbers more often."""
        weights = list(itertools.accumulate(1 / rank for rank in range(1, among + 1)))
        for post in range(1, len(self.plan.published)):
            count = self.rng.choice(how_many)
            chosen = set(self.rng.choices(range(1, among + 1), cum_weights=weights, k=count))
            yield from ((post, one) for one in sorted(chosen))

    def threads(self) -> Iterator[tuple[int, int, int, int]]:
        """Rows (post, clock, approved, shown); the clock moved once for each approved comment."""
        approved = Counter(place.post for place in self.places if place.status == Status.APPROVED)
        shown = Counter(place.post for place, is_shown in zip(self.places, self.shown[1:], strict=True) if is_shown)
        return ((post, approved[post], approved[post], shown[post]) for post in range(1, len(self.plan.published)))

    def comments(self) -> Iterator[tuple]:
        """Rows of the columns COMMENT."""
        texts = [self.prose.comment() for _ in range(COMMENT_TEXTS)]
        keys = [words_key(text.body) for text in texts]
        people = [guest(number) for number in range(PEOPLE)]
        authors = [author(pk) for pk in range(AUTHORS + 1)]
        name_keys = {one.name: name_key(one.name) for one in [*people, *authors]}
        paths, depth = [""], depths(self.places)
        for pk, place in enumerate(self.places, 1):
            text = texts[pk % COMMENT_TEXTS]
            who = authors[self.first_author[place.post]] if place.by_author else people[pk % PEOPLE]
            paths.append(threads.path_below(paths[place.parent], pk))
            yield (
                pk, place.post, place.parent or None, paths[pk], depth[pk], place.status.value, bool(self.shown[pk]),
                who.name, who.email, who.website, who.author, text.body, text.html, moment(place.at),
                f"198.51.100.{pk % 251}", who.tile, fingerprint({
                    "post": Row(place.post), "parent": Row(place.parent), "email": who.email, "name": who.name,
                    "body": text.body,
                }),
                None if place.by_author else pk % PEOPLE + 1, not place.by_author and is_known(pk % PEOPLE), False,
                moment(place.at), "", 0, None, "[]", "", 1, "", keys[pk % COMMENT_TEXTS], "198.51.100.0/24", False,
                name_keys[who.name],
            )  # fmt: skip

    def readers(self) -> list[Reader]:
        """Whoever wrote as a guest; every third has proved his address."""
        first = datetime.fromtimestamp(START, UTC)
        proven_at = {True: first, False: None}
        return [
            Reader(pk=one + 1, email=guest(one).email, first_seen=first, proven_at=proven_at[is_known(one)])
            for one in range(PEOPLE)
        ]

    def decisions(self) -> Iterator[tuple]:
        """Rows (id, comment, from, to, via, reason, note, time): each comment's first decision, as by an import."""
        for pk, place in enumerate(self.places, 1):
            yield pk, pk, "", place.status.value, Via.IMPORT.value, "", "", moment(place.at)


def work_of(post: int) -> int:
    """The number of the work that this post quotes."""
    return post // QUOTING % WORKS + 1


def attribution(post: int) -> str:
    work = work_of(post)
    title = f"The {KINDS[work % len(KINDS)]} {THINGS[work // len(KINDS) % len(THINGS)]}"
    return f"{name(work)}, *{title}*, {1700 + work}, p. {post % 300 + 1}"


def is_known(number: int) -> bool:
    """Has this guest proved his address?"""
    return number % 3 == 0


def guest(number: int) -> Person:
    email = f"reader{number}@example.org"
    website = f"https://example.org/~{number}" if number % 5 == 0 else ""
    return Person(name(number), email, website, tile({"email": email, "name": name(number)}))


def author(pk: int) -> Person:
    return Person(name(pk), f"author{pk}@example.org", "", tile({"author": Row(pk)}), pk)


def moment(seconds: int) -> str:
    """A time as both databases take it: PostgreSQL's session and SQLite's column are in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def day(seconds: int) -> str:
    """The day of that time in the site's zone, as text."""
    return timezone.localdate(datetime.fromtimestamp(seconds, UTC)).isoformat()
