"""Tells the owners of an alarm: puts an email to each and a notice to each webhook into the outbox, with what is stored
of the alarm, so that each is told once whoever looks."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.models import Alarm, AlarmState
from blog.text.addresses import absolute_url
from blog.text.site_values import site
from comments.mail.emails import render_mail
from comments.models import Message, WebhookNotice
from registan.alarms.rules import AlarmRule

log = logging.getLogger(__name__)

# How the keys of its emails begin.
KEY_PREFIX = "alarm-"


def owners() -> QuerySet[User]:
    """Those who run the site and can be written to."""
    return User.objects.filter(is_superuser=True, is_active=True).exclude(email="").order_by("pk")


@transaction.atomic
def follow(rule: AlarmRule, words: str) -> AlarmState | None:
    """Store how it stands with this alarm, and what is to be told to its owner; returns that."""
    told = Alarm.objects.observe(rule.kind, words)
    if told is None:
        return None
    alarm, state = told
    for owner in owners():
        key = f"{KEY_PREFIX}{alarm.kind}-{state}-{alarm.told_at:%Y%m%d%H%M%S}-{owner.pk}"
        Message.objects.enqueue(key, render_alarm(owner, rule, alarm, state, message_id=key))
    WebhookNotice.objects.announce_alarm(alarm, state)
    log.warning("Alarm %s %s: %s", alarm.kind, state, alarm.words)
    return state


def render_alarm(owner: User, rule: AlarmRule, alarm: Alarm, state: AlarmState, *, message_id: str) -> dict[str, Any]:
    subjects = {
        AlarmState.BEGAN: _("Alarm on %(site)s: %(title)s"),
        AlarmState.AGAIN: _("The alarm goes on, on %(site)s: %(title)s"),
        AlarmState.ENDED: _("The alarm is over, on %(site)s: %(title)s"),
    }
    return render_mail(
        "alarm",
        to=owner.email,
        subject=subjects[state] % {"site": site().name, "title": rule.title},
        message_id=message_id,
        wraps_lines=True,
        words=alarm.words,
        since=alarm.began_at,
        is_over=state == AlarmState.ENDED,
        health_url=absolute_url(reverse("admin:site_health")),
    )
