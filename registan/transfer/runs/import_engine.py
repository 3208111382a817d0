"""An import from the first byte to the last: inspect, then authors, tags, files, texts with comments, and the menu."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from comments.models import Reader
from comments.privacy import replay_erasures
from comments.status import Via
from registan.transfer.content.address_book import AddressBook
from registan.transfer.content.comments.orphans import adopt_orphans
from registan.transfer.content.fetch_files import FileFetcher
from registan.transfer.content.import_authors import AuthorImport, author_key
from registan.transfer.content.import_files import FileImport
from registan.transfer.content.import_menu import LinkTargets, MenuImport
from registan.transfer.content.import_subscribers import SubscriberImport
from registan.transfer.content.import_terms import TermImport, term_key
from registan.transfer.content.import_texts import TextContext, TextImport
from registan.transfer.content.old_text import TextConverter
from registan.transfer.content.plan_addresses import plan_addresses
from registan.transfer.content.system_addresses import author_addresses, term_addresses
from registan.transfer.models import Element, Run, Source
from registan.transfer.models.ledger import Ledger
from registan.transfer.records.export_records import DetachedThread, Item
from registan.transfer.runs.batches import Batches, RunStopped
from registan.transfer.runs.detached_stage import DetachedStage
from registan.transfer.runs.inspection import ImportOptions, Inspection
from registan.transfer.runs.old_files import OldFiles
from registan.transfer.runs.sums import find_wrong_sums
from registan.transfer.runs.text_stage import TextStage
from registan.transfer.runs.thread_stage import ThreadStage, known_authors
from registan.transfer.wordpress.inventory.media_folder import MediaFolder
from registan.transfer.wordpress.inventory.old_urls import split_url

# Authors and terms, and files, of one transaction; files were prepared before.
BATCH_SIZE, FILE_BATCH_SIZE = 200, 20


class WrongSums(Exception):
    """The ledger has another number of elements than the files; the message is a sentence."""


def begin_run(files: OldFiles, options: ImportOptions, inspection: Inspection) -> Run:
    """The run of these files with these options, which this process does: an interrupted one goes on, or a new one."""
    source = Source.objects.get_or_create_for(files.system, inspection.plan.home)
    described: dict[str, Any] = {"files": files.describe(), "options": options.describe()}
    run = next((run for run in Run.objects.unfinished().filter(source=source) if _is_same(run, described)), None)
    run = run or Run.objects.create(source=source, **described)
    run.record_progress(item_count=inspection.plan.item_count, comment_count=inspection.plan.comment_count)
    run.take()
    run.stop_others()
    return run


def _is_same(run: Run, described: dict[str, Any]) -> bool:
    return bool(run.files == described["files"] and run.options == described["options"])


class ImportEngine:
    """Does a run, which was begun."""

    def __init__(
        self,
        run: Run,
        files: OldFiles,
        options: ImportOptions,
        inspection: Inspection,
    ) -> None:
        if run.source is None:
            raise ValueError("A run needs an old blog.")
        self.run, self.files, self.inspection, self.plan = run, files, inspection, inspection.plan
        self.ledger = Ledger(run.source, run)
        self.batches = Batches(self.ledger)
        self.learn = options.learn
        self.media = MediaFolder(options.media) if options.media else None
        self.authors = AuthorImport(self.ledger, inspection.bylines, logins_are_slugs=inspection.plan.is_our_own)
        self.terms = TermImport(self.ledger, self.plan.terms)
        self.attachments = FileImport(self.ledger, self.media, self._fetcher(options))
        self.book = AddressBook(self.plan.home)

    def _fetcher(self, options: ImportOptions) -> FileFetcher | None:
        if options.fetch_from is None:
            return None
        host = options.fetch_from or split_url(self.plan.home).hostname or ""
        return FileFetcher(host, in_worker=options.in_worker)

    def steps(self) -> Iterator[None]:
        """Store everything, a batch in each step, and end the run. After an interruption, the same files go on.

        Raises RunTaken if another process has taken over, WrongSums, and whatever the database or the storage raise.
        """
        try:
            yield from self._stages()
        except (RunStopped, KeyboardInterrupt):
            self.run.end(Run.State.STOPPED)
        else:
            if wrong := find_wrong_sums(self.run, self.plan):
                self.run.end(Run.State.FAILED, error=wrong)
                raise WrongSums(wrong)
            self.run.record_progress(needs_tidying=Element.objects.texts_of(self.run).exists(), alive_at=None)
            self.run.end(Run.State.FINISHED)

    def _stages(self) -> Iterator[None]:
        plan_addresses(self.plan, self.inspection.clock, self.ledger)
        yield from self._store_authors()
        yield from self._store_terms()
        yield from self._store_files()
        self._fill_address_book()
        texts, converter = TextImport(self.ledger, self._context()), TextConverter(self.plan, self.book)
        threads = ThreadStage(
            self.batches,
            clock=self.inspection.clock,
            site=converter.site,
            authors=known_authors(self.plan.authors, self.authors.authors),
            learn=self.learn,
        )
        stage = TextStage(self.batches, self.plan, texts, converter, threads)
        detached: list[DetachedThread] = []
        yield from stage.steps(self._items(detached))
        yield from DetachedStage(self.batches, threads, self.plan.home).steps(detached)
        yield from self._store_subscribers()
        adopt_orphans(self.ledger.source)
        yield
        replay_erasures(Reader.objects.filter(comments__decisions__via=Via.IMPORT).distinct())
        self._store_menu()
        yield

    def _items(self, detached: list[DetachedThread]) -> Iterator[Item]:
        """The items of all files; conversations without pages are added to the list, their comments still unread."""
        for record in self.files:
            if isinstance(record, Item):
                yield record
            elif isinstance(record, DetachedThread):
                detached.append(record)

    def _store_subscribers(self) -> Iterator[None]:
        subscribers = SubscriberImport(self.ledger, self.inspection.now)
        for batch in itertools.batched(self.plan.subscribers.items(), BATCH_SIZE):
            with self.batches.begin():
                subscribers.store_batch(dict(batch))
            yield

    def _store_authors(self) -> Iterator[None]:
        for batch in itertools.batched(self.plan.authors.values(), BATCH_SIZE):
            with self.batches.begin():
                known = self.ledger.known(Element.Kind.AUTHOR, [author_key(author) for author in batch])
                for author in batch:
                    self.authors.store(author, known.get(author_key(author)))
                    if byline := self.authors.authors.get(author.login):
                        self.batches.addresses.add_author(author, byline)
            yield

    def _store_terms(self) -> Iterator[None]:
        parents = {term.slug: term.parent_slug for term in self.plan.terms.values() if term.taxonomy == "category"}
        for batch in itertools.batched(self.plan.terms.values(), BATCH_SIZE):
            with self.batches.begin():
                known = self.ledger.known(Element.Kind.TERM, [term_key(term) for term in batch])
                for term in batch:
                    self.terms.store(term, known.get(term_key(term)))
                    if tag := self.terms.tags.get((term.taxonomy, term.slug)):
                        self.batches.addresses.add_term(term, parents, tag)
            yield

    def _store_files(self) -> Iterator[None]:
        """Files that were stored by an earlier run, or before this one was interrupted, are taken as they are.

        What was fetched is stored at once: it took long enough.
        """
        for batch in itertools.batched(self.plan.files, 1 if self.attachments.fetcher else FILE_BATCH_SIZE):
            known = self.ledger.known(Element.Kind.ATTACHMENT, [spooled.key for spooled in batch])
            new = [each for each in batch if each.key not in known or not self.attachments.keep(each, known[each.key])]
            prepared = [self.attachments.prepare(spooled) for spooled in new]
            with self.batches.begin():
                for each in prepared:
                    self.attachments.store(each)
                for key, item in batch:
                    if row := self.attachments.rows.get(item.id):
                        self.batches.addresses.add_file(item, key, row)
                self.batches.count(items=len(batch))
            yield

    def _fill_address_book(self) -> None:
        """Let the texts link to one another, to files, and to the lists of tags and authors."""
        book, home = self.book, self.plan.home
        for text in self.plan.texts.values():
            if text.path:
                book.add(text.path, text.link, number=text.number)
        for number, row in self.attachments.rows.items():
            book.add(row.file.url, self.plan.attachments[number].address, number=number)
        for (taxonomy, slug), tag in self.terms.tags.items():
            term = self.plan.terms[taxonomy, slug]
            book.add(tag.get_absolute_url(), *(home + path for path in term_addresses(self.files.system, term)))
        for login, author in self.authors.authors.items():
            planned = self.plan.authors[login]
            book.add(author.get_absolute_url(), *(home + path for path in author_addresses(self.files.system, planned)))

    def _context(self) -> TextContext:
        return TextContext(
            home=self.run.source.home if self.run.source else "",
            authors=self.authors.authors,
            tags=self.terms.tags,
            files=self.attachments.rows,
            clock=self.inspection.clock,
            now=self.inspection.now,
            digest=self.book.digest(),
        )

    def _store_menu(self) -> None:
        numbers = {self.plan.terms[key].number: tag for key, tag in self.terms.tags.items()}
        wanted = {spooled.item.meta("_menu_item_object_id") for spooled in self.plan.menu_items}
        with self.batches.begin():
            pages = self.ledger.known(Element.Kind.PAGE, [key for key in wanted if key in self.plan.texts])
            ids = {key: page.object_id for key, page in pages.items() if page.object_kind == "page" and page.object_id}
            targets = LinkTargets(self.plan, numbers, ids, self.book.find)
            MenuImport(self.ledger, self.plan, targets).store_all()
            self.batches.count(items=len(self.plan.menu_items))
