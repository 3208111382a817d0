"""Passkeys in a browser: accepting an invitation with one, and signing in with it."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User

from blog.models import Author
from registan.accounts import invitations
from tests import factories
from tests.registan.accounts.passkeys import add_device

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def path(settings) -> str:
    user = User(email="zulfiya@example.net")
    invitations.prepare_account(user)
    user.save()
    user.groups.add(Group.objects.get_or_create(name="Author")[0])
    return invitations.invitation_url(user).removeprefix(settings.SITE_URL)


@pytest.fixture
def page(browser, live_server):
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    yield page
    context.close()


def test_an_invitation_is_accepted_with_a_passkey_which_then_signs_in(page, live_server, path):
    add_device(page)
    page.goto(f"{live_server.url}{path}")
    page.get_by_label("Your name").fill("Zulfiya Isroilova")
    page.get_by_role("button", name="Create a passkey instead").click()
    page.get_by_label("Name of the passkey").fill("My phone")
    page.get_by_role("button", name="Create a passkey", exact=True).click()
    page.wait_for_url("**/admin/")
    user = User.objects.get(email="zulfiya@example.net")
    assert (user.is_active, user.has_usable_password(), user.get_full_name()) == (True, False, "Zulfiya Isroilova")
    assert Author.objects.get(user=user).name == "Zulfiya Isroilova"
    assert Authenticator.objects.get(user=user).wrap().name == "My phone"
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/admin/")
    assert page.said == []


def test_a_device_that_refuses_is_told_and_a_password_will_do(page, live_server, path):
    page.add_init_script(
        "navigator.credentials.create = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    page.goto(f"{live_server.url}{path}")
    page.get_by_label("Your name").fill("Zulfiya")
    page.get_by_role("button", name="Create a passkey instead").click()
    page.get_by_role("button", name="Create a passkey", exact=True).click()
    page.get_by_text("No passkey was used").wait_for()
    assert page.said == []
    page.get_by_role("link", name="Choose a password instead").click()
    page.get_by_label("Your name").fill("Zulfiya")
    page.get_by_label("Choose a password").fill("plum-and-walnut-7")
    page.get_by_role("button", name="Accept the invitation").click()
    page.wait_for_url("**/admin/")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("name", ["root"])
def test_a_passkey_of_a_closed_account_signs_nobody_in(name, page, live_server, path):
    add_device(page)
    page.goto(f"{live_server.url}{path}")
    page.get_by_label("Your name").fill("Zulfiya")
    page.get_by_role("button", name="Create a passkey instead").click()
    page.get_by_role("button", name="Create a passkey", exact=True).click()
    page.wait_for_url("**/admin/")
    User.objects.update(is_active=False)
    page.context.clear_cookies()
    factories.user(name)
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/accounts/inactive/")
    page.goto(f"{live_server.url}/admin/")
    assert "/accounts/login/" in page.url
