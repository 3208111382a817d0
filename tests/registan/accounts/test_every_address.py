"""Every address under /accounts/ and of the first run: what it answers a guest and whoever is signed in, by a table."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from registan.roles import ROLES
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
PREFIXES = ("accounts/", "first-run/")
# Statuses of GET and of an empty POST. An account is one's own: no role makes a difference here.
TABLE = r"""
address                                                                 guest      signed in
accounts/                                                               302/302    200/400
accounts/2fa/                                                           302/302    302/302
accounts/2fa/authenticate/                                              302/302    302/302
accounts/2fa/reauthenticate/                                            302/302    302/302
accounts/2fa/recovery-codes/                                            302/302    404/405
accounts/2fa/recovery-codes/download/                                   302/302    404/404
accounts/2fa/recovery-codes/generate/                                   302/302    302/302
accounts/2fa/totp/activate/                                             302/302    302/302
accounts/2fa/totp/deactivate/                                           302/302    404/404
accounts/2fa/trust/                                                     404/404    404/404
accounts/2fa/webauthn/                                                  302/302    302/302
accounts/2fa/webauthn/add/                                              302/302    302/302
accounts/2fa/webauthn/keys/<int:pk>/edit/                               302/302    302/302
accounts/2fa/webauthn/keys/<int:pk>/remove/                             302/302    302/302
accounts/2fa/webauthn/login/                                            302/302    302/302
accounts/2fa/webauthn/reauthenticate/                                   302/302    302/302
accounts/2fa/webauthn/signup/                                           404/404    404/404
accounts/^confirm-email/(?P<key>[-:\w]+)/$                              200/404    200/404
accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$     200/200    200/200
accounts/confirm-email/                                                 404/404    404/404
accounts/email/                                                         302/302    200/302
accounts/inactive/                                                      200/405    200/405
accounts/invitation/<token>/                                            404/404    404/404
accounts/login/                                                         200/200    302/302
accounts/login/code/confirm/                                            404/404    404/404
accounts/logout/                                                        302/302    200/302
accounts/password/change/                                               302/302    200/200
accounts/password/reset/                                                200/200    200/200
accounts/password/reset/done/                                           200/405    200/405
accounts/password/reset/key/done/                                       200/405    200/405
accounts/password/set/                                                  302/302    302/302
accounts/reauthenticate/                                                302/302    200/200
accounts/sessions/                                                      302/302    302/302
accounts/signup/                                                        404/404    404/404
first-run/<token>/                                                      404/404    404/404
"""


def table() -> dict[str, tuple[str, str]]:
    """By route: what a guest and what somebody signed in is answered."""
    lines = TABLE.strip().splitlines()[1:]
    return {route: (guest, signed_in) for route, guest, signed_in in map(str.split, lines)}


def routes() -> set[str]:
    """Each route of these prefixes, as the URL configuration has it."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            yield from walk(entry, route) if isinstance(entry, URLResolver) else [route]

    return {route for route in walk(get_resolver(), "") if route.startswith(PREFIXES)}


def path_of(route: str) -> str:
    path = re.sub(r"\(\?P<\w+>[^()]*\)|<[^>]+>", "1", route)
    return "/" + path.replace("^", "").replace("$", "")


def answers(route: str, user=None) -> str:
    """Asked by two browsers, since the first may have signed out."""
    statuses = []
    for method in ("get", "post"):
        client = Client()
        if user:
            client.force_login(user)
        statuses.append(str(getattr(client, method)(path_of(route)).status_code))
    return "/".join(statuses)


def test_every_address_is_in_the_table():
    assert routes() == set(table())


def test_a_guest_is_answered_as_the_table_says():
    factories.user("olga", is_superuser=True)
    assert {route: answers(route) for route in table()} == {route: guest for route, (guest, _) in table().items()}


@pytest.mark.parametrize("role", ["", *ROLES])
def test_whoever_is_signed_in_is_answered_as_the_table_says(role):
    factories.user("olga", is_superuser=True)
    mona = factories.user("mona", group=role)
    expected = {route: signed_in for route, (_, signed_in) in table().items()}
    assert {route: answers(route, mona) for route in table()} == expected
