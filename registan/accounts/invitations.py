"""Invitations: an account that nobody can sign in to yet, and the one link that opens it.

Such an account is inactive, and its password is unusable and says since when the invitation is out, and to which link
it is bound. Whatever ends the invitation changes the password, and so the link is dead.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import count

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string

from blog.models import Author
from blog.text.addresses import absolute_url
from blog.text.display_names import display_name
from comments.mail import verification
from comments.web import tokens

# The salt of the links, which open nothing else.
PURPOSE = "registan.invitation"
# An email may wait for a holiday, but a forgotten link should not open an account for ever.
INVITATION_AGE = timedelta(days=7)
INVITED_PREFIX = f"{UNUSABLE_PASSWORD_PREFIX}invited:"
# 22 letters and digits: 130 bits.
KEY_LENGTH = 22
# What a role must allow for its people to have a byline.
WRITES_POSTS = "blog.add_post"


def invited() -> QuerySet[User]:
    """Accounts whose invitation has been neither accepted nor withdrawn."""
    return User.objects.filter(is_active=False, password__startswith=INVITED_PREFIX)


def is_invited(user: User) -> bool:
    return not user.is_active and user.password.startswith(INVITED_PREFIX)


def expiry(user: User) -> datetime:
    """When the link of an invited account stops working."""
    seconds = user.password.removeprefix(INVITED_PREFIX).partition(":")[0]
    return datetime.fromtimestamp(int(seconds), UTC) + INVITATION_AGE


def is_expired(user: User) -> bool:
    return expiry(user) <= timezone.now()


def account_with_email(email: str) -> User | None:
    """The account that signs in with this address."""
    confirmed = EmailAddress.objects.filter(email__iexact=email).values("user")
    return User.objects.filter(Q(email__iexact=email) | Q(username__iexact=email) | Q(pk__in=confirmed)).first()


def prepare_account(user: User) -> None:
    """Make `user`, which is new and has an email address, an account that only an invitation opens."""
    user.username, user.is_active, user.password = available_username(user.email), False, new_password_state()


def available_username(email: str) -> str:
    """A name to sign in with, after the first part of the address."""
    name = re.sub(r"[^\w.+-]", "", email.partition("@")[0])[:100] or "user"
    names = (f"{name}{number}" if number > 1 else name for number in count(1))
    return next(name for name in names if not User.objects.filter(username__iexact=name).exists())


def new_password_state() -> str:
    return f"{INVITED_PREFIX}{timezone.now().timestamp():.0f}:{get_random_string(KEY_LENGTH)}"


def link_key(user: User) -> str:
    return user.password.rpartition(":")[2]


def invitation_url(user: User) -> str:
    token = tokens.make_token(PURPOSE, user.pk, link_key(user))
    return absolute_url(reverse("accept-invitation", args=[token]))


def send(user: User, *, by: User) -> bool:
    """Email the link; False if the address had its share of invitations today."""
    return verification.send_invitation(
        user.email, invitation_url(user), inviter=display_name(by), days=INVITATION_AGE.days
    )


@transaction.atomic
def renew(user: User) -> bool:
    """Bind the invitation to a new link: the old one is dead. Invites a closed account again. False if it is active."""
    verification.drop_unsent(verification.INVITATION, user.email)
    user.password = new_password_state()
    return bool(User.objects.filter(pk=user.pk, is_active=False).update(password=user.password))


@transaction.atomic
def withdraw(user: User) -> bool:
    """End the invitation, and delete an account that nobody ever used; False if it was accepted meanwhile."""
    stored = User.objects.select_for_update().filter(pk=user.pk).first()
    if stored is None or not is_invited(stored):
        return False
    verification.drop_unsent(verification.INVITATION, stored.email)
    if stored.last_login is None:
        stored.delete()
    else:
        stored.set_unusable_password()
        stored.save(update_fields=["password"])
    return True


def find_invited(token: str) -> User:
    """The account that the link opens; raises BadToken, `expired` if its week is over."""
    pk, key = (*tokens.read_token(PURPOSE, token, max_age=INVITATION_AGE), None, None)[:2]
    user = invited().filter(pk=pk).first()
    if user is None or not constant_time_compare(link_key(user), str(key)):
        raise tokens.BadToken(expired=False)
    if is_expired(user):
        raise tokens.BadToken(expired=True)
    return user


@transaction.atomic
def accept(invitation: User, *, name: str, password: str | None) -> User:
    """Open the account, under this name; without a password it needs a passkey. Raises BadToken if it is open by now.

    The condition is part of the UPDATE, so of ten people with the link one comes in.
    """
    waiting = User.objects.filter(pk=invitation.pk, is_active=False, password=invitation.password)
    opened = {"is_active": True, "password": make_password(password), "first_name": name, "last_name": ""}
    if not waiting.update(**opened, date_joined=timezone.now()):
        raise tokens.BadToken(expired=False)
    user = User.objects.get(pk=invitation.pk)
    if user.has_perm(WRITES_POSTS):
        Author.objects.get_or_create_for(user)
    return user
