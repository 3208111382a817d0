"""Adapts allauth to staff accounts: no sign-up, email through the outbox, limits by network, one hash a sign-in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext as _

from blog.text.addresses import absolute_url
from blog.text.site_values import site
from blog.web.client_ip import client_ip, home_network
from comments.mail.verification import send_account_link


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are created in the admin alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What attempts are counted by, and a session shows: an IPv4 address, or the /64 that one person has of IPv6.

        A request through a socket has none, but the table of sessions wants one.
        """
        return home_network(client_ip(request)).partition("/")[0] or "::"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put an email with a link into the outbox: no request waits for a mail server."""
        url = context.get("password_reset_url") or context["activate_url"]
        send_account_link(email, url, username=context.get("username", ""))

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """The other ways to show that it is still them, in the words of the account's page."""
        words = {"mfa_reauthenticate": _("Use a code"), "mfa_reauthenticate:webauthn": _("Use a passkey")}
        methods = super().get_reauthentication_methods(user)
        return [{**method, "description": words.get(method["id"], method["description"])} for method in methods]

    # What is sent leads to the site's own address, whatever the request said in its Host header.

    def get_reset_password_from_key_url(self, key: str) -> str:
        return absolute_url(urlsplit(super().get_reset_password_from_key_url(key)).path)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return absolute_url(urlsplit(super().get_email_confirmation_url(request, emailconfirmation)).path)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Passkeys carry the name of the site, and are called passkeys."""

    def _get_site_name(self) -> str:
        return site().name

    def get_totp_issuer(self) -> str:
        return site().name

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number} if number > 1 else _("Passkey")


class OneHashBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by name or email address, and hashes one password whether the account exists or not."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        if credentials.get("username"):  # which is tried as an address too
            credentials.pop("email", None)
        return super().authenticate(request, **credentials)
