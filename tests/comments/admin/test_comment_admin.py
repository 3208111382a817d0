"""Comments, decisions and messages in the admin: read-only, and decided on in bulk."""

import pytest
from django.db import connection
from django.db.models import Value
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.admin.paginator import BoundedPaginator
from comments.models import Comment, Decision, Message
from comments.status import Status, Via
from tests import factories

LIST = "/admin/comments/comment/"


def run(client: Client, action: str, *comments: Comment):
    chosen = [comment.pk for comment in comments]
    return client.post(LIST, {"action": action, "_selected_action": chosen}, follow=True)


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [("approve", "pending", "approved"), ("spam", "approved", "spam"), ("remove", "approved", "removed"),
     ("hold", "spam", "pending")],
)  # fmt: skip
def test_an_action_moves_every_chosen_comment_through_the_record(action, before, after, mona, post):
    chosen = [factories.comment(post, status=Status(before)) for _ in range(2)]
    run(mona, action, *chosen)
    decisions = [comment.decisions.first() for comment in chosen]
    assert {decision.to_status for decision in decisions} == {after}
    assert {decision.via for decision in decisions} == {Via.ADMIN}
    assert len({decision.batch for decision in decisions}) == 1
    assert {decision.by.username for decision in decisions} == {"mona"}


def test_a_withdrawn_comment_can_only_go_back_to_the_queue(mona, post):
    comment = factories.comment(post, name="Ann")
    factories.withdraw(comment)
    answer = run(mona, "approve", comment)
    comment.refresh_from_db()
    assert comment.status == Status.WITHDRAWN
    assert "A comment that is withdrawn cannot become approved." in answer.content.decode()


def test_an_action_works_on_the_page_of_one_comment(mona, post):
    comment = factories.comment(post, status=Status.PENDING)
    address = f"{LIST}{comment.pk}/change/"
    assert b"Return to queue" in mona.get(address).content
    mona.post(address, {"CHANGE_FORM-action": "approve", "_selected_action": [comment.pk]})
    comment.refresh_from_db()
    assert comment.status == Status.APPROVED


def test_the_page_of_a_comment_shows_all_its_decisions(mona, post):
    comment = factories.comment(post, status=Status.PENDING, body="*Well.*")
    factories.remove(comment, via=Via.DESK, by=factories.user("nora"), reason="Rude")
    page = mona.get(f"{LIST}{comment.pk}/change/").content.decode()
    assert "<em>Well.</em>" in page
    assert "removed by nora Rude" in page


def test_the_list_of_comments_takes_the_same_queries_for_fifty_as_for_one(mona, post):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            mona.get(LIST)
        return len(asked)

    factories.comment(post)
    few = queries()
    for _ in range(20):
        factories.comment(factories.post())
    assert queries() == few
    assert few <= 11


def test_a_list_of_comments_too_long_to_count_says_where_it_ends(mona, post, monkeypatch):
    monkeypatch.setattr(BoundedPaginator, "max_counted", 2)
    factories.comment(post)
    assert b"Only the newest comments are listed" not in mona.get(LIST).content
    for _ in range(2):
        factories.comment(post)
    assert b"Only the newest comments are listed" in mona.get(LIST).content


def test_dangerous_text_of_a_reader_is_inert_in_list_and_page(mona, post):
    comment = factories.comment(post, name="<img src=x onerror=y>", body='"><svg onload=y> <script>y</script>')
    Comment.objects.filter(pk=comment.pk).update(website=Value("javascript:alert(1)"))
    for address in (LIST, f"{LIST}{comment.pk}/change/", f"{LIST}{comment.pk}/history/", f"{LIST}?q=onerror"):
        page = mona.get(address).content.decode()
        assert "<img src=x" not in page
        assert "<svg onload" not in page
        assert "<script>y" not in page
        assert 'href="javascript:' not in page


def test_the_log_lists_every_decision_and_cannot_be_changed(mona, post):
    comment = factories.comment(post)
    decision = Decision.objects.get()
    assert b"comment form" in mona.get("/admin/comments/decision/").content
    assert mona.post(f"/admin/comments/decision/{decision.pk}/change/", {"reason": "x"}).status_code == 403
    assert b'name="_save"' not in mona.get(f"/admin/comments/decision/{decision.pk}/change/").content
    assert comment.decisions.get().reason == ""


def test_an_administrator_sees_what_was_sent_but_not_the_links_in_it(db):
    message = Message.objects.create(key="1", to="ann@example.net", subject="A reply", text="https://x/you/SECRET/")
    client = Client()
    client.force_login(factories.user(group="Administrator"))
    page = client.get(f"/admin/comments/message/{message.pk}/change/").content.decode()
    assert "A reply" in page
    assert "SECRET" not in page
