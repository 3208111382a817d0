"""Pages come in with their conversation off, open or closed as it was; what was not public is a draft of a post"""

from datetime import UTC, datetime

import pytest

from blog.models import Page, Post
from tests import factories
from tests.registan.transfer.runs.importing import import_export, outcome
from tests.registan.transfer.wxr import comment, item

pytestmark = pytest.mark.django_db


def page_item(*extra: str, **values) -> str:
    return item(*extra, **{"post_id": 1, "post_type": "page", "title": "About", "post_name": "about", **values})


def test_a_page_is_at_its_slug_with_its_words_and_its_time(tmp_path, client):
    import_export(tmp_path, page_item(content="Who we are.", post_modified_gmt="2021-02-03 04:05:06"))
    assert "Who we are." in client.get("/about/").text
    assert Page.objects.get().updated_at == datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "comments", "conversation"),
    [("closed", (), "off"), ("open", (), "open"), ("closed", (comment(9),), "closed")],
)
def test_a_conversation_is_there_if_it_was_open_or_has_comments(tmp_path, state, comments, conversation):
    import_export(tmp_path, page_item(*comments, comment_status=state))
    page = Page.objects.get()
    assert page.conversation == conversation
    assert (page.thread is not None) is (conversation != "off")


def test_an_address_that_is_taken_or_the_sites_own_gets_a_number(tmp_path):
    factories.page("about")
    import_export(tmp_path, page_item(), page_item(post_id=2, post_name="archive"))
    assert outcome("page", 1) == ("created", "address-taken", "about → about-2")
    assert outcome("page", 2) == ("created", "address-taken", "archive → archive-2")


@pytest.mark.parametrize("values", [{"status": "draft"}, {"status": "private"}, {"post_password": "melon"}])
def test_what_was_not_public_is_a_draft_of_a_post(tmp_path, client, values):
    import_export(tmp_path, page_item(content="Secret.", **values))
    assert not Page.objects.exists()
    post = Post.objects.get()
    assert (post.status, post.body.strip()) == ("draft", "Secret.")
    assert outcome("page", 1)[:2] == ("created", "kept-as-draft")
    assert client.get("/about/").status_code == 404
