"""Readers and commenters of a site that is being upgraded, and a ledger of what was acknowledged to them."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

READERS, WRITERS = 3, 2
PAUSE = 0.25
LINK = re.compile(r'href="(/20[0-9]{2}/[0-9]{2}/[0-9]{2}/[^"/]+/)"')
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Traffic:
    """Threads that ask until they are told to stop; each request comes from a home of its own."""

    def __init__(self, port: int) -> None:
        self.port, self.numbers = port, itertools.count(1)
        self.statuses: dict[str, Counter[str]] = {"read": Counter(), "write": Counter()}
        self.acknowledged: list[str] = []
        self.wrong: list[str] = []
        self.stopped = threading.Event()
        self.posts = sorted(set(LINK.findall(self.ask("GET", "/")[1])))
        assert self.posts, "the front page shows no post"
        actors = [self.read] * READERS + [self.write] * WRITERS
        self.threads = [threading.Thread(target=self.repeat, args=(act,)) for act in actors]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def repeat(self, act) -> None:
        while not self.stopped.wait(PAUSE):
            act(next(self.numbers))

    def ask(self, method: str, path: str, body: str | None = None, number: int = 0) -> tuple[int, str, str]:
        """Status, body and Retry-After."""
        home = (f"127.{1 + number // 60_000}.{1 + number // 240 % 250}.{1 + number % 240}", 0)
        headers = {"Origin": f"http://127.0.0.1:{self.port}"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection("127.0.0.1", self.port, 60, home)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace"), answer.getheader("Retry-After", "")

    def read(self, number: int) -> None:
        path = self.posts[number % len(self.posts)] if number % 3 else "/"
        self.note("read", path, lambda: self.ask("GET", path, number=number))

    def write(self, number: int) -> None:
        """Open a post, wait as a person does, and send a comment."""
        path = self.posts[number % len(self.posts)]
        opened = self.note("read", path, lambda: self.ask("GET", f"{path}?again={number}", number=number))
        form = opened[1].partition('id="respond"')[2].partition("</form>")[0] if opened else ""
        if not form:
            return
        words = f"Word {number} of the trial: the clock over the gate stopped at three."
        guest = {"name": f"Reader {number}", "email": f"reader{number}@example.net", "website": "", "parent": ""}
        fields = {**guest, **dict(HIDDEN.findall(form)), "body": words}
        time.sleep(3)  # whoever sends a form sooner is held for a program
        answer = self.note(
            "write", path, lambda: self.ask("POST", f"{path}comments/", urlencode(fields), number=number)
        )
        if answer and answer[0] in {302, 303}:
            self.acknowledged.append(words)

    def note(self, kind: str, path: str, ask) -> tuple[int, str, str] | None:
        """Count the answer; what is neither an answer nor a polite 503 is wrong."""
        try:
            status, body, retry_after = answer = ask()
        except (OSError, HTTPException) as error:
            self.statuses[kind][type(error).__name__] += 1
            self.wrong.append(f"{kind} {path}: {error!r}")
            return None
        self.statuses[kind][str(status)] += 1
        if status >= 400 and not (status == 503 and retry_after):
            self.wrong.append(f"{kind} {path}: {status}, Retry-After {retry_after!r}: {body[:200]}")
        return answer

    def describe(self, kind: str) -> str:
        return ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses[kind].items()))
