"""Settings that a public site needs, judged once for the health page and for `check --deploy`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy

from registan.site_health.health_line import HealthLine, State, Words


class SettingRule(NamedTuple):
    """`met` and `unmet` say how it is, `remedy` what to do; `id` is that of the warning in `check --deploy`."""

    id: str
    is_met: Callable[[], bool]
    met: Words
    unmet: Words
    remedy: Words

    def line(self, state: State = State.LOOK) -> HealthLine:
        """The line of the health page, in this state when the rule is not met."""
        if self.is_met():
            return HealthLine(State.GOOD, self.met)
        return HealthLine(state, self.unmet, self.remedy)


def is_public_address() -> bool:
    """Can other machines open the site at its SITE_URL?"""
    return settings.HOST not in {"127.0.0.1", "localhost", "[::1]"}


HTTPS = SettingRule(
    id="registan.W001",
    is_met=lambda: settings.HTTPS,
    met=gettext_lazy("SITE_URL is https: what readers send is encrypted."),
    unmet=gettext_lazy("SITE_URL is not https: passwords and comments are sent unencrypted."),
    remedy=gettext_lazy("Put nginx with a certificate in front and set SITE_URL=https://…"),
)
PROXY = SettingRule(
    id="registan.W002",
    is_met=lambda: bool(settings.TRUSTED_PROXIES),
    met=gettext_lazy("TRUSTED_PROXIES is set: readers are told apart by their own addresses."),
    unmet=gettext_lazy("TRUSTED_PROXIES is empty: behind a proxy, every reader appears to have the proxy’s address."),
    remedy=gettext_lazy("Set TRUSTED_PROXIES to the address nginx connects from, such as 127.0.0.1."),
)
EMAIL = SettingRule(
    id="registan.W003",
    is_met=lambda: bool(settings.MAIL),
    met=gettext_lazy("EMAIL_URL is set: emails are sent."),
    unmet=gettext_lazy("EMAIL_URL is not set: emails are written to files and reach nobody."),
    remedy=gettext_lazy("Set EMAIL_URL=smtp+tls://USER:PASSWORD@HOST:587"),
)
ADDRESS = SettingRule(
    id="registan.W004",
    is_met=is_public_address,
    met=gettext_lazy("SITE_URL is an address that others can open."),
    unmet=gettext_lazy("SITE_URL is this machine’s own address: nobody else can follow a link in an email or a feed."),
    remedy=gettext_lazy("Set SITE_URL to the address that readers type, such as https://blog.example.org"),
)
SETTING_RULES = (HTTPS, PROXY, EMAIL, ADDRESS)


def address_line() -> HealthLine:
    return ADDRESS.line()


def encryption_line() -> HealthLine:
    return HTTPS.line(State.BROKEN if is_public_address() else State.LOOK)


def proxy_line() -> HealthLine:
    return PROXY.line()
