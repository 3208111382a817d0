"""Accounts in the admin: nobody can grant a permission they lack, or change an account with more permissions."""

from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401  both register what is unregistered below
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db.models import ManyToManyField, Q, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.base import StaffAdmin

# allauth's lists show the secrets of second factors, and email addresses without the account they belong to.
for model in (EmailAddress, Authenticator, User):
    admin.site.unregister(model)

# For superusers alone: administrators grant groups.
SUPERUSER_FIELDS = {"is_superuser", "user_permissions"}


@admin.register(User)
class AccountAdmin(StaffAdmin, UserAdmin):  # type: ignore[type-arg]  # UserAdmin[User] fails at run time
    """Django's own UserAdmin, made safe for administrators who are not superusers."""

    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        (gettext_lazy("Shown to readers"), {"fields": ["first_name", "last_name"]}),
        (gettext_lazy("Contact"), {"fields": ["email"]}),
    ]
    list_display = ["username", "email", "first_name", "last_name", "is_staff", "is_active"]
    list_filter = ["is_staff", "is_active", "groups"]
    actions = ["reset_two_factor"]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        fieldsets = list(super().get_fieldsets(request, obj))
        if request.user.is_superuser:
            return fieldsets
        return [
            (name, {**options, "fields": [field for field in options["fields"] if field not in SUPERUSER_FIELDS]})
            for name, options in fieldsets
        ]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or can_manage(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or can_manage(request.user, obj))

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        if db_field.name == "groups":
            kwargs["queryset"] = assignable_groups(request.user)
        field: ModelMultipleChoiceField[Any] | None = super().formfield_for_manytomany(db_field, request, **kwargs)
        return field

    @admin.action(permissions=["change"], description=gettext_lazy("Reset two-factor authentication (lost phone)"))
    def reset_two_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Delete passkeys, codes and recovery codes: these people sign in by password and set up new ones."""
        people = [user for user in queryset if can_manage(request.user, user)]
        Authenticator.objects.filter(user__in=people).delete()
        for user in people:
            self.log_change(request, user, "Two-factor authentication reset.")
        message = ngettext(
            "%d account now signs in by password alone.", "%d accounts now sign in by password alone.", len(people)
        )
        self.message_user(request, message % len(people), messages.SUCCESS if people else messages.WARNING)


def can_manage(user: User | AnonymousUser, other: User) -> bool:
    """Has `user` every permission of `other`? Anyone who sets a password can sign in with it."""
    if user.is_superuser or other.is_superuser:
        return user.is_superuser
    return not permissions_of(other).exclude(pk__in=permissions_of(user).values("pk")).exists()


def permissions_of(user: User | AnonymousUser) -> QuerySet[Permission]:
    """What was granted to this account, active or not."""
    return Permission.objects.filter(Q(user=user) | Q(group__user=user))


def assignable_groups(user: User | AnonymousUser) -> QuerySet[Group]:
    """The groups without a permission that `user` lacks."""
    if user.is_superuser:
        return Group.objects.all()
    return Group.objects.exclude(permissions__in=Permission.objects.exclude(pk__in=permissions_of(user).values("pk")))
