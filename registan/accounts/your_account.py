"""Your account: name and byline, how you sign in, where you are signed in, and what you are told by email."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.views import EmailView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.editing.staff_request import as_staff
from blog.models import Author
from blog.text.validators import is_pk
from blog.web.client_ip import client_ip
from comments.models import NotificationPreference
from comments.views.decorators import no_store, see_other
from registan.accounts import browsers
from registan.accounts.account_forms import NameForm
from registan.accounts.second_factor import lacks_second_factor


@no_store
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def your_account(request: HttpRequest) -> HttpResponse:
    user = as_staff(request).user
    if request.method != "POST":
        return show_account(request, user, NameForm(initial={"name": user.get_full_name()}))
    match request.POST.get("act"):
        case "name":
            return change_name(request, user)
        case "tell":
            NotificationPreference.of(user).choose_posts("tells_of_posts" in request.POST)
            messages.success(request, _("Your choice is saved."))
        case "end" if is_pk(pk := request.POST.get("session", "")):
            browsers.end_session(user, pk)
            messages.success(request, _("That browser is signed out."))
        case "end_others":
            browsers.end_sessions(user, keep=request.session.session_key or "")
            messages.success(request, _("All other browsers are signed out."))
        case _:
            raise BadRequest("No button of this page.")
    return see_other(reverse("account"))


def change_name(request: HttpRequest, user: User) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return show_account(request, user, form, status=400)
    user.first_name, user.last_name = form.cleaned_data["name"], ""
    user.save(update_fields=["first_name", "last_name"])
    messages.success(request, _("Your name is saved."))
    return see_other(reverse("account"))


def show_account(request: HttpRequest, user: User, form: NameForm, *, status: int = 200) -> HttpResponse:
    profile = Author.objects.filter(user=user).first()
    context = {
        "form": form,
        "roles": [group.name for group in user.groups.order_by("name")],
        "profile": profile,
        "may_edit_profile": profile and user.has_perm("blog.change_author"),
        "tells_of_posts": NotificationPreference.of(user).tells_of_posts,
        "sessions": sessions_to_show(request, user),
        "needs_second_factor": lacks_second_factor(user),
        **second_factors(user),
    }
    return render(request, "account/your_account.html", context, status=status)


def second_factors(user: User) -> dict[str, Any]:
    """What the account has besides a password, in one query."""
    rows = list(Authenticator.objects.filter(user=user).order_by("pk"))
    by_type = {row.type: row for row in rows}
    recovery_codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    return {
        "passkeys": [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        "authenticator_app": by_type.get(Authenticator.Type.TOTP),
        "has_recovery_codes": bool(recovery_codes),
        "unused_codes": len(recovery_codes.wrap().get_unused_codes()) if recovery_codes else 0,
    }


def sessions_to_show(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """The open sessions, this browser's first even if nothing is stored of it."""
    key = request.session.session_key or ""
    rows = browsers.open_sessions(user, current=key)
    if not rows or rows[0].session_key != key:
        agent = request.headers.get("User-Agent", "")
        rows.insert(0, UserSession(user=user, session_key=key, ip=client_ip(request), user_agent=agent))
    return [
        {"row": row, "browser": browsers.describe_session(row), "is_current": row.session_key == key} for row in rows
    ]


class AddPasskeyView(AddWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """Allauth's page for keys, for passkeys alone: those sign in without a password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return context

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes") if self.did_generate_recovery_codes else reverse("account")


class ChangeEmailView(EmailView):  # type: ignore[misc]
    """Allauth's page for a new address, which it would let replace an unverified one before it is confirmed."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        keep_current_email(as_staff(request).user)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


@transaction.atomic
def keep_current_email(user: User) -> None:
    """Count the address of the account as verified, unless somebody else has verified it."""
    verified, email = EmailAddress.objects.filter(verified=True), user.email.lower()
    verified.filter(user=user).exclude(email=email).delete()
    if email and not verified.filter(email=email).exists():
        EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
