"""A saved reply is inserted and sent, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from comments.models import SavedReply
from comments.status import Status
from tests import factories

QUEUE = "/admin/comments/comment/queue/"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("script", [True, False])
def test_a_saved_reply_is_inserted_and_sent_in_a_browser(open_admin, live_server, script):
    SavedReply.objects.create(name="Thanks", text="Thank you.")
    comment = factories.comment(factories.post(), status=Status.PENDING)
    page = open_admin(width=360, script=script)
    page.goto(live_server.url + QUEUE)
    page.locator("summary", has_text="Reply").click()
    page.locator("[name=answer]").first.fill("Dear Ann,")
    page.get_by_label("Saved reply").select_option("Thanks")
    page.get_by_role("button", name="Insert saved reply").click()
    field = page.locator("[name=answer]").first
    expect(field).to_have_value("Dear Ann,\n\nThank you.")
    page.get_by_role("button", name="Approve and reply").first.click()
    expect(page.get_by_text("Nothing is waiting.")).to_be_visible()
    assert list(comment.replies.values_list("body", flat=True)) == ["Dear Ann,\n\nThank you."]
