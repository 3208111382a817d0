"""Whoever repeats somebody's comment learns nothing about its writer: not whether a guessed address is right."""

from datetime import timedelta

import pytest
from django.test import Client

from comments.models import Comment
from comments.status import Status, Via
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import opened, send

pytestmark = pytest.mark.django_db

WORDS = "The dome was finished before the minarets were, says the mason."
ADDRESS = "gulnora@example.org"
GUESSES = 50


@pytest.fixture
def gulnora(post) -> Comment:
    """Her comment, sent from a form of her own and still waiting."""
    send(Client(), post, name="Gulnora", email=ADDRESS, body=WORDS)
    return Comment.objects.get()


def repeat(post, email: str = ADDRESS, *, street: int = 1):
    """The same words under her name, from a form of somebody else's, who lives in that street."""
    return send(Client(REMOTE_ADDR=f"198.51.{street}.1"), post, name="Gulnora", email=email, body=WORDS)


def led_to(response) -> int:
    return tokens.read_token_id(tokens.RECEIPT, response["Location"].split("/")[3], max_age=timedelta(hours=1))


@pytest.mark.parametrize("status", [Status.APPROVED, Status.PENDING])
def test_a_right_guess_of_the_address_is_answered_as_fifty_wrong_ones_are(gulnora, post, status):
    if status == Status.APPROVED:
        factories.approve(gulnora, via=Via.DESK)
    guesses = [f"guess{number}@example.org" for number in range(GUESSES)]
    guesses.insert(GUESSES // 2, ADDRESS)
    seen = {describe(repeat(post, guess, street=street)) for street, guess in enumerate(guesses)}
    assert len(seen) == 1
    stored = Comment.objects.exclude(pk=gulnora.pk)
    assert stored.count() == len(guesses)
    assert set(stored.values_list("status", flat=True)) == {Status.PENDING}
    assert all(comment.findings.filter(kind="repeated").exists() for comment in stored)


def describe(response) -> tuple[object, ...]:
    """What a stranger sees of an answer, without the token in it."""
    receipt = Client().get(response["Location"])
    shown = [receipt.context[name] for name in ("state", "can_prove", "can_ask_for_replies")]
    return response.status_code, response["Location"].split("/")[2], receipt.status_code, *shown


def test_a_waiting_comments_receipt_is_not_handed_to_whoever_repeats_it(gulnora, post):
    assert led_to(repeat(post)) != gulnora.pk


def test_a_form_without_its_time_is_told_by_the_network_it_comes_from(post):
    first = send(Client(), post, stamp="", body=WORDS)
    second = send(Client(), post, stamp="", body=WORDS)
    assert led_to(first) == led_to(second) == Comment.objects.get().pk
    assert led_to(send(Client(REMOTE_ADDR="192.0.2.7"), post, stamp="", body=WORDS)) != Comment.objects.first().pk


def test_a_reader_who_is_signed_in_sends_the_same_comment_from_any_form(post):
    client = factories.reader_client(factories.reader(ADDRESS))
    for _ in range(2):
        send(client, post, name="Gulnora", email=ADDRESS, body=WORDS)
    assert Comment.objects.count() == 1


def test_two_forms_opened_in_one_second_are_two(post):
    assert len({opened(post, seconds_ago=60) for _ in range(20)}) == 20


def test_a_moderator_reads_that_the_text_came_from_another_form(gulnora, post, editor):
    repeat(post)
    assert "The same text again, from another form" in editor.get("/admin/comments/comment/queue/").content.decode()
