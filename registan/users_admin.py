"""Accounts in the admin: nobody can grant a permission they lack, or change an account with more permissions."""

from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401  both register what is unregistered below
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import ManyToManyField, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.base import StaffAdmin
from registan.accounts.access import assignable_groups, can_manage

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
    list_display = ["username", "email", "first_name", "last_name", "is_active"]
    list_filter = ["is_active", "groups"]
    actions = ["reset_two_factor"]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        hidden = {"is_staff"} if request.user.is_superuser else {"is_staff", *SUPERUSER_FIELDS}
        return [
            (name, {**options, "fields": [field for field in options["fields"] if field not in hidden]})
            for name, options in super().get_fieldsets(request, obj)
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
