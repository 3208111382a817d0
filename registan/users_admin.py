"""Accounts in the admin: invite, give roles, close. Nobody can manage an account with more permissions than theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401  all three register what is unregistered below
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import ManyToManyField, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from blog.admin.base import StaffAdmin
from blog.admin.retry import retry_on_conflict
from blog.editing.any_model import ModelForm
from blog.editing.staff_request import as_staff
from blog.text.display_names import display_name
from comments.views.decorators import see_other
from registan.accounts import departures, invitations
from registan.accounts.access import assignable_groups, can_manage
from registan.accounts.admin_forms import AccountForm, ClosingForm, InvitationForm

# allauth's lists show the secrets of second factors, keys of sessions, and addresses without their account.
for model in (EmailAddress, Authenticator, UserSession, User):
    admin.site.unregister(model)

# For superusers alone: administrators grant groups.
SUPERUSER_FIELDS = {"is_superuser", "user_permissions"}


class StateFilter(admin.SimpleListFilter):
    """By what an account is at present."""

    title, parameter_name = pgettext_lazy("column", "state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("active", pgettext_lazy("account", "Active")),
            ("invited", gettext_lazy("Invited, not yet accepted")),
            ("closed", pgettext_lazy("account", "Closed")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        waiting = invitations.invited().values("pk")
        match self.value():
            case "active":
                return queryset.filter(is_active=True)
            case "invited":
                return queryset.filter(pk__in=waiting)
            case "closed":
                return queryset.filter(is_active=False).exclude(pk__in=waiting)
        return queryset


@admin.register(User)
class AccountAdmin(StaffAdmin, UserAdmin):  # type: ignore[type-arg]  # UserAdmin[User] fails at run time
    """Django's own UserAdmin, made safe for administrators who are not superusers; new accounts are invited."""

    form, add_form, add_form_template = AccountForm, InvitationForm, None
    fieldsets = [
        (None, {"fields": ["username", "first_name", "last_name", "email"]}),
        (gettext_lazy("Access"), {"fields": ["groups", "is_superuser", "user_permissions"]}),
        (gettext_lazy("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "role"]})]
    readonly_fields = ["last_login", "date_joined"]
    list_display = ["username", "name", "roles", "state", "email", "last_sign_in"]
    list_filter = [StateFilter, "groups"]
    actions = ["reset_two_factor", "delete_selected"]

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=pgettext_lazy("column", "name"), ordering="first_name")
    def name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=gettext_lazy("role"))
    def roles(self, user: User) -> str:
        names = [group.name for group in user.groups.all()]
        return ", ".join([_("Superuser"), *names] if user.is_superuser else names)

    @admin.display(description=pgettext_lazy("column", "state"), ordering="-is_active")
    def state(self, user: User) -> str | SafeString:
        if user.is_active:
            return str(pgettext_lazy("account", "Active"))
        if not invitations.is_invited(user):
            return str(pgettext_lazy("account", "Closed"))
        words = _("Invitation expired") if invitations.is_expired(user) else _("Invited, not yet accepted")
        return format_html('<a href="{}">{}</a>', reverse("admin:auth_user_invitation", args=[user.pk]), words)

    @admin.display(description=gettext_lazy("last sign-in"), ordering="last_login")
    def last_sign_in(self, user: User) -> str:
        return date_format(timezone.localtime(user.last_login), "SHORT_DATE_FORMAT") if user.last_login else ""

    # Who may do what

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

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()  # by which they could go on signing in

    # Addresses

    def get_urls(self) -> list[URLPattern]:
        pages = {"invitation": self.invitation_view, "close": self.close_view}
        ours = [
            path(f"<id>/{name}/", self.admin_site.admin_view(view), name=f"auth_user_{name}")
            for name, view in pages.items()
        ]
        return [*ours, *super().get_urls()]

    def managed_user(self, request: HttpRequest, pk: str) -> User:
        """The account at this address, if this person may manage it; raises Http404 and PermissionDenied."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        user: User = self.get_object(request, unquote(pk))
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        return user

    def render_account_page(self, request: HttpRequest, template: str, user: User, **context: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": user, **context}
        return TemplateResponse(request, f"admin/auth/user/{template}.html", context)

    # Invitations

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        form: type[ModelForm] = super().get_form(request, obj, change=change, **kwargs)
        return form if obj else type(form.__name__, (form,), {"inviter": request.user})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        context = {"title": _("Invite somebody")}
        return super().add_view(request, form_url, {**context, **(extra_context or {})})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change:
            self.send_invitation(request, form.instance)

    def send_invitation(self, request: HttpRequest, user: User) -> None:
        if not invitations.send(user, by=as_staff(request).user):
            messages.error(request, _("%s has been sent three invitations today. Try again tomorrow.") % user.email)
        elif settings.MAIL:
            messages.success(request, _("The invitation is on its way to %s.") % user.email)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        return see_other(reverse("admin:auth_user_invitation", args=[obj.pk]))

    def invitation_view(self, request: HttpRequest, id: str) -> HttpResponse:
        """Show an invitation, send it again, or withdraw it; a closed account can be invited again."""
        user = self.managed_user(request, id)
        if user.is_active:
            raise Http404("This account is open.")
        if request.method == "POST":
            acts: dict[str, Callable[[HttpRequest, User], HttpResponse]] = {
                "send": self.renew_invitation,
                "withdraw": self.withdraw_invitation,
            }
            if act := acts.get(request.POST.get("act", "")):
                return act(request, user)
        waits, name = invitations.is_invited(user), display_name(user)
        return self.render_account_page(
            request,
            "invitation",
            user,
            title=_("Invitation for %s") % user.email if waits else _("The account of %s is closed") % name,
            waits=waits,
            is_expired=waits and invitations.is_expired(user),
            expiry=invitations.expiry(user) if waits else None,
            url="" if settings.MAIL or not waits else invitations.invitation_url(user),
            roles=self.roles(user),
        )

    def renew_invitation(self, request: HttpRequest, user: User) -> HttpResponse:
        if invitations.renew(user):
            self.log_change(request, user, "Invited again.")
            self.send_invitation(request, user)
            return see_other(request.path)
        return self.tell_that_it_was_accepted(request, user)

    def withdraw_invitation(self, request: HttpRequest, user: User) -> HttpResponse:
        if not invitations.withdraw(user):
            return self.tell_that_it_was_accepted(request, user)
        self.log_change(request, user, "Invitation withdrawn.")
        messages.success(request, _("The invitation for %s is withdrawn. Its link no longer works.") % user.email)
        return see_other(reverse("admin:auth_user_changelist"))

    def tell_that_it_was_accepted(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.warning(request, _("%s has accepted meanwhile. Nothing was changed.") % user.email)
        return see_other(reverse("admin:auth_user_changelist"))

    # Leaving

    def close_view(self, request: HttpRequest, id: str) -> HttpResponse:
        """Ask what becomes of their drafts, then close the account."""
        user, by = self.managed_user(request, id), as_staff(request).user
        if not user.is_active:
            raise Http404("This account is closed.")
        form = ClosingForm(request.POST if request.method == "POST" else None, leaver=user)
        reason = departures.reason_not_to_close(user, by=by)
        if not reason and form.is_valid():
            try:
                retry_on_conflict(lambda: departures.close_account(user, by=by, **form.cleaned_data))
            except departures.CannotClose as refusal:
                reason = str(refusal)
            else:
                self.log_change(request, user, "Closed.")
                messages.success(request, _("The account of %s is closed.") % display_name(user))
                return see_other(reverse("admin:auth_user_changelist"))
        posts = departures.unpublished_posts(user)
        title = _("Close the account of %s") % display_name(user)
        return self.render_account_page(request, "close", user, title=title, form=form, reason=reason, posts=posts)

    def deletion_refusals(self, request: HttpRequest, rows: QuerySet[User]) -> list[str]:
        by = as_staff(request).user
        return [reason for user in rows if (reason := departures.reason_not_to_close(user, by=by))]

    # Passwords and second factors

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if not self.managed_user(request, id).is_active:
            raise Http404("Nobody signs in to this account.")
        response: HttpResponse = super().user_change_password(request, id, form_url)
        return response

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
