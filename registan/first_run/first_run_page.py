"""The page behind the link of a new site: its name, its owner, and a password or a passkey."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from comments.views.decorators import secret_url
from comments.web.same_origin import is_same_origin
from comments.web.tokens import BadToken
from registan.accounts.accept_invitation import PASSKEY_PREFIX, sign_in
from registan.accounts.account_forms import PasskeyAddForm, can_have_passkeys
from registan.first_run import link, owner
from registan.first_run.first_run_forms import NewSiteForm, OwnerEmailForm, OwnerForm

# In the session: the number of the account that a passkey is being made for.
OWNER_KEY = "first_run_owner"


# The token takes the place of a CSRF token; see comments/views/mail_decision.py.
@csrf_exempt
@secret_url
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show the form; sent, it sets the site up, signs in and leads to the dashboard. Only a POST changes anything."""
    offers_passkey = can_have_passkeys(request)
    try:
        link.check_link(token)
        if request.method != "POST":
            return show_form(request, NewSiteForm(), OwnerForm(offers_passkey=offers_passkey))
        if not is_same_origin(request, reads_origin=False):
            forms = NewSiteForm(request.POST), OwnerForm(request.POST, offers_passkey=offers_passkey)
            return show_form(request, *forms, is_foreign=True, status=403)
        if f"{PASSKEY_PREFIX}-credential" in request.POST:
            return take_passkey(request)
        return take_first_form(request, offers_passkey=offers_passkey)
    except BadToken as refusal:
        return refuse_link(request, status=410 if refusal.expired else 404, is_expired=refusal.expired)
    except link.AlreadySetUp:
        return refuse_link(request, status=410, is_set_up=True)


def take_first_form(request: HttpRequest, *, offers_passkey: bool) -> HttpResponse:
    """Set up with a password; or go on to the page on which the browser creates a passkey. Raises AlreadySetUp."""
    wants_passkey = offers_passkey and "create_passkey" in request.POST
    site, person = NewSiteForm(request.POST), OwnerForm(request.POST, offers_passkey=offers_passkey)
    if wants_passkey:
        person.fields["password"].required = False
    if not (site.is_valid() and person.is_valid()):
        return show_form(request, site, person, status=400)
    if wants_passkey:
        request.session[OWNER_KEY] = owner.reserve_pk()
        form = PasskeyAddForm(user=future_owner(request, person), prefix=PASSKEY_PREFIX)
        return show_passkey_step(request, site, person, form)
    data = person.cleaned_data
    user = owner.set_up(site.instance, name=data["name"], email=data["email"], password=data["password"])
    return sign_in(perform_password_login(request, {"username": user.get_username()}, Login(user=user)))


def take_passkey(request: HttpRequest) -> HttpResponse:
    """Set up with the passkey that the browser has created. Raises AlreadySetUp."""
    site, person = NewSiteForm(request.POST), OwnerEmailForm(request.POST)
    if not (site.is_valid() and person.is_valid()) or OWNER_KEY not in request.session:
        return show_form(request, site, OwnerForm(request.POST, offers_passkey=True), status=400)
    form = PasskeyAddForm(request.POST, user=future_owner(request, person), prefix=PASSKEY_PREFIX)
    if not form.is_valid():
        return show_passkey_step(request, site, person, form, status=400)
    passkey = owner.Passkey(request.session[OWNER_KEY], form.cleaned_data["name"], form.cleaned_data["credential"])
    data = person.cleaned_data
    user = owner.set_up(site.instance, name=data["name"], email=data["email"], passkey=passkey)
    stored = Authenticator.objects.get(user=user)
    return sign_in(flows.perform_passwordless_login(request, stored, Login(user=user)))


def future_owner(request: HttpRequest, person: OwnerEmailForm) -> User:
    """The account as a passkey names it, which is not stored yet."""
    email = person.cleaned_data["email"]
    return User(pk=request.session[OWNER_KEY], username=email, email=email, first_name=person.cleaned_data["name"])


def show_form(
    request: HttpRequest, site: NewSiteForm, person: OwnerForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"site_form": site, "owner_form": person, "offers_passkey": can_have_passkeys(request), **more}
    return render(request, "first_run/first_run.html", context, status=status)


def show_passkey_step(
    request: HttpRequest, site: NewSiteForm, person: OwnerEmailForm, form: PasskeyAddForm, *, status: int = 200
) -> HttpResponse:
    """The page on which the browser creates the passkey; a new challenge each time."""
    options = auth.begin_registration(future_owner(request, person), True)
    typed = {field.html_name: field.value() for field in [*site, *person] if field.name != "password"}
    context = {"typed": typed, "form": form, "js_data": {"creation_options": options}}
    return render(request, "first_run/first_run_passkey.html", context, status=status)


def refuse_link(request: HttpRequest, *, status: int, **why: bool) -> HttpResponse:
    return render(request, "first_run/first_run_refused.html", why, status=status)
