"""Accounts, for administrators: nobody gives a right he lacks, nor lays hands on who has one more than he."""

from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401  both register lists below, which are taken away again
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import ManyToManyField, Q, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.base import StaffAdmin

# allauth's lists show the secrets of second factors, and addresses that belong to the account's own form.
for model in (EmailAddress, Authenticator, User):
    admin.site.unregister(model)

# What only a superuser hands out: administrators give groups.
SUPERUSER_FIELDS = {"is_superuser", "user_permissions"}


@admin.register(User)
class AccountAdmin(StaffAdmin, UserAdmin):
    """Django's own, for people who are not superusers."""

    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        (gettext_lazy("Shown to readers"), {"fields": ["first_name", "last_name"]}),
        (gettext_lazy("Reached at"), {"fields": ["email"]}),
    ]
    list_display = ["username", "email", "first_name", "last_name", "is_staff", "is_active"]
    list_filter = ["is_staff", "is_active", "groups"]
    actions = ["reset_two_factor"]
    view_on_site = False

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list:
        fieldsets = super().get_fieldsets(request, obj)
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
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField | None:
        if db_field.name == "groups":
            kwargs["queryset"] = assignable_groups(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.action(permissions=["change"], description=gettext_lazy("Forget the second factor (lost telephone)"))
    def reset_two_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Passkeys, codes and recovery codes of the chosen: they sign in by password and set up new ones."""
        people = [user for user in queryset if can_manage(request.user, user)]
        Authenticator.objects.filter(user__in=people).delete()
        for user in people:
            self.log_change(request, user, "Second factor forgotten.")
        message = ngettext(
            "%d account signs in by password alone now.", "%d accounts sign in by password alone now.", len(people)
        )
        self.message_user(request, message % len(people), messages.SUCCESS if people else messages.WARNING)


def can_manage(user: User, other: User) -> bool:
    """Has `other` no right that `user` lacks? Who sets a password can sign in with it."""
    if user.is_superuser or other.is_superuser:
        return user.is_superuser
    return not permissions_of(other).exclude(pk__in=permissions_of(user).values("pk")).exists()


def permissions_of(user: User) -> QuerySet[Permission]:
    """What was given to this person, whether or not the account is active today."""
    return Permission.objects.filter(Q(user=user) | Q(group__user=user))


def assignable_groups(user: User) -> QuerySet[Group]:
    """The groups that give no right which `user` lacks."""
    if user.is_superuser:
        return Group.objects.all()
    return Group.objects.exclude(permissions__in=Permission.objects.exclude(pk__in=permissions_of(user).values("pk")))
