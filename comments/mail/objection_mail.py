"""Emails about objections: to moderators who may answer one, and the answer to whoever objected."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.text.addresses import absolute_url
from blog.text.datetimes import format_datetime
from blog.text.site_values import site
from comments.lifecycle.objections import moderators_to_ask
from comments.mail.emails import MessageColumns, render_mail
from comments.mail.statements import can_be_told, objection_path
from comments.mail.verification import KEEP_FOR
from comments.models import Message, Objection, ReportContact
from comments.models.reader import deliverable_address


def tell_moderators(objection: Objection) -> None:
    """Ask everybody who may answer it."""
    for moderator in moderators_to_ask(objection).exclude(email=""):
        key = f"objection-{objection.pk}-user-{moderator.pk}"
        Message.objects.enqueue(key, render_objection_mail(objection, moderator))


def render_objection_mail(objection: Objection, moderator: User) -> MessageColumns:
    """Ask `moderator` to answer it, without the words of anybody."""
    return render_mail(
        "objection_waiting",
        to=moderator.email,
        subject=_("An objection to answer on %(site)s") % {"site": site().name},
        message_id=f"objection-{objection.pk}-user-{moderator.pk}",
        wraps_lines=True,
        is_by_reporter=objection.is_by_reporter,
        due_at=format_datetime(objection.due_at),
        url=absolute_url(reverse("admin:comments_decision_objection", args=[objection.pk])),
        is_own_decision=objection.decider_id == moderator.pk,
    )


def enqueue_answer(objection: Objection) -> None:
    """Email the answer to whoever objected, if we may write to them; everybody finds it behind their link."""
    reader, address = None, ""
    if objection.report_id:
        contact = ReportContact.objects.filter(report=objection.report_id).first()
        address = contact.email if contact else ""
    elif can_be_told(objection.comment):
        reader, address = objection.comment.reader, objection.comment.email
    if address:
        columns = {**render_objection_answer(objection, address), "reader": reader}
        Message.objects.enqueue(f"objection-answer-{objection.pk}", columns, keep_for=KEEP_FOR)


def render_objection_answer(objection: Objection, address: str) -> MessageColumns:
    """Tell whoever objected what was decided, with the moderator's words, and by whom."""
    return render_mail(
        "objection_answer",
        to=deliverable_address(address),
        subject=_("The answer to your objection on %(site)s") % {"site": site().name},
        message_id=f"objection-answer-{objection.pk}",
        wraps_lines=True,
        objection=objection,
        objected_at=format_datetime(objection.at),
        is_changed=objection.outcome == Objection.Outcome.CHANGED,
        your_objection_url=absolute_url(objection_path(objection.comment_id, report=objection.report_id)),
        report_url=absolute_url(reverse("comments:transparency")),
    )
