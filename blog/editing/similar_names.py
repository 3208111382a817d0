"""Similar names, which may mean the same: they differ by case, accents, hyphens, a plural or one typing error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from blog.text.tokens import token_keys

# In shorter names, one letter makes a different word.
MIN_TYPO_LENGTH = 5
# The end of a shorter word is not a plural.
MIN_PLURAL_LENGTH = 4


def similarity_key(name: str) -> str:
    """A key that is the same for names that readers would take for one; a name without letters is its own key."""
    return "".join(singularize(word) for word in token_keys(name)) or name


def singularize(word: str) -> str:
    """A folded word without its plural, roughly, in English, Uzbek and Russian; only good for comparing."""
    if len(word) < MIN_PLURAL_LENGTH:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    if word.endswith(("lar", "лар")) and len(word) > MIN_PLURAL_LENGTH + 2:
        return word[:-3]
    return word[:-1] if word[-1] in "аяыи" and len(word) > MIN_PLURAL_LENGTH else word


def keys_are_similar(key: str, other_key: str) -> bool:
    """Do these two keys differ by one letter at most: changed, missing, or changed places with its neighbour?

    A figure is no slip: 1917 is not 1918.
    """
    if key == other_key:
        return True
    if min(len(key), len(other_key)) < MIN_TYPO_LENGTH or abs(len(key) - len(other_key)) > 1:
        return False
    short, long = sorted((key, other_key), key=len)
    start = next((n for n, sign in enumerate(short) if sign != long[n]), len(short))
    if any(sign.isdigit() for sign in long[start : start + 1] + short[start : start + 1]):
        return False
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return swapped or short[start + 1 :] == long[start + 1 :]


def find_similar(name: str, others: Iterable[tuple[int, str]]) -> list[int]:
    """The ids of those (id, name) whose names are similar to `name`."""
    key = similarity_key(name)
    return [pk for pk, other in others if keys_are_similar(key, similarity_key(other))]


def group_similar(names: Iterable[tuple[int, str]]) -> dict[int, set[int]]:
    """For each of these (number, name) that is like another: the numbers of those.

    Keys that one letter parts share what is left when either loses one; so only a few are compared with each other,
    and 5,000 names take a fraction of a second.
    """
    key_of = {pk: similarity_key(name) for pk, name in names}
    shelves: dict[str, set[int]] = defaultdict(set)
    for pk, key in key_of.items():
        shelves[key].add(pk)
        if len(key) >= MIN_TYPO_LENGTH:
            for place, sign in enumerate(key):
                if not sign.isdigit():
                    shelves[key[:place] + key[place + 1 :]].add(pk)
    found: dict[int, set[int]] = defaultdict(set)
    for shelf in shelves.values():
        for first, second in combinations(shelf, 2):
            if keys_are_similar(key_of[first], key_of[second]):
                found[first].add(second)
                found[second].add(first)
    return dict(found)
