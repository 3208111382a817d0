"""Adapts allauth to staff accounts: no sign-up, and sign-in attempts are counted by client address."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from comments.web.client_ip import client_ip


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are created in the admin alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)
