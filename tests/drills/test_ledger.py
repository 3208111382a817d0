"""The ledger of the drills finds what is lost, what is doubled and what nobody sent."""

from collections import Counter

import pytest

from drills.__main__ import FAULTS
from drills.ledger import Ledger
from drills.stack import SETUPS


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path / "ledger")
    yield ledger
    ledger.close()


def acknowledge(ledger, *bodies: str) -> None:
    for body in bodies:
        ledger.intend(body)
        ledger.acknowledge(body)


def test_what_was_acknowledged_and_is_stored_once_is_no_fault(ledger):
    acknowledge(ledger, "one", "two")
    verdict = ledger.judge(Counter(["one", "two"]))
    assert (verdict.acknowledged, verdict.faults) == (2, [])


def test_an_acknowledged_comment_that_is_missing_is_found(ledger):
    acknowledge(ledger, "one", "two")
    assert ledger.judge(Counter(["two"])).lost == ["one"]


def test_a_comment_that_is_stored_twice_is_found_acknowledged_or_not(ledger):
    acknowledge(ledger, "one")
    ledger.intend("two")
    assert ledger.judge(Counter(["one", "one", "two", "two"])).doubled == ["one", "two"]


def test_a_comment_that_nobody_sent_is_found(ledger):
    acknowledge(ledger, "one")
    assert ledger.judge(Counter(["one", "half of one"])).strangers == ["half of one"]


def test_a_comment_that_was_not_acknowledged_may_be_stored_or_not(ledger):
    assert ledger.judge(Counter([ledger.intend()])).faults == []
    assert ledger.judge(Counter()).faults == []


def test_each_intention_is_on_the_disk_before_its_acknowledgement(ledger, tmp_path):
    body = ledger.intend()
    assert (tmp_path / "ledger").read_text() == f"intent {body!r}\n"
    ledger.acknowledge(body)
    assert (tmp_path / "ledger").read_text() == f"intent {body!r}\nack {body!r}\n"
    assert ledger.unacknowledged() == []


@pytest.mark.parametrize("setup", SETUPS)
def test_each_drill_has_a_name_of_its_own_and_can_be_played_one_way(setup):
    here = [fault for fault in FAULTS if setup in fault.setups]
    assert len(here) == len({fault.name for fault in here})
    assert [fault.name for fault in here if (fault.inject is None) == (fault.play is None)] == []
    assert [fault.name for fault in here if fault.is_control] == ["sabotage-lost", "sabotage-doubled"]
