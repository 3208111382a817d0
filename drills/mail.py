"""Mail servers at their worst, and a worker killed while it sends: comments notice nothing, every email leaves."""

from __future__ import annotations

import signal
from functools import partial

from bench.site import free_port
from drills.fault import Drill, Expect, Fault
from drills.stack import Stack
from tests.comments.processes import wait_until

# Storing a comment waits for no mail server.
UNAWARE = Expect(slowest=3.0, slowest_write=3.0)


def set_mood(mood: str, stack: Stack) -> None:
    stack.mail.mood = mood
    stack.mail.healed.clear()


def heal(stack: Stack) -> None:
    stack.mail.heal()


def point_elsewhere(stack: Stack, address: str) -> None:
    """Let the worker send to another address, as after a change of EMAIL_URL."""
    stack.worker.end(signal.SIGTERM)
    stack.worker.environment = stack.variables | {"EMAIL_URL": address}
    stack.worker.start()


def close(stack: Stack) -> None:
    point_elsewhere(stack, f"smtp://127.0.0.1:{free_port()}")


def reopen(stack: Stack) -> None:
    point_elsewhere(stack, stack.variables["EMAIL_URL"])


def kill_while_sending(drill: Drill) -> None:
    """The server has the message and says nothing; the worker dies. Its lease ends, and another sends it again."""
    stack = drill.stack
    set_mood("hangs after the data", stack)
    with drill.under_load(expect=UNAWARE):
        wait_until(lambda: stack.mail.open, "the worker to send")
        wait_until(lambda: leased(stack), "the message to be leased")
        stack.worker.end()
        drill.promise(leased(stack) == 1, "the killed worker held more than one message")
        heal(stack)
        stack.sql("UPDATE comments_message SET leased_until = created_at WHERE leased_until IS NOT NULL")
        stack.worker.start()
    wait_until(lambda: not leased(stack), "the lease to be taken over")


def leased(stack: Stack) -> int:
    ((count,),) = stack.sql("SELECT count(*) FROM comments_message WHERE leased_until IS NOT NULL AND sent_at IS NULL")
    return int(count)


MOODS = {
    "refuses": ("refuses the sender", "the mail server refuses the sender (550)"),
    "busy": ("too busy", "the mail server is busy (421)"),
    "garbage": ("garbage", "the mail server talks garbage"),
    "hangs": ("hangs", "the mail server hangs"),
    "drops": ("drops after the data", "the mail server takes each email and drops the line"),
}

FAULTS = (
    *(
        Fault(f"mail-{name}", title, "6", partial(set_mood, mood), heal, 4, UNAWARE)
        for name, (mood, title) in MOODS.items()
    ),
    Fault("mail-closed", "no mail server listens", "6", close, reopen, 4, UNAWARE),
    Fault("mail-worker-killed", "the worker killed while it sends", "7", play=kill_while_sending),
)
