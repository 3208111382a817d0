"""Ids that are words get numbers: the same ones each time, within what databases store, apart from real numbers."""

import pytest

from registan.transfer.records.stable_ids import stable_id


@pytest.mark.parametrize(("foreign", "number"), [("7", 7), (" 9223372036854775807 ", 2**63 - 1), ("", 0)])
def test_a_number_stays_itself(foreign, number):
    assert stable_id(foreign) == number


def test_words_get_a_number_that_never_changes():
    assert stable_id("5f0c1e2ab3") == 7892351351431277366


@pytest.mark.parametrize("foreign", ["a", "0", "007", "-1", "9223372036854775808", "1" * 40, "٧", "\ud800"])
def test_all_else_is_hashed_above_what_people_count_to_and_fits_a_database(foreign):
    assert 2**62 <= stable_id(foreign) < 2**63


def test_different_words_have_different_numbers():
    assert len({stable_id(f"a{n}") for n in range(10_000)}) == 10_000
