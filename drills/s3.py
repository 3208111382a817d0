"""The store of pictures away, or so slow that it never answers: pages and comments go on without it."""

from __future__ import annotations

import http.client
import signal
import threading
import time
from collections.abc import Callable

from drills.fault import Drill, Expect, Fault
from drills.load import ask
from drills.servers import BUCKET
from drills.stack import Stack

ONLY = ("postgres",)
# Longer than the time-outs of registan/s3_storage.py together.
PATIENCE = 50
GO_ON = Expect(slowest=5.0, slowest_write=5.0)


def put_picture(stack: Stack) -> None:
    stack.s3.client.put_object(Bucket=BUCKET, Key="images/drill.png", Body=b"a picture")


def picture_status(stack: Stack, name: str) -> tuple[int, str]:
    """What a reader is answered who opens that picture, and when to come back."""
    page = ask(stack.address, f"/media/images/{name}.png")
    return page.status, page.headers.get("Retry-After", "")


def without_store(drill: Drill, away: Callable[[Stack], None], back: Callable[[Stack], None]) -> None:
    """Pictures that nginx has kept are shown, others say when to come back, and everything else goes on."""
    stack = drill.stack
    put_picture(stack)
    drill.promise(picture_status(stack, "drill")[0] == 200, "a picture in the store was not shown")
    answers: list[tuple[int, str]] = []
    with drill.under_load(expect=GO_ON):
        away(stack)
        readers = [threading.Thread(target=collect, args=(stack, number, answers)) for number in range(4)]
        for reader in readers:
            reader.start()
        drill.promise(picture_status(stack, "drill")[0] == 200, "a picture that nginx has kept was not shown")
        for reader in readers:
            reader.join(PATIENCE)
        back(stack)
    put_picture(stack)
    drill.promise(answers == [(503, "30")] * 4 or {status for status, _ in answers} == {503},
                  f"pictures were answered {answers}")  # fmt: skip
    drill.note(f"pictures not kept: {len(answers)} × 503")


def collect(stack: Stack, number: int, answers: list[tuple[int, str]]) -> None:
    try:
        answers.append(picture_status(stack, f"other-{number}"))
    except (OSError, http.client.HTTPException):
        answers.append((0, ""))


def take_away(drill: Drill) -> None:
    without_store(drill, lambda stack: stack.s3.end(signal.SIGKILL), lambda stack: stack.s3.start())


def freeze(drill: Drill) -> None:
    without_store(drill, lambda stack: stack.s3.freeze(), thaw)


def thaw(stack: Stack) -> None:
    stack.s3.thaw()
    time.sleep(0.5)


FAULTS = (
    Fault("s3-away", "the store of pictures is down", "–", play=take_away, setups=ONLY),
    Fault("s3-frozen", "the store of pictures never answers", "–", play=freeze, setups=ONLY),
)
