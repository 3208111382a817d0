"""Emails about the work on a post: handed in, sent back with notes, published; once each, to those whom it concerns."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Post, ReviewNote, ReviewStep
from comments.mail import review_mail
from comments.models import Message, NotificationPreference
from tests import factories
from tests.comments.mail.outbox_helpers import run_mail_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(carol) -> Post:
    return factories.draft(title="On tea", authors=[carol.profile])


def told() -> list[tuple[str, str]]:
    """Who got which email, in the order in which they were written."""
    while review_mail.notify_of_review_steps():
        pass
    rows = Message.objects.order_by("pk").values_list("to", "subject")
    return [(to.partition("@")[0], subject) for to, subject in rows]


def names() -> list[str]:
    return [name for name, _subject in told()]


# Whom it concerns


def test_editors_get_an_email_about_a_post_that_is_handed_in(post, carol, alice, editor):
    factories.user("admina", group="Administrator")
    factories.user("mona", group="Moderator")
    factories.user("gone", group="Editor", is_active=False)
    factories.user("former", group="Editor").groups.clear()
    post.hand_in(by=carol.user)
    assert sorted(told()) == [
        ("admina", "To review on Registan: On tea"),
        ("editor", "To review on Registan: On tea"),
    ]
    assert not ReviewStep.objects.due().exists()


def test_the_writers_are_told_that_it_was_sent_back_and_so_is_whoever_handed_it_in(post, carol, bob, editor):
    post.hand_in(by=bob.user)
    told()
    Message.objects.all().delete()
    post.return_to_writer("Which bell?", by=editor.user)
    assert sorted(told()) == [
        ("bob", "Sent back to you on Registan: On tea"),
        ("carol", "Sent back to you on Registan: On tea"),
    ]


def test_the_writer_is_told_that_somebody_else_published_it(post, carol, editor):
    post.publish(by=editor.user)
    assert told() == [("carol", "Published on Registan: On tea")]


def test_whoever_acts_is_never_told(alice, editor):
    own = factories.draft(authors=[alice.profile])
    own.publish(by=alice.user)
    editors_own = factories.draft(authors=[editor.profile])
    editors_own.hand_in(by=editor.user)
    assert told() == []


def test_a_writer_without_a_role_an_address_or_an_account_is_not_told(carol, editor):
    silent = factories.staff_client("silent", "Author")
    silent.user.email = ""
    silent.user.save()
    carol.user.groups.clear()
    post = factories.draft(authors=[carol.profile, silent.profile, factories.author("Guest")])
    post.publish(by=editor.user)
    assert told() == []


def test_nobody_gets_an_email_about_what_the_site_does_by_itself(post, editor):
    post.hand_in()
    post.publish()
    assert told() == []


# Once


def test_handed_in_taken_back_and_handed_in_again_is_one_email(post, carol, editor):
    post.hand_in(by=carol.user)
    assert names() == ["editor"]
    post.save_draft(by=carol.user)
    post.hand_in(by=carol.user)
    assert names() == ["editor"]


def test_published_unpublished_and_published_again_is_one_email_within_an_hour(post, carol, editor, time):
    post.publish(by=editor.user)
    told()
    post.unpublish(by=editor.user)
    post.publish(by=editor.user)
    assert names() == ["carol"]
    post.unpublish(by=editor.user)
    time.pass_(hours=2)
    post.publish(by=editor.user)
    assert names() == ["carol", "carol"]


def test_each_message_to_the_writer_is_sent_however_soon_after_the_last(post, carol, editor):
    for message in ("Which bell?", "And whose?"):
        post.hand_in(by=carol.user)
        told()
        post.return_to_writer(message, by=editor.user)
        told()
    assert [name for name in names() if name == "carol"] == ["carol", "carol"]
    assert names().count("editor") == 2


def test_what_was_undone_before_the_worker_looked_is_not_told(post, carol, editor):
    post.hand_in(by=carol.user)
    post.save_draft(by=carol.user)
    post.publish(by=editor.user)
    post.unpublish(by=editor.user)
    assert told() == []
    assert not ReviewStep.objects.due().exists()


def test_a_scheduled_post_is_told_when_it_appears_and_not_before(post, carol, editor, time):
    post.schedule(timezone.now() + timedelta(days=1), by=editor.user)
    assert told() == []
    time.pass_(days=1, seconds=1)
    assert told() == [("carol", "Published on Registan: On tea")]


def test_a_scheduled_post_that_is_put_off_is_told_when_it_appears_at_last(post, carol, editor, time):
    post.schedule(timezone.now() + timedelta(days=1), by=editor.user)
    post.schedule(timezone.now() + timedelta(days=5), by=editor.user)
    time.pass_(days=2)
    assert told() == []
    time.pass_(days=4)
    assert names() == ["carol"]


def test_a_schedule_that_was_cancelled_is_told_to_nobody(post, carol, editor, time):
    post.schedule(timezone.now() + timedelta(days=1), by=editor.user)
    post.unpublish(by=editor.user)
    time.pass_(days=2)
    assert told() == []


# Not for whoever does not want it


def choose(client: Client, **fields):
    return client.post("/accounts/", {"act": "tell", **fields}, follow=True)


def test_everybody_ends_and_resumes_these_emails_on_their_account(post, carol, editor):
    assert "Email me about posts" in editor.get("/accounts/").text
    assert "Your choice is saved" in choose(editor).text
    assert not NotificationPreference.of(editor.user).tells_of_posts
    post.hand_in(by=carol.user)
    assert told() == []
    choose(editor, tells_of_posts="on")
    post.return_to_writer("Which?", by=editor.user)
    post.hand_in(by=carol.user)
    assert names().count("editor") == 1


def test_the_choice_about_comments_stays(editor):
    NotificationPreference.of(editor.user).choose("daily")
    choose(editor)
    stored = NotificationPreference.of(editor.user)
    assert (stored.often, stored.tells_of_posts) == ("daily", False)
    stored.choose("hourly")
    assert not NotificationPreference.of(editor.user).tells_of_posts


def test_a_moderator_who_writes_nothing_is_not_asked(db):
    assert "Email me about posts" not in factories.moderator_client("mona").get("/accounts/").text


# What it says


def body_of(sent, kind: str) -> str:
    return sent.get_body((kind,)).get_content()


def test_it_arrives_with_the_message_the_number_of_open_notes_and_a_link(post, carol, editor, server, mailer):
    ReviewNote.objects.write(post, "Another.", by=editor.user)
    post.hand_in(by=carol.user)
    run_mail_tasks()
    post.return_to_writer("Say which bell.\nAnd <b>whose</b>.", by=editor.user)
    run_mail_tasks()
    _handed_in, sent = server.taken
    assert sent["To"] == "carol@example.org"
    assert sent["Auto-Submitted"] == "auto-generated"
    plain, html = body_of(sent, "plain"), body_of(sent, "html")
    for text in (plain, html):
        assert f"/admin/blog/post/{post.pk}/change/" in text
        assert "There are 2 open notes" in text
        assert "editor" in text
    assert "> Say which bell.\n> And <b>whose</b>.\n" in plain.replace("\r\n", "\n")
    assert "And &lt;b&gt;whose&lt;/b&gt;." in html
    assert [part.get_content_type() for part in sent.iter_parts()] == ["text/plain", "text/html"]


def test_of_a_published_post_it_leads_to_the_post_as_readers_see_it(post, carol, editor, server, mailer):
    post.publish(by=editor.user)
    run_mail_tasks()
    (sent,) = server.taken
    assert post.get_absolute_url() in body_of(sent, "plain")
    assert "open note" not in body_of(sent, "plain")


def test_a_title_with_line_breaks_forges_no_header(carol, editor, server, mailer):
    post = factories.draft(title="Tea\r\nBcc: all@example.org", authors=[carol.profile])
    post.publish(by=editor.user)
    run_mail_tasks()
    (sent,) = server.taken
    assert sent["Bcc"] is None
    assert sent["Subject"].startswith("Published on Registan: Tea")


def test_it_speaks_the_language_of_the_site(post, carol, editor, settings, server, mailer):
    from django.utils import translation

    post.hand_in(by=carol.user)
    with translation.override("ru"):
        run_mail_tasks()
    assert 'lang="ru"' in body_of(server.taken[0], "html")
