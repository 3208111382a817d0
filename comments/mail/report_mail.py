"""Emails to whoever left an address with a report: a receipt at once, and the outcome once the comment is decided on.

Nobody has verified the address, so both are free of words that anybody typed, and an address gets few of them. What
they hold follows article 16 of the Digital Services Act, Regulation (EU) 2022/2065 (docs/decisions/0059).
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.text.addresses import absolute_url
from blog.text.datetimes import format_datetime
from blog.text.site_values import site
from comments.mail.emails import MessageColumns, render_mail
from comments.mail.statements import OBJECTION_MONTHS, find_law, house_rules_url, objection_path
from comments.mail.verification import enqueue_request, next_request_key, take_network_turn
from comments.models import Message, Report, ReportContact
from comments.models.reader import deliverable_address
from comments.status import Status
from comments.web import tokens

# How the keys of these messages begin.
RECEIPT, OUTCOME = "reported", "report-outcome"
# An address without an answer is deleted when its link ends; one with an answer after the time to object.
KEEP_UNANSWERED = tokens.REPORT_AGE
KEEP_ANSWERED = datetime.timedelta(days=184)
BATCH_SIZE = 20


def keep_contact(report: Report, email: str, *, name: str, address: str, is_known: bool) -> bool:
    """Store the address left with a report and send its receipt. `is_known`: the sender is signed in as its owner.

    False, and nothing stored, if a stranger's address or network had its share of emails. Belongs in the transaction
    that stores the report.
    """
    if is_known:
        key = f"{RECEIPT}-{report.pk}"
    elif not (key := next_request_key(RECEIPT, email)) or take_network_turn(address):
        return False
    delete_at = timezone.now() + KEEP_UNANSWERED
    contact = ReportContact.objects.create(report=report, email=email, name=name, delete_at=delete_at)
    enqueue_request(key, render_report_receipt(contact))
    return True


@transaction.atomic
def tell_reporters() -> int:
    """Put the outcomes that are due into the outbox; returns how many."""
    due = ReportContact.objects.due().select_for_update(skip_locked=True, of=("self",))
    contacts = list(due.select_related("report__comment", "report__decision")[:BATCH_SIZE])
    for contact in contacts:
        enqueue_request(f"{OUTCOME}-{contact.pk}", render_report_outcome(contact))
        contact.told_at = timezone.now()
        contact.delete_at = contact.told_at + KEEP_ANSWERED
        contact.save(update_fields=["told_at", "delete_at"])
    return len(contacts)


@transaction.atomic
def delete_contact(report: Report) -> None:
    """Delete the address left with a report, and what was sent to it or waits to be sent."""
    for contact in ReportContact.objects.filter(report=report):
        ours = Q(key__startswith=f"{RECEIPT}-") | Q(key=f"{OUTCOME}-{report.pk}")
        Message.objects.filter(ours, recipient=contact.recipient).delete()
        contact.delete()


def render_report_receipt(contact: ReportContact) -> MessageColumns:
    """Confirm that we have the report; whoever did not send it learns how to be left alone."""
    return render_report_mail(
        contact,
        "report_receipt",
        subject=_("We have your report on %(site)s"),
        message_id=f"{RECEIPT}-{contact.pk}",
    )


def render_report_outcome(contact: ReportContact) -> MessageColumns:
    """Say what was decided, by whom and why, and what the reporter can do about it."""
    comment = contact.report.comment
    return render_report_mail(
        contact,
        "report_outcome",
        subject=_("The outcome of your report on %(site)s"),
        message_id=f"{OUTCOME}-{contact.pk}",
        **report_outcome(contact.report),
        reason=comment.removal_reason,
        law=find_law(comment.removal_reason),
        rules_url=house_rules_url(),
        objection_url=absolute_url(objection_path(comment.pk, report=contact.pk)) if is_kept(contact.report) else "",
        months=OBJECTION_MONTHS,
        report_url=absolute_url(reverse("comments:transparency")),
    )


def is_kept(report: Report) -> bool:
    return report.comment.status == Status.APPROVED


def report_outcome(report: Report) -> dict[str, Any]:
    """What became of the comment: kept, removed or gone by itself; and whether a person decided."""
    status = report.comment.status
    return {
        "is_waiting": report.is_open or status == Status.PENDING,
        "is_kept": is_kept(report),
        "is_removed": status in {Status.REMOVED, Status.SPAM} and not report.comment.is_erased,
        "by_person": report.is_by_person,
    }


def render_report_mail(contact: ReportContact, template: str, *, subject: str, **context: Any) -> MessageColumns:
    report = contact.report
    return render_mail(
        template,
        to=deliverable_address(contact.email),
        subject=subject % {"site": site().name},
        wraps_lines=True,
        reported_at=format_datetime(report.at),
        comment_url=absolute_url(reverse("comments:comment", args=[report.comment_id])),
        your_report_url=absolute_url(your_report_path(report)),
        **context,
    )


def your_report_path(report: Report) -> str:
    """The page for whoever left an address with this report."""
    return reverse("comments:your-report", args=[tokens.make_token(tokens.REPORT, report.pk)])
