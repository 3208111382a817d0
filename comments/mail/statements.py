"""Statements of reasons: tells readers why a comment of theirs was hidden, and what they can do about it.

What they hold follows article 17 of the Digital Services Act, Regulation (EU) 2022/2065 (docs/decisions/0059). A
statement is sent once its decision has stood for a while, so that a slip that is undone at once alarms nobody.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models.menu import read_links
from blog.text.addresses import absolute_url
from blog.text.datetimes import format_datetime
from blog.text.site_values import site
from comments.mail.emails import MessageColumns, receipt_path, render_mail, subject_title
from comments.models import Comment, Decision, Message, Reason, Report, Statement
from comments.models.reader import deliverable_address
from comments.status import BY_PEOPLE, Status, Via
from comments.web import tokens

# Most slips are undone within minutes; the law wants the statement on the day of the decision.
STATEMENT_DELAY = datetime.timedelta(minutes=15)
# To one reader in a day. Whoever had more comments removed hears about the others later.
STATEMENTS_A_DAY = 20
# How long they may object.
OBJECTION_MONTHS = 6
DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
BATCH_SIZE = 20
# Nobody judged anything: the writer withdrew it, it was erased, or an archive was imported.
NOT_RESTRICTIONS = frozenset({Via.READER, Via.ERASURE, Via.IMPORT})
# The paths on which a machine decides for a reason that is not merely that somebody is new here.
HELD_BY_MACHINE = frozenset({Via.RULE, Via.REPORTS})


def schedule_statement(decision: Decision) -> None:
    """Remember that the writer of this comment is to be told, if the decision restricts it and they can be told."""
    if is_restriction(decision) and can_be_told(decision.comment):
        Statement.objects.get_or_create(
            decision=decision, defaults={"due_at": max(decision.at + STATEMENT_DELAY, timezone.now())}
        )


def is_restriction(decision: Decision) -> bool:
    """Does it remove a comment, or hold it for more than the wait of everybody who is new? Spam is told nothing."""
    if decision.via in NOT_RESTRICTIONS:
        return False
    if decision.to_status == Status.REMOVED:
        return True
    if decision.to_status != Status.PENDING or decision.undoes_id:
        return False
    taken_down = decision.from_status == Status.APPROVED and decision.via in BY_PEOPLE
    return taken_down or decision.via in HELD_BY_MACHINE


def can_be_told(comment: Comment) -> bool:
    """Is it by a reader whose address is verified, and not erased? Colleagues talk to each other."""
    return comment.user_id is None and not comment.is_erased and comment.belongs_to_reader


@transaction.atomic
def send_due_statements() -> int:
    """Put the statements that are due into the outbox; returns how many were due."""
    due = Statement.objects.due().select_for_update(skip_locked=True, of=("self",))
    statements = list(
        due.select_related(*(f"decision__comment__{name}" for name in ("post", "page", "reader")))[:BATCH_SIZE]
    )
    for statement in statements:
        send_statement(statement)
    return len(statements)


def send_statement(statement: Statement) -> None:
    """Send one, unless its decision was changed meanwhile or its reader knows already."""
    decision = statement.decision
    if not is_to_be_stated(decision) or was_told_before(decision):
        statement.delete()
        return
    if count_recent_statements(decision.comment) >= STATEMENTS_A_DAY:
        statement.due_at = timezone.now() + HOUR
    else:
        Message.objects.enqueue(f"statement-{decision.pk}", render_statement(decision))
        statement.due_at, statement.sent_at = None, timezone.now()
    statement.save()


def is_to_be_stated(decision: Decision) -> bool:
    """Is it the last decision on its comment, and the writer still known?"""
    last = Decision.objects.filter(comment=decision.comment_id).order_by("-pk").values_list("pk", flat=True)[0]
    return last == decision.pk and can_be_told(decision.comment)


def was_told_before(decision: Decision) -> bool:
    """Does it only undo an undo, so that the decision in force again has been stated already?"""
    if decision.undoes_id is None:
        return False
    earlier = Decision.objects.filter(comment=decision.comment_id, pk__lt=decision.undoes_id).order_by("-pk").first()
    return Statement.objects.filter(decision=earlier, sent_at__isnull=False).exists()


def count_recent_statements(comment: Comment) -> int:
    """How many statements were stored for the writer of this comment within a day."""
    recent = Message.objects.filter(reader=comment.reader_id, created_at__gt=timezone.now() - DAY)
    return recent.filter(key__startswith="statement-").count()


def render_statement(decision: Decision) -> MessageColumns:
    """The statement: what, since when and where, on which facts and ground, by whom, and how to object."""
    comment = decision.comment
    is_removed = decision.to_status == Status.REMOVED
    subject = (
        _("Your comment on %(site)s was removed: %(post)s")
        if is_removed
        else _("Your comment on %(site)s is held: %(post)s")
    )
    columns = render_mail(
        "statement",
        to=deliverable_address(comment.email),
        subject=subject % {"site": site().name, "post": subject_title(comment.subject)},
        message_id=f"statement-{decision.pk}",
        wraps_lines=True,
        post=comment.subject,
        is_removed=is_removed,
        written_at=format_datetime(comment.created_at),
        decided_at=format_datetime(decision.at),
        is_after_report=is_after_report(decision),
        **describe_decider(decision),
        reason=decision.reason,
        law=find_law(decision.reason),
        rules_url=house_rules_url(),
        receipt_url=absolute_url(receipt_path(comment)),
        objection_url=absolute_url(objection_path(comment.pk)),
        months=OBJECTION_MONTHS,
        report_url=absolute_url(reverse("comments:transparency")),
    )
    return {**columns, "reader": comment.reader}


def objection_path(comment_id: int, *, report: int | None = None) -> str:
    """The page on which the writer of a comment objects to the decision on it, or whoever sent this report."""
    return reverse("comments:objection", args=[tokens.make_token(tokens.OBJECT, comment_id, report or 0)])


def is_after_report(decision: Decision) -> bool:
    """Did reports by readers lead to it?"""
    return decision.via == Via.REPORTS or Report.objects.filter(decision=decision).exists()


def describe_decider(decision: Decision) -> dict[str, Any]:
    """Who decided, a person or which machine, and whether a machine had pointed the comment out to them."""
    by_person = decision.via in BY_PEOPLE
    earlier = Decision.objects.filter(comment=decision.comment_id, pk__lt=decision.pk).order_by("-pk").first()
    return {
        "by_person": by_person,
        "by_reports": decision.via == Via.REPORTS,
        "pointed_out": by_person and earlier is not None and earlier.via in {Via.RULE, Via.FILTER},
    }


def house_rules_url() -> str:
    """The page of the house rules; "" where there is none."""
    path = read_links().house_rules_url
    return absolute_url(path) if path else ""


def find_law(reason: str) -> str:
    """The law that this reason stands for; "" for a house rule."""
    found = Reason.objects.find(reason) if reason else None
    return found.law if found else ""
