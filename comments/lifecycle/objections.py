"""Objections: who may object to what, who may answer, and what the answer does."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models import Conversation
from comments.lifecycle.decide import decide_one
from comments.models.comment import Comment
from comments.models.decision import Decision
from comments.models.objection import Objection
from comments.models.report import Report
from comments.status import AlreadyDecided, Status, TransitionNotAllowed, Via

Outcome = Objection.Outcome
# A writer objects to what hides their comment, a reporter to what keeps one.
CONTESTABLE = {False: (Status.REMOVED, Status.PENDING), True: (Status.APPROVED,)}


class NothingToObject(Exception):
    """The decision no longer stands, or nothing of the comment is left."""


@transaction.atomic
def file_objection(comment: Comment, words: str, *, report: Report | None = None) -> tuple[Objection, bool]:
    """Store the objection of the writer, or of whoever sent `report`. Returns it, and whether it is new.

    Raises NothingToObject.
    """
    Conversation.objects.lock([comment.conversation_id])
    if existing := find_objection(comment, report=report):
        return existing, False
    comment.refresh_from_db(fields=["status", "name"])
    if not can_object(comment, report=report):
        raise NothingToObject
    decision = report.decision if report else last_decision(comment)
    dismissed_by = report.dismissed_by if report else None
    decider = decision.by if decision else dismissed_by
    columns = {"comment": comment, "decision": decision, "report": report, "decider": decider}
    return Objection.objects.create(**columns, words=words), True


def can_object(comment: Comment, *, report: Report | None = None) -> bool:
    """Does a decision stand to which the writer, or whoever sent `report`, may object?"""
    is_answered = report is None or not report.is_open
    return is_answered and not comment.is_erased and comment.status in CONTESTABLE[report is not None]


def find_objection(comment: Comment, *, report: Report | None = None) -> Objection | None:
    """The objection to the decision in force, if there is one; of the writer to the last one that hid the comment."""
    if report:
        return Objection.objects.filter(report=report).first()
    latest = Objection.objects.filter(comment=comment, report=None).order_by("-pk").first()
    is_open = latest is not None and latest.answered_at is None
    is_last = latest is not None and latest.decision == last_decision(comment)
    return latest if is_open or is_last or comment.status not in CONTESTABLE[False] else None


def last_decision(comment: Comment) -> Decision:
    return comment.decisions.select_related("by").order_by("-pk")[0]


def active_moderators() -> QuerySet[User]:
    """Active accounts that may decide."""
    users = get_user_model().objects.with_perm(
        "comments.moderate_comment", backend="django.contrib.auth.backends.ModelBackend"
    )
    return users.filter(is_active=True)


def may_answer(objection: Objection, user: User) -> bool:
    """Did somebody else decide, or is there nobody else?"""
    return objection.decider_id != user.pk or is_alone(user)


def is_alone(user: User) -> bool:
    return not active_moderators().exclude(pk=user.pk).exists()


def moderators_to_ask(objection: Objection) -> QuerySet[User]:
    """Everybody who may answer it: all but whoever decided; them alone if there is nobody else."""
    others = active_moderators().exclude(pk=objection.decider_id or 0)
    return others if others.exists() else active_moderators()


def objections_for(user: User) -> list[Objection]:
    """The open objections that this moderator may answer, the oldest first."""
    found = list(Objection.objects.open().select_related("comment__post", "comment__page", "decision"))
    own = [objection for objection in found if objection.decider_id == user.pk]
    return found if not own or is_alone(user) else [objection for objection in found if objection not in own]


@transaction.atomic
def answer_objection(objection: Objection, *, by: User, changes: bool, answer: str, reason: str = "") -> None:
    """Answer it, and undo what it is about if `changes`: restore the comment, or remove it for `reason`.

    Raises AlreadyDecided when somebody answered first, and TransitionNotAllowed when the comment cannot change so.
    """
    comment = objection.comment
    Conversation.objects.lock([comment.conversation_id])
    row = Objection.objects.select_for_update().get(pk=objection.pk)
    comment.refresh_from_db(fields=["status"])
    if row.answered_at or not may_answer(row, by):
        raise AlreadyDecided(comment.status)
    if changes:
        change_decision(row, comment, by=by, reason=reason)
    objection.outcome = Outcome.CHANGED if changes else Outcome.UPHELD
    objection.answer, objection.answered_at, objection.answered_by = answer, timezone.now(), by
    objection.by_decider = row.decider_id == by.pk
    objection.save(update_fields=["outcome", "answer", "answered_at", "answered_by", "by_decider"])


def change_decision(objection: Objection, comment: Comment, *, by: User, reason: str) -> None:
    """Restore the comment or, for a reporter, remove it; whoever did so meanwhile was right."""
    to = Status.REMOVED if objection.is_by_reporter else Status.APPROVED
    if comment.status == to:
        return
    if comment.status == Status.WITHDRAWN:
        raise TransitionNotAllowed(_("The comment was withdrawn, so its status cannot change."))
    note = _("After objection %(number)d") % {"number": objection.pk}
    decide_one(comment, to, via=Via.DESK, by=by, reason=reason if objection.is_by_reporter else "", note=note)


def forget_objections(objections: QuerySet[Objection]) -> None:
    """Empty these objections, which go on being counted; those that are open are settled."""
    objections.filter(answered_at=None).update(outcome=Outcome.MOOT, answered_at=timezone.now())
    objections.update(words="", answer="")


def objections_about(ids: Iterable[int]) -> QuerySet[Objection]:
    """Every objection to a decision on these comments."""
    return Objection.objects.filter(comment__in=list(ids))
