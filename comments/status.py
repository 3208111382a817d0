"""The life of a comment: its states, and which may follow which."""

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
    """The path by which a state was changed."""

    FORM = "form", gettext_lazy("comment form")
    DESK = "desk", gettext_lazy("moderators' desk")
    ADMIN = "admin", gettext_lazy("admin list")
    MAIL = "mail", gettext_lazy("link in a mail")
    RULE = "rule", gettext_lazy("rule")
    READER = "reader", gettext_lazy("the reader")
    REPORTS = "reports", gettext_lazy("reports by readers")
    FILTER = "filter", gettext_lazy("spam filter")
    ERASURE = "erasure", gettext_lazy("erasure")
    IMPORT = "import", gettext_lazy("import")


# From each state to those that may follow. "" is a comment not yet stored. Spam and removed are judgements that
# may be taken back; what its writer has withdrawn only an undo brings back to the queue.
TRANSITIONS: dict[str, frozenset[str]] = {
    "": frozenset(Status),
    Status.PENDING: frozenset({Status.APPROVED, Status.SPAM, Status.REMOVED, Status.WITHDRAWN}),
    Status.APPROVED: frozenset({Status.PENDING, Status.SPAM, Status.REMOVED, Status.WITHDRAWN}),
    Status.SPAM: frozenset({Status.PENDING, Status.APPROVED, Status.REMOVED, Status.WITHDRAWN}),
    Status.REMOVED: frozenset({Status.PENDING, Status.APPROVED, Status.SPAM}),
    Status.WITHDRAWN: frozenset({Status.PENDING}),
}


# The paths by which moderators decide.
BY_PEOPLE = frozenset({Via.DESK, Via.ADMIN, Via.MAIL})
# The spam filter learns from people alone, here or in an imported archive. From states that it set itself, or that
# strangers brought about, it would learn whatever somebody wants it to.
TRAINS_FILTER = BY_PEOPLE | {Via.IMPORT}


class TransitionNotAllowed(Exception):
    """A move that the life of a comment does not know."""


class AlreadyDecided(Exception):
    """The comment is not in the state the decision was made for: somebody was first. `status` is what it is now."""

    def __init__(self, status: str) -> None:
        super().__init__(_("The comment is %s already.") % Status(status).label)
        self.status = status


def check_transition(
    *, expected: str | None, current: str, to: str, is_undo: bool = False, is_erased: bool = False
) -> None:
    """Raise AlreadyDecided when the state is not the `expected` one (None: any), NotAllowed for an unknown move."""
    if current == to or (expected is not None and current != expected):
        raise AlreadyDecided(current)
    if is_erased:
        raise TransitionNotAllowed(_("Nothing is left of this comment: it was erased."))
    if to not in TRANSITIONS[current] or (current == Status.WITHDRAWN and not is_undo):
        raise TransitionNotAllowed(
            _("A comment that is %(state)s cannot become %(wanted)s.")
            % {"state": Status(current).label, "wanted": Status(to).label}
        )
