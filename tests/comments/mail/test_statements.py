"""Statements of reasons: why a comment was hidden, for the reader who wrote it."""

import re

import pytest
from django.core.management import call_command

from comments.lifecycle.submit import submit
from comments.lifecycle.undo import undo
from comments.mail import statements
from comments.models import Comment, Decision, Message, Policy, Reason, Report, Rule, Statement
from comments.privacy.erasure import begin_erasure, continue_erasures
from comments.status import Status, Via
from tests import factories

pytestmark = pytest.mark.django_db

REASON = "It attacks a person."


@pytest.fixture
def mona(db):
    return factories.user("mona", group="Moderator", first_name="Monamarker")


@pytest.fixture
def comment(post):
    return own_comment(post)


def own_comment(post, **fields) -> Comment:
    """A published comment of a reader whose address is verified."""
    factories.reader("bob@example.net")
    return factories.comment(post, **{"is_verified": True, "body": "Words of my own.", **fields})


def work(time, **how_long) -> None:
    """Run the worker now and, when a while has passed, again."""
    call_command("worker", "--once")
    time.pass_(**(how_long or {"minutes": 20}))
    call_command("worker", "--once")


def received(server) -> list[str]:
    """The text of each statement that the mail server took, on one line."""
    taken = [mail for mail in server.taken if mail["To"] == "bob@example.net"]
    return [" ".join(mail.get_body(("plain",)).get_content().split()) for mail in taken]


@pytest.mark.usefixtures("mailer")
class TestArticle17:
    """Regulation (EU) 2022/2065, article 17(3): each element, and the sentence that a real email says it with."""

    # Element: (what happened) -> the sentences.
    ELEMENTS = (
        ("a: what restriction", "removed", "we removed your comment of"),
        ("a: territorial scope", "removed", "Nobody else can read it any more, wherever they are."),
        ("a: duration", "removed", "The decision has no end date: it stands unless it is changed."),
        ("a: what restriction", "held by reports", "we held your comment of"),
        ("a: territorial scope", "held by reports", "Nobody else can read it for now, wherever they are."),
        ("a: duration", "held by reports", "It is held until a moderator has decided."),
        ("b: facts, the information itself", "removed", "Your comment, and what becomes of it: http"),
        ("b: facts and circumstances", "held by rule", "It contains what our moderators want to see before it appears"),
        ("b: on own initiative", "removed", "Nobody had reported it: we acted on our own initiative."),
        ("b: after a notice", "removed after a report", "Readers had reported it."),
        ("b: after a notice", "held by reports", "Readers had reported it."),
        ("c: no automated decision", "removed", "A person decided: one of our moderators."),
        ("c: automated detection", "removed after a rule", "A program had pointed it out to them."),
        ("c: automated decision", "held by rule", "No person has decided yet: a program held it, by a rule"),
        ("c: automated decision", "held by reports", "a program held it, because several readers had reported it."),
        ("d: legal ground", "unlawful", "We consider that its content is against the law: Criminal Code, section 241"),
        ("d: why it is illegal on that ground", "unlawful", "Why it is against the law: It threatens somebody."),
        ("e: contractual ground", "removed", "It breaks our house rules: It attacks a person."),
        ("e: where the rules are", "removed", "House rules: http"),
        ("e: why incompatible", "held by reports", "Several readers consider that it breaks our house rules."),
        ("f: internal complaint", "removed", "object within 6 months. It costs nothing."),
        ("f: how", "held by rule", "and answer you: http"),
        ("f: judicial redress", "removed", "You can also go to court."),
        ("f: out-of-court settlement", "removed", "a certified body for settling disputes out of court."),
    )

    @pytest.mark.parametrize(("element", "case", "sentence"), ELEMENTS, ids=[f"{e}, {c}" for e, c, _s in ELEMENTS])
    def test_each_element_is_said_in_a_real_email(self, post, mona, time, server, element, case, sentence):
        factories.page("house-rules")
        self.happen(case, post, mona)
        work(time)
        (text,) = received(server)
        assert sentence in text, element

    def happen(self, case: str, post, mona) -> None:
        """Bring about what the element is about."""
        by = {"via": Via.DESK, "by": mona}
        if case == "removed after a rule":
            factories.remove(self.held_by_rule(post), **by)
        elif case == "held by rule":
            self.held_by_rule(post)
        elif case == "held by reports":
            factories.hold(own_comment(post), via=Via.REPORTS)
        elif case == "unlawful":
            Reason.objects.create(words="It threatens somebody.", law="Criminal Code, section 241")
            factories.remove(own_comment(post), **by, reason="It threatens somebody.")
        else:
            comment = own_comment(post)
            if case == "removed after a report":
                comment.reports.create(kind="rude", sender="x", neighbourhood="x")
                Comment.objects.update(open_report_count=1)
            factories.remove(comment, **by, reason=REASON)

    def held_by_rule(self, post) -> Comment:
        """A comment that a rule holds as it arrives."""
        rule = Rule.objects.create(kind="words", pattern="carpets")
        typed = {"name": "Bob", "email": factories.reader("bob@example.net").email, "body": "Carpets!"}
        return submit(post=post, **typed, is_verified=True, to=Status.PENDING, via=Via.RULE, rule=rule.pk)[0]


def test_the_email_names_no_moderator_and_repeats_no_comment(comment, mona, time, server, mailer):
    factories.remove(comment, via=Via.DESK, by=mona, reason=REASON, note="Eve of Elm Street again.")
    work(time)
    assert len(server.taken) == 1
    whole = server.raw[0].decode()
    for hidden in ("Monamarker", "mona", "Words of my own", "Elm Street"):
        assert hidden not in whole


def test_the_link_leads_to_the_receipt_of_the_comment(visitor, comment, mona, time):
    decision = factories.remove(comment, via=Via.DESK, by=mona, reason=REASON)
    link = re.search(r"http\S+(/comments/receipt/\S+/)", statements.render_statement(decision)["text"])[1]
    assert "Words of my own." in visitor.get(link).content.decode()


def test_it_is_sent_when_the_decision_has_stood_for_a_while_and_once(comment, mona, time):
    factories.remove(comment, via=Via.DESK, by=mona)
    work(time, minutes=14)
    assert not sent()
    work(time, minutes=2)
    assert len(sent()) == 1
    work(time, days=2)
    assert len(sent()) == 1


def sent() -> list[str]:
    return list(Message.objects.filter(key__startswith="statement-").values_list("to", flat=True))


def test_a_decision_that_is_undone_meanwhile_is_not_stated(comment, mona, time):
    decision = factories.remove(comment, via=Via.DESK, by=mona)
    call_command("worker", "--once")
    undo([decision], by=mona)
    work(time)
    assert not sent()
    assert not Statement.objects.exists()


def test_only_the_decision_that_stands_is_stated(comment, mona, time):
    factories.hold(comment, via=Via.DESK, by=mona)
    factories.remove(comment, via=Via.DESK, by=mona, reason=REASON)
    work(time)
    assert list(Statement.objects.values_list("decision__to_status", flat=True)) == ["removed"]
    assert len(sent()) == 1


def test_a_removal_that_is_in_force_again_is_stated_once(comment, mona, time):
    factories.remove(comment, via=Via.DESK, by=mona)
    work(time)
    slip = factories.approve(comment, via=Via.DESK, by=mona)
    undo([slip], by=mona)
    work(time)
    assert len(sent()) == 1
    assert Statement.objects.count() == 1


@pytest.mark.parametrize(
    "hide",
    [
        lambda comment, mona: factories.mark_spam(comment, via=Via.DESK, by=mona),
        lambda comment, mona: factories.withdraw(comment),
        lambda comment, mona: factories.remove(comment, via=Via.ERASURE),
        lambda comment, mona: factories.hold(comment, via=Via.FORM),
        lambda comment, mona: factories.hold(comment, via=Via.FILTER),
    ],
    ids=["spam", "withdrawn", "erased", "held like everybody's", "held by the spam filter"],
)
def test_what_is_no_restriction_or_spam_is_not_stated(comment, mona, time, hide):
    hide(comment, mona)
    work(time)
    assert not sent()


def test_nobody_is_told_whose_address_is_not_verified(post, mona, time):
    comment = factories.comment(post)
    factories.remove(comment, via=Via.DESK, by=mona)
    work(time)
    assert not sent()


def test_a_stranger_who_typed_a_known_address_does_not_bring_its_owner_mail(post, mona, time):
    factories.reader("bob@example.net")
    time.pass_(hours=1)
    stranger = factories.comment(post, created_at=time.now)
    factories.remove(stranger, via=Via.DESK, by=mona)
    work(time)
    assert not sent()


def test_a_reader_with_many_removed_comments_gets_so_many_a_day_and_the_rest_later(post, mona, time):
    for number in range(statements.STATEMENTS_A_DAY + 3):
        factories.remove(own_comment(post, body=f"Number {number}."), via=Via.DESK, by=mona)
    work(time)
    assert len(sent()) == statements.STATEMENTS_A_DAY
    work(time, days=1)
    work(time, hours=1)
    assert len(sent()) == statements.STATEMENTS_A_DAY + 3


def test_an_erased_reader_is_told_nothing_and_what_is_counted_has_no_name(comment, mona, time):
    factories.remove(comment, via=Via.DESK, by=mona)
    work(time)
    begin_erasure(comment.reader, keeps_words=False, sender="x")
    while continue_erasures():
        pass
    assert Statement.objects.filter(sent_at__isnull=False).count() == 1
    assert not Message.objects.exists()
    assert "bob" not in repr(list(Statement.objects.values()))


def test_an_erasure_before_it_is_due_ends_it(comment, mona, time):
    factories.remove(comment, via=Via.DESK, by=mona)
    call_command("worker", "--once")
    begin_erasure(comment.reader, keeps_words=False, sender="x")
    while continue_erasures():
        pass
    work(time)
    assert not Statement.objects.exists()
    assert not Message.objects.exists()


def test_a_report_remembers_what_answered_it(post, mona):
    comments = [own_comment(post, body=f"Number {number}.") for number in range(2)]
    for comment in comments:
        comment.reports.create(kind="rude", sender="x", neighbourhood="x")
    Comment.objects.update(open_report_count=1)
    for comment in comments:
        factories.remove(comment, via=Via.DESK, by=mona)
    answered = Report.objects.order_by("pk").values_list("comment", "decision__comment", "is_open")
    assert list(answered) == [(comment.pk, comment.pk, False) for comment in comments]
    assert all(report.closed_at for report in Report.objects.all())


def test_waiting_like_everybody_who_is_new_is_no_restriction(post):
    Policy.objects.update(links_held=1)
    comment = own_comment(post, status=Status.PENDING)
    assert not statements.is_restriction(Decision.objects.get(comment=comment))
