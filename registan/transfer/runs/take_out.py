"""Takes everything back out that imports of an old blog have made here, and nothing else."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.models import ProtectedError

from blog.models import Author, Image, LinkCard, MediaFile, MenuLink, OldAddress, Page, Post, Source, SourceKey, Tag
from comments.models import Comment, SubscriptionWish
from registan.transfer.content.comments.comment_removal import remove_comments
from registan.transfer.content.import_subscribers import WISH
from registan.transfer.content.import_texts import local_hash
from registan.transfer.content.known_addresses import address_source
from registan.transfer.models import Element, Run
from registan.transfer.models import Source as OldBlog
from registan.transfer.runs.detached_stage import switch_off

# Rows of one transaction: a second in which, on SQLite, nobody else writes.
BATCH_SIZE = 50
# In this order: what refers to others goes first.
MODELS: dict[str, type[models.Model]] = {
    "menulink": MenuLink,
    "post": Post,
    "page": Page,
    "image": Image,
    "mediafile": MediaFile,
    "tag": Tag,
    "author": Author,
}


class KeptRow(NamedTuple):
    """What an import made and stays: `reason` is "changed-here", "has-comments" or "is-used"."""

    kind: str
    name: str
    reason: str


class TakeOut:
    """Removes what was made; `removed` counts it by kind, `kept` says what stays and why. Safe to repeat."""

    def __init__(self, source: OldBlog, *, also_changed: bool = False) -> None:
        self.source, self.also_changed = source, also_changed
        self.removed: Counter[str] = Counter()
        self.kept: list[KeptRow] = []

    def execute(self, report: Callable[[Counter[str]], object] = lambda removed: None) -> None:
        """An import of the same blog that is running ends at its next batch."""
        for run in Run.objects.unfinished().filter(source=self.source):
            run.take()
            run.end(Run.State.FAILED)
        comments = remove_comments(self.source, lambda number: report(self.removed))
        self.removed.update({Element.Kind.COMMENT: comments.removed, Element.Kind.MENTION: comments.mentions})
        for object_kind in MODELS:
            for batch in itertools.batched(list(self._made(object_kind)), BATCH_SIZE):
                with transaction.atomic():
                    self._remove_batch(object_kind, batch)
                report(self.removed)
        with transaction.atomic():
            self._remove_wishes()
            self._forget()

    def _made(self, object_kind: str) -> Iterator[int]:
        elements = Element.objects.filter(source=self.source).made_of(object_kind).order_by("pk")
        return elements.values_list("pk", flat=True).iterator()

    def _remove_batch(self, object_kind: str, ids: Sequence[int]) -> None:
        elements = {element.object_id: element for element in Element.objects.filter(pk__in=ids)}
        rows = MODELS[object_kind]._base_manager.in_bulk(list(elements))
        if object_kind == "post":
            gone = self._remove_posts([row for row in rows.values() if isinstance(row, Post)], elements)
        else:
            gone = [pk for pk, row in rows.items() if self._remove_row(row, elements[pk])]
        missing = elements.keys() - rows.keys()
        self.removed.update(elements[pk].kind for pk in gone)
        Element.objects.filter(pk__in=[elements[pk].pk for pk in (*gone, *missing)]).delete()

    def _remove_posts(self, posts: list[Post], elements: dict[Any, Element]) -> list[int]:
        """All at once, with what they alone quoted and linked to."""
        removable = [post for post in posts if not self._keep(post, elements[post.pk], self._reason(post, elements))]
        ids = [post.pk for post in removable]
        quoted = set(Source.everything.filter(quotations__post__in=ids).values_list("pk", flat=True))
        cards = set(LinkCard.objects.filter(posts__in=ids).values_list("pk", flat=True))
        Post.everything.filter(pk__in=ids).delete()
        remove_unquoted(quoted)
        remove_unvisited(cards)
        return ids

    def _remove_row(self, row: Any, element: Element) -> bool:
        """Delete it, unless something here needs it."""
        if self._keep(row, element, self._reason(row, {row.pk: element})):
            return False
        cards = set(row.link_cards.values_list("pk", flat=True)) if isinstance(row, Page) else set()
        try:
            with transaction.atomic():
                row.delete()
        except ProtectedError:
            return not self._keep(row, element, "is-used")
        remove_unvisited(cards)
        return True

    def _keep(self, row: models.Model, element: Element, reason: str) -> bool:
        if reason:
            self.kept.append(KeptRow(element.kind, str(row), reason))
        return bool(reason)

    def _reason(self, row: Any, elements: dict[Any, Element]) -> str:
        """Why a row has to stay; "" if it may go."""
        if isinstance(row, Post | Page):
            if row.thread_id and Comment.objects.filter(conversation=row.thread_id).exists():
                return "has-comments"
            is_changed = local_hash(row) != elements[row.pk].local_hash
            return "changed-here" if is_changed and not self.also_changed else ""
        if isinstance(row, Tag):
            return "is-used" if Post.tags.through.objects.filter(tag=row).exists() or row.menu_links.exists() else ""
        if isinstance(row, Author):
            return "is-used" if row.user_id or Post.authors.through.objects.filter(author=row).exists() else ""
        return ""

    def _remove_wishes(self) -> None:
        """Of subscribers nothing stays but that some were asked: so that nobody is asked again."""
        elements = Element.objects.filter(source=self.source, kind=Element.Kind.SUBSCRIBER)
        wishes = SubscriptionWish.objects.filter(pk__in=elements.made_of(WISH).values("object_id"))
        self.removed[Element.Kind.SUBSCRIBER] = wishes.waiting().delete()[0]
        wishes.end()
        elements.delete()

    def _forget(self) -> None:
        """Forget the old blog and its addresses, or all of it but what stays."""
        for element in Element.objects.filter(source=self.source, kind=Element.Kind.THREAD):
            switch_off(element)
        OldAddress.objects.forget(address_source(self.source))
        if not self.kept:
            self.source.delete()
            return
        Element.objects.filter(source=self.source).exclude(made_by_us=True, object_id__isnull=False).delete()


def remove_unquoted(sources: Iterable[int]) -> None:
    """Delete those of these quoted works that nothing quotes any more, and nobody has edited since they were met."""
    spellings = SourceKey.objects.filter(source=models.OuterRef("pk")).values("source").annotate(n=models.Count("pk"))
    alone = Source.objects.filter(pk__in=sources, quotations=None, redirects=None)
    for source in alone.annotate(spelling_count=models.Subquery(spellings.values("n"))).filter(spelling_count=1):
        source.delete()


def remove_unvisited(cards: Iterable[int]) -> None:
    """Delete those of these cards that are in no text, and that the worker has not begun to make."""
    unused = LinkCard.objects.filter(pk__in=cards, state=LinkCard.State.WAITING, attempts=0)
    unused.exclude(LinkCard.objects.is_used()).delete()
