"""The ledger: every element has one outcome, and that an import made something stays known"""

import pytest

from registan.transfer.models import Element, Outcome, Run, Source
from registan.transfer.models.element import MAX_KEY_LENGTH, TableRow
from registan.transfer.models.import_run import RunTaken
from registan.transfer.models.import_source import normalize_home
from registan.transfer.models.ledger import Ledger, StoredRow, element_key, hash_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return Source.objects.get_or_create_for("wordpress", "https://Old.example.org/blog/")


def begin(source) -> Ledger:
    return Ledger(source, Run.objects.create(source=source))


def flushed(source, *records) -> Run:
    """A run that recorded these (key, outcome, and more), and confirmed the elements of keys that stand alone."""
    ledger = begin(source)
    for record in records:
        if isinstance(record, str):
            ledger.confirm(ledger.known("post", [record])[record])
        else:
            key, outcome, more = record
            ledger.record("post", key, outcome, **more)
    ledger.flush()
    return ledger.run


@pytest.mark.parametrize(
    "address",
    [
        "https://old.example.org/blog",
        "HTTPS://OLD.example.org:443/blog//",
        "http://old.example.org/blog",
        " https://old.example.org/blog/ ",
    ],
)
def test_a_blog_is_known_however_its_address_is_written(source, address):
    assert Source.objects.get_or_create_for("wordpress", address) == source
    assert Source.objects.get_or_create_for("ghost", address) != source


@pytest.mark.parametrize("address", ["", "no address", "http://[::1/", "http://a:b/"])
def test_what_is_no_address_is_a_blog_too(address):
    assert normalize_home(f" {address}/ ") == normalize_home(address)


def test_nothing_is_stored_before_it_is_flushed(source):
    ledger = begin(source)
    ledger.record("post", "1", Outcome.CREATED)
    assert ledger.known("post", ["1", "2"]).keys() == {"1"}
    assert not Element.objects.exists()
    ledger.discard()
    assert not ledger.known("post", ["1"])


def test_an_element_has_the_outcome_of_the_latest_run_that_met_it(source):
    first = flushed(source, ("1", Outcome.CREATED, {}), ("2", Outcome.FAILED, {"reason": "too-long"}))
    second = flushed(source, "1", ("2", Outcome.SKIPPED, {"reason": "in-trash"}))
    assert Element.objects.filter(run=second).table() == [
        TableRow("post", "unchanged", "", 1),
        TableRow("post", "skipped", "in-trash", 1),
    ]
    assert not Element.objects.filter(run=first).exists()


def test_what_an_import_made_stays_its_own(source):
    stored = StoredRow("post", 7, "as stored")
    flushed(source, ("1", Outcome.CREATED, {"stored": stored, "source_hash": "as read"}))
    for record in ["1", ("1", Outcome.UPDATED, {"stored": stored}), ("1", Outcome.FAILED, {"reason": "too-long"})]:
        flushed(source, record)
        element = Element.objects.get()
        assert (element.made_by_us, element.object_kind, element.object_id) == (True, "post", 7)
        assert (element.local_hash, element.source_hash) == ("as stored", "as read")
    assert Element.objects.made_of("post").get() == element


def test_what_was_here_before_is_not_the_imports_own(source):
    flushed(source, ("1", Outcome.UNCHANGED, {"stored": StoredRow("post", 7)}))
    assert not Element.objects.made_of("post").exists()


def test_a_run_knows_what_it_has_done(source):
    ledger = begin(source)
    ledger.record("post", "1", Outcome.CREATED)
    ledger.flush()
    assert ledger.is_done(ledger.known("post", ["1"])["1"])
    assert not begin(source).is_done(Element.objects.get())
    assert not ledger.is_done(None)


def test_two_blogs_have_elements_of_their_own(source):
    other = Source.objects.get_or_create_for("wordpress", "https://other.example.org")
    flushed(source, ("1", Outcome.CREATED, {}))
    flushed(other, ("1", Outcome.CREATED, {}))
    assert Element.objects.count() == 2


def test_long_keys_stay_apart():
    one, other = element_key("a" * 300 + "b"), element_key("a" * 300 + "c")
    assert len(one) == len(other) == MAX_KEY_LENGTH
    assert one != other
    assert element_key("a" * MAX_KEY_LENGTH) == "a" * MAX_KEY_LENGTH


@pytest.mark.parametrize(("one", "other"), [(["ab", "c"], ["a", "bc"]), ([None], [""]), (["1"], [1]), ([], [""])])
def test_values_that_differ_have_other_digests(one, other):
    assert hash_of(one) != hash_of(other)
    assert hash_of(["\udcff"])


def test_a_run_that_another_process_has_taken_over_ends(source):
    run = Run.objects.create(source=source)
    run.take()
    assert run.lock() == Run.State.RUNNING
    Run.objects.get(pk=run.pk).take()
    with pytest.raises(RunTaken, match="Another process"):
        run.lock()
    assert list(Run.objects.unfinished()) == [run]
