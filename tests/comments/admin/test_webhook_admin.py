"""Webhooks in the admin: which addresses and secrets are taken, and what is shown of failures."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments.models import Webhook, WebhookNotice
from tests import factories

pytestmark = pytest.mark.django_db
WEBHOOKS = "/admin/comments/webhook/"
SECRET = "whsec_c2VjcmV0IG9mIG91cnM="
FORM = {
    "name": "The team", "form": "json", "address": "https://hooks.example/in", "secret": SECRET,
    "tells_waiting": "on", "is_active": "on",
}  # fmt: skip


@pytest.fixture
def owner(db) -> Client:
    return factories.staff_client("olim", "Administrator")


def errors(answer) -> dict[str, list[str]]:
    return dict(answer.context["adminform"].form.errors)


def test_an_owner_adds_a_webhook(owner):
    assert owner.post(f"{WEBHOOKS}add/", FORM).status_code == 302
    webhook = Webhook.objects.get()
    assert (webhook.secret, webhook.tells_waiting, webhook.tells_reports, webhook.has_text) == (
        SECRET, True, False, False,
    )  # fmt: skip


def test_whatever_a_webhook_can_hear_of_can_be_ticked(owner):
    shown = owner.get(f"{WEBHOOKS}add/").context["adminform"]
    names = {field for fieldset in shown for line in fieldset for field in line.fields}
    assert names == set(shown.form.fields) > {"tells_waiting", "tells_reports", "tells_alarms"}
    owner.post(f"{WEBHOOKS}add/", {**FORM, "tells_alarms": "on"})
    assert Webhook.objects.get().tells_alarms


@pytest.mark.parametrize(
    "address",
    ["http://hooks.example/in", "https://ann:pw@hooks.example/", "https://127.0.0.1:8000/x", "https://0x7f000001/x",
     "https://", "https://[::1", "ftp://hooks.example/", "javascript:alert(1)", "https://ho st.example/", "x" * 3_000],
)  # fmt: skip
def test_an_address_that_could_not_be_called_is_refused(owner, address):
    answer = owner.post(f"{WEBHOOKS}add/", {**FORM, "address": address})
    assert "address" in errors(answer)
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(("form", "is_refused"), [("json", True), ("matrix", True), ("slack", False), ("ntfy", False)])
def test_json_and_matrix_need_a_secret(owner, form, is_refused):
    answer = owner.post(f"{WEBHOOKS}add/", {**FORM, "form": form, "secret": ""})
    assert Webhook.objects.exists() is not is_refused
    assert (answer.status_code == 200) is is_refused


def test_a_secret_that_no_header_can_carry_is_refused(owner):
    for secret in ("two words", "тайна", "a\r\nX: y"):
        assert "secret" in errors(owner.post(f"{WEBHOOKS}add/", {**FORM, "secret": secret}))


def test_the_secret_is_never_shown_and_stays_while_the_address_does(owner):
    webhook = factories.webhook()
    page = owner.get(f"{WEBHOOKS}{webhook.pk}/change/")
    assert SECRET not in page.text
    owner.post(f"{WEBHOOKS}{webhook.pk}/change/", {**FORM, "name": "Renamed", "secret": ""})
    webhook.refresh_from_db()
    assert (webhook.name, webhook.secret) == ("Renamed", SECRET)
    assert SECRET not in str(LogEntry.objects.values_list("change_message", flat=True))


def test_the_secret_goes_to_no_other_address_and_no_other_form(owner):
    webhook = factories.webhook()
    for change in ({"address": "https://elsewhere.example/"}, {"form": "matrix"}):
        answer = owner.post(f"{WEBHOOKS}{webhook.pk}/change/", {**FORM, **change, "secret": ""})
        assert "secret" in errors(answer)
    owner.post(f"{WEBHOOKS}{webhook.pk}/change/", {**FORM, "form": "ntfy", "secret": ""})
    webhook.refresh_from_db()
    assert (webhook.form, webhook.secret) == ("ntfy", "")


def test_a_failure_and_the_next_attempt_are_shown(owner):
    webhook = factories.webhook()
    notice = WebhookNotice.objects.create(webhook=webhook, event="test", key="1", attempts=1)
    notice.mark_failed("No usable answer: <b>timed out</b>")
    for page in (owner.get(WEBHOOKS), owner.get(f"{WEBHOOKS}{webhook.pk}/change/")):
        assert "No usable answer: &lt;b&gt;timed out&lt;/b&gt;" in page.text
    listed = owner.get(WEBHOOKS).text
    assert '<td class="field-waiting">1</td>' in listed
    assert '<td class="field-next_attempt nowrap">–' not in listed


def test_a_test_notice_is_sent_and_what_was_given_up_is_tried_again(owner):
    webhook = factories.webhook()
    chosen = {"_selected_action": [webhook.pk]}
    owner.post(WEBHOOKS, {"action": "send_test", **chosen})
    WebhookNotice.objects.update(given_up=True, attempts=12)
    assert '<td class="field-lost">1</td>' in owner.get(WEBHOOKS).text
    owner.post(WEBHOOKS, {"action": "try_again", **chosen})
    notice = WebhookNotice.objects.get()
    assert (notice.event, notice.given_up, notice.attempts) == ("test", False, 0)


def test_the_list_takes_the_same_queries_for_thirty_webhooks_as_for_one(owner):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert owner.get(WEBHOOKS).status_code == 200
        return len(asked)

    factories.webhook()
    few = queries()
    for number in range(30):
        factories.webhook(name=f"Number {number}")
    assert queries() == few
