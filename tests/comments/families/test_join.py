"""Which comments are joined: one strong sign and another, and never a network alone."""

import pytest

from comments.families.join import (
    MAX_KNOWN_READERS,
    MAX_WRITERS,
    MIN_SPREAD,
    Bearer,
    Evidence,
    collect_evidence,
    is_advertised,
    is_common,
    join,
)
from comments.families.signs import SignKind, first_key

WORDS, LINK, DOMAIN, WEBSITE, CONTACT, RHYTHM, NETWORK, READER = SignKind


def key(kind: SignKind, number: int = 0) -> int:
    return first_key(kind) + number


def keys(*kinds: SignKind) -> set[int]:
    return {key(kind, number) for number, kind in enumerate(kinds)}


def evidence(pairs, *, advertised=()) -> Evidence:
    return Evidence(dict(pairs), set(advertised))


@pytest.mark.parametrize(
    "kinds",
    [
        (NETWORK,),
        (NETWORK, READER),
        (RHYTHM, NETWORK),
        (LINK, NETWORK),
        (DOMAIN, NETWORK),
        (DOMAIN, WEBSITE, NETWORK),  # colleagues
        (CONTACT,),
        (WORDS, WORDS),
        (WORDS, NETWORK, READER),
    ],
)
def test_too_little_joins_nobody(kinds):
    assert join(evidence({(1, 2): keys(*kinds)})) == []


@pytest.mark.parametrize(
    "kinds",
    [
        (WORDS, WORDS, WORDS),
        (LINK, DOMAIN),
        (DOMAIN, NETWORK, READER),
        (DOMAIN, RHYTHM),
        (CONTACT, NETWORK),
        (WORDS, WORDS, NETWORK),
    ],
)
def test_one_strong_sign_and_another_join(kinds):
    (family,) = join(evidence({(1, 2): keys(*kinds)}))
    assert (family.members, family.keys) == ({1, 2}, keys(*kinds))


def test_a_website_that_is_advertised_joins_by_itself():
    website = keys(WEBSITE)
    assert join(evidence({(1, 2): website})) == []
    assert [family.members for family in join(evidence({(1, 2): website}, advertised=website))] == [{1, 2}]


def test_pairs_with_a_member_in_common_are_one_family():
    one, other = keys(LINK, DOMAIN), keys(WORDS, WORDS, WORDS)
    (family,) = join(evidence({(1, 2): one, (3, 4): one, (2, 3): other}))
    assert family.members == {1, 2, 3, 4}
    assert family.keys == {*one, *other}


def test_two_families_stay_two():
    one = keys(LINK, DOMAIN)
    assert [family.members for family in join(evidence({(1, 2): one, (3, 4): one}))] == [{1, 2}, {3, 4}]


def test_only_pairs_that_share_a_key_are_looked_at():
    facts = {pk: Bearer(str(pk)) for pk in (1, 2, 3)}
    link = key(LINK)
    found = collect_evidence({1, 2}, {link: {1, 3}, key(DOMAIN): {2}}, facts)
    assert found.shared == {(1, 3): {link}}


def test_what_known_readers_link_to_is_common():
    published = [Bearer(str(number), is_published=True) for number in range(MAX_WRITERS)]
    known = [Bearer(str(number), is_published=True, is_verified=True) for number in range(MAX_KNOWN_READERS)]
    assert (is_common(published), is_common(published[1:])) == (True, False)
    assert (is_common(known), is_common(known[1:])) == (True, False)
    assert not is_common([known[0]] * 50)


def test_what_strangers_spread_from_several_networks_is_advertised():
    spread = [Bearer(str(number), f"192.0.{number}.0/24") for number in range(MIN_SPREAD)]
    assert (is_advertised(spread), is_advertised(spread[1:])) == (True, False)
    assert not is_advertised([Bearer(bearer.writer, "192.0.2.0/24") for bearer in spread])
    assert not is_advertised([*spread, Bearer("ann", is_published=True, is_verified=True)])


def test_a_reader_whom_we_know_is_in_no_family():
    facts = {1: Bearer("a"), 2: Bearer("b", is_published=True, is_verified=True), 3: Bearer("c")}
    link = key(LINK)
    assert collect_evidence({1}, {link: {1, 2, 3}}, facts).shared == {(1, 3): {link}}
    assert collect_evidence({2}, {link: {1, 2, 3}}, facts).shared == {}


def test_a_copy_of_a_published_comment_says_nothing_against_it():
    words = keys(WORDS, WORDS, WORDS, WORDS)
    bearers = {word: {1, 2} for word in words}
    held, published = Bearer("a"), Bearer("b", is_published=True)
    assert join(collect_evidence({1}, bearers, {1: held, 2: published})) == []
    assert len(join(collect_evidence({1}, bearers, {1: held, 2: held}))) == 1
    found = collect_evidence({1}, {**bearers, key(WORDS, 9): {1}}, {1: held, 2: published})
    assert len(join(found)) == 1
