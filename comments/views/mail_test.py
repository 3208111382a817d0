"""Sends a test email to oneself, through the outbox and the worker like every other."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.editing.staff_request import StaffRequest
from comments.mail import emails
from comments.models import Message
from comments.views.decorators import see_other

# Tests by one person in an hour: enough to try settings by hand.
TESTS_AN_HOUR = 20
HOUR = timedelta(hours=1)
# A worker that runs takes a message within seconds.
WORKER_DELAY = timedelta(seconds=15)
# The last tests are shown with their delivery logs.
MAX_SHOWN = 3


@require_http_methods(["GET", "HEAD", "POST"])
def send_test_mail(request: StaffRequest) -> HttpResponse:
    """Put a test into the outbox, or show what became of the last ones."""
    user = request.user
    if not (user.has_perm("comments.moderate_comment") or user.has_perm("comments.view_message")):
        raise PermissionDenied
    if request.method == "POST":
        return enqueue_test_mail(request)
    context = {
        **admin.site.each_context(request),
        "title": _("Test email"),
        "tests": list(test_messages(user).prefetch_related("delivery_log").order_by("-pk")[:MAX_SHOWN]),
        "is_worker_idle": test_messages(user).filter(attempts=0, created_at__lt=timezone.now() - WORKER_DELAY).exists(),
    }
    return TemplateResponse(request, "admin/comments/mail_test.html", context)


def test_messages(user: User) -> QuerySet[Message]:
    return Message.objects.filter(key__startswith=f"test-{user.pk}-")


def enqueue_test_mail(request: StaffRequest) -> HttpResponse:
    user = request.user
    if not user.email:
        messages.error(request, _("Your account has no email address. Add one, then try again."))
    elif test_messages(user).filter(created_at__gt=timezone.now() - HOUR).count() >= TESTS_AN_HOUR:
        sent = _("You have sent %(count)d test emails in the last hour. Please try again later.")
        messages.error(request, sent % {"count": TESTS_AN_HOUR})
    else:
        key = f"test-{user.pk}-{secrets.token_hex(8)}"
        Message.objects.enqueue(key, emails.render_test_mail(user, message_id=key))
        messages.success(request, _("The test email is in the outbox. Reload this page in a moment."))
    return see_other(request.path)
