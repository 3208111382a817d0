"""The life of a comment: its states, and which may follow which."""

from django.db.models import TextChoices


class Status(TextChoices):
    PENDING = "pending", "waiting"
    APPROVED = "approved", "approved"
    SPAM = "spam", "spam"
    REMOVED = "removed", "removed"
    WITHDRAWN = "withdrawn", "withdrawn"


class Via(TextChoices):
    """The path by which a state was changed."""

    FORM = "form", "comment form"
    DESK = "desk", "moderators' desk"
    ADMIN = "admin", "admin list"
    MAIL = "mail", "link in a mail"
    RULE = "rule", "rule"
    READER = "reader", "the reader"
    REPORTS = "reports", "reports by readers"
    FILTER = "filter", "spam filter"
    ERASURE = "erasure", "erasure"
    IMPORT = "import", "import"


# From each state to those that may follow. "" is a comment not yet stored. Spam and removed are judgements that
# may be taken back; what its writer has withdrawn only an undo brings back to the queue.
MOVES: dict[str, frozenset[str]] = {
    "": frozenset(Status),
    Status.PENDING: frozenset({Status.APPROVED, Status.SPAM, Status.REMOVED, Status.WITHDRAWN}),
    Status.APPROVED: frozenset({Status.PENDING, Status.SPAM, Status.REMOVED, Status.WITHDRAWN}),
    Status.SPAM: frozenset({Status.PENDING, Status.APPROVED, Status.REMOVED, Status.WITHDRAWN}),
    Status.REMOVED: frozenset({Status.PENDING, Status.APPROVED, Status.SPAM}),
    Status.WITHDRAWN: frozenset({Status.PENDING}),
}


# The ways of people who judge, and of what people judged elsewhere: the spam filter learns from these alone. From a
# state that it gave itself, or that a stranger brought about, it would learn whatever somebody wants it to.
JUDGED = frozenset({Via.DESK, Via.ADMIN, Via.MAIL, Via.IMPORT})


class NotAllowed(Exception):
    """A move that the life of a comment does not know."""


class AlreadyDecided(Exception):
    """The comment is not in the state the decision was made for: somebody was first. `status` is what it is now."""

    def __init__(self, status: str) -> None:
        super().__init__(f"The comment is {Status(status).label} already.")
        self.status = status


def check(*, expected: str | None, current: str, to: str, is_undo: bool = False, is_erased: bool = False) -> None:
    """Raise AlreadyDecided when the state is not the `expected` one (None: any), NotAllowed for an unknown move."""
    if current == to or (expected is not None and current != expected):
        raise AlreadyDecided(current)
    if is_erased:
        raise NotAllowed("Nothing is left of this comment: it was erased.")
    if to not in MOVES[current] or (current == Status.WITHDRAWN and not is_undo):
        raise NotAllowed(f"A comment that is {Status(current).label} cannot become {Status(to).label}.")
