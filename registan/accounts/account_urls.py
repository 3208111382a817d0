"""The addresses under /accounts/: ours first, then those of allauth that staff use; the others answer 404."""

from django.urls import include, path
from django.views.defaults import page_not_found
from django.views.generic import RedirectView

from registan import views
from registan.accounts.accept_invitation import accept_invitation
from registan.accounts.your_account import AddPasskeyView, ChangeEmailView, your_account

to_account = RedirectView.as_view(pattern_name="account")
# Nobody signs up here, and codes by email are not in use.
UNUSED = ("signup/", "confirm-email/", "login/code/confirm/", "2fa/webauthn/signup/", "2fa/trust/")

urlpatterns = [
    path("", your_account, name="account"),
    path("invitation/<token>/", accept_invitation, name="accept-invitation"),
    *(path(route, page_not_found, {"exception": None}) for route in UNUSED),
    # All of it is on one page.
    *(path(route, to_account) for route in ("2fa/", "2fa/webauthn/", "sessions/")),
    path("2fa/totp/activate/", views.activate_totp),
    path("email/", ChangeEmailView.as_view()),
    path("2fa/webauthn/add/", AddPasskeyView.as_view()),
    path("", include("allauth.urls")),
]
