"""Counts terms: declared and only used ones, trees of categories, slugs that two of them share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from registan.transfer.records.export_records import Term, TermReference
from registan.transfer.wordpress.inventory.bounded_counts import Rows, add_count, ranked

# Both become tags here, and would share an address.
TAG_TAXONOMIES = ("category", "post_tag")


# Far more than any blog has; a file that declares more is not counted further.
MAX_TERMS = 200_000

type TermKey = tuple[str, str]


class TermTally:
    """Terms are known by taxonomy and slug."""

    def __init__(self) -> None:
        self._parents: dict[TermKey, str] = {}
        self._names: dict[TermKey, str] = {}
        self._declared_again: Counter[str] = Counter()
        self._uses: Counter[str] = Counter()
        self._slugless: Counter[str] = Counter()
        self._other_names: Counter[str] = Counter()

    def add_term(self, term: Term) -> None:
        key = term.taxonomy, term.slug
        if key in self._parents:
            add_count(self._declared_again, term.taxonomy)
        elif len(self._parents) < MAX_TERMS:
            self._parents[key] = term.parent_slug
        self._note_name(key, term.name)

    def add_reference(self, term: TermReference) -> None:
        add_count(self._uses, term.taxonomy)
        if term.slug:
            self._note_name((term.taxonomy, term.slug), term.name)
        else:
            add_count(self._slugless, term.name)

    def _note_name(self, key: TermKey, name: str) -> None:
        """Two names that differ in case alone have one slug."""
        if len(self._names) < MAX_TERMS and self._names.setdefault(key, name) != name:
            add_count(self._other_names, f"{self._names[key]}, {name}")

    def sections(self) -> Iterator[tuple[str, Rows]]:
        yield "Terms declared", ranked(Counter(taxonomy for taxonomy, _slug in self._parents))
        yield "Terms declared again", ranked(self._declared_again)
        yield "Terms of items", ranked(self._uses)
        undeclared = self._names.keys() - self._parents.keys()
        yield "Terms that only items mention", ranked(Counter(taxonomy for taxonomy, _slug in undeclared))
        yield "Terms without a slug", ranked(self._slugless)
        yield "Terms with two names", ranked(self._other_names)
        yield "Trees of terms", self._tree_rows()
        categories, tags = ({slug for kind, slug in self._names if kind == name} for name in TAG_TAXONOMIES)
        yield "Slugs of both a category and a tag", dict.fromkeys(sorted(categories & tags), 2)

    def _tree_rows(self) -> Rows:
        """For each taxonomy with a hierarchy: how many terms are below another, how deep, and which lead nowhere."""
        depths = self._depths()
        rows: Counter[str] = Counter()
        for (taxonomy, _slug), depth in depths.items():
            rows[f"{taxonomy}: below another"] += depth > 1
            rows[f"{taxonomy}: levels"] = max(rows[f"{taxonomy}: levels"], depth)
            rows[f"{taxonomy}: below one that is not declared, or below themselves"] += not depth
        flat = {taxonomy for taxonomy, _slug in depths if rows[f"{taxonomy}: levels"] == 1}
        return {name: rows[name] for name in sorted(rows) if rows[name] and name.partition(":")[0] not in flat}

    def _depths(self) -> dict[TermKey, int]:
        """1 for a root, 2 below it; 0 for a term that leads to no root. Each term is walked over once."""
        depths: dict[TermKey, int] = {}
        for start in self._parents:
            path: dict[TermKey, None] = {}
            key = start
            while key in self._parents and key not in depths and key not in path and self._parents[key]:
                path[key] = None
                key = (key[0], self._parents[key])
            is_root = key in self._parents and not self._parents[key]
            depth = depths.setdefault(key, 1) if is_root else depths.get(key, 0)
            for below in reversed(path):
                depth = depth + 1 if depth else 0
                depths[below] = depth
        return depths
