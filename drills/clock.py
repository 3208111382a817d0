"""Clocks that jump: the whole site's, forth and back, and two nodes minutes apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from drills.fault import Drill, Fault
from drills.load import STORED, ask
from drills.people import faketime, run_nodes

NODES = re.compile(r'id="(comment-\d+)"')
MINUTES = "+5m"


def jump(shift: str, drill: Drill) -> None:
    """Comments before, during and after: all stored, all shown, and a post that was published stays so."""
    write(drill, 4, "before")
    run_nodes(drill.stack, drill.stack.nodes, {"FAKETIME": shift})
    write(drill, 4, "during", is_old=shift.startswith("+"))
    run_nodes(drill.stack, drill.stack.nodes, {})
    write(drill, 4, "after")
    check_pages(drill)
    drill.note(f"the clock at {shift}: comments before, during and after")


def apart(drill: Drill) -> None:
    """One node five minutes ahead: forms of one are sent to the other, and both show the same thread."""
    first, second = drill.stack.nodes
    run_nodes(drill.stack, [second], {"FAKETIME": MINUTES})
    for _ in range(4):
        for node, other in ((first, second), (second, first)):
            stamp = ask(f"http://127.0.0.1:{node.port}", f"{drill.stack.cast['post']}comments/stamp/").text
            drill.load.cast = {**drill.load.cast, "stamp": stamp if "<" not in stamp else drill.load.cast["stamp"]}
            drill.load.address = f"http://127.0.0.1:{other.port}"
            write(drill, 1, "apart", host=drill.stack.address)
    drill.load.address, drill.load.cast = drill.stack.address, drill.stack.cast
    shown = [
        NODES.findall(ask(f"http://127.0.0.1:{node.port}", drill.stack.cast["post"]).text) for node in (first, second)
    ]
    drill.promise(shown[0] == shown[1] and shown[0], f"the nodes show {shown[0]} and {shown[1]}")
    run_nodes(drill.stack, [second], {})
    drill.note(f"nodes {MINUTES} apart: both show the same {len(shown[0])} comments")


def write(drill: Drill, count: int, when: str, *, is_old: bool = False, host: str = "") -> None:
    """Send comments; the form of somebody whose clock is days behind may have to be sent again once."""
    for number in range(count):
        body = drill.ledger.intend()
        drill.load.compose(body, is_ann=bool(number % 2) or bool(host))
        if host:
            drill.load.forms[body].headers["Origin"] = host
        seen = drill.load.send(body)
        allowed = {STORED, "400", "422"} if is_old else {STORED}
        drill.promise(seen in allowed, f"a comment {when} was answered {seen}")


def check_pages(drill: Drill) -> None:
    """Everything that was published is shown, in the order in which it was stored."""
    page = ask(drill.stack.address, drill.stack.cast["post"], Cookie=drill.stack.cast["ann"])
    shown = [int(found.removeprefix("comment-")) for found in NODES.findall(page.text)]
    rows = drill.stack.sql("SELECT id, body FROM comments_comment WHERE shown ORDER BY id")
    # A page has a hundred: those of earlier drills come first.
    published = [pk for pk, body in rows if body in drill.ledger.intended] if len(rows) <= 100 else []
    drill.promise({*published} <= {*shown}, f"of {published} published comments, {shown} are shown")
    drill.promise(shown == sorted(shown), f"the thread is out of order: {shown}")


def with_faketime(play: Callable[[Drill], None]) -> Callable[[Drill], None]:
    def run(drill: Drill) -> None:
        if faketime():
            play(drill)
        else:
            drill.note("not played: faketime is not installed")

    return run


FAULTS = (
    Fault(
        "clock-forward",
        "the clock two days ahead, then right",
        "12",
        play=with_faketime(partial(jump, "+2d")),
        setups=("sqlite",),
    ),
    Fault(
        "clock-back",
        "the clock three hours behind, then right",
        "12",
        play=with_faketime(partial(jump, "-3h")),
        setups=("sqlite",),
    ),
    Fault("clocks-apart", "two nodes, one five minutes ahead", "12", play=with_faketime(apart), setups=("postgres",)),
)
