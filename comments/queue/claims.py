"""Who is looking at which comment: shown to other moderators, so that two do not do the same work. Blocks nobody."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.core.cache import cache

from blog.text.display_names import display_name

# Seconds: enough to read a long comment and its thread. The page renews its claim while it is open.
CLAIM_SECONDS = 120


def claim_cache_key(pk: int) -> str:
    return f"desk.claim.{pk}"


def take_claim(pk: int, *, by: User, was_free: bool = False) -> None:
    """`by` is looking at the comment, unless somebody else was first; `was_free` if it is known that nobody was."""
    key, claim = claim_cache_key(pk), [by.pk, display_name(by)]
    if was_free or cache.get(key, claim)[0] == by.pk:
        cache.set(key, claim, CLAIM_SECONDS)


def release_claim(pk: int, *, by: User) -> None:
    """`by` has gone on to another comment."""
    if cache.get(claim_cache_key(pk), [None])[0] == by.pk:
        cache.delete(claim_cache_key(pk))


def claims_of_others(pks: Iterable[int], *, than: User) -> dict[int, str]:
    """Who else is looking at these comments, by comment: one query whatever their number."""
    numbers = {claim_cache_key(pk): pk for pk in pks}
    claims = cache.get_many(list(numbers))
    return {numbers[key]: name for key, (user_pk, name) in claims.items() if user_pk != than.pk}
