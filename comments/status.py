"""The statuses of a comment, and which may follow which."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Status(TextChoices):
    PENDING = "pending", gettext_lazy("waiting")
    APPROVED = "approved", gettext_lazy("approved")
    SPAM = "spam", gettext_lazy("spam")
    REMOVED = "removed", gettext_lazy("removed")
    WITHDRAWN = "withdrawn", gettext_lazy("withdrawn")


class Via(TextChoices):
    """The path by which a decision was made."""

    FORM = "form", gettext_lazy("comment form")
    DESK = "desk", gettext_lazy("moderation queue")
    ADMIN = "admin", gettext_lazy("admin list")
    PAGE = "page", gettext_lazy("public page")
    MAIL = "mail", gettext_lazy("link in an email")
    RULE = "rule", gettext_lazy("rule")
    READER = "reader", gettext_lazy("the reader")
    REPORTS = "reports", gettext_lazy("reports by readers")
    FILTER = "filter", gettext_lazy("spam filter")
    ERASURE = "erasure", gettext_lazy("erasure")
    IMPORT = "import", gettext_lazy("import")


# From each status to those that may follow; "" is a new comment. Moderators may revise their judgements (spam,
# removed); what its writer has withdrawn only an undo brings back to the queue.
TRANSITIONS: dict[str, frozenset[Status]] = {
    "": frozenset(Status),
    Status.PENDING: frozenset({Status.APPROVED, Status.SPAM, Status.REMOVED, Status.WITHDRAWN}),
    Status.APPROVED: frozenset({Status.PENDING, Status.SPAM, Status.REMOVED, Status.WITHDRAWN}),
    Status.SPAM: frozenset({Status.PENDING, Status.APPROVED, Status.REMOVED, Status.WITHDRAWN}),
    Status.REMOVED: frozenset({Status.PENDING, Status.APPROVED, Status.SPAM}),
    Status.WITHDRAWN: frozenset({Status.PENDING}),
}
# The statuses in which a comment can be withdrawn, and edited by its writer.
WITHDRAWABLE_STATUSES = frozenset(status for status in Status if Status.WITHDRAWN in TRANSITIONS[status])
# What the writer is told is waiting: spammers learn nothing from us.
WAITING_STATUSES = frozenset({Status.PENDING, Status.SPAM})

# The paths by which moderators decide.
BY_PEOPLE = frozenset({Via.DESK, Via.ADMIN, Via.PAGE, Via.MAIL})
# The spam filter learns from people alone, here or in an imported archive. From statuses that it set itself, or that
# strangers brought about, it would learn whatever somebody wants it to.
TRAINS_FILTER = BY_PEOPLE | {Via.IMPORT}


class TransitionNotAllowed(Exception):
    """The comment cannot change from its status to the one wanted."""


class AlreadyDecided(Exception):
    """The comment is not in the status that the decision was made for, but in `status`: somebody else was first."""

    def __init__(self, status: str) -> None:
        super().__init__(_("The comment is already %s.") % Status(status).label)
        self.status = status


def check_transition(
    *, expected: str | None, current: str, to: str, is_undo: bool = False, is_erased: bool = False
) -> None:
    """Raise AlreadyDecided unless `current` is the `expected` status (None: any), TransitionNotAllowed for a transition
    that is not in the table."""
    if current == to or (expected is not None and current != expected):
        raise AlreadyDecided(current)
    if is_erased:
        raise TransitionNotAllowed(_("This comment was erased, so its status cannot change."))
    if to not in TRANSITIONS[current] or (current == Status.WITHDRAWN and not is_undo):
        raise TransitionNotAllowed(
            _("A comment that is %(state)s cannot become %(wanted)s.")
            % {"state": Status(current).label, "wanted": Status(to).label}
        )
