"""`check --deploy` in plain words: what a public site still lacks."""

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def check_deployment(app_configs, **_) -> list[Warning]:
    """Complaints about a site that is to be reached by others, each with what to set."""
    found = []
    if not settings.HTTPS:
        found.append(
            Warning(
                "SITE_URL is not https: sign-in and comments travel in the clear.",
                hint="Put nginx with a certificate in front and set SITE_URL=https://…",
                id="registan.W001",
            )
        )
    if not settings.TRUSTED_PROXIES:
        found.append(
            Warning(
                "TRUSTED_PROXIES is empty: behind a proxy every reader seems to have the proxy's address.",
                hint="Set TRUSTED_PROXIES to the address nginx connects from, such as 127.0.0.1.",
                id="registan.W002",
            )
        )
    if not settings.MAIL:
        found.append(
            Warning(
                "EMAIL_URL is not set: mail is written to files and reaches nobody.",
                hint="Set EMAIL_URL=smtp+tls://USER:PASSWORD@HOST:587",
                id="registan.W003",
            )
        )
    return found
