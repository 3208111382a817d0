"""Comments that still quote hidden text are listed for moderators, however it was hidden."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments.lifecycle import edits
from comments.lifecycle.decide import decide
from comments.mail import emails
from comments.models import Comment, PendingTraining, Quotation
from comments.privacy.retention import erase_old_spam
from comments.status import Status, Via
from comments.web import tokens
from tests import factories

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/comment/queue/"
LISTED = f"{QUEUE}?show=quoting"
WORDS = "Salt goes in first, always."


@pytest.fixture
def bob(post) -> Comment:
    return factories.comment(post, name="Bahrom", body=WORDS)


@pytest.fixture
def eve(post, bob) -> Comment:
    """A comment that quotes Bob's."""
    return factories.comment(post, name="Eve", parent=bob, body=f"> {WORDS}\n\nIndeed.")


def listed(client: Client) -> list[Comment]:
    return client.get(LISTED).context["page"].comments


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.parametrize("verb", ["spam", "remove", "hold"])
def test_a_moderator_who_hides_a_comment_sees_who_still_quotes_it(mona, bob, eve, verb):
    response = mona.post(QUEUE, {"decision": f"{verb}:{bob.pk}", "state": "approved"}, follow=True)
    assert f'<a href="{LISTED}">1 published comment still quotes hidden text</a>.' in response.content.decode()
    assert [comment.pk for comment in listed(mona)] == [eve.pk]


def test_a_batch_and_the_admins_list_report_the_same(mona, post, bob, eve):
    factories.comment(post, name="Vera", body=f"> {WORDS}\n\nYes.")
    other = factories.comment(post)
    chosen = {"_selected_action": [bob.pk, other.pk], "action": "remove"}
    response = mona.post(reverse("admin:comments_comment_changelist"), chosen, follow=True)
    assert f'<a href="{LISTED}">2 published comments still quote hidden text</a>.' in response.content.decode()


def test_nothing_is_said_where_nobody_quotes(mona, post, bob):
    response = mona.post(QUEUE, {"decision": f"spam:{bob.pk}", "state": "approved"}, follow=True)
    assert "quote" not in said(response)


def test_undoing_an_approval_notifies_of_it_too(mona, post):
    waits = factories.comment(post, status=Status.PENDING, body=WORDS)
    outcome = decide([waits.pk], Status.APPROVED, via=Via.DESK, by=factories.user("nora", group="Moderator"))
    factories.comment(post, parent=waits, body=f"> {WORDS}\n\nIndeed.")
    response = mona.post(QUEUE, {"decision": f"undo:{outcome.batch}"}, follow=True)
    assert "1 published comment still quotes" in response.content.decode()


def hide_by_its_writer(comment: Comment) -> None:
    factories.withdraw(comment)


def hide_by_reports(comment: Comment) -> None:
    factories.hold(comment, via=Via.REPORTS)


def hide_and_erase(comment: Comment) -> None:
    factories.mark_spam(comment, via=Via.DESK)
    Comment.objects.filter(pk=comment.pk).update(decided_at=timezone.now() - timedelta(days=31))
    comment.refresh_from_db()
    PendingTraining.objects.all().delete()
    assert erase_old_spam() == 1


@pytest.mark.parametrize("hide", [hide_by_its_writer, hide_by_reports, hide_and_erase])
def test_the_queue_lists_quotes_of_comments_hidden_in_any_way(mona, bob, eve, hide):
    assert listed(mona) == []
    assert "Hidden quotes" not in text(mona.get(QUEUE))
    hide(bob)
    assert [comment.pk for comment in listed(mona)] == [eve.pk]
    assert "Hidden quotes 1" in text(mona.get(QUEUE))
    assert "1 comment quotes a hidden one" in text(mona.get("/admin/"))
    assert "Quotes a hidden comment" in text(mona.get(LISTED))


def test_restored_edited_or_hidden_quotes_are_no_longer_listed(mona, bob, eve):
    factories.remove(bob, via=Via.DESK)
    factories.approve(bob, via=Via.DESK)
    assert listed(mona) == []
    factories.remove(bob, via=Via.DESK)
    edits.edit(eve, "Indeed.", by=None)
    assert listed(mona) == []
    edits.edit(eve, f"> {WORDS}", by=None)  # the new quotation is found nowhere, since its source is hidden
    assert listed(mona) == []


def test_an_erased_quoting_comment_is_no_longer_listed(mona, bob, eve):
    hide_and_erase(eve)
    factories.remove(bob, via=Via.DESK)
    assert not Quotation.objects.exists()
    assert Comment.objects.get(pk=eve.pk).quote_count == 0
    assert listed(mona) == []


def test_a_hidden_quoting_comment_is_no_longer_listed(mona, bob, eve):
    factories.remove(bob, via=Via.DESK)
    factories.remove(eve, via=Via.DESK)
    assert listed(mona) == []


def test_a_moderator_lets_a_quotation_stand_until_its_source_is_hidden_again(mona, bob, eve):
    factories.remove(bob, via=Via.DESK)
    page = mona.get(LISTED)
    assert f'value="settle:{eve.pk}"' in page.content.decode()
    response = mona.post(LISTED, {"decision": f"settle:{eve.pk}", "state": "approved"}, follow=True)
    assert "Quotes kept: Eve on “The tea house”." in said(response)
    assert LogEntry.objects.get().change_message == "Quotes of hidden comments kept."
    assert listed(mona) == []
    assert "Quotes a hidden comment" in text(mona.get(f"{QUEUE}?at={eve.pk}"))
    assert f'value="settle:{eve.pk}"' not in mona.get(f"{QUEUE}?at={eve.pk}").content.decode()
    factories.approve(bob, via=Via.DESK)
    Quotation.objects.update(settled_at=timezone.now() - timedelta(hours=1))
    factories.remove(bob, via=Via.DESK)
    assert [comment.pk for comment in listed(mona)] == [eve.pk]


def test_the_page_of_a_hidden_comment_names_those_who_carry_its_words(mona, post, bob, eve):
    factories.remove(bob, via=Via.DESK)
    seen = mona.get(f"{QUEUE}?at={bob.pk}").content.decode()
    assert "Still quoted in:" in seen
    assert f'<a href="?at={eve.pk}"><bdi>Eve</bdi>' in seen
    for number in range(25):
        factories.comment(post, parent=bob, body=f"{number}")
    Quotation.objects.bulk_create(
        [Quotation(comment=comment, place=0, source=bob, version="1") for comment in bob.replies.exclude(pk=eve.pk)]
    )
    assert "and 6 more" in text(mona.get(f"{QUEUE}?at={bob.pk}"))


def test_a_waiting_comment_that_quotes_hidden_words_says_so_before_it_is_approved(mona, post, bob):
    waits = factories.comment(post, parent=bob, status=Status.PENDING, name="Eve", body=f"> {WORDS}\n\nIndeed.")
    assert "Quotes a hidden comment" not in text(mona.get(QUEUE))
    factories.mark_spam(bob, via=Via.DESK)
    assert "Quotes a hidden comment Bahrom ," in text(mona.get(QUEUE))
    assert listed(mona) == []
    factories.approve(waits, via=Via.DESK)
    assert [comment.pk for comment in listed(mona)] == [waits.pk]


def test_the_admin_page_of_a_comment_shows_its_quotes_and_its_sources(mona, post, bob, eve):
    factories.comment(post, body="> Tea first, then talk.")
    by_eve = mona.get(reverse("admin:comments_comment_change", args=[eve.pk])).content.decode()
    assert f'<a href="/admin/comments/comment/{bob.pk}/change/"><bdi>Bahrom</bdi>' in by_eve
    by_bob = text(mona.get(reverse("admin:comments_comment_change", args=[bob.pk])))
    assert re.search(r"Still quoted by: *Eve", by_bob)
    last = text(mona.get(reverse("admin:comments_comment_change", args=[Comment.objects.latest("pk").pk])))
    assert re.search(r"Quotes: *the post", last)


def test_after_a_decision_by_email_the_page_says_what_was_decided(visitor, post, bob, eve):
    mona, held = factories.user("mona", group="Moderator"), factories.hold(bob, via=Via.REPORTS)
    token = tokens.make_token(tokens.DECIDE, bob.pk, bob.version, mona.pk, held.pk)
    link = reverse("comments:mail-decision", args=[token])
    assert "still quotes" not in text(visitor.get(link))
    visitor.post(link, {"decision": "remove"})
    assert "1 published comment still quotes hidden text" in text(visitor.get(link))


def test_a_digest_counts_them(mona, post, bob, eve):
    user = factories.User.objects.get(username="mona")
    factories.remove(bob, via=Via.DESK)
    waits = factories.comment(post, status=Status.PENDING)
    mail = emails.render_moderator_digest([waits.decisions.get()], user, count=1, until=timezone.now())
    assert "1 comment quotes hidden text." in mail["text"]
    assert "1 comment quotes hidden text." in mail["html"]


def test_the_list_costs_the_same_for_many_as_for_one(mona, post, bob, eve):
    def queries() -> int:
        cache.clear()  # nobody has looked at the first of them yet
        with CaptureQueriesContext(connection) as asked:
            mona.get(LISTED)
        return len(asked)

    factories.remove(bob, via=Via.DESK)
    few = queries()
    for number in range(20):
        source = factories.comment(post, body=f"A word of my own, number {number}.")
        factories.comment(post, parent=source, body=f"> A word of my own, number {number}.")
        factories.mark_spam(source, via=Via.DESK)
    assert len(listed(mona)) == 21
    assert queries() == few <= 28


def test_accounts_that_do_not_moderate_see_no_list(client, bob, eve):
    client.force_login(factories.user("anna", group="Author"))
    assert client.get(LISTED).status_code == 403
