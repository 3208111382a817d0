"""A reader who leaves an address with a report gets a receipt at once and the outcome later."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from blog.models import WorkerBeat
from comments.lifecycle.undo import undo
from comments.mail import report_mail, verification
from comments.models import Comment, Message, Policy, Reason, Report, ReportContact
from comments.privacy.erasure import begin_erasure, continue_erasures
from comments.status import Status, Via
from comments.web.fingerprints import reader_report_hash
from tests import factories
from tests.comments.comment_pages import page

pytestmark = pytest.mark.django_db

EMAIL = "Rosa@example.net"
REPORT = {
    "kind": "unlawful",
    "words": "Read the second line.",
    "law": "Criminal Code, section 241: it threatens my neighbour.",
    "good_faith": "on",
    "email": EMAIL,
    "name": "Rosa Karimova",
}


@pytest.fixture
def mona(db):
    return factories.user("mona", group="Moderator")


@pytest.fixture
def comment(post):
    return factories.comment(post, name="Bob", body="Words of Bob.")


def report(comment: Comment, *, client: Client | None = None, **fields):
    return (client or Client()).post(f"/comments/{comment.pk}/report/", {**REPORT, **fields})


def received(server, subject: str) -> str:
    """The text of the email with this subject that the mail server took for the reporter, on one line."""
    (mail,) = [mail for mail in server.taken if mail["To"] == EMAIL and mail["Subject"].startswith(subject)]
    return " ".join(mail.get_body(("plain",)).get_content().split())


RECEIPT, OUTCOME = "We have your report", "The outcome of your report"


@pytest.mark.usefixtures("mailer")
class TestArticle16:
    """Regulation (EU) 2022/2065, article 16: each element, and the sentence of a form or a real email that it is in."""

    FORM = (
        ("2a: why it is illegal", "Which law does it break, and how?"),
        ("2a: substantiated explanation", "In your own words"),
        ("2b: exact location, given by the address of the form", "Words of Bob."),
        ("2c: name", "Your name"),
        ("2c: email address", 'name="email"'),
        ("2d: good faith", "I believe in good faith that what I say here is true and complete."),
    )
    MAILS = (
        ("4: confirmation of receipt", RECEIPT, "", "We received your report on"),
        ("4: without delay", RECEIPT, "", "It is about this comment: http"),
        ("6: use of automated means", RECEIPT, "", "only when several readers report a comment does a program hold it"),
        ("6: not arbitrary: a person decides", RECEIPT, "", "People decide about reports;"),
        ("5: the decision, removed", OUTCOME, "remove", "We removed the comment: http"),
        ("5: the decision, kept", OUTCOME, "keep", "The comment stays: http"),
        ("5: the decision, dismissed", OUTCOME, "dismiss", "The comment stays: http"),
        ("5: the decision, withdrawn", OUTCOME, "withdraw", "has withdrawn it or had it deleted"),
        ("5: its ground, the law", OUTCOME, "remove", "The law that it breaks: Criminal Code, section 241"),
        ("5: its ground, the reason", OUTCOME, "remove", "Reason: It threatens somebody."),
        ("5: redress, objection", OUTCOME, "keep", "object within 6 months. It costs nothing."),
        ("5: redress, court", OUTCOME, "keep", "You can also go to court."),
        ("5: redress, out of court", OUTCOME, "keep", "a certified body for settling disputes out of court"),
        ("6: use of automated means in deciding", OUTCOME, "keep", "Nothing was decided by a machine."),
    )

    @pytest.mark.parametrize(("element", "words"), FORM, ids=[element for element, _words in FORM])
    def test_the_form_asks_for_each_element(self, visitor, comment, element, words):
        assert words in page(visitor.get(f"/comments/{comment.pk}/report/")), element

    @pytest.mark.parametrize(("element", "subject", "act", "sentence"), MAILS, ids=[row[0] for row in MAILS])
    def test_each_element_is_said_in_a_real_email(self, comment, mona, time, server, element, subject, act, sentence):
        report(comment)
        if act:
            self.decide(act, comment, mona)
            time.pass_(minutes=20)
        else:
            time.pass_(seconds=2)
        call_command("worker", "--once")
        assert sentence in received(server, subject), element

    def decide(self, act: str, comment: Comment, mona) -> None:
        if act == "remove":
            reason = Reason.objects.create(words="It threatens somebody.", law="Criminal Code, section 241")
            factories.remove(comment, via=Via.DESK, by=mona, reason=reason.words)
        elif act == "keep":
            factories.hold(comment, via=Via.REPORTS)
            factories.approve(comment, via=Via.DESK, by=mona)
        elif act == "withdraw":
            factories.withdraw(comment)
        else:
            client = Client()
            client.force_login(mona)
            form = {"decision": f"aside:{comment.pk}", "state": "approved"}
            client.post("/admin/comments/comment/queue/", form)
            assert not Report.objects.get().is_open


def test_neither_email_holds_words_that_anybody_typed(comment, mona, time, server, mailer):
    report(comment)
    factories.remove(comment, via=Via.DESK, by=mona)
    time.pass_(minutes=20)
    call_command("worker", "--once")
    assert len([mail for mail in server.taken if mail["To"] == EMAIL]) == 2
    for raw in server.raw:
        for typed in ("Words of Bob", "second line", "threatens my neighbour", "Karimova", "Bob"):
            assert typed not in raw.decode() or b"Rosa@example.net" not in raw


def test_an_address_is_optional(comment):
    assert report(comment, email="", name="").status_code == 303
    assert Report.objects.get().law == REPORT["law"]
    assert not ReportContact.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("law", "Say which law it breaks, and how."), ("good_faith", "Say that you believe what you say")],
)
def test_a_report_of_what_the_law_forbids_says_which_law_and_is_in_good_faith(comment, missing, sentence):
    response = report(comment, **{missing: ""})
    assert response.status_code == 400
    assert sentence in page(response)
    assert not Report.objects.exists()
    assert report(comment, kind="rude", **{missing: ""}).status_code == 303


@pytest.mark.parametrize("email", ["nobody", "a@b", "a@example.net\nBcc: c@example.net", "x" * 300 + "@example.net"])
def test_what_is_no_address_is_refused_and_nothing_is_lost(comment, email):
    response = report(comment, email=email)
    assert response.status_code == 400
    assert REPORT["words"] in page(response)


def test_a_strangers_address_gets_few_receipts_a_day_and_every_report_counts(post):
    comments = [factories.comment(post) for _ in range(verification.MAILS_A_DAY + 2)]
    answers = {page(Client().get(report(comment)["Location"])).split("main")[1][:40] for comment in comments}
    assert Message.objects.count() == ReportContact.objects.count() == verification.MAILS_A_DAY
    assert Report.objects.count() == len(comments)
    assert len(answers) == 1  # nobody learns how many reports an address has left


def test_whoever_is_signed_in_gets_a_receipt_for_each_report(post):
    client = factories.reader_client(factories.reader(EMAIL.lower()))
    for _ in range(verification.MAILS_A_DAY + 2):
        report(factories.comment(post), client=client)
    assert Message.objects.count() == verification.MAILS_A_DAY + 2


def test_a_second_report_by_the_same_sender_brings_no_second_email(comment):
    report(comment)
    report(comment)
    assert Message.objects.count() == 1


def test_the_outcome_is_told_once_and_not_before_the_decision_has_stood_for_a_while(comment, mona, time):
    report(comment)
    decision = factories.remove(comment, via=Via.DESK, by=mona)
    assert report_mail.tell_reporters() == 0
    undo([decision], by=mona)
    time.pass_(minutes=20)
    assert report_mail.tell_reporters() == 1
    assert "comment stays:" in Message.objects.latest("pk").text
    assert report_mail.tell_reporters() == 0


def test_nothing_is_told_while_the_comment_waits_again(comment, mona, time):
    report(comment)
    factories.hold(comment, via=Via.DESK, by=mona)
    time.pass_(minutes=20)
    assert report_mail.tell_reporters() == 0
    factories.remove(comment, via=Via.DESK, by=mona)
    assert report_mail.tell_reporters() == 1


def link_in(message: Message) -> str:
    return re.search(r"http\S+(/comments/reported/\S+/)", message.text)[1]


def test_the_page_of_a_report_says_how_it_stands_and_deletes_the_address(visitor, comment, mona):
    Policy.objects.update(reports_hold=100)
    report(comment)
    link = link_in(Message.objects.get())
    html = page(visitor.get(link))
    assert "Waiting for a moderator" in html
    assert "Words of Bob" not in html
    factories.remove(comment, via=Via.DESK, by=mona)
    assert "The comment was removed" in page(visitor.get(link))
    assert visitor.post(link).status_code == 303
    assert not ReportContact.objects.exists()
    assert not Message.objects.filter(to=EMAIL).exists()
    assert "We have no address for this report" in page(visitor.get(link))
    assert visitor.get(f"{link[:-3]}xx/").status_code == 404


def test_an_address_is_deleted_after_a_time(comment, mona, time):
    report(comment)
    factories.remove(comment, via=Via.DESK, by=mona)
    time.pass_(minutes=20)
    call_command("worker", "--once")
    assert ReportContact.objects.get().delete_at <= timezone.now() + timedelta(days=184)
    time.pass_(days=185)
    WorkerBeat.objects.update(at=timezone.now())  # it did not stop meanwhile: nothing has to be looked at first
    call_command("worker", "--once")
    assert not ReportContact.objects.exists()
    assert not Message.objects.filter(to=EMAIL).exists()
    assert Report.objects.exists()


def test_an_erased_reader_leaves_no_address_and_no_word_in_their_reports(comment):
    rosa = factories.reader(EMAIL.lower())
    report(comment, client=factories.reader_client(rosa))
    begin_erasure(rosa, keeps_words=False, sender=reader_report_hash(rosa.pk))
    while continue_erasures():
        pass
    assert not ReportContact.objects.exists()
    assert not Message.objects.exists()
    assert (Report.objects.get().words, Report.objects.get().law) == ("", "")


def test_reports_of_an_erased_comment_are_counted_without_their_words(comment, mona, time):
    comment.reader.verify()
    report(comment)
    begin_erasure(comment.reader, keeps_words=False, sender="x")
    while continue_erasures():
        pass
    left = Report.objects.get()
    assert (left.words, left.law, left.is_open) == ("", "", False)
    time.pass_(minutes=20)
    report_mail.tell_reporters()
    assert "has withdrawn it or had it" in " ".join(Message.objects.get(key__startswith="report-outcome").text.split())


def test_moderators_see_the_law_in_the_queue(comment):
    report(comment)
    client = factories.moderator_client("nora")
    assert "it threatens my neighbour" in page(client.get("/admin/comments/comment/queue/"))
    assert "(Rosa Karimova)" in page(client.get(f"/admin/comments/comment/{comment.pk}/change/"))


def test_spam_is_said_to_be_removed(comment, mona, time):
    report(comment, kind="spam")
    factories.mark_spam(comment, via=Via.DESK, by=mona)
    assert comment.status == Status.SPAM
    time.pass_(minutes=20)
    report_mail.tell_reporters()
    assert "We removed the comment" in " ".join(Message.objects.latest("pk").text.split())
