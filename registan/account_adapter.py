"""Staff sign-in: allauth without sign-up, counting attempts by the address that our own proxies vouch for."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from comments.web.client_ip import client_ip


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are made in the admin; nobody signs himself up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)
