"""Renders allauth's pages for staff accounts; each function returns HTML by name."""

from unittest.mock import patch
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from registan.accounts import invitations
from tests import factories
from tests.registan.rare_pages import get_pages, text_of


def build_passkey(name: str) -> dict:
    """Build the stored form of a passkey; it is unsigned, since only its shape matters."""
    held = AttestedCredentialData.create(
        Aaguid(bytes(16)), name.encode(), ES256({1: 2, 3: -7, -1: 1, -2: b"x", -3: b"y"})
    )
    told = AuthenticatorData.create(bytes(32), AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP, 0, held)
    about = CollectedClientData.create("webauthn.create", b"challenge", "https://example.org")
    proof = {"clientDataJSON": about, "attestationObject": AttestationObject.create("none", told, {})}
    key = websafe_encode(name.encode())
    credential = {"id": key, "rawId": key, "type": "public-key", "clientExtensionResults": {"credProps": {"rk": True}},
                  "response": {part: websafe_encode(value) for part, value in proof.items()}}  # fmt: skip
    return {"name": name, "credential": credential}


def account_pages() -> dict[str, str]:
    """Allauth's pages for an account with a password alone, then with every second factor."""
    zoe = factories.user("zoe", group="Editor")
    client = Client()
    client.post("/accounts/login/", {"login": "zoe", "password": "zoe"})
    again = text_of(client.get(reverse("account_reauthenticate")))
    wrong = text_of(client.post(reverse("account_reauthenticate"), {"password": "x"}))
    assert client.post(reverse("account_reauthenticate"), {"password": "zoe"}).status_code == 302
    texts = {"reauthenticate": again, "reauthenticate-refused": wrong} | get_named_pages(
        client,
        ["account_logout", "account_change_password", "account_email", "account", "mfa_activate_totp",
         "mfa_add_webauthn", "account_inactive"],
    )  # fmt: skip
    texts["totp-refused"] = text_of(client.post(reverse("mfa_activate_totp"), {"code": "1"}))
    texts["key-refused"] = text_of(client.post(reverse("mfa_add_webauthn"), {"name": "", "credential": "x"}))
    texts["password-refused"] = text_of(client.post(reverse("account_change_password"), {"oldpassword": "x"}))
    texts |= two_factor_pages(client, zoe) | sign_in_pages()
    texts |= invitation_pages()
    return {f"account {name}": text for name, text in texts.items()}


def invitation_pages() -> dict[str, str]:
    """An invitation: open, refused, with a passkey, for somebody else, and withdrawn; then its page in the admin."""
    root, guest = Client(), Client()
    root.force_login(factories.user("inviter", is_superuser=True))
    role = Group.objects.get(name="Author").pk
    root.post("/admin/auth/user/add/", {"email": "zulfiya@example.net", "role": role})
    user = invitations.invited().get()
    path, manage = urlsplit(invitations.invitation_url(user)).path, f"/admin/auth/user/{user.pk}/invitation/"
    texts = {
        "invitation": text_of(guest.get(path)),
        "invitation-refused": text_of(guest.post(path, {}), 400),
        "invitation-passkey": text_of(guest.post(path, {"name": "Zulfiya", "create_passkey": "yes"})),
        "invitation-for-another": text_of(root.get(path), 409),
        "invitation-managed": text_of(root.get(manage)),
        "users-invited": text_of(root.get("/admin/auth/user/")),
        "users-close": text_of(root.get(f"/admin/auth/user/{User.objects.get(username='zoe').pk}/close/")),
        "users-close-self": text_of(root.get(f"/admin/auth/user/{User.objects.get(username='inviter').pk}/close/")),
    }
    root.post(manage, {"act": "withdraw"})
    return texts | {"invitation-withdrawn": text_of(guest.get(path), 404)}


def get_named_pages(client: Client, names: list[str]) -> dict[str, str]:
    return get_pages(client, {name: reverse(name) for name in names})


def two_factor_pages(client: Client, zoe: User) -> dict[str, str]:
    TOTP.activate(zoe, generate_totp_secret())
    RecoveryCodes.activate(zoe)
    for name in ("The key in my drawer", "Telephone"):
        key = Authenticator.objects.create(user=zoe, type=Authenticator.Type.WEBAUTHN, data=build_passkey(name))
    texts = get_named_pages(
        client, ["account", "mfa_deactivate_totp", "mfa_view_recovery_codes",
                 "mfa_generate_recovery_codes", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"],
    )  # fmt: skip
    for verb in ("edit", "remove"):
        texts[f"key-{verb}"] = text_of(client.get(reverse(f"mfa_{verb}_webauthn", args=[key.pk])))
    late = Client()
    late.post("/accounts/login/", {"login": "zoe", "password": "zoe"})
    texts["mfa_authenticate"] = text_of(late.get(reverse("mfa_authenticate")))
    texts["code-refused"] = text_of(late.post(reverse("mfa_authenticate"), {"code": "1"}))
    return {f"with {name}": text for name, text in texts.items()}


def sign_in_pages() -> dict[str, str]:
    """Sign-in: refused, a forgotten password, too many attempts."""
    guest = Client()
    texts = {"sign-in-refused": text_of(guest.post("/accounts/login/", {"login": "zoe", "password": "x"}))}
    texts |= get_named_pages(guest, ["account_reset_password", "account_reset_password_done"])
    with patch("allauth.core.internal.ratelimit.consume", return_value=None):
        texts["sign-in-busy"] = text_of(guest.post("/accounts/login/", {"login": "zoe", "password": "x"}), 429)
    return texts
