"""Finds a free address for every post and page of a plan, before the first is stored: texts link to one another."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator

from django.core.exceptions import ValidationError
from django.utils import timezone

from blog.models import Page, Post, Redirect
from blog.models.fields import max_length_of
from blog.models.page import validate_page_slug
from blog.models.publishable import address_on_day
from blog.text.slugs import slugify_name, unique_slug
from registan.transfer.content.import_plan import ImportPlan, PlannedText
from registan.transfer.models.element import Element
from registan.transfer.models.ledger import Ledger
from registan.transfer.records.export_statuses import ItemKind, ItemStatus
from registan.transfer.records.moments import LocalClock, find_moment

# Addresses that are looked up at once.
BATCH_SIZE = 500
PUBLIC = (ItemStatus.PUBLISHED, ItemStatus.SCHEDULED)
UNDATED = (ItemStatus.DRAFT, ItemStatus.REVIEW)


def plan_addresses(plan: ImportPlan, clock: LocalClock, ledger: Ledger | None = None) -> None:
    """Set `slug`, `day` and `path` of every text; those that `ledger` knows have the address that they have here."""
    for text in plan.texts.values():
        text.moment = _publication_time(text, clock)
        text.is_page_here = text.kind == ItemKind.PAGE and text.status in PUBLIC and not text.has_password
        text.day = timezone.localdate(text.moment) if text.moment and not text.is_page_here else None
    known = _take_known_addresses(plan, ledger) if ledger else set[str]()
    new = [text for text in plan.texts.values() if text.key not in known]
    _plan_posts([text for text in new if not text.is_page_here])
    _plan_pages([text for text in new if text.is_page_here])


def is_linked(text: PlannedText) -> bool:
    """Is it, or will it be, at an address that other texts may link to?"""
    return text.is_page_here or (text.kind == ItemKind.POST and text.status in PUBLIC)


def _publication_time(text: PlannedText, clock: LocalClock) -> datetime.datetime | None:
    """When it was or will be published. A draft that nobody has dated has a local time alone: that of its last save."""
    if text.status in UNDATED and not text.gmt:
        return None
    return find_moment(text.local, text.gmt, clock)


def _take_known_addresses(plan: ImportPlan, ledger: Ledger) -> set[str]:
    """Give the texts that were imported before the addresses of their rows; their keys."""
    known: set[str] = set()
    for kind in (ItemKind.POST, ItemKind.PAGE):
        texts = [text for text in plan.texts.values() if text.kind == kind]
        for batch in itertools.batched(texts, BATCH_SIZE):
            kind_here = Element.Kind.POST if kind == ItemKind.POST else Element.Kind.PAGE
            elements = ledger.known(kind_here, [text.key for text in batch])
            posts = Post.everything.in_bulk(_ids(elements.values(), "post"))
            pages = Page.everything.in_bulk(_ids(elements.values(), "page"))
            for text in batch:
                element = elements.get(text.key)
                rows: dict[int, Post] | dict[int, Page] = pages if element and element.object_kind == "page" else posts
                if element and (row := rows.get(element.object_id or 0)):
                    text.slug = text.wanted = row.slug
                    text.path = row.get_absolute_url() if is_linked(text) else ""
                    known.add(text.key)
    return known


def _ids(elements: Iterable[Element], object_kind: str) -> list[int]:
    return [element.object_id for element in elements if element.object_kind == object_kind and element.object_id]


def _plan_posts(texts: list[PlannedText]) -> None:
    length = max_length_of(Post, "slug")
    taken: set[tuple[datetime.date | None, str]] = set()
    for text in texts:
        text.wanted = slugify_name(text.slug or text.title, max_length=length - 5) or f"post-{text.number}"
    for batch in itertools.batched((text for text in texts if text.day), BATCH_SIZE):
        taken.update(_taken_posts([(text.day, text.wanted) for text in batch if text.day]))
    for text in texts:
        if text.day is None:
            text.slug = text.wanted
            continue
        text.slug = _free_slug(text.wanted, length, _post_is_taken(text, taken))
        taken.add((text.day, text.slug))
        if is_linked(text):
            text.path = address_on_day(text.day, text.slug)


def _post_is_taken(text: PlannedText, taken: set[tuple[datetime.date | None, str]]) -> Callable[[str], bool]:
    """Has another text of the plan, or a row here, this slug on the day? Others than the wanted are looked up now."""

    def is_taken(slug: str) -> bool:
        if (text.day, slug) in taken:
            return True
        return slug != text.wanted and text.day is not None and any(_taken_posts([(text.day, slug)]))

    return is_taken


def _taken_posts(addresses: list[tuple[datetime.date, str]]) -> Iterator[tuple[datetime.date, str]]:
    """Those of these addresses that are somebody's here, or lead somewhere."""
    slugs = {slug for _day, slug in addresses}
    stored = set(Post.everything.filter(slug__in=slugs).values_list("published_on", "slug"))
    paths = {address_on_day(day, slug): (day, slug) for day, slug in addresses}
    moved = {paths[path] for path in Redirect.objects.filter(path__in=paths).values_list("path", flat=True)}
    return (address for address in addresses if address in stored or address in moved)


def _plan_pages(texts: list[PlannedText]) -> None:
    length, taken = max_length_of(Page, "slug"), set[str]()
    for text in texts:
        text.wanted = slugify_name(text.slug or text.title, max_length=length - 5) or f"page-{text.number}"
        text.slug = _free_slug(text.wanted, length, lambda slug: slug in taken or _page_is_taken(slug))
        taken.add(text.slug)
        text.path = f"/{text.slug}/"


def _page_is_taken(slug: str) -> bool:
    try:
        validate_page_slug(slug)
    except ValidationError:
        return True
    return Page.everything.filter(slug=slug).exists() or Redirect.objects.filter(path=f"/{slug}/").exists()


def _free_slug(wanted: str, length: int, is_taken: Callable[[str], bool]) -> str:
    return unique_slug(wanted, max_length=length, fallback=wanted, is_taken=is_taken)
