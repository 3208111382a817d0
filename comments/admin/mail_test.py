"""A mail to oneself, to see whether mail works: by the outbox and the worker, as every other."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comments.mail import emails
from comments.models import Message
from comments.views.decorators import see_other

# Tests by one person in an hour: whoever tries settings, and no script.
TESTS_AN_HOUR = 20
HOUR = timedelta(hours=1)
# A worker that runs takes a message within seconds.
WORKER_DELAY = timedelta(seconds=15)
# The last tests are shown with all their tries.
MAX_SHOWN = 3


@require_http_methods(["GET", "HEAD", "POST"])
def send_test_mail(request: HttpRequest) -> HttpResponse:
    """Put a test into the outbox; or show how the last ones went."""
    user = request.user
    if not (user.has_perm("comments.moderate_comment") or user.has_perm("comments.view_message")):
        raise PermissionDenied
    if request.method == "POST":
        return enqueue_test_mail(request, user)
    context = {
        **admin.site.each_context(request),
        "title": _("Test the mail"),
        "tests": list(test_messages(user).prefetch_related("delivery_log").order_by("-pk")[:MAX_SHOWN]),
        "is_worker_idle": test_messages(user).filter(attempts=0, created_at__lt=timezone.now() - WORKER_DELAY).exists(),
    }
    return TemplateResponse(request, "admin/comments/mail_test.html", context)


def test_messages(user: AbstractBaseUser) -> QuerySet[Message]:
    return Message.objects.filter(key__startswith=f"test-{user.pk}-")


def enqueue_test_mail(request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
    if not user.email:
        messages.error(request, _("Your account has no mail address, so none can be sent."))
    elif test_messages(user).filter(created_at__gt=timezone.now() - HOUR).count() >= TESTS_AN_HOUR:
        messages.error(request, _("That is enough for this hour."))
    else:
        name = f"test-{user.pk}-{secrets.token_hex(8)}"
        Message.objects.enqueue(name, emails.render_test_mail(user, name=name))
        messages.success(request, _("It is in the outbox. Look again in a moment."))
    return see_other(request.path)
