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
# may be taken back; what its writer has withdrawn only he, or an undo, brings back to the queue.
MOVES: dict[str, frozenset[str]] = {
    "": frozenset(Status),
    Status.PENDING: frozenset({Status.APPROVED, Status.SPAM, Status.REMOVED, Status.WITHDRAWN}),
    Status.APPROVED: frozenset({Status.PENDING, Status.SPAM, Status.REMOVED, Status.WITHDRAWN}),
    Status.SPAM: frozenset({Status.PENDING, Status.APPROVED, Status.REMOVED}),
    Status.REMOVED: frozenset({Status.PENDING, Status.APPROVED, Status.SPAM}),
    Status.WITHDRAWN: frozenset({Status.PENDING}),
}


class NotAllowed(Exception):
    """A move that the life of a comment does not know."""


class AlreadyDecided(Exception):
    """The comment is not in the state the decision was made for: somebody was first. `status` is what it is now."""

    def __init__(self, status: str) -> None:
        super().__init__(f"The comment is {Status(status).label} already.")
        self.status = status


def check(*, expected: str | None, current: str, to: str) -> None:
    """Raise AlreadyDecided when the state is not the `expected` one (None: any), NotAllowed for an unknown move."""
    if current == to or (expected is not None and current != expected):
        raise AlreadyDecided(current)
    if to not in MOVES[current]:
        raise NotAllowed(f"A comment that is {Status(current).label} cannot become {Status(to).label}.")
