"""Two-factor authentication where the owner of the site asks for it: of everybody with certain roles."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

from blog.text.site_values import site

# Recovery codes only come with one of these.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def roles_requiring_second_factor() -> list[str]:
    """The names of the groups whose members need a second factor; superusers need one as soon as any group does."""
    return list(site().second_factor_roles)


def lacks_second_factor(user: User) -> bool:
    """Must `user` set up a passkey or an authenticator app before anything else? No query unless some role needs it."""
    roles = roles_requiring_second_factor()
    if not roles or Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists():
        return False
    return user.is_superuser or user.groups.filter(name__in=roles).exists()
