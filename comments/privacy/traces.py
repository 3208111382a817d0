"""Where others may have written an erased person's address or name, and how it is taken out.

Words go, the record stays: a note of a decision becomes the word "erased" (the one change that the triggers of both
databases allow, models/decision_triggers.py), in all other texts the name alone becomes `…`. What readers and authors
published about a person is theirs, and no machine can weigh it: the operator is told how many such texts there are.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
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

# What stands for a name or an address that was taken out of a text; never longer than what was there.
OMISSION = "…"
# Shorter names are in half of all texts; so many names one person has at most.
MIN_NAME_LENGTH, MAX_NAMES = 3, 20
# Texts of staff, of programs, and of readers to moderators. `test_traces.py` says why each other column is not here.
MENTION_FIELDS: tuple[tuple[type[Model], str], ...] = (
    (Comment, "edit_note"),
    (Comment, "removal_reason"),
    (DeliveryAttempt, "words"),
    (Finding, "words"),
    (LogEntry, "object_repr"),
    (LogEntry, "change_message"),
    (Message, "subject"),
    (Message, "text"),
    (Message, "html"),
    (Message, "last_error"),
    (Objection, "words"),
    (Objection, "answer"),
    (ReaderNote, "text"),
    (Report, "words"),
    (Report, "law"),
    (ReviewNote, "text"),
    (Revision, "note"),
    (Rule, "note"),
    (SavedReply, "text"),
    (Webhook, "last_result"),
    (WebhookNotice, "last_error"),
)
DECISION_FIELDS = ("note", "reason")
# Rows of a search or an address that somebody typed are no one's text: they are deleted whole.
DELETED_WHOLE: tuple[tuple[type[Model], str], ...] = ((AddressMiss, "path"), (SearchMiss, "query"))


class Person(NamedTuple):
    """By what others may have mentioned somebody: an address, and the names that nobody else has here."""

    email: str
    names: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        return (self.email, *self.names)


def describe_person(email: str, reader: Reader | None) -> Person:
    """The address with the names under which this reader wrote, but for those that others have, too."""
    if reader is None:
        return Person(email)
    own = Comment.objects.filter(reader=reader, user=None).exclude(name="")
    names = list(own.order_by().values_list("name", flat=True).distinct()[:MAX_NAMES])
    keys = {name_key(name) for name in names if len(name) >= MIN_NAME_LENGTH}
    others = Comment.objects.filter(name_key__in=keys).exclude(reader=reader)
    shared = {*others.order_by().values_list("name_key", flat=True).distinct()}
    shared |= {name_key(name) for name in Author.objects.values_list("name", flat=True)}
    return Person(email, tuple(name for name in names if name_key(name) in keys - shared))


def erase_mentions(person: Person) -> None:
    """Take the person out of every text of MENTION_FIELDS, of decisions and of rules."""
    for model, field in MENTION_FIELDS:
        redact(model, field, person.words)
    for field in DECISION_FIELDS:
        ids = [pk for pk, text in find_mentions(Decision, field, person.words) if mention_pattern(person).search(text)]
        Decision.objects.filter(pk__in=ids).update(**{field: ERASED_WORD})
    for model, field in DELETED_WHOLE:
        model._default_manager.filter(**{f"{field}__icontains": person.email}).delete()
    for rule in Rule.objects.filter(pattern__icontains=person.email):
        # Decisions refer to it, so it stays, for nobody. The domain is reserved for names that do not exist (RFC 2606).
        rule.pattern, rule.is_active = f"{secrets.token_hex(8)}@erased.invalid", False
        rule.save(update_fields=["pattern", "is_active"])


def find_mentions(model: type[Model], field: str, words: Iterable[str]) -> list[tuple[int, str]]:
    """The ids and texts of the rows that have one of these words, also within others."""
    found = Q()
    for word in words:
        found |= Q(**{f"{field}__icontains": word})
    return list(model._default_manager.filter(found).values_list("pk", field))


def redact(model: type[Model], field: str, words: Sequence[str]) -> None:
    """Replace these words in the field by OMISSION, where they stand by themselves."""
    pattern = mention_pattern(Person(words[0], tuple(words[1:])))
    for pk, text in find_mentions(model, field, words):
        if (left := pattern.sub(OMISSION, text)) != text:
            model._default_manager.filter(pk=pk).update(**{field: left})


def mention_pattern(person: Person) -> re.Pattern[str]:
    """Matches the person's address and names as whole words, in any case."""
    words = "|".join(re.escape(word) for word in sorted(person.words, key=len, reverse=True))
    return re.compile(rf"(?<![\w.+-])(?:{words})(?![\w@-]|\.\w)", re.IGNORECASE)


def erase_notes_of(ids: Sequence[int]) -> None:
    """Erase what people noted when they decided on these comments: such a note is about the writer."""
    notes = Decision.objects.filter(comment__in=ids, by__isnull=False).exclude(note__in=["", ERASED_WORD])
    notes.update(note=ERASED_WORD)
