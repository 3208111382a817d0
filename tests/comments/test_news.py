"""News: who is told of what, once, drawn from the record by the worker."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from comments import news
from comments.models import Comment, Decision, Message, Untold
from comments.moderation import Status, Via
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def mona():
    """The moderator."""
    return factories.user("mona", group="Moderator")


def waiting(post, **fields) -> Comment:
    return factories.comment(post, status=Status.PENDING, **fields)


def told() -> list[str]:
    return sorted(Message.objects.values_list("to", flat=True))


def test_every_moderator_is_told_once_of_a_waiting_comment(post, mona):
    factories.user("edita", group="Editor")
    factories.user("admina", group="Administrator")
    waiting(post)
    assert news.tell() == 1
    assert told() == ["admina@example.org", "edita@example.org", "mona@example.org"]
    assert news.tell() == 0
    assert len(told()) == 3


def test_nobody_else_is_told(post, mona):
    factories.user("anna", group="Author")
    factories.user("cora", group="Contributor")
    factories.user("reader")
    factories.user("gone", group="Moderator", is_active=False)
    silent = factories.user("silent", group="Moderator")
    silent.email = ""
    silent.save()
    former = factories.user("former", group="Moderator")
    former.is_staff = False
    former.save()
    waiting(post)
    news.tell()
    assert told() == ["mona@example.org"]


def test_news_without_anybody_to_tell_are_not_kept(post):
    waiting(post)
    assert news.tell() == 1
    assert not Untold.objects.exists()
    assert told() == []


@pytest.mark.parametrize("status", [status for status in Status if status != Status.PENDING])
def test_what_does_not_wait_is_not_told(post, mona, status):
    factories.comment(post, status=status)
    news.tell()
    assert told() == []
    assert not Untold.objects.exists()


def test_what_was_decided_meanwhile_is_not_told(post, mona):
    waiting(post).approve(via=Via.DESK)
    assert news.tell() == 2
    assert told() == []


def test_what_comes_back_into_the_queue_is_told_again(post, mona):
    comment = waiting(post)
    news.tell()
    comment.approve(via=Via.DESK)
    comment.hold(via=Via.DESK)
    news.tell()
    assert told() == ["mona@example.org"] * 2
    assert len({message.headers["Message-ID"] for message in Message.objects.all()}) == 2


def test_what_was_stored_quietly_is_told_to_nobody(post, mona):
    Comment.submit(to=Status.PENDING, via=Via.IMPORT, quiet=True, post=post, parent=None, name="Bob", body="Old.")
    assert news.tell() == 0
    assert told() == []


def test_a_crash_half_way_loses_nothing_and_tells_nothing_twice(post, mona, monkeypatch):
    factories.user("edita", group="Editor")
    waiting(post)
    waiting(post)
    calls = []

    def crash_at_the_third(decision, moderator):
        calls.append(moderator)
        if len(calls) == 3:
            raise RuntimeError("out of memory")
        return make(decision, moderator)

    make = news.waiting_message
    with monkeypatch.context() as patch:
        patch.setattr(news, "waiting_message", crash_at_the_third)
        with pytest.raises(RuntimeError):
            news.tell()
    assert told() == []
    assert Untold.objects.count() == 2
    assert news.tell() == 2
    assert len(told()) == 4


def test_many_news_are_told_in_rounds_oldest_first(post, mona):
    comments = [waiting(post, address=None) for _ in range(news.AT_ONCE + 3)]
    assert news.tell() == news.AT_ONCE
    assert Message.objects.filter(text__contains=comments[0].body).exists()
    assert [one.decision.comment for one in Untold.objects.order_by("pk")] == comments[news.AT_ONCE :]
    assert news.tell() == 3


def test_the_mail_says_who_wrote_what_about_which_post_and_where_to_decide(post, mona, settings):
    parent = factories.comment(post, name="Çelik", body="First & foremost?\nYes.")
    waiting(post, parent=parent, name='Bob "& sons"', email="bob@example.net", body="Salt <b>first</b>.\n\nThen tea.")
    news.tell()
    message = Message.objects.get()
    assert message.subject == f"A comment waits: {post.title}"
    assert 'Bob "& sons" <bob@example.net>' in message.text
    assert "Salt <b>first</b>.\n\nThen tea." in message.text
    assert "> First & foremost?\n> Yes." in message.text
    assert settings.SITE_URL + reverse("admin:comments_comment_queue") in message.text
    assert settings.SITE_URL + post.get_absolute_url() in message.text


def test_mails_about_one_post_make_one_thread_and_call_for_no_answer(post, mona):
    waiting(post)
    waiting(post)
    waiting(factories.post())
    news.tell()
    headers = [message.headers for message in Message.objects.order_by("id")]
    assert headers[0]["References"] == headers[1]["References"] != headers[2]["References"]
    assert {one["Auto-Submitted"] for one in headers} == {"auto-generated"}


def test_a_post_with_the_longest_title_can_be_told_of(mona):
    waiting(factories.post("T" * 250))
    news.tell()
    assert len(Message.objects.get().subject) <= 250


def test_telling_costs_the_same_queries_for_one_as_for_many_besides_its_messages(post, django_assert_num_queries):
    for _ in range(20):
        waiting(post, address=None)
    with django_assert_num_queries(5):
        assert news.tell() == 20


def test_the_worker_tells_and_sends_in_one_round(post, mona):
    comment = waiting(post)
    call_command("worker", "--once")
    (sent,) = mail.outbox
    assert sent.to == ["mona@example.org"]
    assert comment.body in sent.body
    call_command("worker", "--once")
    assert len(mail.outbox) == 1
    assert Decision.objects.count() == 1
