"""Tokens: signed, for one purpose and one object, and of a known age."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.core import signing
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from comments.web import tokens
from comments.web.tokens import BadToken

DAY = timedelta(days=1)
PURPOSES = [tokens.RECEIPT, tokens.FORM_TIME, tokens.DECIDE, tokens.VERIFY, tokens.SESSION]


@pytest.mark.parametrize("pk", [1, 42, 2**63 - 1])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_token_returns_its_values(purpose, pk):
    assert tokens.read_token_id(purpose, tokens.make_token(purpose, pk), max_age=DAY) == pk


def test_a_token_is_bound_to_all_that_it_was_made_for():
    assert tokens.read_token(tokens.DECIDE, tokens.make_token(tokens.DECIDE, 1, 2, "a word"), max_age=DAY) == [
        1,
        2,
        "a word",
    ]


@pytest.mark.parametrize(("made_for", "used_for"), list(permutations(PURPOSES, 2)))
def test_a_token_for_one_thing_opens_nothing_else(made_for, used_for):
    with pytest.raises(BadToken) as refusal:
        tokens.read_token_id(used_for, tokens.make_token(made_for, 42), max_age=DAY)
    assert not refusal.value.expired


def test_no_single_character_of_a_token_can_be_changed():
    good = tokens.make_token(tokens.RECEIPT, 42)
    for place, letter in enumerate(good):
        for other in "AZaz09-_:":
            if other != letter:
                with pytest.raises(BadToken):
                    tokens.read_token_id(tokens.RECEIPT, good[:place] + other + good[place + 1 :], max_age=DAY)


def test_the_parts_of_two_tokens_make_no_third():
    first, second = (tokens.make_token(tokens.RECEIPT, pk).split(":") for pk in (1, 2))
    for mixed in ([second[0], *first[1:]], [*first[:2], second[2]]):
        if mixed not in (first, second):
            with pytest.raises(BadToken):
                tokens.read_token_id(tokens.RECEIPT, ":".join(mixed), max_age=DAY)


def at(moment, monkeypatch):
    monkeypatch.setattr(signing.time, "time", moment.timestamp)


def test_a_token_that_is_too_old_says_that_it_expired(monkeypatch):
    token, now = tokens.make_token(tokens.FORM_TIME, 42), timezone.now()
    at(now + DAY - timedelta(minutes=1), monkeypatch)
    assert tokens.read_token_id(tokens.FORM_TIME, token, max_age=DAY) == 42
    at(now + DAY + timedelta(minutes=1), monkeypatch)
    with pytest.raises(BadToken) as refusal:
        tokens.read_token_id(tokens.FORM_TIME, token, max_age=DAY)
    assert refusal.value.expired


def test_a_clock_that_was_set_back_refuses_nobody(monkeypatch):
    token, now = tokens.make_token(tokens.FORM_TIME, 42), timezone.now()
    at(now - timedelta(hours=3), monkeypatch)
    assert tokens.read_token_id(tokens.FORM_TIME, token, max_age=DAY) == 42


def test_an_earlier_key_still_opens_while_it_is_listed(settings):
    token, old = tokens.make_token(tokens.RECEIPT, 42), settings.SECRET_KEY
    settings.SECRET_KEY = "another key that is just as long as it has to be"
    with pytest.raises(BadToken):
        tokens.read_token_id(tokens.RECEIPT, token, max_age=DAY)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert tokens.read_token_id(tokens.RECEIPT, token, max_age=DAY) == 42


@given(st.text(max_size=60) | st.from_regex(r"[\w-]*:[\w-]*:[\w-]*", fullmatch=True))
@hypothesis_settings(derandomize=True, deadline=None)
def test_anything_else_is_refused_and_never_breaks(token):
    with pytest.raises(BadToken):
        tokens.read_token_id(tokens.RECEIPT, token, max_age=DAY)


@pytest.mark.parametrize(("bound", "count"), [([], None), ([1], 2), ([1, 2], 1)])
def test_a_token_of_ours_with_other_values_than_wanted_is_no_link(bound, count):
    with pytest.raises(BadToken) as refused:
        tokens.read_token(tokens.RECEIPT, signing.dumps(bound, salt=tokens.RECEIPT), max_age=DAY, count=count)
    assert not refused.value.expired


def test_a_token_fits_into_an_address():
    assert tokens.make_token(tokens.RECEIPT, 2**63 - 1).isascii()
    assert not set(tokens.make_token(tokens.RECEIPT, 2**63 - 1)) & set("/?#% ")
