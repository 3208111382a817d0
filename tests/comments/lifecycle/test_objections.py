"""Objections: to whom they go, what the answer does, and what is left of them after an erasure."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Conversation
from comments.lifecycle.objections import answer_objection
from comments.mail import statements
from comments.mail.statements import objection_path
from comments.models import Comment, Decision, Message, Objection, Reason, Report, ReportContact
from comments.privacy.erasure import begin_erasure, continue_erasures
from comments.status import AlreadyDecided, Status, Via
from tests import factories
from tests.comments.comment_pages import page

pytestmark = pytest.mark.django_db

QUEUE = "/admin/comments/comment/queue/"
WHY = "I quoted the minister,\nword for word."


@pytest.fixture
def comment(post, mona):
    """A comment of a verified reader that Mona removed."""
    factories.reader("bob@example.net")
    comment = factories.comment(post, is_verified=True, body="Words of Bob.")
    factories.remove(comment, via=Via.DESK, by=User.objects.get(username="mona"), reason="It attacks a person.")
    return comment


@pytest.fixture
def objection(comment):
    return object_to(comment)


def object_to(comment: Comment, *, report: Report | None = None) -> Objection:
    answer = Client().post(objection_path(comment.pk, report=report.pk if report else None), {"words": WHY})
    assert answer.status_code == 303
    return Objection.objects.latest("pk")


def answered_report(post, *, by: str) -> Report:
    """A report by Rosa, after which the comment stayed."""
    reported = factories.comment(post, body="Words of Eve.", email="eve@example.net")
    report = reported.reports.create(kind="rude", words="It names me.", sender="x", neighbourhood="x")
    ReportContact.objects.create(report=report, email="rosa@example.net", delete_at=timezone.now() + timedelta(days=99))
    Comment.objects.filter(pk=reported.pk).update(open_report_count=1)
    client = Client()
    client.force_login(User.objects.get(username=by))
    client.post(QUEUE, {"decision": f"aside:{reported.pk}", "state": "approved"})
    report.refresh_from_db()
    assert report.dismissed_by.username == by
    return report


def where(objection: Objection) -> str:
    return f"/admin/comments/decision/objection/{objection.pk}/"


# How a reader objects


def test_the_statement_leads_to_a_form_that_stores_the_objection(visitor, comment):
    text = statements.render_statement(comment.decisions.latest("pk"))["text"]
    link = re.search(r"http\S+(/comments/objection/\S+/)", text)[1]
    html = page(visitor.get(link))
    assert "Object to a decision" in html
    assert "Words of Bob." not in html
    assert visitor.post(link, {"words": WHY}).status_code == 303
    stored = Objection.objects.get()
    assert (stored.words, stored.comment, stored.decider.username) == (WHY, comment, "mona")
    assert stored.decision == comment.decisions.latest("pk")
    html = page(visitor.get(link))
    assert "We have your objection" in html
    assert "word for word." in html


def test_the_receipt_of_a_removed_comment_leads_there_too(visitor, comment):
    html = page(visitor.get(statements.receipt_path(comment)))
    link = re.search(r"/comments/objection/[^/]+/", html)[0]
    assert "Object to a decision" in page(visitor.get(link))


@pytest.mark.parametrize(
    ("words", "sentence"), [("", "Say why you think"), (" \n ", "Say why you think"), ("x" * 2001, "2000")]
)
def test_an_objection_without_words_or_too_long_is_shown_again(visitor, comment, words, sentence):
    answer = visitor.post(objection_path(comment.pk), {"words": words})
    assert answer.status_code == 400
    assert sentence in page(answer)
    assert not Objection.objects.exists()


def test_sent_twice_it_is_stored_once(comment):
    object_to(comment)
    object_to(comment)
    assert Objection.objects.count() == 1


def test_a_forged_or_foreign_link_opens_nothing(visitor, comment, post):
    link = objection_path(comment.pk)
    assert visitor.get(f"{link[:-3]}xx/").status_code == 404
    report = answered_report(post, by="mona")
    assert visitor.get(objection_path(comment.pk, report=report.pk)).status_code == 404


def test_there_is_nothing_to_object_to_once_the_comment_is_back(visitor, comment):
    factories.approve(comment, via=Via.DESK)
    answer = visitor.post(objection_path(comment.pk), {"words": WHY})
    assert answer.status_code == 409
    assert "There is nothing to object to" in page(answer)
    assert not Objection.objects.exists()


def test_a_new_removal_can_be_objected_to_again(visitor, comment, objection, nora):
    nora.post(where(objection), {"answer": "Sorry.", "act": "change"})
    comment.refresh_from_db()
    factories.remove(comment, via=Via.DESK)
    assert "Object to a decision" in page(visitor.get(objection_path(comment.pk)))
    object_to(comment)
    assert Objection.objects.count() == 2


# To whom it goes


def test_it_never_reaches_the_decider(mona, nora, objection):
    assert "word for word" not in page(mona.get(QUEUE))
    assert mona.get(where(objection)).status_code == 403
    assert mona.post(where(objection), {"answer": "No.", "act": "uphold"}).status_code == 403
    assert "word for word" in page(nora.get(QUEUE))
    assert "word for word" in page(nora.get(where(objection)))


def test_the_decider_gets_no_email_about_it(nora, comment):
    object_to(comment)
    asked = Message.objects.filter(key__startswith="objection-")
    assert list(asked.values_list("to", flat=True)) == ["nora@example.org"]
    assert "word for word" not in asked.get().text


def test_alone_the_decider_gets_it_and_the_answer_says_so(mona, visitor, objection):
    assert Message.objects.get(key__startswith="objection-").to == "mona@example.org"
    assert "there is no other moderator" in page(mona.get(where(objection)))
    mona.post(where(objection), {"answer": "It stays removed.", "act": "uphold"})
    assert Objection.objects.get().by_decider
    alone = "There is only one moderator here, who also made the decision."
    assert alone in " ".join(Message.objects.get(key__startswith="objection-answer").text.split())
    assert alone in page(visitor.get(objection_path(objection.comment_id)))


def test_a_former_or_powerless_colleague_is_nobody_else(mona, objection):
    factories.user("gone", group="Moderator", is_active=False)
    factories.user("anna", group="Author")
    assert mona.get(where(objection)).status_code == 200


def test_by_a_race_the_decider_cannot_answer_either(mona, nora, objection):
    decider = User.objects.get(username="mona")
    with pytest.raises(AlreadyDecided):
        answer_objection(objection, by=decider, changes=True, answer="No.")
    assert Comment.objects.get(pk=objection.comment_id).status == Status.REMOVED


def test_what_a_program_decided_goes_to_everybody(mona, nora, post):
    factories.reader("bob@example.net")
    held = factories.comment(post, is_verified=True)
    factories.hold(held, via=Via.REPORTS)
    object_to(held)
    assert all("word for word" in page(client.get(QUEUE)) for client in (mona, nora))


def test_objections_to_an_answer_do_not_reach_whoever_dismissed_the_report(mona, nora, post):
    report = answered_report(post, by="nora")
    stored = object_to(report.comment, report=report)
    assert stored.is_by_reporter
    assert nora.get(where(stored)).status_code == 403
    assert "It names me." in page(mona.get(where(stored)))


def test_the_queue_counts_no_queries_more_for_many_objections(nora, post):
    nora.get(QUEUE)
    decider = User.objects.create_user("decider")
    counts = []
    for number in (1, 8):
        while Objection.objects.count() < number:
            comment = factories.comment(post)
            factories.remove(comment, via=Via.DESK, by=decider)
            object_to(comment)
        with CaptureQueriesContext(connection) as queries:
            assert page(nora.get(QUEUE)).count('class="objection"') == number
        counts.append(len(queries))
    assert counts[1] <= counts[0]


# Its clock


def test_the_card_shows_age_and_due_date_and_when_it_is_late(nora, objection, time):
    html = page(nora.get(QUEUE))
    assert "to be answered by" in html
    assert ">late<" not in html
    Objection.objects.update(at=timezone.now() - timedelta(days=15))
    html = page(nora.get(QUEUE))
    assert "old" in html
    assert ">late<" in html


# The answer


def test_an_objection_that_is_right_restores_the_comment_by_the_one_path(nora, objection, comment, visitor, post):
    before = Conversation.objects.get(post=post).comment_count
    answer = nora.post(where(objection), {"answer": "You are right.\nSorry.", "act": "change"})
    assert answer.status_code == 303
    comment.refresh_from_db()
    assert comment.status == Status.APPROVED
    assert Conversation.objects.get(post=post).comment_count == before + 1
    last = Decision.objects.latest("pk")
    assert (last.to_status, last.via, last.by.username) == ("approved", Via.DESK, "nora")
    stored = Objection.objects.get()
    assert (stored.outcome, stored.answered_by.username, stored.by_decider) == ("changed", "nora", False)
    (sent,) = Message.objects.filter(key__startswith="objection-answer")
    assert sent.to == "bob@example.net"
    said = " ".join(sent.text.split())
    assert "You were right: your comment is published." in said
    assert "> You are right. > Sorry." in said
    assert "The moderator who answered is not the one who decided." in said
    assert "No machine took part in it." in said
    assert "Sorry." in page(visitor.get(objection_path(comment.pk)))
    assert "word for word" not in page(nora.get(QUEUE))


def test_a_decision_that_stands_stays_as_it_is(nora, objection, comment):
    decisions = comment.decisions.count()
    nora.post(where(objection), {"answer": "The rules forbid it.", "act": "uphold"})
    comment.refresh_from_db()
    assert (comment.status, comment.decisions.count()) == (Status.REMOVED, decisions)
    assert Objection.objects.get().outcome == "upheld"
    assert "The decision on your comment stands." in " ".join(Message.objects.latest("pk").text.split())


def test_a_reporter_who_is_right_has_the_comment_removed_and_its_writer_gets_a_statement(mona, nora, post, time):
    report = answered_report(post, by="nora")
    report.comment.reader.verify()
    Comment.objects.filter(pk=report.comment_id).update(is_verified=True)
    stored = object_to(report.comment, report=report)
    reason = Reason.objects.first()
    mona.post(where(stored), {"answer": "Indeed.", "act": "change", "reason": str(reason.pk)})
    assert Comment.objects.get(pk=report.comment_id).removal_reason == reason.words
    assert Message.objects.get(key__startswith="objection-answer").to == "rosa@example.net"
    time.pass_(minutes=1)
    call_command("worker", "--once")
    time.pass_(minutes=20)
    call_command("worker", "--once")
    assert Message.objects.filter(key__startswith="statement-", to="eve@example.net").count() == 1


@pytest.mark.parametrize(
    "form", [{"answer": "", "act": "uphold"}, {"answer": "No."}, {"answer": "x" * 2001, "act": "uphold"}]
)
def test_an_answer_without_words_or_button_is_asked_for_again(nora, objection, form):
    answer = nora.post(where(objection), form)
    assert answer.status_code == 400
    assert form["answer"] in page(answer)
    assert Objection.objects.get().answered_at is None


def test_it_is_answered_once(nora, objection):
    for _ in range(2):
        answer = nora.post(where(objection), {"answer": "No.", "act": "uphold"})
    assert answer.status_code == 400
    assert Message.objects.filter(key__startswith="objection-answer").count() == 1


# What is left


def test_an_erased_readers_objection_is_counted_and_holds_no_word(nora, objection, comment):
    begin_erasure(comment.reader, keeps_words=False, sender="x")
    while continue_erasures():
        pass
    stored = Objection.objects.get()
    assert (stored.words, stored.answer, stored.outcome) == ("", "", "moot")
    assert "Objections" not in page(nora.get(QUEUE))
    rows = repr([list(model.objects.values()) for model in (Objection, Comment, Message)])
    assert "bob" not in rows.casefold()


def test_an_erased_reporters_objection_holds_no_word(mona, nora, post):
    report = answered_report(post, by="mona")
    object_to(report.comment, report=report)
    begin_erasure(factories.reader("rosa@example.net"), keeps_words=True, sender="y")
    assert Objection.objects.get().words == ""
    assert not ReportContact.objects.exists()


def test_a_reader_finds_their_objection_in_their_data(comment, objection):
    data = factories.reader_client(comment.reader).get("/you/data.json").json()
    assert [row["words"] for row in data["objections"]] == [WHY]
