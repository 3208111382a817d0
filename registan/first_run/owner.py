"""Sets a site up: its Site page, its first account, and the profile under which the owner writes, all or none."""

from __future__ import annotations

from typing import NamedTuple

from allauth.mfa.webauthn.internal import auth
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.crypto import get_random_string

from blog.editing.page_drafts import add_missing_pages
from blog.models import Author, Clock, Site
from blog.views.not_set_up import is_set_up
from registan.accounts.invitations import available_username
from registan.first_run.link import AlreadySetUp


class Passkey(NamedTuple):
    """A passkey as the browser has created it, for the account that will have this number."""

    user_pk: int
    name: str
    credential: dict[str, object]


def reserve_pk() -> int:
    """The number of an account that does not exist yet: a passkey is bound to it before anything is stored.

    A sequence of PostgreSQL never gives a number twice; SQLite gives this one again, to whoever is first.
    """
    with transaction.atomic():
        pk = User.objects.create(username=get_random_string(32)).pk
        transaction.set_rollback(True)
    return pk


def set_up(site: Site, *, name: str, email: str, password: str | None = None, passkey: Passkey | None = None) -> User:
    """Store the site and create its owner; raises AlreadySetUp if somebody was first."""
    owner = User(
        pk=passkey and passkey.user_pk,
        username=available_username(email),
        email=email,
        first_name=name,
        password=make_password(password),  # slow, so before anything is locked
        is_staff=True,
        is_superuser=True,
    )
    with transaction.atomic():
        Clock.objects.select_for_update().get(name=Clock.SITE)  # one at a time
        if is_set_up():
            raise AlreadySetUp
        site.shows_next_steps = True
        site.save()
        add_missing_pages()
        owner.save(force_insert=True)
        Author.objects.get_or_create_for(owner)
        if passkey:
            auth.WebAuthn.add(owner, passkey.name, passkey.credential)
    return owner
