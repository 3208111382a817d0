"""Categories and tags of the old blog become tags; one tag where a category and a tag, or two spellings, are one."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from blog.markup.limits import TooCostly
from blog.models import Tag
from blog.models.fields import max_length_of
from blog.text.slugs import slugify_name
from blog.text.validators import strip_unstorable, to_single_line
from registan.transfer.content.import_plan import MENU_TAXONOMY, PlannedTerm, TermKey
from registan.transfer.models.element import Element, Outcome
from registan.transfer.models.ledger import Ledger, StoredRow, element_key, hash_of
from registan.transfer.models.reasons import Remark, join_remarks
from registan.transfer.wordpress_text.shown_tree import parse_shown, text_of

# The taxonomies that become tags.
TAG_TAXONOMIES = ("category", "post_tag")


class TermImport:
    """Stores terms; `tags` has the tag of each term that was dealt with."""

    def __init__(self, ledger: Ledger, terms: Mapping[TermKey, PlannedTerm]) -> None:
        self.ledger, self.terms = ledger, terms
        self.tags: dict[TermKey, Tag] = {}

    def store(self, term: PlannedTerm, known: Element | None) -> None:
        key = term_key(term)
        if known and not known.object_kind and self.ledger.is_done(known):
            return
        if term.taxonomy == MENU_TAXONOMY:
            self.ledger.record(Element.Kind.TERM, key, Outcome.SKIPPED, reason="other-kind", detail=term.name)
        elif term.taxonomy not in TAG_TAXONOMIES:
            self.ledger.record(Element.Kind.TERM, key, Outcome.SKIPPED, reason="other-kind", detail=term.taxonomy)
        elif known and known.object_kind == "tag":
            self._renew(term, known)
        else:
            self._create(term)

    def _create(self, term: PlannedTerm) -> None:
        fields = tag_fields(term)
        slug = tag_slug(term)
        if found := Tag.everything.filter(Q(slug=slug) | Q(name__iexact=fields["name"])).order_by("pk").first():
            is_ours = any(tag.pk == found.pk for tag in self.tags.values())
            reason = "same-as-another" if is_ours else "already-here"
            self._record(term, Outcome.UNCHANGED, found, Remark(reason, found.name))
            return
        tag = Tag.objects.create(slug=slug, **fields)
        self._record(term, Outcome.CREATED, tag, *self._remarks(term))

    def _remarks(self, term: PlannedTerm) -> list[Remark]:
        """That it was below others, which are named from the top; a circle is walked once."""
        names, key, seen = list[str](), (term.taxonomy, term.parent_slug), set[TermKey]()
        while key[1] and key in self.terms and key not in seen:
            seen.add(key)
            names.insert(0, self.terms[key].name)
            key = (term.taxonomy, self.terms[key].parent_slug)
        return [Remark("below-another", " → ".join([*names, term.name]))] if names else []

    def _renew(self, term: PlannedTerm, known: Element) -> None:
        tag = Tag.everything.filter(pk=known.object_id or 0).first()
        if tag is None:
            self.ledger.record(Element.Kind.TERM, known.key, Outcome.SKIPPED, reason="deleted-here")
            return
        self.tags[term.taxonomy, term.slug] = tag
        fields = tag_fields(term)
        if self.ledger.is_done(known):
            return
        if not known.made_by_us or hash_of(fields.values()) == known.source_hash:
            self.ledger.confirm(known)
        elif tag.is_trashed or tag_hash(tag) != known.local_hash or self._name_is_taken(fields["name"], tag):
            self.ledger.record(Element.Kind.TERM, known.key, Outcome.UNCHANGED, reason="changed-here")
        else:
            tag.name, tag.description = fields["name"], fields["description"]
            tag.save()
            self._record(term, Outcome.UPDATED, tag, *self._remarks(term))

    def _name_is_taken(self, name: str, tag: Tag) -> bool:
        return Tag.everything.filter(name__iexact=name).exclude(pk=tag.pk).exists()

    def _record(self, term: PlannedTerm, outcome: Outcome, tag: Tag, *remarks: Remark) -> None:
        self.tags[term.taxonomy, term.slug] = tag
        reason, detail = join_remarks(remarks)
        self.ledger.record(
            Element.Kind.TERM,
            term_key(term),
            outcome,
            reason=reason,
            detail=detail,
            stored=StoredRow("tag", tag.pk, tag_hash(tag)),
            source_hash=hash_of(tag_fields(term).values()),
            source_parent=parent_key(term),
        )


def term_key(term: PlannedTerm) -> str:
    return element_key(f"{term.taxonomy}/{term.slug}")


def parent_key(term: PlannedTerm) -> str:
    """The key of the category above it, "" if there is none."""
    return element_key(f"{term.taxonomy}/{term.parent_slug}") if term.parent_slug else ""


def tag_slug(term: PlannedTerm) -> str:
    length = max_length_of(Tag, "slug")
    words = slugify_name(term.slug, max_length=length) or slugify_name(term.name, max_length=length)
    return words or f"tag-{hash_of([term.slug])[:8]}"


def tag_fields(term: PlannedTerm) -> dict[str, str]:
    name = to_single_line(term.name)[: max_length_of(Tag, "name")].strip() or term.slug
    return {"name": name, "description": strip_unstorable(plain_words(term.description))}


def plain_words(html: str) -> str:
    """The words of a short piece of HTML in one line; what nobody could read as HTML stays as it was typed."""
    try:
        return " ".join(text_of(parse_shown(html)).split())
    except TooCostly:
        return " ".join(html.split())


def tag_hash(tag: Tag) -> str:
    return hash_of([tag.name, tag.description])
