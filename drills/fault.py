"""A fault, what may be seen while it lasts, and how it is played."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from comments.mail.notifications import SINGLE_MAILS_AN_HOUR
from drills.ledger import Ledger, Verdict
from drills.load import AWAY, KEPT, NO_ANSWER, READERS, STORED, Answer, Load, tell
from drills.stack import SETUPS, Stack

# Seconds within which everybody is served again without anybody doing anything.
HEALS_WITHIN = 30.0
# On a busy machine everything is slow: so many times the longest wait before the fault is added to each limit.
SLOWER = 4


@dataclass(frozen=True)
class Expect:
    """What writers, guests, readers with a cookie of ours and staff may see, and how long these may wait (seconds)."""

    writers: frozenset[str] = frozenset({STORED})
    guests: frozenset[str] = frozenset({"200"})
    readers: frozenset[str] = frozenset({"200"})
    staff: frozenset[str] = frozenset({"200"})
    slowest: float = 0.0
    slowest_write: float = 0.0


UNHARMED = Expect(slowest=5.0)
# The database is away: what is kept is shown, everything else says when to come back.
POLITE = Expect(
    writers=frozenset({STORED, KEPT}),
    guests=frozenset({"200", "503"}),
    readers=frozenset({"200", "503"}),
    staff=frozenset({"200", "503"}),
)


class Drill:
    """One fault being played: the stack, the ledger, and every promise that was broken."""

    def __init__(self, stack: Stack, *, writers: int) -> None:
        self.stack, self.broken = stack, list[str]()
        self.ledger = Ledger(stack.folder.with_name(f"{stack.folder.name}.ledger"))
        self.load = Load(stack, self.ledger, writers=writers)
        self.earlier = stack.stored()
        stack.forget_email()
        self.verdict = Verdict(0, [], [], [])
        self.notes: list[str] = []
        self.wrote = self.read = ""

    def promise(self, is_kept: object, sentence: str) -> None:
        """Note a promise that is broken."""
        if not is_kept:
            self.broken.append(sentence)

    def note(self, words: str) -> None:
        self.notes.append(words)

    @contextlib.contextmanager
    def under_load(self, *, expect: Expect, within: float = HEALS_WITHIN) -> Iterator[None]:
        """Read and write before, during and after; inject inside the context, which must end with everything mended."""
        with self.load as load:
            load.inject()
            yield
            self.promise(load.heal(within), f"not everybody was served {within:.0f} s after the fault had ended")
        self.compare(expect)

    def last(self, seconds: float) -> None:
        time.sleep(seconds)

    def compare(self, expect: Expect) -> None:
        """What was seen during the fault with what may be."""
        may = {"writer": expect.writers, "guest": expect.guests, "reader": expect.readers, "staff": expect.staff}
        for who, allowed in may.items():
            seen = self.load.during_fault(who)
            if strange := [answer for answer in seen if answer.what not in allowed]:
                self.broken.append(f"{who}s saw {tell(strange)}")
        reads = self.load.during_fault(*READERS)
        wrote, usual = self.load.during_fault("writer"), longest(self.load.before_fault())
        for who, answers, limit in (("reader", reads, expect.slowest), ("writer", wrote, expect.slowest_write)):
            if limit:
                slowest = longest(answers)
                limit += SLOWER * usual
                self.promise(slowest <= limit, f"a {who} waited {slowest:.1f} s, at most {limit:.1f}")
        self.wrote = f"{tell(wrote)}; slowest {longest(wrote):.1f} s"
        self.read = f"{tell(reads)}; slowest {longest(reads):.1f} s"

    def settle(self) -> None:
        """With everything healthy: those who were refused send again, emails leave, and the books are compared."""
        self.load.resend()
        stored = self.stack.stored()
        if gone := self.earlier - stored:
            self.broken.append(f"{len(gone)} comments of earlier drills are gone")
        self.verdict = self.ledger.judge(stored - self.earlier)
        self.broken += self.verdict.faults
        if left := self.ledger.unacknowledged():
            self.broken.append(f"{len(left)} could not be sent again")
        self.stack.drain()
        self.check_counts()
        self.check_email()

    def check_counts(self) -> None:
        (counts,) = self.stack.sql(
            "SELECT (SELECT count(*) FROM comments_comment),"
            " (SELECT count(DISTINCT comment_id) FROM comments_decision),"
            " (SELECT count(*) FROM comments_comment WHERE shown), (SELECT sum(shown_count) FROM blog_conversation),"
            " (SELECT count(*) FROM comments_comment WHERE status = 'approved'),"
            " (SELECT count(*) FROM blog_searchentry WHERE kind = 'comment')"
        )
        rows, decided, shown, counted, approved, found = (int(count or 0) for count in counts)
        self.promise(rows == decided, f"{rows} comments, but {decided} with a decision")
        self.promise(shown == counted, f"{shown} comments shown, but {counted} counted")
        self.promise(approved == found, f"{approved} comments approved, but {found} in the search index")
        if not self.stack.postgres:
            self.promise(self.stack.sql("PRAGMA integrity_check") == [("ok",)], "SQLite's integrity_check fails")
            self.promise(not self.stack.sql("PRAGMA foreign_key_check"), "SQLite's foreign_key_check finds rows")

    def waiting(self) -> list[tuple[int, str]]:
        """Numbers and texts of the comments of this drill that wait for a moderator."""
        rows = self.stack.sql("SELECT id, body FROM comments_comment WHERE status = 'pending' ORDER BY id")
        return [(pk, body) for pk, body in rows if body in self.ledger.intended]

    def check_email(self) -> None:
        """Each comment that waits is in an email to its moderator, up to the most they get in an hour."""
        texts = [(mail.get_body(("plain",)) or mail).get_content() for mail in [*self.stack.mail.taken]]
        waiting = {body for _pk, body in self.waiting()}
        told = Counter(body for text in texts for body in waiting if body in text)
        wanted = min(len(waiting), SINGLE_MAILS_AN_HOUR)
        self.promise(len(told) >= wanted, f"emails about {len(told)} of {len(waiting)} waiting comments, not {wanted}")
        (noted,) = self.stack.sql("SELECT count(*) FROM comments_pendingnotification")
        self.promise(noted == (0,), f"{noted[0]} decisions were not looked at by the worker")
        keys = Counter(mail["Message-ID"] for mail in self.stack.mail.taken)
        if twice := sum(count > 1 for count in keys.values()):
            self.note(f"{twice} of {len(keys)} emails taken more than once")
        (held,) = self.stack.sql("SELECT count(*) FROM comments_message WHERE sent_at IS NULL AND NOT given_up")
        self.promise(held == (0,), f"{held[0]} emails are still in the outbox")


@dataclass(frozen=True)
class Fault:
    """`inject` and `heal` around `seconds` of load; or `play`, for what is not about load."""

    name: str
    title: str
    row: str
    inject: Callable[[Stack], object] | None = None
    heal: Callable[[Stack], object] | None = None
    seconds: float = 5
    expect: Expect = UNHARMED
    within: float = HEALS_WITHIN
    play: Callable[[Drill], None] | None = None
    setups: tuple[str, ...] = SETUPS
    writers: int = 4
    # Megabytes of a file system of its own for DATA_DIR, which only root can mount.
    disk: int = 0
    mounts: bool = False
    # A control does what the drills must find: it passes when a promise was found broken.
    is_control: bool = False
    # Played on a stack of its own: it leaves behind what no later drill should meet.
    is_alone: bool = False

    @property
    def needs_root(self) -> bool:
        return self.mounts or bool(self.disk)

    def run(self, drill: Drill) -> None:
        if self.play:
            self.play(drill)
        else:
            with drill.under_load(expect=self.expect, within=self.within):
                if self.inject:
                    self.inject(drill.stack)
                drill.last(self.seconds)
                if self.heal:
                    self.heal(drill.stack)
        drill.settle()


def longest(answers: list[Answer]) -> float:
    return max((answer.ended - answer.begun for answer in answers), default=0.0)


def may(expect: Expect, *, writers: set[str] = frozenset(), readers: set[str] = frozenset()) -> Expect:  # type: ignore[assignment]
    """The same, with more that writers and all readers may see."""
    return Expect(
        writers=expect.writers | writers,
        guests=expect.guests | readers,
        readers=expect.readers | readers,
        staff=expect.staff | readers,
        slowest=expect.slowest,
    )


__all__ = ["AWAY", "KEPT", "NO_ANSWER", "POLITE", "STORED", "UNHARMED", "Drill", "Expect", "Fault", "may"]
