"""Redis killed, frozen, wiped, full: pages and comments need nothing of it."""

from __future__ import annotations

import time

from drills.fault import Expect, Fault
from drills.stack import Stack

ONLY = ("postgres",)
# Rendering a page anew takes no longer, and neither does waiting for Redis once.
AS_EVER = Expect(slowest=3.0, slowest_write=3.0)


def kill(stack: Stack) -> None:
    stack.redis.end()


def freeze(stack: Stack) -> None:
    stack.redis.freeze()


def wipe(stack: Stack) -> None:
    for _ in range(10):
        stack.redis.tell("FLUSHALL")
        time.sleep(0.3)


def fill(stack: Stack) -> None:
    """It needs as much for itself: every write is refused."""
    stack.redis.tell("CONFIG", "SET", "maxmemory", "1mb")


def empty(stack: Stack) -> None:
    stack.redis.tell("CONFIG", "SET", "maxmemory", "0")


FAULTS = (
    Fault("redis-killed", "Redis killed", "5", kill, lambda stack: stack.redis.start(), 5, AS_EVER, setups=ONLY),
    Fault("redis-frozen", "Redis frozen", "5", freeze, lambda stack: stack.redis.thaw(), 5, AS_EVER, setups=ONLY),
    Fault("redis-wiped", "Redis emptied ten times", "5", wipe, None, 1, AS_EVER, setups=ONLY),
    Fault("redis-full", "Redis full", "5", fill, empty, 5, AS_EVER, setups=ONLY),
)
