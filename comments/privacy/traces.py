"""Where others may have written an erased person's address or name, and how it is taken out.

Words go, the record stays: a note of a decision becomes the word "erased" (the one change that the triggers of both
databases allow, models/decision_triggers.py), in all other texts the name alone becomes `…`. What readers and authors
published about a person is theirs, and no machine can weigh it: the operator is told how many such texts there are.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from django.contrib.admin.models import LogEntry
from django.db.models import Model, Q

from blog.models import AddressMiss, Author, ReviewNote, SearchMiss
from blog.text.lookalikes import name_key
from comments.models import (
    Comment,
    Decision,
    DeliveryAttempt,
    Finding,
    Message,
    Objection,
    Reader,
    ReaderNote,
    Report,
    Revision,
    Rule,
    SavedReply,
    Webhook,
    WebhookNotice,
)
from comments.models.decision_triggers import ERASED_WORD
from comments.status import Status

# What stands for a name or an address that was taken out of a text; never longer than what was there.
OMISSION = "…"
# Shorter names are in half of all texts; so many names one person has at most.
MIN_NAME_LENGTH, MAX_NAMES = 4, 20
# What more texts than these have is a word, and no name: nobody may call themselves "spam" and then empty the record.
MAX_NAME_MENTIONS = 20
# Texts about people: of staff, and of readers to moderators.
TEXTS_ABOUT_PEOPLE: tuple[tuple[type[Model], str], ...] = (
    (Comment, "edit_note"),
    (Comment, "removal_reason"),
    (Decision, "note"),
    (Decision, "reason"),
    (Objection, "words"),
    (Objection, "answer"),
    (ReaderNote, "text"),
    (Report, "words"),
    (Report, "law"),
    (ReviewNote, "text"),
    (Revision, "note"),
    (Rule, "note"),
)
# Texts of programs, and of staff to nobody in particular, which may have an address but no word that is only a name.
# `test_traces.py` says why each other column is in neither list.
OTHER_TEXTS: tuple[tuple[type[Model], str], ...] = (
    (DeliveryAttempt, "words"),
    (Finding, "words"),
    (LogEntry, "object_repr"),
    (LogEntry, "change_message"),
    (Message, "subject"),
    (Message, "text"),
    (Message, "html"),
    (Message, "last_error"),
    (SavedReply, "text"),
    (Webhook, "last_result"),
    (WebhookNotice, "last_error"),
)
MENTION_FIELDS = (*TEXTS_ABOUT_PEOPLE, *OTHER_TEXTS)
# Rows of a search or an address that somebody typed are no one's text: they are deleted whole.
DELETED_WHOLE: tuple[tuple[type[Model], str], ...] = ((AddressMiss, "path"), (SearchMiss, "query"))


class NamedIn(NamedTuple):
    """A text in which somebody is named."""

    model: type[Model]
    field: str
    pk: int


class Person(NamedTuple):
    """An address, the names that nobody else has here, and where others have written either."""

    email: str
    names: tuple[str, ...] = ()
    mentions: tuple[NamedIn, ...] = ()

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches the address in any case, and the names as they were written, as whole words."""
        names = "|".join(re.escape(name) for name in sorted(self.names, key=len, reverse=True))
        words = f"(?i:{re.escape(self.email)})" + (f"|{names}" if names else "")
        return re.compile(rf"(?<![\w.+-])(?:{words})(?![\w@-]|\.\w)")


def find_person(email: str, reader: Reader | None) -> Person:
    """Whoever has this address, and where they are named. Looks through whole tables: call it before any lock."""
    names = own_names(reader) if reader else []
    by_name = {name: find_mentions(Person(email, (name,)), TEXTS_ABOUT_PEOPLE) for name in names}
    known = {name: found for name, found in by_name.items() if len(found) <= MAX_NAME_MENTIONS}
    mentions = {*find_mentions(Person(email), MENTION_FIELDS), *chain.from_iterable(known.values())}
    return Person(email, tuple(known), tuple(mentions))


def own_names(reader: Reader) -> list[str]:
    """The names under which a reader was published and nobody else writes."""
    own = Comment.objects.filter(reader=reader, user=None, status=Status.APPROVED).exclude(name="")
    names = list(own.order_by().values_list("name", flat=True).distinct()[:MAX_NAMES])
    keys = {name_key(name) for name in names if len(name) >= MIN_NAME_LENGTH}
    others = Comment.objects.filter(name_key__in=keys).exclude(reader=reader)
    shared = {*others.order_by().values_list("name_key", flat=True).distinct()}
    shared |= {name_key(name) for name in Author.objects.values_list("name", flat=True)}
    return [name for name in names if name_key(name) in keys - shared]


def find_mentions(person: Person, fields: Iterable[tuple[type[Model], str]]) -> list[NamedIn]:
    """The texts of these fields that name the person."""
    found, pattern = [], person.pattern
    for model, field in fields:
        wanted = Q()
        for word in (person.email, *person.names):
            wanted |= Q(**{f"{field}__icontains": word})
        rows = model._default_manager.filter(wanted).values_list("pk", field)
        found += [NamedIn(model, field, pk) for pk, text in rows if pattern.search(text)]
    return found


def erase_mentions(person: Person) -> None:
    """Take the person out of every text in which they were found, and out of searches and rules."""
    for model, field, pk in person.mentions:
        row = model._default_manager.filter(pk=pk)
        for text in row.values_list(field, flat=True):
            row.update(**{field: ERASED_WORD if model is Decision else person.pattern.sub(OMISSION, text)})
    for model, field in DELETED_WHOLE:
        model._default_manager.filter(**{f"{field}__icontains": person.email}).delete()
    for rule in Rule.objects.filter(pattern__icontains=person.email):
        # Decisions refer to it, so it stays, for nobody. The domain is reserved for names that do not exist (RFC 2606).
        rule.pattern, rule.is_active = f"{secrets.token_hex(8)}@erased.invalid", False
        rule.save(update_fields=["pattern", "is_active"])


def erase_notes_of(ids: Sequence[int]) -> None:
    """Erase what people noted when they decided on these comments: such a note is about the writer."""
    notes = Decision.objects.filter(comment__in=ids, by__isnull=False).exclude(note__in=["", ERASED_WORD])
    notes.update(note=ERASED_WORD)
