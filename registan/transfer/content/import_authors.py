"""Authors of the old blog become bylines without an account, or those that the owner's map names."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from blog.models import Author
from blog.models.fields import max_length_of
from blog.text.validators import to_single_line
from registan.transfer.content.import_plan import PlannedAuthor
from registan.transfer.models.element import Element, Outcome
from registan.transfer.models.ledger import Ledger, StoredRow, element_key, hash_of
from registan.transfer.models.reasons import Remark, join_remarks
from registan.transfer.wordpress_text.comments import convert_comment
from registan.transfer.wordpress_text.contract import OldSite


class UnknownByline(ValueError):
    """The map names a byline that this site does not have; the message is a sentence for the owner."""


def find_bylines(author_map: Mapping[str, str]) -> dict[str, Author]:
    """The byline of each mapped login, by its slug or its name. Raises UnknownByline."""
    bylines: dict[str, Author] = {}
    for login, name in author_map.items():
        author = Author.objects.filter(slug=name).first() or Author.objects.filter(name=name).order_by("pk").first()
        if author is None:
            message = _(
                "The map of authors names “%(name)s”, but this site has no such author. Add them, or correct it."
            )
            raise UnknownByline(message % {"name": name})
        bylines[login] = author
    return bylines


class AuthorImport:
    """Stores authors; `authors` has the byline of each login that was dealt with."""

    def __init__(self, ledger: Ledger, bylines: Mapping[str, Author], *, logins_are_slugs: bool = False) -> None:
        self.ledger, self.bylines, self.logins_are_slugs = ledger, bylines, logins_are_slugs
        self.authors: dict[str, Author] = {}

    def store(self, planned: PlannedAuthor, known: Element | None) -> None:
        if author := self.bylines.get(planned.login):
            self._record(planned, Outcome.UNCHANGED, author, Remark("already-here", author.name))
        elif known and not known.object_kind and self.ledger.is_done(known):
            return
        elif not planned.has_texts:
            self.ledger.record(Element.Kind.AUTHOR, author_key(planned), Outcome.SKIPPED, reason="no-posts")
        elif known and known.object_kind == "author":
            self._renew(planned, known)
        else:
            self._create(planned)

    def _create(self, planned: PlannedAuthor) -> None:
        fields = author_fields(planned)
        namesakes = Author.objects.filter(name=fields["name"]).exists()
        slug = Author.make_unique_slug(planned.login if self.logins_are_slugs else fields["name"])
        author = Author.objects.create(slug=slug, **fields)
        self._record(planned, Outcome.CREATED, author, *([Remark("name-shared", author.name)] if namesakes else []))

    def _renew(self, planned: PlannedAuthor, known: Element) -> None:
        author = Author.objects.filter(pk=known.object_id or 0).first()
        if author is None:
            self.ledger.record(Element.Kind.AUTHOR, author_key(planned), Outcome.SKIPPED, reason="deleted-here")
            return
        fields = author_fields(planned)
        self.authors[planned.login] = author
        if self.ledger.is_done(known):
            return
        if not known.made_by_us or hash_of(fields.values()) == known.source_hash:
            self.ledger.confirm(known)
        elif author_hash(author) != known.local_hash:
            self.ledger.record(Element.Kind.AUTHOR, known.key, Outcome.UNCHANGED, reason="changed-here")
        else:
            for name, value in fields.items():
                setattr(author, name, value)
            author.save()
            self._record(planned, Outcome.UPDATED, author)

    def _record(self, planned: PlannedAuthor, outcome: Outcome, author: Author, *remarks: Remark) -> None:
        reason, detail = join_remarks(remarks)
        self.authors[planned.login] = author
        self.ledger.record(
            Element.Kind.AUTHOR,
            author_key(planned),
            outcome,
            reason=reason,
            detail=detail,
            stored=StoredRow("author", author.pk, author_hash(author)),
            source_hash=hash_of(author_fields(planned).values()),
        )


def author_key(planned: PlannedAuthor) -> str:
    return element_key(planned.login)


def author_fields(planned: PlannedAuthor) -> dict[str, str]:
    """The name that readers saw, and what the author says of themselves. Never their email address."""
    declared = planned.declared
    names = (declared.display_name, f"{declared.first_name} {declared.last_name}") if declared else ()
    name = next(filter(None, (to_single_line(text) for text in (*names, planned.login))), planned.login)
    bio = convert_comment(declared.description, OldSite()).bodies if declared and declared.description else ()
    return {"name": name[: max_length_of(Author, "name")], "bio": "\n\n".join(bio)}


def author_hash(author: Author) -> str:
    return hash_of([author.name, author.bio])
