"""The first pass of an import: the inventory, the plan, and every conflict with what this site has already."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from blog.models import Author, Tag
from blog.text.site_values import site
from registan.transfer.content.find_subject import find_subject
from registan.transfer.content.import_authors import author_fields, author_key, find_bylines
from registan.transfer.content.import_menu import choose_menu, menu_of
from registan.transfer.content.import_plan import ImportPlan
from registan.transfer.content.import_subscribers import foresee_subscribers
from registan.transfer.content.import_terms import TAG_TAXONOMIES, tag_slug, term_key
from registan.transfer.content.plan_addresses import plan_addresses
from registan.transfer.elsewhere.open_export import WORDPRESS
from registan.transfer.elsewhere.subscriber_lists import SubscriberListReader
from registan.transfer.models import Element, Run, Source
from registan.transfer.models.ledger import Ledger
from registan.transfer.models.reasons import reason_words
from registan.transfer.records.export_statuses import ItemKind
from registan.transfer.records.moments import LocalClock, ZoneClock
from registan.transfer.runs.old_files import OldFiles
from registan.transfer.wordpress.inventory.bounded_counts import Rows, add_count, ranked
from registan.transfer.wordpress.inventory.inventory import Inventory
from registan.transfer.wordpress.inventory.media_folder import MediaFolder
from registan.transfer.wordpress.reader.refusals import RefusedExport


@dataclass(frozen=True)
class ImportOptions:
    """What an owner may say of an import. `author_map` has a byline for each login, None without a map.

    `fetch_from` is the host to fetch files from, "" for that of the blog itself, None for none. `in_worker`: other jobs
    wait meanwhile.
    """

    author_map: Mapping[str, str] | None = None
    zone: ZoneInfo | None = None
    media: Path | None = None
    learn: bool = False
    fetch_from: str | None = None
    in_worker: bool = False

    def describe(self) -> dict[str, object]:
        """The same for the same options, by which an interrupted import is known again."""
        zone, media = (self.zone.key if self.zone else ""), str(self.media or "")
        described = {"authors": dict(self.author_map or {}), "time_zone": zone, "media": media, "learn": self.learn}
        return described if self.fetch_from is None else {**described, "fetch_from": self.fetch_from}


@dataclass
class Inspection:
    """Everything that one pass over all files tells. Nothing is stored by it."""

    system: str
    inventory: Inventory
    plan: ImportPlan
    clock: LocalClock
    now: datetime.datetime
    bylines: dict[str, Author] = field(default_factory=dict)
    # (kind, key) of the authors and terms that were imported before.
    imported: set[tuple[str, str]] = field(default_factory=set)

    def conflicts(self) -> dict[str, Rows]:
        """What stands in the way, or will be otherwise than it was; asks the database, and changes nothing."""
        source = Source.objects.find(self.system, self.plan.home)
        plan_addresses(self.plan, self.clock, Ledger(source, Run(source=source)) if source else None)
        if source:
            known = source.elements.filter(kind__in=[Element.Kind.AUTHOR, Element.Kind.TERM]).exclude(object_kind="")
            self.imported = set(known.values_list("kind", "key"))
        sections = {
            "Addresses that are taken here, and what is there instead": self._taken_addresses(),
            "Pages that are not public, which become drafts of posts": self._draft_pages(),
            "Authors who get a byline": self._new_authors(),
            "Authors who have the name of somebody here": self._namesakes(),
            "Categories and tags that this site has already": self._known_tags(),
            "Terms that do not become tags": self._other_terms(),
            "Conversations whose address is not known here": self._lost_threads(),
            "Subscribers": self._subscribers(),
            "Menus, of which the first comes in": self._menus(),
        }
        return {title: rows for title, rows in sections.items() if rows}

    def _is_new(self, kind: Element.Kind, key: str) -> bool:
        """Was it never imported? What was is no conflict."""
        return (kind, key) not in self.imported

    def _taken_addresses(self) -> Rows:
        moved = (text for text in self.plan.texts.values() if text.wanted != text.slug)
        return {text.link or text.title: text.path or text.slug for text in moved}

    def _draft_pages(self) -> Rows:
        texts = (text for text in self.plan.texts.values() if text.kind == ItemKind.PAGE and not text.is_page_here)
        return {text.title or text.link: str(text.status) for text in texts}

    def _new_authors(self) -> Rows:
        unmapped = (author for login, author in self.plan.authors.items() if login not in self.bylines)
        new = (author for author in unmapped if self._is_new(Element.Kind.AUTHOR, author_key(author)))
        return {author.login: author_fields(author)["name"] for author in new if author.has_texts}

    def _namesakes(self) -> Rows:
        rows = self._new_authors()
        taken = set(Author.objects.filter(name__in=set(rows.values())).values_list("name", flat=True))
        return {login: name for login, name in rows.items() if name in taken}

    def _known_tags(self) -> Rows:
        found: Rows = {}
        for term in self.plan.terms.values():
            if term.taxonomy in TAG_TAXONOMIES and self._is_new(Element.Kind.TERM, term_key(term)):
                tag = Tag.everything.filter(Q(slug=tag_slug(term)) | Q(name__iexact=term.name)).first()
                found |= {f"{term.taxonomy} {term.name}": tag.name} if tag else {}
        return found

    def _other_terms(self) -> Rows:
        counts: Counter[str] = Counter()
        for term in self.plan.terms.values():
            if term.taxonomy not in TAG_TAXONOMIES:
                add_count(counts, term.taxonomy)
        return ranked(counts)

    def _lost_threads(self) -> Rows:
        sizes = Counter(address for address in self.plan.threads.values() if not find_subject(address, self.plan.home))
        return dict(sizes)

    def _subscribers(self) -> Rows:
        return {reason_words(code): n for code, n in foresee_subscribers(self.plan.home, self.plan.subscribers).items()}

    def _menus(self) -> Rows:
        sizes = Counter(menu_of(spooled.item) for spooled in self.plan.menu_items)
        chosen = choose_menu(self.plan)
        return {name: sizes[name] for name in sorted(sizes, key=lambda name: (name != chosen, name))}


def inspect_export(
    files: OldFiles,
    options: ImportOptions,
    *,
    now: datetime.datetime,
    report: Callable[[int, int], object] = lambda items, comments: None,
) -> Inspection:
    """Do all steps of `inspect_in_steps`, and tell `report` how many items and comments there were so far."""
    steps = inspect_in_steps(files, options, now=now)
    while True:
        try:
            report(*next(steps))
        except StopIteration as end:
            inspection: Inspection = end.value
            return inspection


def inspect_in_steps(
    files: OldFiles, options: ImportOptions, *, now: datetime.datetime
) -> Generator[tuple[int, int], None, Inspection]:
    """Read all files to their end, a record in each step, which yields how many items and comments there were.

    Raises RefusedExport and UnknownByline, before anything is stored.
    """
    media = MediaFolder(options.media) if options.media else None
    # WordPress has both times of most things, from which its clock is learnt.
    zone = options.zone or (None if files.system == WORDPRESS else site().zone)
    inventory = Inventory(now=now, zone=zone, media=media, author_map=options.author_map)
    plan = ImportPlan()
    for record in files.inspect(inventory):
        plan.add(record)
        yield plan.item_count, plan.comment_count
    if files.system == SubscriberListReader.system:
        plan.home = plan.home or Source.objects.only_home()
    if not plan.home and files.system != WORDPRESS:
        raise RefusedExport(
            _("The export does not say where its site was. Give its address, too: --home https://old.example.org")
        )
    clock = ZoneClock(zone) if zone else inventory.dates.clock
    return Inspection(files.system, inventory, plan, clock, now, find_bylines(options.author_map or {}))


def sections_of(inspection: Inspection) -> Iterator[tuple[str, Rows]]:
    """The inventory, then the conflicts."""
    yield from inspection.inventory.sections().items()
    yield from inspection.conflicts().items()
