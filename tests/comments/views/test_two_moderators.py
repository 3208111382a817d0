"""Two moderators at one instant on the public page: the first acts, the second is told, all numbers stay exact."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from comments.models import Act, Comment
from tests import factories
from tests.comments.lifecycle.test_move import check_numbers
from tests.comments.views.test_conversation_state import seen_on

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: nothing can meet"),
]
ROUNDS = 20


def at_once(*presses: Callable[[], int]) -> list[int]:
    """What each of these answers, all begun at one moment in threads of their own."""
    start, answers = threading.Barrier(len(presses)), [0] * len(presses)

    def run(number: int) -> None:
        start.wait()
        answers[number] = presses[number]()
        connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(presses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def clients(transactional_db) -> list[Client]:
    return [factories.moderator_client("mona"), factories.moderator_client("nora")]


def sender(client: Client, address: str, **data) -> Callable[[], int]:
    return lambda: client.post(address, data).status_code


def test_of_two_decisions_one_stands(clients):
    post = factories.post()
    for _round in range(ROUNDS):
        comment = factories.comment(post)
        where = f"/comments/{comment.pk}/moderate/"
        presses = [
            sender(client, where, decision=verb, state="approved")
            for client, verb in zip(clients, ("hold", "spam"), strict=True)
        ]
        assert sorted(at_once(*presses)) == [303, 409]
        assert comment.decisions.count() == 2
    check_numbers(post)


def test_of_two_acts_on_a_conversation_a_reader_or_a_pin_one_stands(clients):
    post = factories.post()
    for _round in range(ROUNDS):
        first, second = factories.comment(post), factories.comment(post)
        pinned = post.thread.pinned or ""
        pins = [
            sender(client, f"/comments/{comment.pk}/moderate/", decision="pin", pinned=pinned)
            for client, comment in zip(clients, (first, second), strict=True)
        ]
        assert sorted(at_once(*pins)) == [303, 409]
        post.thread.refresh_from_db()
        for where, choices in (
            (f"{post.get_absolute_url()}conversation/", ({"slow_minutes": 3}, {"slow_minutes": 4})),
            (f"/comments/{first.pk}/reader/", ({"decision": "trust"}, {"decision": "ban"})),
        ):
            seen = seen_on(clients[0].get(where))
            state = {"conversation": "open", "slow_minutes": 0}
            presses = [
                sender(client, where, seen=seen, **state | choice)
                for client, choice in zip(clients, choices, strict=True)
            ]
            assert sorted(at_once(*presses)) == [303, 409]
            act = Act.objects.latest("pk")
            clients[0].post(where, {"decision": f"undo:act-{act.pk}"})
    assert Act.objects.count() == 5 * ROUNDS


def test_a_comment_that_moves_while_it_is_decided_on_and_replied_to_leaves_all_numbers_exact(clients):
    here, there = factories.post("Tea"), factories.post("Bread")
    for _round in range(ROUNDS):
        comment = factories.comment(here)
        reply = factories.comment(here, parent=comment)
        stale = Comment.objects.select_related("post").get(pk=comment.pk)
        move = {"decision": "move", "post": here.thread_id, "target": there.get_absolute_url()}

        def answer(stale: Comment = stale) -> int:
            return factories.comment(here, parent=stale).pk

        at_once(
            sender(clients[0], f"/comments/{comment.pk}/moderate/", **move),
            sender(clients[1], f"/comments/{reply.pk}/moderate/", decision="spam", state="approved"),
            answer,
        )
        comment.refresh_from_db()
        assert comment.post == there
        check_numbers(here, there)
