"""The forms of accounts in the admin: inviting somebody, and what an account is called and may do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.any_model import ModelForm
from blog.models import Author
from registan.accounts import invitations
from registan.accounts.access import MANAGE_ACCOUNTS, assignable_groups, is_last_administrator, lock_accounts
from registan.accounts.departures import Unpublished, heirs, unpublished_posts

# What each role is for, in a few words.
ROLE_NOTES = {
    "Contributor": gettext_lazy("writes drafts, which an editor publishes"),
    "Author": gettext_lazy("writes and publishes their own posts"),
    "Editor": gettext_lazy("edits and publishes all posts and pages, and moderates comments"),
    "Moderator": gettext_lazy("decides about comments"),
    "Administrator": gettext_lazy("all of this, and invites people"),
}


class RoleField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic to type checkers alone
    """A choice among groups that says what they are for."""

    def label_from_instance(self, obj: Model) -> str:
        note = ROLE_NOTES.get(str(obj))
        return f"{obj}: {note}" if note else str(obj)


class InvitationForm(ModelForm):
    """An address and a role; saved, it makes an account that waits for its invitation to be accepted."""

    email = forms.EmailField(
        label=gettext_lazy("Email address"), max_length=254, widget=forms.EmailInput(attrs={"class": "vTextField"})
    )
    role = RoleField(
        Group.objects.none(),
        label=gettext_lazy("Role"),
        empty_label=None,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("You can change it later."),
        error_messages={"required": gettext_lazy("Choose a role.")},
    )
    # Set by the admin, in a class for each request.
    inviter: User

    class Meta:
        model = User
        fields = ("email",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].queryset = assignable_groups(self.inviter).order_by("pk")  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        lock_accounts()
        user = invitations.account_with_email(email)
        if user is None:
            return email
        if user.is_active:
            raise ValidationError(_("%(email)s already has an account here: %(name)s."), params=named(user, email))
        if invitations.is_invited(user):
            raise ValidationError(
                _("%(email)s has been invited already. You can send the invitation again from the list of users."),
                params=named(user, email),
            )
        raise ValidationError(
            _("%(email)s had an account here, which is closed: %(name)s. Invite them again from its page."),
            params=named(user, email),
        )

    def save(self, commit: bool = True) -> User:
        invitations.prepare_account(self.instance)
        user: User = super().save(commit)
        return user

    def _save_m2m(self) -> None:
        self.instance.groups.set([self.cleaned_data["role"]])


def named(user: User, email: str) -> dict[str, str]:
    return {"email": email, "name": user.get_username()}


class AccountForm(UserChangeForm):  # type: ignore[type-arg]  # UserChangeForm[User] fails at run time
    """An account without Django's staff and active ticks: roles give access, and closing has a page of its own."""

    def clean(self) -> dict[str, Any] | None:
        """Leave the site with an administrator, and with a superuser where it had one."""
        cleaned = super().clean()
        granted = cleaned if cleaned is not None else self.cleaned_data
        if "groups" not in granted or not self.instance.is_active:
            return cleaned
        stays = granted.get("is_superuser", False) if self.instance.is_superuser else manages_accounts(granted)
        if not stays:
            lock_accounts()
            if is_last_administrator(self.instance):
                self.add_error("groups", _("Nobody else could manage accounts then. Give that role to somebody first."))
        return cleaned


def manages_accounts(granted: dict[str, Any]) -> bool:
    """May an account to which these things are granted manage accounts?"""
    app, codename = MANAGE_ACCOUNTS.split(".")
    allows = granted["groups"].filter(permissions__content_type__app_label=app, permissions__codename=codename)
    is_superuser: bool = granted.get("is_superuser", False)
    return is_superuser or allows.exists()


class ClosingForm(forms.Form):
    """What becomes of the unpublished posts of whoever leaves."""

    unpublished = forms.ChoiceField(
        label=gettext_lazy("Their drafts and scheduled posts"), choices=Unpublished, widget=forms.RadioSelect
    )
    heir = forms.ModelChoiceField(
        Author.objects.none(), label=gettext_lazy("Hand over to"), required=False, empty_label=gettext_lazy("Choose")
    )

    def __init__(self, *args: Any, leaver: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["heir"].queryset = heirs(leaver)  # type: ignore[attr-defined]
        if not unpublished_posts(leaver).exists():
            self.fields.clear()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("unpublished") == Unpublished.HAND_OVER and not self.cleaned_data.get("heir"):
            self.add_error("heir", _("Choose who takes them over."))
        return cleaned
