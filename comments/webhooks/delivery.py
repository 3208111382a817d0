"""Delivers notices: each is leased, sent to a public address and no further, and then done or tried again later."""

from __future__ import annotations

import logging
import time

from django.conf import settings
from django.utils.translation import gettext as _

from blog.cards.visit import resolve_other_host
from blog.fetch.client import FetchError, GuardedClient
from comments.models import WebhookNotice
from comments.models.webhook import WebhookNoticeQuerySet
from comments.webhooks.requests import build_request

log = logging.getLogger(__name__)

# Seconds for one attempt: meanwhile this worker does nothing else.
DELIVERY_SECONDS = 5.0


def deliver_next_notice(among: WebhookNoticeQuerySet | None = None) -> int:
    """Try to deliver one notice, of all or `among` these; how many were tried, 0 or 1.

    If the receiver takes it and we do not hear so, it is sent again under the same id: better twice than never.
    """
    notice = (WebhookNotice.objects.all() if among is None else among).lease()
    if notice is None:
        return 0
    try:
        deliver(notice)
    except FetchError as error:
        log.warning("Notice %s was not delivered: %s", notice.pk, error)
        notice.mark_failed(str(error))
    except Exception as error:  # a bug of ours, or of a library: it must not stop the notices behind this one
        log.exception("Notice %s could not be written.", notice.pk)
        notice.mark_failed(f"{type(error).__name__}: {error}")
    return 1


def deliver(notice: WebhookNotice) -> None:
    """Send it once. Raises FetchError when the receiver cannot be reached."""
    request = build_request(notice, at=int(time.time()))
    status = webhook_client().send(request.url, request.content, method=request.method, headers=request.headers)
    answer = _("The receiver answered with the status %d.") % status
    if 200 <= status < 300:
        notice.mark_delivered(answer)
    elif 300 <= status < 400:
        notice.mark_failed(_("The receiver redirects to another address, which is not followed."))
    else:
        notice.mark_failed(answer)


def webhook_client() -> GuardedClient:
    """The client that goes to public addresses alone, and not to ourselves."""
    return GuardedClient(
        user_agent=f"Registan ({settings.SITE_URL})", time_limit=DELIVERY_SECONDS, resolve=resolve_other_host
    )
