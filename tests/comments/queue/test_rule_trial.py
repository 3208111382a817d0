"""A rule is tested on the last decisions, and saved only after confirmation."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.lifecycle.submit import submit
from comments.models import Comment, Decision, Rule
from comments.queue import rule_trial
from comments.queue.rule_trial import try_rule
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import long_thread

pytestmark = pytest.mark.django_db
ADD = "/admin/comments/rule/add/"


def sent(**fields) -> dict[str, str]:
    return {"kind": "words", "pattern": "watches", "effect": "hold", "note": "", "is_active": "on", **fields}


def ended(post, body: str, status: Status, **fields) -> Comment:
    """A comment that waited and then was decided on."""
    comment = factories.comment(post, body=body, status=Status.PENDING, **fields)
    if status != Status.PENDING:
        factories.decide(comment, status, via=Via.DESK)
    return comment


def tried_on(answer) -> str:
    """The value by which the form remembers what was tried."""
    return re.search(r'name="tried" value="([^"]*)"', answer.content.decode())[1]


def test_a_trial_sorts_what_it_meets_by_how_it_ended(post):
    spam = ended(post, "Cheap WATCHES, buy", Status.SPAM)
    removed = ended(post, "watches again", Status.REMOVED)
    good = ended(post, "The night watches over us", Status.APPROVED)
    waiting = ended(post, "My watches", Status.PENDING)
    ended(post, "A watchmaker's tale", Status.APPROVED)
    found = try_rule(Rule(kind="words", pattern="watches"))
    assert set(found.true_positives) == {spam.pk, removed.pk}
    assert found.false_positives == [good.pk]
    assert found.undecided == [waiting.pk]
    assert (found.comments, found.decisions, found.untouched) == (5, 9, 1)
    assert found.shown == [good]


@pytest.mark.parametrize(
    ("kind", "pattern", "fields"),
    [("link", "example.org", {"website": "https://www.example.org/x"}), ("words", "plov", {"name": "Plov Master"}),
     ("email", "example.org", {"email": "a@example.org"}), ("network", "192.0.2.0/24", {"address": "192.0.2.9"})],
)  # fmt: skip
def test_each_kind_of_rule_is_tried_on_what_it_reads(post, kind, pattern, fields):
    met = ended(post, "One", Status.SPAM, **fields)
    ended(post, "Two", Status.SPAM, website="https://example.com/", address="198.51.100.1")
    assert try_rule(Rule(kind=kind, pattern=pattern)).true_positives == [met.pk]


def test_a_link_in_the_text_counts_as_a_link(post):
    met = ended(post, "See [this](https://shop.example.org/a).", Status.SPAM)
    assert try_rule(Rule(kind="link", pattern="example.org")).true_positives == [met.pk]


def test_only_the_last_decisions_count_and_what_an_archive_brought_is_among_them(post, monkeypatch):
    monkeypatch.setattr(rule_trial, "TRIAL_DECISIONS", 3)
    ended(post, "watches long ago", Status.SPAM)
    archived, _ = submit(
        post=post, to=Status.APPROVED, via=Via.IMPORT, name="Ann", body="watches, archived", quiet=True
    )
    late = ended(post, "watches of late", Status.SPAM)
    found = try_rule(Rule(kind="words", pattern="watches"))
    assert (found.decisions, found.comments) == (3, 2)
    assert (found.true_positives, found.false_positives) == ([late.pk], [archived.pk])


def test_a_comment_that_a_rule_does_not_match_is_not_in_its_trial(post):
    """Moderators and a post's own authors are not screened; whoever else is signed in is."""
    mona = factories.user("mona", group="Moderator")
    factories.comment(post, body="My own watches", by=mona, user=mona)
    reply = {"name": "Mona", "body": "Watches, says the desk", "to": Status.PENDING, "via": Via.DESK}
    factories.approve(submit(post=post, by=mona, **reply)[0], via=Via.DESK, by=mona)
    by_rank = ended(post, "Watches of somebody signed in", Status.APPROVED, by=factories.user("dora"))
    found = try_rule(Rule(kind="words", pattern="watches"))
    assert found.false_positives == [by_rank.pk]
    assert (found.comments, found.untouched) == (1, 0)


def test_saving_shows_the_trial_first_and_saves_nothing(mona, post):
    ended(post, "cheap watches", Status.SPAM)
    ended(post, "The night watches over us", Status.APPROVED, name="Ann Other")
    answer = mona.post(ADD, sent(pattern="  WATCHES "))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not Rule.objects.exists()
    assert (len(answer.context["trial"].true_positives), len(answer.context["trial"].false_positives)) == (1, 1)
    for words in ("Ann Other", "The tea house", "The night watches over us", "Save", "Change the rule"):
        assert words in page, words
    assert "Please correct the error" not in page
    saved = mona.post(ADD, sent(tried=tried_on(answer), _sure="1"))
    assert (saved.status_code, saved.url) == (302, "/admin/comments/rule/")
    rule = Rule.objects.get()
    assert (rule.pattern, rule.effect, rule.is_active, rule.created_by.username) == ("watches", "hold", True, "mona")


def test_a_rule_changed_after_its_trial_is_tried_again(mona, post):
    tried = tried_on(mona.post(ADD, sent()))
    for changed in (sent(pattern="clocks"), sent(effect="refuse"), sent(kind="email", pattern="watches.example")):
        assert "trial" in mona.post(ADD, {**changed, "tried": tried, "_sure": "1"}).context
    assert mona.post(ADD, sent(tried=tried)).context["trial"]
    assert mona.post(ADD, sent(tried="words hold watches", _try="1")).context["trial"]
    assert not Rule.objects.exists()


def test_switching_off_and_notes_need_no_trial_and_switching_on_does(mona):
    rule = Rule.objects.create(kind="words", pattern="watches")
    address = f"/admin/comments/rule/{rule.pk}/change/"
    off = sent(note="asleep")
    del off["is_active"]
    assert mona.post(address, off).status_code == 302
    rule.refresh_from_db()
    assert (rule.is_active, rule.note) == (False, "asleep")
    assert mona.post(address, sent()).context["trial"]
    rule.refresh_from_db()
    assert not rule.is_active


@pytest.mark.parametrize(
    "fields",
    [{"pattern": "…"}, {"pattern": ""}, {"pattern": "a\0b"}, {"kind": "regex"}, {"kind": "network"}, {"effect": "ban"},
     {"kind": "link", "pattern": "not a domain"}, {"pattern": "x" * 201}, {"pattern": "a\u202eb"}],
)  # fmt: skip
def test_a_wrong_rule_is_refused_by_its_field_and_not_tried(mona, post, fields):
    answer = mona.post(ADD, sent(**fields, _sure="1"))
    assert answer.status_code == 200
    assert "trial" not in answer.context
    assert b"errorlist" in answer.content
    assert not Rule.objects.exists()


def test_the_same_rule_twice_is_refused(mona):
    Rule.objects.create(kind="words", pattern="watches")
    assert b"already exists" in mona.post(ADD, sent(pattern="Watches")).content


def test_wrong_matches_are_named_up_to_a_limit_and_counted(mona, post, monkeypatch):
    monkeypatch.setattr(rule_trial, "MAX_NAMED", 2)
    for _ in range(5):
        ended(post, f"watches {_}", Status.APPROVED)
    assert b"and 3 more" in mona.post(ADD, sent()).content


def test_a_thousand_are_tried_in_few_queries(post):
    ids = long_thread(post, 1_000)
    words = "The melon of Chardzhou was carried to Baghdad in lead boxes packed with snow. " * 4
    Comment.objects.update(body=words, html=f"<p>{words}</p>")
    Decision.objects.bulk_create(
        [Decision(comment_id=pk, from_status="pending", to_status="approved", via=Via.DESK) for pk in ids]
    )
    with CaptureQueriesContext(connection) as asked:
        found = try_rule(Rule(kind="words", pattern="lead boxes"))
    assert (len(found.false_positives), found.decisions) == (1_000, 1_000)
    assert len(asked) <= 13


def test_the_page_says_how_many_were_caught_wrongly_stopped_and_left_alone(mona, post):
    for number in range(3):
        ended(post, f"watches {number}", Status.SPAM)
    for number in range(2):
        ended(post, f"night watches {number}", Status.APPROVED)
    for number in range(5):
        ended(post, f"tea {number}", Status.APPROVED)
    text = " ".join(re.sub(r"<[^>]+>", " ", mona.post(ADD, sent()).content.decode()).split())
    assert "Caught 3 " in text
    assert "Wrongly held 2 " in text
    assert "No effect 5 " in text
