"""Conversations that came without their pages: each goes to the post or page of this site that had its address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blog.models import Commentable, Conversation, Page, Post
from comments.models import Comment, Mention
from registan.transfer.content.find_subject import find_subject
from registan.transfer.content.import_texts import Subject
from registan.transfer.content.thread_keys import ThreadKeys
from registan.transfer.models import Element, Outcome
from registan.transfer.models.ledger import StoredRow
from registan.transfer.records.export_records import DetachedThread
from registan.transfer.runs.batches import Batches
from registan.transfer.runs.text_stage import Work, forget_skipped, in_batches
from registan.transfer.runs.thread_stage import ThreadStage, skip_comments

# What `object_kind` of the element says: taking out leaves the conversation, which was not made by the import.
CONVERSATION = "conversation"
# What `local_hash` says where the conversation of a page was off before; taking out switches it off again.
WAS_OFF = "off"


class DetachedStage:
    """Stores them; several may lead to one post or page."""

    def __init__(self, batches: Batches, threads: ThreadStage, home: str) -> None:
        self.batches, self.ledger, self.threads, self.home = batches, batches.ledger, threads, home

    def steps(self, detached: Iterable[DetachedThread]) -> Iterator[None]:
        """Store them, a batch in each step. Raises as those of the texts do."""
        keys = ThreadKeys()
        for batch in in_batches(Work(thread.item, keys.key_of(thread), is_copy=False) for thread in detached):
            known = self.ledger.known(Element.Kind.THREAD, [work.key for work in batch])
            subjects = {work.key: self._find(work, known.get(work.key)) for work in batch}
            with self.batches.begin():
                for work in batch:
                    self._store(work, known.get(work.key), subjects[work.key])
                self.threads.store_waiting()
            for work in batch:
                if work.is_long:
                    self._store_long(work, subjects[work.key])
            yield

    def _find(self, work: Work, known: Element | None) -> Subject | None:
        """Where it went before, or else where its address leads."""
        row = Conversation.objects.subject_of(known.object_id) if known and known.object_id else None
        if isinstance(row, Post | Page):
            return None if row.is_trashed else row
        return find_subject(work.item.link, self.home)

    def _store(self, work: Work, known: Element | None, subject: Subject | None) -> None:
        self.batches.count(items=1, comments=0 if work.is_long else len(work.item.comments))
        if known and self.ledger.is_done(known):
            return
        if subject is None:
            detail = work.item.link or work.item.title
            self.ledger.record(Element.Kind.THREAD, work.key, Outcome.SKIPPED, reason="no-page", detail=detail)
            if not work.is_long:
                skip_comments(self.ledger, work.key, work.item)
            return
        self._attach(work, known, subject)
        if not work.is_long:
            self.threads.add(work.key, work.item, subject)

    def _attach(self, work: Work, known: Element | None, subject: Subject) -> None:
        if known and subject.thread_id and subject.thread_id == known.object_id:
            self.ledger.confirm(known)
            return
        if known:
            forget_skipped(self.ledger, work.key)
        before = WAS_OFF if switch_on(subject, work) else ""
        self.ledger.record(
            Element.Kind.THREAD,
            work.key,
            Outcome.CREATED,
            detail=f"{work.item.link} → {subject.get_absolute_url()}",
            stored=StoredRow(CONVERSATION, subject.thread_id or 0, before),
        )

    def _store_long(self, work: Work, subject: Subject | None) -> None:
        if subject is not None:
            self.threads.store_long(work.item, subject)
            return
        with self.batches.begin():
            skip_comments(self.ledger, work.key, work.item)
            self.batches.count(comments=len(work.item.comments))


def switch_on(subject: Subject, work: Work) -> bool:
    """Let a page without a conversation have one, open if it was; True if it had none."""
    if subject.has_conversation and subject.thread_id is not None:
        return False
    states = Commentable.ConversationStatus
    subject.conversation = states.OPEN if work.item.comment_status == "open" else states.CLOSED
    subject.save()
    return True


def switch_off(element: Element) -> None:
    """Take back that a page has a conversation, unless something is in it."""
    page = Page.everything.filter(thread=element.object_id or 0).first()
    if page and page.thread and element.local_hash == WAS_OFF and not is_in_use(page.thread):
        page.conversation = Commentable.ConversationStatus.OFF
        page.save()


def is_in_use(thread: Conversation) -> bool:
    contents = (Comment.objects.filter(conversation=thread), Mention.objects.filter(conversation=thread))
    return any(rows.exists() for rows in contents)
