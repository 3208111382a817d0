"""Joins comments that share enough signs into families. Looks only at pairs that share a key, never at all pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field

from comments.families.signs import SignKind, kind_of

# From this weight on, two comments come from one hand. A network (an office, a school, a mobile operator), an email
# address (anybody can type it) and a rhythm need something of the text beside them; so does a website that colleagues
# give as theirs.
ENOUGH = 4
WEIGHTS = {
    SignKind.LINK: 2,
    SignKind.DOMAIN: 2,
    SignKind.WEBSITE: 0,
    SignKind.CONTACT: 3,
    SignKind.RHYTHM: 2,
    SignKind.NETWORK: 1,
    SignKind.READER: 1,
}
# The same for a website that people unknown to us spread from several networks.
ADVERTISED_WEIGHTS = {**WEIGHTS, SignKind.DOMAIN: 3, SignKind.WEBSITE: 4, SignKind.CONTACT: 4}
# The weight of nearly the same words, by how many bands are the same.
WORD_WEIGHTS = (0, 1, 3, 4)
# A key proves nothing once so many verified readers, or so many writers in all, were published with it.
MAX_KNOWN_READERS, MAX_WRITERS = 2, 20
# It is advertised when so many writers bear it, from as many networks, and none of them is known.
MIN_SPREAD = 3

type Pair = tuple[int, int]


@dataclass
class JoinedFamily:
    """The numbers of comments from one hand, and the keys by which they were joined."""

    members: set[int] = field(default_factory=set)
    keys: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Bearer:
    """A comment that bears a key: whose it is and where from, and what became of it."""

    writer: str
    network: str = ""
    is_published: bool = False
    is_verified: bool = False

    @property
    def is_known(self) -> bool:
        """By a reader whom we know: no member of a family, and proof that what they link to is no secret of a hand."""
        return self.is_published and self.is_verified


@dataclass
class Evidence:
    """The keys that pairs of comments share, and those keys that are advertised."""

    shared: dict[Pair, set[int]] = field(default_factory=lambda: defaultdict(set))
    advertised: set[int] = field(default_factory=set)

    def weigh(self, keys: Iterable[int]) -> int:
        """How much speaks for one hand, when two comments share these keys."""
        best: dict[SignKind, int] = {}
        bands = 0
        for key in keys:
            kind = kind_of(key)
            bands += kind == SignKind.WORDS
            weights = ADVERTISED_WEIGHTS if key in self.advertised else WEIGHTS
            best[kind] = max(best.get(kind, 0), weights.get(kind, 0))
        return WORD_WEIGHTS[min(bands, len(WORD_WEIGHTS) - 1)] + sum(best.values())


def is_common(bearers: Collection[Bearer]) -> bool:
    """Is a key with these bearers one that many people have?"""
    known = {bearer.writer for bearer in bearers if bearer.is_known}
    published = {bearer.writer for bearer in bearers if bearer.is_published}
    return len(known) >= MAX_KNOWN_READERS or len(published) >= MAX_WRITERS


def is_advertised(bearers: Collection[Bearer]) -> bool:
    if any(bearer.is_known for bearer in bearers):
        return False
    return min(len({bearer.writer for bearer in bearers}), len({bearer.network for bearer in bearers})) >= MIN_SPREAD


def collect_evidence(seeds: Set[int], bearers: Mapping[int, Set[int]], facts: Mapping[int, Bearer]) -> Evidence:
    """The telling keys that each seed shares with another comment.

    `bearers` has the comments that bear each key of a seed, `facts` what is known of those that share one; others are
    left out.
    """
    evidence = Evidence()
    words: dict[int, set[int]] = defaultdict(set)
    for key, pks in bearers.items():
        known = [facts[pk] for pk in pks if pk in facts]
        if is_common(known):
            continue
        if is_advertised(known):
            evidence.advertised.add(key)
        if kind_of(key) == SignKind.WORDS:
            for seed in seeds & pks:
                words[seed].add(key)
        members = {pk for pk in pks if pk in facts and not facts[pk].is_known}
        for seed in seeds & members:
            for other in members - {seed}:
                evidence.shared[min(seed, other), max(seed, other)].add(key)
    disregard_copies(evidence.shared, facts, words)
    return evidence


def disregard_copies(
    shared: Mapping[Pair, set[int]], facts: Mapping[int, Bearer], words: Mapping[int, Collection[int]]
) -> None:
    """Machines copy what people have published: all of the same words say nothing against those."""
    for pair, keys in shared.items():
        bands = words_of(keys)
        if any(facts[pk].is_published for pk in pair) and any(bands == words.get(pk) for pk in pair):
            keys -= bands


def words_of(keys: Iterable[int]) -> set[int]:
    return {key for key in keys if kind_of(key) == SignKind.WORDS}


def join(evidence: Evidence) -> list[JoinedFamily]:
    """The families that the evidence makes, each with two members at least."""
    family_of: dict[int, JoinedFamily] = {}
    for pair, keys in evidence.shared.items():
        if evidence.weigh(keys) < ENOUGH:
            continue
        one, other = (family_of.get(pk) or JoinedFamily({pk}) for pk in pair)
        if one is not other:
            one.members |= other.members
            one.keys |= other.keys
        one.keys.update(keys)
        family_of.update(dict.fromkeys(one.members, one) if one is not other else {})
    return list({id(family): family for family in family_of.values()}.values())
