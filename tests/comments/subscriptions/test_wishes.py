"""Who followed an old site is asked once, at the owner's word and pace; nobody who has settled it here is asked."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from comments.mail.wish_mail import ask_next_subscriber
from comments.models import Asking, Mailbox, Message, Reader, Subscription, SubscriptionWish
from comments.models.subscription_wish import ANSWER_TIME, UNASKED_TIME
from comments.privacy.erasure import begin_erasure
from comments.privacy.export import export_reader
from comments.subscriptions import changes
from comments.subscriptions.catalogue import Topic
from comments.subscriptions.wishes import add_wish, find_wish, why_not_ask
from tests import factories
from tests.comments.comment_pages import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
ADMIN, ANN = "/admin/subscribers/", "Ann@example.net"
NOW = timezone.now().replace(microsecond=0)


def wish(email: str = ANN, topic: str = "all", **fields) -> SubscriptionWish:
    return add_wish(email, topic, origin="https://old.example", now=NOW, **fields)


def states() -> list[tuple[str, str]]:
    return list(SubscriptionWish.objects.order_by("pk").values_list("state", "email"))


def recipients() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("to", flat=True))


def ask_all(mails_an_hour: int = 60, hours: float = 1) -> None:
    """Let the worker ask, once a second."""
    Asking.start(mails_an_hour)
    for minute in range(int(hours * 60)):
        while ask_next_subscriber(NOW + timedelta(minutes=minute)):
            pass


def link() -> str:
    return re.search(r"http\S+?(/subscribe/again/\S+)", Message.objects.latest("pk").text)[1]


# From the button to the subscription


def test_from_the_button_by_one_email_to_the_subscription(visitor):
    post = factories.post("The tea house")
    for topic in ("all", f"post:{post.thread_id}"):
        wish(topic=topic)
    admin = factories.staff_client("ada", "Administrator")
    shown = page(admin.get(ADMIN))
    assert "<td>1</td>" in shown
    assert "admin-waiting--some" not in shown  # the head counts comments
    call_command("worker", "--once")
    assert not mail.outbox
    assert admin.post(ADMIN, {"ask": "yes", "mails_an_hour": "5"}).status_code == 303
    assert "The worker is asking them, 5 an hour." in page(admin.get(ADMIN))
    call_command("worker", "--once")
    (sent,) = mail.outbox
    assert sent.to == [ANN]
    assert "You subscribed at https://old.example, which has moved to Registan." in sent.body
    assert "All new posts" in sent.body
    assert "New comments on “The tea house”" in sent.body
    where = re.search(r"http\S+?(/subscribe/again/\S+)", sent.body)[1]
    html = page(visitor.get(where))
    assert ANN in html
    assert not Subscription.objects.exists()
    assert visitor.post(where).status_code == 303
    assert sorted(Subscription.objects.values_list("kind", flat=True)) == ["all", "post"]
    assert Mailbox.objects.get().address == ANN
    assert states() == [("confirmed", "")] * 2
    assert "This link has been used" in visitor.get(where).text


def test_a_link_of_another_purpose_confirms_nothing(visitor):
    wish()
    ask_all()
    assert visitor.post(link().replace("/again/", "/confirm/")).status_code == 404
    assert not Subscription.objects.exists()


def test_a_form_of_another_site_confirms_nothing(visitor):
    wish()
    ask_all()
    assert visitor.post(link(), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not Subscription.objects.exists()


# At a pace, and once


def test_they_are_asked_one_by_one_at_the_pace_that_was_chosen():
    for number in range(5):
        wish(f"r{number}@example.net")
    Asking.start(2)
    asked = [ask_next_subscriber(NOW + timedelta(minutes=minute)) for minute in range(61)]
    assert [minute for minute, number in enumerate(asked) if number] == [0, 30, 60]
    assert recipients() == [f"r{number}@example.net" for number in range(3)]


def test_stopped_nobody_else_is_asked():
    wish("a@example.net")
    wish("b@example.net")
    Asking.start(60)
    ask_next_subscriber(NOW)
    factories.staff_client("ada", "Administrator").post(ADMIN, {"stop": "yes"})
    assert ask_next_subscriber(NOW + timedelta(hours=1)) == 0
    assert recipients() == ["a@example.net"]


def test_who_is_imported_later_waits_for_the_next_press():
    wish("a@example.net")
    Asking.start(600)
    wish("b@example.net")
    for minute in range(3):
        ask_next_subscriber(NOW + timedelta(minutes=minute))
    assert recipients() == ["a@example.net"]
    assert not Asking.current().is_on


@pytest.mark.parametrize("pace", ["0", "601", "x", ""])
def test_a_pace_that_is_none_is_refused(pace):
    admin = factories.staff_client("ada", "Administrator")
    wish()
    assert admin.post(ADMIN, {"ask": "yes", "mails_an_hour": pace}).status_code == 400
    assert not Asking.current().is_on


def test_an_address_is_asked_once_however_it_is_written():
    wish("Ann@Example.net")
    ask_all()
    assert why_not_ask("ann@example.net", "tag:1") == "asked-before"
    assert find_wish("ANN@example.net", "all")


def test_who_was_asked_is_known_by_an_earlier_secret_key(settings):
    wish()
    ask_all()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert why_not_ask(ANN, "all") == "asked-before"


# Whom not to ask


def subscribed(reader: Reader) -> None:
    changes.subscribe(reader, Topic("all"), often="at once")


def unsubscribed(reader: Reader) -> None:
    subscribed(reader)
    changes.unsubscribe_from_all(reader)


def refusing(reader: Reader) -> None:
    unsubscribed(reader)
    Mailbox.objects.update(paused_at=timezone.now())


def banned(reader: Reader) -> None:
    Reader.objects.filter(pk=reader.pk).update(standing=Reader.Standing.BANNED)


@pytest.mark.parametrize(
    ("settle", "reason"),
    [
        (subscribed, "subscribed-here"),
        (unsubscribed, "chosen-here"),
        (refusing, "chosen-here"),
        (banned, "barred-here"),
    ],
)
def test_who_has_settled_it_here_is_not_asked_not_even_meanwhile(settle, reason):
    wish()
    settle(Reader.of(ANN))
    assert why_not_ask(ANN, "all") == reason
    ask_all()
    assert not Message.objects.exists()
    assert states() == [("ended", "")]
    assert why_not_ask(ANN, "all") == "asked-before"


def test_who_has_commented_with_their_address_is_asked():
    factories.comment(factories.post(), email=ANN)
    assert why_not_ask(ANN, "all") is None


def test_what_is_not_public_any_more_is_not_asked_about():
    wish(topic=f"post:{factories.draft().thread_id}")
    ask_all()
    assert not Message.objects.exists()
    assert states() == [("ended", "")]


# What is kept, and for how long


def test_who_does_not_answer_is_forgotten_and_never_asked_again(visitor):
    wish()
    ask_all()
    where, late = link(), NOW + ANSWER_TIME + timedelta(minutes=1)
    assert ask_next_subscriber(late) == 1
    assert states() == [("ended", "")]
    assert ANN not in repr(list(SubscriptionWish.objects.values()))
    assert why_not_ask(ANN, "all") == "asked-before"
    assert visitor.post(where).status_code == 410


def test_who_is_never_asked_is_forgotten_altogether():
    wish()
    assert ask_next_subscriber(NOW + UNASKED_TIME - timedelta(days=1)) == 0
    assert ask_next_subscriber(NOW + UNASKED_TIME) == 1
    assert not SubscriptionWish.objects.exists()


def test_who_is_erased_is_erased_here_too_and_stays_unasked():
    wish()
    wish(topic="tag:1")
    begin_erasure(factories.reader(ANN.casefold()), keeps_words=False, sender="x")
    assert states() == [("ended", "")] * 2
    assert why_not_ask(ANN, "author:1") == "asked-before"
    ask_all()
    assert not Message.objects.exists()


def test_it_is_in_what_readers_download_of_themselves():
    wish()
    (found,) = export_reader(factories.reader(ANN.casefold()))["followed_elsewhere"]
    assert (found["what"], found["where"], found["state"]) == ("All new posts", "https://old.example", "waiting")


def test_the_worker_asks_the_database_little_when_nobody_waits(django_assert_num_queries):
    with django_assert_num_queries(3):
        ask_next_subscriber()
