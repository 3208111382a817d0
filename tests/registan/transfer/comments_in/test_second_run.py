"""A second run changes nothing, brings up to date what changed there alone, and keeps what was changed here."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.lifecycle.edits import edit
from comments.lifecycle.thread_rebuild import rebuild_thread
from comments.models import Comment, Decision, PendingTraining, Quotation
from comments.status import Status, Via
from registan.transfer.content.comments import thread_import
from registan.transfer.models import Element, Outcome, Run, Source
from registan.transfer.models.ledger import Ledger
from tests import factories
from tests.registan.transfer.comments_in.exported import (
    bring_in,
    element,
    exported,
    new_ledger,
    numbers_of,
    stored,
    tree,
)

pytestmark = pytest.mark.django_db

LONG = "A word and another. " * 1_200


def rows() -> list[tuple]:
    return list(Comment.objects.order_by("pk").values_list())


def test_the_same_again_changes_nothing(post):
    comments = [exported(1), exported(2, 1), exported(3, 99), exported(4, content=LONG), exported(5, approved="0")]
    bring_in(post, *comments)
    before, decisions = rows(), Decision.objects.count()
    post.thread.refresh_from_db()
    outcome = bring_in(post, *comments)
    assert outcome.count("comment", Outcome.UNCHANGED) == 5
    assert outcome.count("comment", Outcome.CREATED) == 0
    assert (rows(), Decision.objects.count()) == (before, decisions)
    clock = post.thread.clock
    post.thread.refresh_from_db()
    assert post.thread.clock == clock
    assert element(3).reason == "parent-missing"
    assert set(Element.objects.values_list("outcome", flat=True)) == {"unchanged"}


def test_new_ones_of_a_later_export_are_added_where_they_belong(post):
    bring_in(post, exported(1), exported(2))
    bring_in(post, exported(1), exported(2), exported(3, 1))
    assert tree(post) == [("1", 0), ("3", 1), ("2", 0)]
    assert numbers_of(post) == (3, 3)


def test_another_text_there_replaces_the_one_here(client, post):
    bring_in(post, exported(1))
    pk = stored(1).pk
    outcome = bring_in(post, exported(1, content="What it <em>says</em> now.", author_name="Robert"))
    assert outcome.count("comment", Outcome.UPDATED) == 1
    comment = stored(1)
    assert (comment.pk, comment.name, comment.body) == (pk, "Robert", "What it *says* now.")
    assert "<em>says</em>" in comment.html
    assert comment.edited_at is None
    assert comment.revisions.get().body == "Comment number 1."
    assert f"/comments/{pk}/" in client.get("/search/", {"q": "says author:robert"}).text
    assert f"/comments/{pk}/" not in client.get("/search/", {"q": "number"}).text
    assert bring_in(post, exported(1, content="What it <em>says</em> now.", author_name="Robert")).count(
        "comment", Outcome.UNCHANGED
    )


def test_another_status_there_is_a_decision_here(post):
    bring_in(post, exported(1, approved="0"), exported(2))
    bring_in(post, exported(1), exported(2, approved="trash"))
    assert [stored(number).status for number in (1, 2)] == ["approved", "removed"]
    assert list(stored(1).decisions.values_list("to_status", "via")) == [("approved", "import"), ("pending", "import")]
    assert numbers_of(post) == (1, 1)
    assert not PendingTraining.objects.exists()


def test_the_filter_learns_another_status_if_it_is_asked_to(post):
    bring_in(post, exported(1, approved="0"))
    bring_in(post, exported(1), learn=True)
    assert PendingTraining.objects.get().comment_id == stored(1).pk


def test_another_address_there_is_another_reader_here(post):
    bring_in(post, exported(1))
    bring_in(post, exported(1, author_email="robert@old.example"))
    assert stored(1).reader.email == stored(1).email == "robert@old.example"


def test_quotations_of_a_replaced_text_are_looked_up_again(post):
    bring_in(post, exported(1, content="Tea is a drink for noon and after."), exported(2, 1))
    bring_in(post, exported(2, 1, content="<blockquote>Tea is a drink for noon and after.</blockquote> Is it?"))
    assert Quotation.objects.get().source == stored(1)
    assert stored(2).quote_count == 1


def edited(comment: Comment) -> None:
    edit(comment, "As a moderator left it.", by=factories.user("mona"))


def decided(comment: Comment) -> None:
    factories.remove(comment, via=Via.DESK)


def renamed(comment: Comment) -> None:
    Comment.objects.filter(pk=comment.pk).update(name="Rob")


@pytest.mark.parametrize("change", [edited, decided, renamed])
def test_what_was_changed_here_is_kept_and_reported_every_time(post, change):
    bring_in(post, exported(1))
    change(stored(1))
    before = rows()
    for _time in range(2):
        bring_in(post, exported(1, content="What it says now."))
        assert (element(1).outcome, element(1).reason) == (Outcome.UNCHANGED, "changed-here")
        assert rows() == before
    assert element(1).made_by_us


def test_what_was_changed_here_alone_is_unchanged_there(post):
    bring_in(post, exported(1))
    edited(stored(1))
    assert bring_in(post, exported(1)).count("comment", Outcome.UNCHANGED) == 1
    assert stored(1).body == "As a moderator left it."


def test_a_text_that_has_words_by_now_comes_in(post):
    bring_in(post, exported(1, content="<!-- -->"))
    assert element(1).outcome == Outcome.SKIPPED
    assert bring_in(post, exported(1, content="<!-- -->")).count("comment", Outcome.SKIPPED) == 1
    bring_in(post, exported(1, content="Words."))
    assert (element(1).outcome, element(1).reason, stored(1).body) == (Outcome.CREATED, "", "Words.")


def shape(subject) -> list[tuple]:
    """The conversation as it is read, without ids."""
    comments = Comment.objects.filter(conversation=subject.thread_id).order_by("path", "pk")
    return list(comments.values_list("body", "depth", "shown", "thread_size", "status", "created_at"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stopped_after", [1, 2, 3])
def test_an_interrupted_run_goes_on_and_ends_as_if_it_had_not_been(post, monkeypatch, stopped_after):
    monkeypatch.setattr(thread_import, "THREAD_BATCH", 3)
    comments = [exported(number, 11 - number if number > 6 else 0, approved=str(number % 3)) for number in range(1, 11)]
    ledger, batches = new_ledger(), []

    def stop(number: int) -> None:
        batches.append(number)
        if len(batches) == stopped_after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in(post, *comments, ledger=ledger, after_batch=stop)
    ledger.discard()
    assert Comment.objects.count() == 3 * (stopped_after - 1)
    bring_in(post, *comments, ledger=ledger)
    assert set(Element.objects.values_list("outcome", flat=True)) == {"created"}
    whole, elsewhere = factories.post(), Source.objects.get_or_create_for("wordpress", "https://clean.example")
    bring_in(whole, *comments, ledger=Ledger(elsewhere, Run.objects.create(source=elsewhere)))
    assert shape(post) == shape(whole)
    assert numbers_of(post) == numbers_of(whole)


def test_an_unchanged_thread_costs_few_queries(post):
    comments = [exported(number) for number in range(1, 201)]
    bring_in(post, *comments)
    ledger = new_ledger()
    with CaptureQueriesContext(connection) as queries:
        bring_in(post, *comments, ledger=ledger)
    assert len(queries) <= 5


def test_the_number_of_queries_does_not_grow_with_the_thread(post):
    def count(first: int, number: int) -> int:
        comments = [exported(pk, pk - 1 if pk % 3 else 0) for pk in range(first, first + number)]
        ledger = new_ledger()
        with CaptureQueriesContext(connection) as queries:
            bring_in(post, *comments, ledger=ledger)
        return len(queries)

    assert count(1_000, 450) <= count(1, 45) + 4


# Long comments


def test_a_long_comment_comes_in_parts_each_in_the_ledger(post):
    outcome = bring_in(post, exported(1), exported(2, 1, content=LONG), exported(3, 2))
    assert outcome.count("comment", Outcome.CREATED) == 3
    assert tree(post) == [("1", 0), ("2", 1), ("2.2", 2), ("2.3", 2), ("3", 2)]
    assert (element(2).reason, element(2).detail) == ("split", "3")
    assert element("2.2").reason == "part-of-long"
    whole = " ".join(stored(key).body for key in ("2", "2.2", "2.3"))
    assert whole.split() == LONG.split()


def test_its_parts_are_brought_up_to_date_together(post):
    bring_in(post, exported(2, content=LONG))
    bring_in(post, exported(2, content=LONG.replace("another", "others")))
    assert all("others" in stored(key).body and "another" not in stored(key).body for key in ("2", "2.2", "2.3"))
    assert (element(2).reason, element("2.2").reason) == ("split", "part-of-long")


def test_if_one_part_was_changed_here_all_are_kept(post):
    bring_in(post, exported(2, content=LONG))
    edited(stored("2.2"))
    bring_in(post, exported(2, content=LONG.replace("another", "others")))
    assert "another" in stored(2).body
    assert (element(2).reason, element(2).detail) == ("changed-here", "split: 3")
    bring_in(post, exported(2, content=LONG))
    assert {element(key).outcome for key in ("2", "2.2", "2.3")} == {"unchanged"}


def test_another_number_of_parts_is_kept_and_reported(post):
    bring_in(post, exported(2, content=LONG))
    bring_in(post, exported(2, content="Short now."))
    assert element(2).reason == "parts-changed"
    assert Comment.objects.count() == 3


# Merged exports


def test_the_same_comment_twice_in_an_item_comes_in_once(post):
    bring_in(post, exported(1), exported(1))
    assert Comment.objects.count() == 1
    other = Element.objects.exclude(key="1").get()
    assert (other.outcome, other.reason) == (Outcome.SKIPPED, "repeated")


def test_two_comments_with_one_id_are_two(post):
    other = exported(1, content="Another.", author_name="Ann")
    bring_in(post, exported(1), other, exported(2, 1))
    assert sorted(Comment.objects.values_list("name", flat=True)) == ["Ann", "Bob", "Bob"]
    assert stored(2).parent == stored(1)
    assert bring_in(post, exported(1), other, exported(2, 1)).count("comment", Outcome.UNCHANGED) == 3


@pytest.mark.parametrize("size", [1, 500])
def test_one_id_under_two_posts_is_two_comments_also_the_next_time(post, monkeypatch, size):
    monkeypatch.setattr(thread_import, "THREAD_BATCH", size)
    other, comment = factories.post(), exported(1, content="Another.", author_name="Ann", gmt=exported(9).gmt)
    for _run in range(2):
        ledger = new_ledger()
        bring_in(post, exported(1), ledger=ledger)
        bring_in(other, comment, exported(2, 1), ledger=ledger)
    assert Comment.objects.count() == 3
    assert [key for key, _depth in tree(post)] == ["1"]
    assert [depth for _key, depth in tree(other)] == [0, 1]
    assert set(Element.objects.values_list("outcome", flat=True)) == {"unchanged"}


def test_what_a_moderator_has_moved_is_still_the_same(post):
    bring_in(post, exported(1))
    Comment.objects.update(conversation=factories.post().thread)
    bring_in(post, exported(1, content="What it says now."))
    assert Comment.objects.get().body == "What it says now."
    assert Comment.objects.get().status == Status.APPROVED


# Another place there


def test_another_parent_there_is_another_place_here(post):
    bring_in(post, exported(1), exported(2), exported(3, 2), exported(4, 3))
    bring_in(post, exported(1), exported(2), exported(3, 1), exported(4, 3))
    assert tree(post) == [("1", 0), ("3", 1), ("4", 2), ("2", 0)]
    assert element(3).outcome == Outcome.UPDATED
    assert (
        bring_in(post, exported(1), exported(2), exported(3, 1), exported(4, 3)).count("comment", Outcome.UPDATED) == 0
    )


def test_an_answer_that_has_become_a_comment_of_its_own_begins_a_thread(post):
    bring_in(post, exported(1), exported(2, 1))
    bring_in(post, exported(1), exported(2, content="Words."))
    assert tree(post) == [("1", 0), ("2", 0)]
    assert (element(2).outcome, stored(2).body) == (Outcome.UPDATED, "Words.")


def test_the_new_parent_may_be_new_itself(post):
    bring_in(post, exported(1), exported(2, 1))
    bring_in(post, exported(1), exported(2, 3), exported(3, 1))
    assert tree(post) == [("1", 0), ("3", 1), ("2", 2)]


def test_two_that_have_changed_places_do_not_answer_each_other(post):
    bring_in(post, exported(1), exported(2, 1))
    bring_in(post, exported(1, 2), exported(2))
    assert tree(post) == [("2", 0), ("1", 1)]


def test_what_was_missing_its_parent_finds_another(post):
    bring_in(post, exported(1), exported(2, 99))
    bring_in(post, exported(1), exported(2, 1))
    assert (tree(post), element(2).reason) == ([("1", 0), ("2", 1)], "")


def test_what_was_moved_here_stays_and_is_reported_every_time(post):
    bring_in(post, exported(1), exported(2, 1), exported(3))
    rebuild_thread(post.thread_id, parents={stored(2).pk: None})
    for _time in range(2):
        bring_in(post, exported(1), exported(2, 3), exported(3))
        assert (element(2).outcome, element(2).reason) == (Outcome.UNCHANGED, "place-kept")
        assert stored(2).parent is None


def test_a_parent_that_is_not_here_changes_nothing_and_is_reported(post):
    bring_in(post, exported(1), exported(2, 1))
    bring_in(post, exported(1), exported(2, 77))
    assert (stored(2).parent, element(2).reason) == (stored(1), "place-kept")
