"""Adds to `check --deploy` what a public site still needs."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def check_deployment(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[Warning]:
    """Return a warning with a remedy for each setting that suits only a private site."""
    warnings = []
    if not settings.HTTPS:
        warnings.append(
            Warning(
                "SITE_URL is not https: passwords and comments are sent unencrypted.",
                hint="Put nginx with a certificate in front and set SITE_URL=https://…",
                id="registan.W001",
            )
        )
    if not settings.TRUSTED_PROXIES:
        warnings.append(
            Warning(
                "TRUSTED_PROXIES is empty: behind a proxy, every reader appears to have the proxy's address.",
                hint="Set TRUSTED_PROXIES to the address nginx connects from, such as 127.0.0.1.",
                id="registan.W002",
            )
        )
    if not settings.MAIL:
        warnings.append(
            Warning(
                "EMAIL_URL is not set: emails are written to files and reach nobody.",
                hint="Set EMAIL_URL=smtp+tls://USER:PASSWORD@HOST:587",
                id="registan.W003",
            )
        )
    return warnings
