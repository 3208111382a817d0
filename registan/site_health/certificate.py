"""A line about the certificate that readers get, which the worker looks at once an hour."""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import time
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.text.datetimes import format_datetime
from registan.site_health.health_line import HealthLine, State

# Certificates of ninety days are renewed after sixty: with this little left, renewing has failed for two weeks.
MIN_DAYS = 14
LOOK_SECONDS = 3_600.0
# For the connection and for each answer of the handshake: meanwhile this worker does nothing else.
TIMEOUT_SECONDS = 3.0
CACHE_KEY, CACHE_SECONDS = "certificate-until", 2 * 24 * 60 * 60


class NextFetch:
    at = 0.0


def certificate_line() -> HealthLine:
    if not settings.HTTPS:
        return HealthLine(State.GOOD, _("SITE_URL is not https, so there is no certificate to watch."))
    until = cache.get(CACHE_KEY)
    if until is None:
        fact = _("The certificate of %s could not be looked at from this machine lately.") % settings.HOST
        return HealthLine(State.UNKNOWN, fact, _("Open the site in a browser, and look at it there."))
    left = until - timezone.now()
    fact = _("The certificate of %(host)s is valid until %(until)s.")
    words = {"host": settings.HOST, "until": format_datetime(until)}
    if left >= datetime.timedelta(MIN_DAYS):
        return HealthLine(State.GOOD, fact % words)
    action = _("Renew it, such as by “certbot renew”, and reload nginx. Find out why that did not happen by itself.")
    return HealthLine(State.LOOK if left.total_seconds() > 0 else State.BROKEN, fact % words, action)


def look_at_certificate() -> None:
    """Once an hour in each worker, remember until when the certificate of SITE_URL's host is valid."""
    if settings.HTTPS and time.monotonic() >= NextFetch.at:
        NextFetch.at = time.monotonic() + LOOK_SECONDS
        # A router may let no machine reach its own name: what was seen last counts on.
        with contextlib.suppress(OSError, ValueError):
            cache.set(CACHE_KEY, fetch_expiry(settings.SITE_URL), CACHE_SECONDS)


def fetch_expiry(url: str) -> datetime.datetime:
    """Until when the certificate is valid that this https address shows. Raises OSError and ValueError.

    It is not verified, so that one that has expired can be read, too; nothing is sent.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((host, parts.port or 443), timeout=TIMEOUT_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as connection,
    ):
        certificate = connection.getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(certificate or b"").not_valid_after_utc
