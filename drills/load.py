"""Readers and writers at work: what each of them saw, and when."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from drills.ledger import Ledger
from drills.stack import Stack
from tests.comments.processes import wait_until

STORED, KEPT, AWAY, NO_ANSWER = "302", "503, text kept", "503 of nginx", "no answer"
TIMEOUT = 60
# Between two requests of one client; small enough that every fault meets some.
PAUSE = 0.1
# So long everything must go well before the site counts as healed.
CALM = 1.5
# So often everybody is served before a fault begins.
SERVED = 4
READERS = ("guest", "reader", "staff")


class Answer(NamedTuple):
    """One request: who asked, what they saw, and when it began and ended (seconds of the monotonic clock)."""

    who: str
    what: str
    begun: float
    ended: float

    @property
    def is_good(self) -> bool:
        return self.what in {STORED, "200"}


class Form(NamedTuple):
    """A filled-in comment form, whence it is sent, and with which cookie."""

    fields: dict[str, str]
    sender: str
    headers: dict[str, str]


class Page(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    text: str


def ask(address: str, path: str, form: dict[str, str] | None = None, *, sender: str = "", **headers: str) -> Page:
    """One request on a connection of its own, from any address of this machine; raises OSError, HTTPException."""
    server = urlsplit(address)
    source = (sender, 0) if sender else None
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if form is not None:
        sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": address, "Referer": address + path}
    with closing(http.client.HTTPConnection(server.hostname or "", server.port, TIMEOUT, source)) as connection:
        connection.request("GET" if form is None else "POST", path, urlencode(form) if form else None, sent)
        answer = connection.getresponse()
        return Page(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))


class Load:
    """Use as a context: writers and readers work from its beginning to its end, each in a thread."""

    def __init__(self, stack: Stack, ledger: Ledger, *, writers: int = 4) -> None:
        self.address, self.cast, self.ledger, self.count = stack.address, stack.cast, ledger, writers
        self.networks, self.forms = stack.networks, dict[str, Form]()
        self.answers: list[Answer] = []
        self.stopped = threading.Event()
        self.begun = self.injected = self.mended = time.monotonic()
        self.healed_after = 0.0

    def __enter__(self) -> Load:
        jobs = [(self.write, f"writer {number}") for number in range(self.count)]
        jobs += [(self.read, name) for name in READERS]
        self.threads = [threading.Thread(target=self.repeat, args=job, daemon=True) for job in jobs]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(TIMEOUT + 5)

    def repeat(self, act: Callable[[str], object], who: str) -> None:
        while not self.stopped.wait(PAUSE):
            act(who)

    def write(self, who: str) -> None:
        """Send a comment: the first writer is the trusted reader, all others are guests, whose comments wait."""
        body = self.ledger.intend()
        self.compose(body, is_ann=who == "writer 0")
        self.send(body, who="writer")

    def compose(self, body: str, *, is_ann: bool = False) -> None:
        """Fill in the form for this text, to be sent from a network of its own."""
        number = next(self.networks)
        form = {"name": "Ann" if is_ann else "Guest", "email": "ann@example.org" if is_ann else "guest@example.net"}
        form |= {"body": body, "stamp": self.cast["stamp"], "website": "", "parent": ""}
        cookie = {"Cookie": self.cast["ann"]} if is_ann else {}
        self.forms[body] = Form(form, f"127.{1 + number // 250}.{1 + number % 250}.1", cookie)

    def send(self, body: str, *, who: str = "again") -> str:
        """Send the form with this text, as often as you like; return what its writer saw."""
        form, begun = self.forms[body], time.monotonic()
        what = describe_write(self.address, f"{self.cast['post']}comments/", *form)
        self.answers.append(Answer(who, what, begun, time.monotonic()))
        if what == STORED:
            self.ledger.acknowledge(body)
        return what

    def read(self, who: str) -> None:
        """Ask for a page: as a guest one that may be kept; as a reader one that is rendered; as staff the queue."""
        path = "/admin/comments/comment/queue/" if who == "staff" else self.cast["post"]
        cookies = {
            "guest": {},
            "reader": {"Cookie": self.cast["ann"]},
            "staff": {"Cookie": self.cast["sessions"]["max"]},
        }
        begun = time.monotonic()
        try:
            page = ask(self.address, path, **cookies[who])
            what = str(page.status)
            if page.status == 503 and "Retry-After" not in page.headers:
                what = "503 without Retry-After"
        except (OSError, http.client.HTTPException):
            what = NO_ANSWER
        self.answers.append(Answer(who, what, begun, time.monotonic()))

    def inject(self) -> None:
        """Begin the fault, once everybody has been served several times."""
        wait_until(lambda: all(self.served(who) >= SERVED for who in ("writer", *READERS)), "readers and writers")
        self.injected = self.mended = time.monotonic()

    def served(self, who: str) -> int:
        return sum(answer.who == who and answer.is_good for answer in [*self.answers])

    def heal(self, within: float) -> bool:
        """Wait until everybody is served again; `healed_after` is when the last one who was not had asked."""
        self.mended = time.monotonic()
        while time.monotonic() < self.mended + within + CALM:
            time.sleep(0.1)
            since = [answer for answer in [*self.answers] if answer.begun >= self.mended and answer.who != "again"]
            bad = [answer.ended for answer in since if not answer.is_good]
            ended = max(bad, default=self.mended)
            good = {answer.who for answer in since if answer.is_good and answer.begun >= ended}
            if {"writer", *READERS} <= good and time.monotonic() >= ended + CALM:
                firsts = [min(a.ended for a in since if a.is_good and a.who == who) for who in good]
                self.healed_after = (ended if bad else min(firsts)) - self.mended
                return True
        self.healed_after = float("inf")
        return False

    def during_fault(self, *who: str) -> list[Answer]:
        """What began before the fault was mended and ended after it had begun."""
        return [a for a in self.answers if a.who in who and a.begun < self.mended and a.ended >= self.injected]

    def before_fault(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.ended < self.injected]

    def resend(self) -> None:
        """Every writer who was not acknowledged sends the same form again."""
        for body in self.ledger.unacknowledged():
            for _ in range(3):
                if self.send(body) == STORED:
                    break


def describe_write(address: str, path: str, form: dict[str, str], sender: str, headers: dict[str, str]) -> str:
    """What a writer sees: a status, and for 503 whether what they wrote is still there and when to come back."""
    try:
        page = ask(address, path, form, sender=sender, **headers)
    except (OSError, http.client.HTTPException):
        return NO_ANSWER
    if page.status != 503:
        return STORED if page.status in {302, 303} else str(page.status)
    if "Retry-After" not in page.headers:
        return "503 without Retry-After"
    if form["body"] in page.text:
        return KEPT
    return AWAY if "Back in a moment" in page.text and "textarea" not in page.text else "503, TEXT LOST"


def tell(answers: Iterable[Answer]) -> str:
    """Counts by what was seen, the most frequent first."""
    counts = Counter(answer.what for answer in answers)
    return ", ".join(f"{count} × {what}" for what, count in counts.most_common()) or "nothing"
