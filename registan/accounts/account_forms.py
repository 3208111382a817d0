"""The forms of accounts: accepting an invitation, one's own name, a passkey."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
    SignupWebAuthnForm,
)
from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.text.validators import validate_single_line

# As long as a name under a post.
MAX_NAME = 120


class NameForm(forms.Form):
    """The name of whoever has the account."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=MAX_NAME,
        validators=[validate_single_line],
        help_text=gettext_lazy("Shown above your posts."),
        error_messages={"required": gettext_lazy("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )


class NewAccountForm(NameForm):
    """The name and the password with which an invitation is accepted."""

    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        strip=False,
        help_text=password_validators_help_text_html,
        error_messages={"required": gettext_lazy("Choose a password, or create a passkey instead.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if password := cleaned.get("password"):
            self.user.first_name = cleaned.get("name", "")
            try:
                validate_password(password, self.user)
            except ValidationError as refusal:
                self.add_error("password", refusal)
        return cleaned


class ReadableCredential:
    """Refuses what no browser sends: allauth lets fido2's KeyError and the like become a 500, for strangers too."""

    def clean_credential(self) -> Any:
        with refusing_unreadable():
            return super().clean_credential()  # type: ignore[misc]


@contextmanager
def refusing_unreadable() -> Iterator[None]:
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValidationError(_("This passkey could not be read. Try again.")) from None


class PasskeyLoginForm(ReadableCredential, LoginWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey in place of a password."""


class PasskeyAuthenticateForm(ReadableCredential, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""


class PasskeyReauthenticateForm(ReadableCredential, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey of somebody who is signed in, before they change how they sign in."""


class PasskeyAddForm(SignupWebAuthnForm):  # type: ignore[misc]
    """What a browser answers when it has created a passkey, and what its owner calls it.

    Allauth's own form offers keys that work only after a password, too: one kind is enough.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"] = forms.CharField(
            label=gettext_lazy("Name of the passkey"),
            help_text=gettext_lazy("So that you can tell it from others: “My phone”."),
            max_length=MAX_NAME,
            required=False,
            validators=[validate_single_line],
        )

    def clean(self) -> Any:
        with refusing_unreadable():
            return super().clean()


def can_have_passkeys(request: HttpRequest) -> bool:
    """Would a browser create a passkey for this page? It wants HTTPS or localhost, and a name: never an IP address."""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    with suppress(ValueError):
        ipaddress.ip_address(host)
        return False
    return request.is_secure() or host == "localhost" or host.endswith(".localhost")
