"""Lines about what waits for too long: an email, a comment, a deletion; and about what is started again and again."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import HeldDeletion
from blog.models.held_deletion import CLOCK
from blog.text.datetimes import format_datetime
from blog.text.site_values import site
from comments.models import Comment, Message, Webhook
from registan import restarts
from registan.site_health.background import ERROR_LENGTH, RECIPIENT_REFUSED
from registan.site_health.health_line import HealthLine, State
from registan.transfer.models import Restoration

# A mail server may ask us to come again, and be restarted meanwhile.
MAIL_PATIENCE = timedelta(hours=1)
# An upgrade restarts twice, a person who tries something a few times.
MAX_STARTS, STARTS_SECONDS = 5, 600.0


def oldest_email_line() -> HealthLine:
    """Of those that are still to be sent; one that a single recipient's server refuses for now says nothing."""
    if Restoration.is_holding_email():
        return HealthLine(State.GOOD, _("Emails wait because of a restore, as they should."))
    unsent = Message.objects.filter(sent_at=None, given_up=False).exclude(last_error__startswith=RECIPIENT_REFUSED)
    found = unsent.aggregate(oldest=Min("created_at"), count=Count("pk"))
    if found["oldest"] is None or timezone.now() - found["oldest"] < MAIL_PATIENCE:
        return HealthLine(State.GOOD, _("No email has waited for an hour."))
    error = unsent.exclude(last_error="").order_by("-next_try_at").values_list("last_error", flat=True).first()
    fact = ngettext(
        "%(count)d email waits, the oldest since %(since)s.",
        "%(count)d emails wait, the oldest since %(since)s.",
        found["count"],
    ) % {"count": found["count"], "since": format_datetime(found["oldest"])}
    said = _(" The mail server said: %s") % Truncator(error).chars(ERROR_LENGTH) if error else ""
    action = _("Check the worker, EMAIL_URL and the mail server. The emails are tried again by themselves.")
    return HealthLine(State.BROKEN, fact + said, action, reverse("admin:comments_message_changelist"))


def oldest_comment_line() -> HealthLine:
    """Of those that wait for a moderator."""
    found = Comment.objects.waiting().order_by().aggregate(oldest=Min("decided_at"), count=Count("pk"))
    if found["oldest"] is None:
        return HealthLine(State.GOOD, _("No comment waits for a moderator."))
    fact = ngettext(
        "%(count)d comment waits for a moderator, the oldest since %(since)s.",
        "%(count)d comments wait for a moderator, the oldest since %(since)s.",
        found["count"],
    ) % {"count": found["count"], "since": format_datetime(found["oldest"])}
    hours = site().queue_hours
    if not hours or timezone.now() - found["oldest"] < timedelta(hours=hours):
        return HealthLine(State.GOOD, fact)
    return HealthLine(State.LOOK, fact, _("Decide on them in the queue."), reverse("admin:comments_comment_queue"))


def deletions_line() -> HealthLine:
    """Does anything that would be deleted for good wait for a person?"""
    waiting = HeldDeletion.objects.waiting()
    if not waiting:
        return HealthLine(State.GOOD, _("No deletion waits for a person."))
    words = " ".join(row.words for row in waiting)
    if any(row.kind == CLOCK for row in waiting):
        fact = _("The clock of the machine has jumped, so nothing is deleted for good: %s") % words
        action = _("When its time is right now, run “manage.py housekeeping --allow clock”.")
    else:
        fact = _("More than usual would be deleted for good, so that waits for you: %s") % words
        action = _("If that is as it should be, run “manage.py housekeeping”, which says how to let it go on.")
    return HealthLine(State.LOOK, fact, action)


def restarts_line() -> HealthLine:
    started = restarts.recent_starts(STARTS_SECONDS)
    if len(started) < MAX_STARTS:
        return HealthLine(State.GOOD, _("Neither the site nor its worker was started again and again lately."))
    fact = _("In ten minutes the site was started %(site)d times and its worker was replaced %(worker)d times.") % {
        "site": started.count("site"),
        "worker": started.count("worker"),
    }
    return HealthLine(State.BROKEN, fact, _("Read what “manage.py serve” writes before each end."))


def receivers_line() -> HealthLine:
    """Who hears of an alarm?"""
    owners = User.objects.filter(Q(is_superuser=True), is_active=True).exclude(email="").count()
    webhooks = Webhook.objects.filter(is_active=True, tells_alarms=True).count()
    if not owners and not webhooks:
        fact = _("Alarms reach nobody: no superuser has an email address, and no webhook hears of them.")
    else:
        fact = _("Alarms go to %(owners)d owners by email and to %(webhooks)d webhooks.")
    words = {"owners": owners, "webhooks": webhooks}
    if owners and webhooks:
        return HealthLine(State.GOOD, fact % words)
    url = reverse("admin:comments_webhook_changelist")
    action = _("Email may be what is broken: let a webhook hear of them, too, and try it by “manage.py alarms --test”.")
    return HealthLine(State.UNKNOWN if owners else State.LOOK, fact % words, action, url)
