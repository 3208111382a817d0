"""Reports unforeseen failures to Sentry, if SENTRY_DSN says where: without anything of a person in them."""

from __future__ import annotations

from typing import Any

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.django import DjangoIntegration

from blog.web import request_id
from registan.logs.filters import is_foreseen
from registan.logs.masking import mask_private
from registan.site_version import read_version

# Of a request, what leads to the fault and to nobody: no headers, cookies, query or body.
REQUEST_KEYS = frozenset({"method", "url"})


def start() -> None:
    """Begin to report, in this process and in those that are forked from it."""
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=f"registan@{read_version()}",
        integrations=[DjangoIntegration(middleware_spans=False, signals_spans=False)],
        auto_enabling_integrations=False,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        before_send=scrub,
    )


def scrub(event: Any, hint: dict[str, Any]) -> Any:
    """The event without what is private; None for a failure that is foreseen."""
    error = hint.get("exc_info", (None, None))[1]
    if is_foreseen(error):
        return None
    request = {name: value for name, value in event.get("request", {}).items() if name in REQUEST_KEYS}
    kept = {name: value for name, value in event.items() if name not in {"user", "breadcrumbs", "extra", "request"}}
    if current := request_id.current():
        kept["tags"] = {**kept.get("tags", {}), "request_id": current}
    return mask_all({**kept, "request": request})


def mask_all(value: Any) -> Any:
    """Every text within, masked as in the log."""
    if isinstance(value, str):
        return mask_private(value)
    if isinstance(value, dict):
        return {name: mask_all(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [mask_all(part) for part in value]
    return value
