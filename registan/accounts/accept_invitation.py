"""The page behind an invitation's link: a name, and a password or a passkey. Mail scanners open it too."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from blog.admin.retry import retry_on_conflict
from blog.text.display_names import display_name
from comments.views.decorators import secret_url
from comments.web.same_origin import is_same_origin
from comments.web.tokens import BadToken
from registan.accounts import invitations
from registan.accounts.account_forms import NameForm, NewAccountForm, PasskeyAddForm, can_have_passkeys

# The fields of the passkey, which has a name as its owner has.
PASSKEY_PREFIX = "passkey"


# The token takes the place of a CSRF token; see comments/views/mail_decision.py.
@csrf_exempt
@secret_url
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show the form; sent, it opens the account, signs in and leads to the dashboard. Only a POST changes anything."""
    try:
        user = invitations.find_invited(token)
        if request.user.is_authenticated:
            return show(request, user, other=display_name(request.user), status=409)
        if request.method != "POST":
            return show(request, user, form=NewAccountForm(user=user, initial={"name": user.get_full_name()}))
        if not is_same_origin(request, reads_origin=False):
            return show(request, user, form=NewAccountForm(request.POST, user=user), is_foreign=True, status=403)
        return take_form(request, user)
    except BadToken as refusal:
        context = {"is_refused": True, "is_expired": refusal.expired}
        return render(request, "account/accept_invitation.html", context, status=410 if refusal.expired else 404)


def take_form(request: HttpRequest, user: User) -> HttpResponse:
    """Accept with a password; or ask for a passkey, and accept with that. Raises BadToken."""
    if f"{PASSKEY_PREFIX}-credential" in request.POST:
        return accept_with_passkey(request, user)
    if "create_passkey" in request.POST:
        names = NameForm(request.POST)
        if names.is_valid():
            return show_passkey_form(request, user, names, PasskeyAddForm(user=user, prefix=PASSKEY_PREFIX))
        form = NewAccountForm(request.POST, user=user)
        form.errors.pop("password", None)
        return show(request, user, form=form, status=400)
    form = NewAccountForm(request.POST, user=user)
    if not form.is_valid():
        return show(request, user, form=form, status=400)
    password = form.cleaned_data["password"]
    opened = retry_on_conflict(
        lambda: invitations.accept(user, name=form.cleaned_data["name"], password=password)  # a slug taken meanwhile
    )
    return sign_in(perform_password_login(request, {"username": opened.get_username()}, Login(user=opened)))


def accept_with_passkey(request: HttpRequest, user: User) -> HttpResponse:
    names, form = NameForm(request.POST), PasskeyAddForm(request.POST, user=user, prefix=PASSKEY_PREFIX)
    if not (names.is_valid() and form.is_valid()):
        return show_passkey_form(request, user, names, form, status=400)

    @transaction.atomic
    def accept() -> tuple[User, Any]:
        opened = invitations.accept(user, name=names.cleaned_data["name"], password=None)
        return opened, auth.WebAuthn.add(opened, form.cleaned_data["name"], form.cleaned_data["credential"]).instance

    opened, passkey = retry_on_conflict(accept)
    return sign_in(flows.perform_passwordless_login(request, passkey, Login(user=opened)))


def sign_in(response: HttpResponse) -> HttpResponse:
    """303: the browser goes on with a GET, and no reload sends the form again."""
    response.status_code = 303
    return response


def show_passkey_form(
    request: HttpRequest, user: User, names: NameForm, form: PasskeyAddForm, *, status: int = 200
) -> HttpResponse:
    """The page on which the browser creates the passkey; a new challenge each time."""
    options = auth.begin_registration(user, True)
    context = {"names": names, "form": form, "js_data": {"creation_options": options}}
    return render(request, "account/accept_with_passkey.html", context, status=status)


def show(request: HttpRequest, user: User, *, status: int = 200, **context: Any) -> HttpResponse:
    context = {"invited": user, "offers_passkey": can_have_passkeys(request), **context}
    return render(request, "account/accept_invitation.html", context, status=status)
