"""A conversation is the same on a post and on a page: whatever handles comments asks neither."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Conversation, Page, Post
from comments.mail import fanout, notifications
from comments.models import Act, Comment, Message, Subscription
from comments.models.subscription import Kind
from comments.privacy.erasure import begin_erasure, continue_erasures
from comments.privacy.export import export_reader
from comments.status import Status, Via
from comments.subscriptions.catalogue import Topic, find_topic
from comments.threads.layout import COMMENTS_PER_PAGE
from tests import factories
from tests.comments.comment_pages import complaints, drawn, form_on, long_thread, page, send

pytestmark = pytest.mark.django_db

MAKERS = {"post": factories.post, "page": factories.guest_book}
QUEUE = "/admin/comments/comment/queue/"


@pytest.fixture(params=MAKERS)
def subject(db, request) -> Post | Page:
    return MAKERS[request.param](title="Samovars")


@pytest.fixture
def url(subject) -> str:
    return subject.get_absolute_url()


def receive(visitor: Client, subject, **fields) -> Comment:
    """Send a comment through the form, and read it as it was stored."""
    assert send(visitor, subject, **fields).status_code == 302
    return Comment.objects.latest("pk")


def test_a_sent_comment_waits_and_its_writer_sees_it_in_its_place(visitor, subject, url):
    comment = receive(visitor, subject, body="Is there tea?")
    assert (comment.status, comment.subject) == (Status.PENDING, subject)
    assert drawn(visitor.get(url)) == [comment.pk]
    assert drawn(Client().get(url)) == []


def test_a_reply_stands_under_its_parent_and_the_numbers_follow(visitor, subject, url):
    parent = factories.comment(subject)
    form = form_on(visitor.get(f"{url}?reply={parent.pk}"))
    reply = receive(visitor, subject, parent=form["parent"])
    factories.approve(reply, via=Via.DESK)
    assert drawn(Client().get(url)) == [parent.pk, reply.pk]
    numbers = Conversation.objects.get(pk=subject.thread_id)
    assert (numbers.comment_count, numbers.shown_count) == (2, 2)


def test_a_form_with_a_mistake_comes_back_on_its_page(visitor, subject):
    response = send(visitor, subject, name="", body="Tea")
    assert response.status_code == 400
    assert "Name" in complaints(response)
    assert "Samovars" in page(response)


def test_the_same_comment_sent_twice_is_stored_once(visitor, subject):
    first = send(visitor, subject, stamp="", body="Only once.")
    second = send(visitor, subject, stamp="", body="Only once.")
    assert (first.status_code, second.status_code) == (302, 302)
    assert Comment.objects.count() == 1


def test_a_long_thread_has_pages_and_permalinks_lead_there(visitor, subject, url):
    ids = long_thread(subject, COMMENTS_PER_PAGE + 1)
    assert drawn(visitor.get(url)) == ids[:-1]
    assert drawn(visitor.get(f"{url}comment-page-2/")) == ids[-1:]
    assert visitor.get(f"{url}comment-page-1/").url == url
    assert visitor.get(f"{url}comment-page-3/").status_code == 404
    assert visitor.get(f"/comments/{ids[-1]}/").url == f"{url}comment-page-2/#comment-{ids[-1]}"
    assert visitor.get(f"{url}newest/").status_code == 200
    assert visitor.get(f"{url}discussion/").status_code == 200


@pytest.mark.parametrize("kind", ["", "atom/", "json/"])
def test_it_has_a_feed_and_is_in_that_of_the_site(visitor, subject, url, kind):
    comment = factories.comment(subject, body="Words of a reader")
    for feed in (f"{url}feed/{kind}", f"/comments/feed/{kind}"):
        assert f"comments/{comment.pk}/" in page(visitor.get(feed))
    assert f'href="{url}feed/"' in page(visitor.get(url))


def test_it_is_listed_counted_and_found(visitor, subject, url):
    comment = factories.comment(subject, body="A word like qumgan.")
    assert "Samovars" in page(visitor.get("/comments/"))
    assert f"/comments/{comment.pk}/" in page(visitor.get("/search/?q=qumgan"))
    assert json.loads(visitor.get(f"{url}comments/count/").content) == {"count": 1, "latest": [comment.pk]}


def test_it_is_moderated_in_the_queue_and_undone(mona, visitor, subject, url):
    comment = receive(visitor, subject, body="Is there tea?")
    shown = page(mona.get(QUEUE))
    assert "Samovars" in shown
    assert f'<option value="{subject.thread_id}"' in shown
    assert "Is there tea?" in page(mona.get(f"{QUEUE}?post={subject.thread_id}"))
    assert mona.post(QUEUE, {"decision": f"approve:{comment.pk}", "state": "pending"}).status_code == 303
    assert drawn(Client().get(url)) == [comment.pk]
    mona.post(QUEUE, {"decision": "undo:last"})
    assert drawn(Client().get(url)) == []


def test_it_is_moderated_on_its_page(mona, subject, url):
    comment = factories.comment(subject)
    assert f"/comments/{comment.pk}/moderate/" in page(mona.get(url))
    response = mona.post(f"/comments/{comment.pk}/moderate/", {"decision": "hold", "state": "approved"})
    assert response.url == f"{url}?moderated={comment.pk}#moderated"
    assert drawn(Client().get(url)) == []


def test_its_state_is_changed_on_its_page(mona, visitor, subject, url):
    shown = page(mona.get(f"{url}conversation/"))
    seen = json.dumps({"conversation": "open", "slow_minutes": 0, "closes_at": None})
    assert "Samovars" in shown
    mona.post(f"{url}conversation/", {"seen": seen, "conversation": "closed", "slow_minutes": "0"})
    subject.refresh_from_db()
    assert subject.conversation == "closed"
    assert Act.objects.get().conversation_id == subject.thread_id
    assert send(visitor, subject).status_code == 403
    assert 'class="respond"' not in page(visitor.get(url))


def test_a_comment_moves_from_one_to_the_other(mona, subject):
    other = factories.guest_book("others") if isinstance(subject, Post) else factories.post("Bread")
    comment = factories.comment(subject)
    data = {"decision": "move", "target": other.get_absolute_url(), "post": comment.conversation_id}
    response = mona.post(f"/comments/{comment.pk}/moderate/", data)
    assert response.url.startswith(other.get_absolute_url())
    assert Comment.objects.get().subject == other
    assert drawn(Client().get(other.get_absolute_url())) == [comment.pk]


def test_moderators_and_followers_are_told_by_email(visitor, subject):
    factories.user("nora", group="Moderator")
    assert find_topic(f"post:{subject.thread_id}") == Topic(Kind.POST, subject)
    factories.subscription(subject, by=factories.reader("reader@example.org"))
    comment = receive(visitor, subject, body="Words of a reader")
    notifications.notify_of_decisions()
    assert "Samovars" in Message.objects.get(key__startswith="decision-").subject
    factories.approve(comment, via=Via.DESK)
    notifications.notify_of_decisions()
    fanout.run_due_fanouts()
    message = Message.objects.get(about__comments__isnull=False)
    assert (message.to, message.subject) == ("reader@example.org", "Re: Samovars")


def test_a_receipt_a_readers_page_and_an_export_name_it_and_an_erasure_empties_it(visitor, subject):
    receipt = send(visitor, subject, body="Mine.").url
    assert "Samovars" in page(visitor.get(receipt))
    reader = factories.reader(Comment.objects.get().email)
    Comment.objects.update(reader=reader, is_verified=True)
    assert "Samovars" in page(factories.reader_client(reader).get("/you/"))
    assert [row["post"] for row in export_reader(reader)["comments"]] == ["Samovars"]
    begin_erasure(reader, keeps_words=False, sender="")
    continue_erasures()
    assert Comment.objects.get().is_erased


def test_a_page_from_nothing_costs_no_more_queries_than_a_posts(visitor, django_assert_max_num_queries):
    guests = factories.guest_book()
    long_thread(guests, 20)
    with django_assert_max_num_queries(7):
        visitor.get("/guests/")
    with django_assert_max_num_queries(1):
        visitor.get("/guests/")


# The switch of a page


def test_it_is_off_unless_wanted(visitor):
    about = factories.page()
    assert about.thread is None
    html = page(visitor.get("/about/"))
    assert 'id="comments"' not in html
    assert '/feed/" title="Comments' not in html
    for below in ("comments/count/", "feed/", "comment-page-2/", "discussion/", "newest/"):
        assert visitor.get(f"/about/{below}").status_code == 404
    assert visitor.post("/about/comments/", factories.comment_form()).status_code == 404


def test_an_editor_switches_it_on_and_off(editor, visitor):
    about = factories.page()
    where = f"/admin/blog/page/{about.pk}/change/"
    form = {"title": "About", "slug": "about", "body": "Who we are."}
    assert 'value="off" selected' in page(editor.get(where))
    editor.post(where, {**form, "conversation": "open", "slow_minutes": ""})
    assert 'class="respond"' in page(visitor.get("/about/"))
    about.refresh_from_db()
    comment = factories.comment(about, body="A word like qumgan.")
    editor.post(where, {**form, "conversation": "off", "slow_minutes": ""})
    assert 'id="comments"' not in page(visitor.get("/about/"))
    assert visitor.get(f"/comments/{comment.pk}/").status_code == 404
    assert f"/comments/{comment.pk}/" not in page(visitor.get("/search/?q=qumgan"))
    assert f"/comments/{comment.pk}/" not in page(visitor.get("/comments/feed/"))
    editor.post(where, {**form, "conversation": "open", "slow_minutes": ""})
    assert drawn(visitor.get("/about/")) == [comment.pk]


def test_a_form_without_the_switch_leaves_it(editor):
    guests = factories.guest_book()
    editor.post(f"/admin/blog/page/{guests.pk}/change/", {"title": "Guests", "slug": "guests", "body": "Come in."})
    guests.refresh_from_db()
    assert (guests.body, guests.conversation) == ("Come in.", "open")


def test_a_page_in_the_trash_takes_its_comments_with_it(visitor, mona):
    guests = factories.guest_book()
    published = factories.comment(guests)
    factories.comment(guests, status=Status.PENDING, body="Is there tea?")
    assert "Is there tea?" in page(mona.get(QUEUE))
    Page.objects.filter(pk=guests.pk).update(is_trashed=True)
    assert visitor.get(f"/comments/{published.pk}/").status_code == 404
    assert list(Comment.objects.waiting()) == []
    assert Comment.objects.count_waiting() == 0
    assert "Is there tea?" not in page(mona.get(QUEUE))


def test_it_closes_at_its_moment(visitor, time):
    guests = factories.guest_book(closes_at=timezone.now() + timedelta(hours=1))
    assert 'class="respond"' in page(visitor.get("/guests/"))
    time.pass_(hours=2)
    assert 'class="respond"' not in page(visitor.get("/guests/"))
    assert guests.thread is not None


def test_a_renamed_page_takes_its_conversation_along(visitor):
    guests = factories.guest_book()
    comment = factories.comment(guests)
    guests.slug = "visitors"
    guests.save()
    assert visitor.get(f"/comments/{comment.pk}/").url == f"/visitors/#comment-{comment.pk}"
    assert visitor.get("/guests/feed/").url == "/visitors/feed/"


def test_a_note_for_the_author_is_made_on_posts_alone(mona):
    comment = factories.comment(factories.guest_book())
    data = {"decision": "author-note", "state": "approved"}
    response = mona.post(f"/comments/{comment.pk}/moderate/", data, follow=True)
    assert response.status_code == 200
    assert "Only posts have notes" in page(response)


def test_a_subscription_to_a_page_goes_with_it():
    guests = factories.guest_book()
    factories.subscription(guests)
    guests.delete()
    assert not Subscription.objects.exists()
    assert not Conversation.objects.exists()
