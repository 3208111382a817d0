"""Accounts, for administrators: nobody gives a right he lacks, nor lays hands on who has one more than he."""

from __future__ import annotations

from typing import Any

from allauth.account import admin as account_admin
from allauth.account.models import EmailAddress
from allauth.mfa import admin as mfa_admin
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Field, ForeignObject, ManyToManyField, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from blog.admin.base import StaffAdmin

# allauth's own lists show secrets (TOTP) and addresses that are managed with the account. Imported above, so that
# they are registered by now and will not be again.
for model in (EmailAddress, Authenticator, User):
    admin.site.unregister(model)
assert account_admin and mfa_admin  # noqa: S101


def keys_of(user: User) -> Q:
    """The permissions of this person, as a condition."""
    mine = [name.split(".", 1) for name in user.get_all_permissions()]
    return Q(pk__in=[]).__or__(Q(*[Q(content_type__app_label=app, codename=name) for app, name in mine], _connector=Q.OR))
