"""The moderators' queue: what they see, what they decide, and that the first decision wins."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, Decision
from comments.moderation import Status, Via
from tests import factories

QUEUE = "/admin/comments/comment/queue/"


def signed_in(name: str = "mona", **fields) -> Client:
    client = Client()
    client.force_login(factories.user(name, group="Moderator", **fields))
    return client


@pytest.fixture
def mona(db) -> Client:
    """A moderator at her desk."""
    return signed_in("mona", first_name="Mona", last_name="Rahimova")


def waiting(post, **fields) -> Comment:
    return factories.comment(post, status=Status.PENDING, **fields)


def status(comment: Comment) -> str:
    return Comment.objects.values_list("status", flat=True).get(pk=comment.pk)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# What is seen


def test_the_queue_shows_what_waits_oldest_first_and_nothing_else(mona, post):
    young = waiting(post, name="Young")
    old = waiting(post, name="Old", created_at=timezone.now() - timedelta(days=2))
    factories.comment(post, name="Approved already")
    response = mona.get(QUEUE)
    assert list(response.context["page"]) == [old, young]
    assert b"Approved already" not in response.content


def test_each_comment_comes_with_its_writer_its_words_and_its_post(mona):
    post = factories.post("The melon", body="It was sweet in winter.")
    waiting(
        post, name="Ann", email="ann@example.net", website="https://ann.example/", address="203.0.113.7", body="*Oh.*"
    )
    page = mona.get(QUEUE).content.decode()
    for part in ("Ann", "ann@example.net", "203.0.113.7", "<em>Oh.</em>", "The melon", "It was sweet in winter."):
        assert part in page
    assert '<a href="https://ann.example/" rel="nofollow ugc noopener noreferrer">' in page
    assert f'href="{post.get_absolute_url()}"' in page


def test_a_reply_comes_with_the_comment_it_answers(mona, post):
    parent = factories.comment(post, name="Ann", body="Who said **that**?")
    waiting(post, parent=parent)
    page = mona.get(QUEUE).content.decode()
    assert "in reply to Ann" in page
    assert "Who said <strong>that</strong>?" in page


def test_what_a_reader_sends_is_text_and_never_markup_or_a_dangerous_link(mona, post):
    comment = waiting(post, name='"><svg onload=x>', body="<script>x</script>")
    Comment.objects.filter(pk=comment.pk).update(website="javascript:alert(1)")
    page = mona.get(QUEUE).content.decode()
    assert "<svg onload" not in page
    assert "<script>x" not in page
    assert 'href="javascript:' not in page
    assert "javascript:alert(1)" in page


def test_the_queue_has_fifty_comments_a_page(mona, post):
    for _ in range(51):
        waiting(post)
    assert len(mona.get(QUEUE).context["page"]) == 50
    assert len(mona.get(f"{QUEUE}?page=2").context["page"]) == 1
    assert len(mona.get(f"{QUEUE}?page=99").context["page"]) == 1
    assert len(mona.get(f"{QUEUE}?page=x").context["page"]) == 50


def test_an_empty_queue_says_so(mona):
    assert "Nothing waits." in mona.get(QUEUE).content.decode()


def test_the_queue_asks_the_database_the_same_number_of_times_whatever_waits(mona, post):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            mona.get(QUEUE)
        return len(asked)

    waiting(post)
    one = queries()
    for _ in range(30):
        parent = factories.comment(factories.post())
        waiting(parent.post, parent=parent)
    assert queries() == one
    assert one <= 7


def test_the_desk_and_the_list_of_comments_lead_to_the_queue_with_the_number_waiting(mona, post):
    waiting(post)
    waiting(post)
    assert "2 comments wait for a moderator" in mona.get("/admin/").content.decode()
    assert "The queue (2 waiting)" in mona.get("/admin/comments/comment/").content.decode()


def test_choosing_all_on_the_page_needs_no_script(mona, post):
    waiting(post)
    assert b" checked" not in mona.get(QUEUE).content
    assert b" checked" in mona.get(f"{QUEUE}?page=1&all").content


@pytest.mark.parametrize("group", ["Contributor", "Author"])
def test_who_does_not_moderate_neither_sees_nor_decides(group, db, post):
    comment, client = waiting(post), Client()
    client.force_login(factories.user(group=group))
    assert client.get(QUEUE).status_code == 403
    assert client.post(QUEUE, {"decision": f"approve:{comment.pk}"}).status_code == 403
    assert status(comment) == Status.PENDING
    assert b"Queue" not in client.get("/admin/").content


def test_a_decision_needs_the_key_of_our_own_form(post):
    comment = waiting(post)
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user(group="Moderator"))
    assert client.post(QUEUE, {"decision": f"approve:{comment.pk}"}).status_code == 403
    assert status(comment) == Status.PENDING


# What is decided


@pytest.mark.parametrize(
    ("verb", "to"), [("approve", Status.APPROVED), ("spam", Status.SPAM), ("remove", Status.REMOVED)]
)
def test_one_button_decides_one_comment_and_leads_back(verb, to, mona, post):
    comment, other = waiting(post), waiting(post)
    response = mona.post(QUEUE, {"decision": f"{verb}:{comment.pk}"})
    assert (response.status_code, response.url) == (303, QUEUE)
    assert (status(comment), status(other)) == (to, Status.PENDING)
    decision = comment.decisions.first()
    assert (decision.by.username, decision.via, decision.from_status) == ("mona", Via.DESK, "pending")


def test_an_approved_comment_is_on_its_page_at_once(mona, post, visitor):
    comment = waiting(post, body="Hear, hear.")
    assert b"Hear, hear." not in visitor.get(post.get_absolute_url()).content
    mona.post(QUEUE, {"decision": f"approve:{comment.pk}"})
    assert b"Hear, hear." in visitor.get(post.get_absolute_url()).content


def test_a_reason_goes_with_a_removal_only(mona, post):
    removed, approved = waiting(post), waiting(post)
    mona.post(QUEUE, {"decision": f"remove:{removed.pk}", "reason": "  Off\nthe subject  "})
    mona.post(QUEUE, {"decision": f"approve:{approved.pk}", "reason": "Left over"})
    assert removed.decisions.first().reason == "Off the subject"
    assert approved.decisions.first().reason == ""


def test_chosen_comments_are_decided_at_one_stroke(mona, post):
    chosen = [waiting(post), waiting(factories.post()), waiting(post)]
    left = waiting(post)
    response = mona.post(QUEUE, {"decision": "spam", "comment": [one.pk for one in chosen], "page": "2"}, follow=True)
    assert response.redirect_chain == [(f"{QUEUE}?page=2", 303)]
    assert [status(one) for one in [*chosen, left]] == ["spam", "spam", "spam", "pending"]
    assert len({one.decisions.first().batch for one in chosen}) == 1
    assert said(response) == ["Marked as spam: 3 comments (Bob)."]


def test_the_second_moderator_is_told_who_was_first(mona, post):
    comment = waiting(post, name="Ann")
    mona.post(QUEUE, {"decision": f"approve:{comment.pk}"})
    response = signed_in("nora").post(QUEUE, {"decision": f"spam:{comment.pk}"}, follow=True)
    assert said(response) == ["Ann on “The tea house”: already approved by Mona Rahimova."]
    assert status(comment) == Status.APPROVED
    assert comment.decisions.count() == 2


def test_the_rest_of_the_chosen_is_decided_although_one_was_before(mona, post):
    first, second = waiting(post, name="Ann"), waiting(post, name="Ben")
    mona.post(QUEUE, {"decision": f"approve:{first.pk}"})
    form = {"decision": "spam", "comment": [first.pk, second.pk]}
    response = signed_in("nora").post(QUEUE, form, follow=True)
    assert [status(first), status(second)] == [Status.APPROVED, Status.SPAM]
    assert len(said(response)) == 2
    assert "already approved by Mona Rahimova" in said(response)[1]


def test_what_its_writer_withdrew_meanwhile_stays_withdrawn(mona, post):
    comment = waiting(post, name="Ann")
    comment.withdraw(via=Via.READER)
    response = mona.post(QUEUE, {"decision": f"approve:{comment.pk}"}, follow=True)
    assert said(response) == ["Ann on “The tea house”: already withdrawn by its writer."]


@pytest.mark.parametrize(
    "form", [{"decision": "approve"}, {"decision": "approve:x"}, {"decision": "approve:" + "9" * 30},
             {"decision": "approve", "comment": ["-1", "1e3", "٣"]}],
)  # fmt: skip
def test_nothing_chosen_decides_nothing_and_says_so(form, mona, post):
    waiting(post)
    assert said(mona.post(QUEUE, form, follow=True)) == ["Choose some comments first."]
    assert not Comment.objects.approved().exists()


def test_an_unknown_decision_is_refused(mona, post):
    comment = waiting(post)
    assert mona.post(QUEUE, {"decision": f"withdraw:{comment.pk}"}).status_code == 400
    assert mona.post(QUEUE).status_code == 400


def test_no_more_comments_are_counted_than_were_approved(mona, post):
    chosen = [waiting(post) for _ in range(3)]
    mona.post(QUEUE, {"decision": "approve", "comment": [one.pk for one in chosen]})
    post.thread.refresh_from_db()
    assert (post.thread.comment_count, post.thread.shown_count) == (3, 3)


def test_two_hundred_chosen_comments_take_one_transaction(mona, post):
    chosen = [waiting(post).pk for _ in range(200)]
    response = mona.post(QUEUE, {"decision": "approve", "comment": chosen}, follow=True)
    assert said(response) == ["Approved: 200 comments (Bob)."]
    assert Decision.objects.filter(to_status="approved").values("batch").distinct().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: nothing can meet")
def test_of_two_moderators_at_the_same_moment_one_wins():
    comment = waiting(factories.post())
    clients = [signed_in("mona"), signed_in("nora")]
    start, answers = threading.Barrier(2), []

    def press(client: Client, verb: str) -> None:
        start.wait()
        answers.append(client.post(QUEUE, {"decision": f"{verb}:{comment.pk}"}).status_code)
        connection.close()

    presses = zip(clients, ["approve", "spam"], strict=True)
    threads = [threading.Thread(target=press, args=arguments) for arguments in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303, 303]
    assert comment.decisions.count() == 2
    assert status(comment) == comment.decisions.first().to_status


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["a\x00b", "x" * 251])
def test_a_reason_that_cannot_be_kept_whole_decides_nothing(reason):
    comment = factories.comment(factories.post(), status=Status.PENDING)
    moderator = Client()
    moderator.force_login(factories.user(group="Moderator"))
    queue = reverse("admin:comments_comment_queue")
    response = moderator.post(queue, {"decision": f"remove:{comment.pk}", "reason": reason}, follow=True)
    comment.refresh_from_db()
    assert comment.status == Status.PENDING
    assert "errorlist" in response.text or "error" in response.text
