"""A moderator sees a reader's record, treats them otherwise, removes what they wrote in a day, and undoes it all."""

import datetime
import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Act, Comment, Decision, Reader, Reason
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import page, send

pytestmark = pytest.mark.django_db
EMAIL = "bob@example.net"


@pytest.fixture
def comment(post) -> Comment:
    return factories.comment(post, email=EMAIL, body="The first of them.")


def address(comment: Comment) -> str:
    return f"/comments/{comment.pk}/reader/"


def seen_on(response) -> str:
    return unescape(re.search(r'name="seen" value="([^"]*)"', page(response))[1])


def treat(client: Client, comment: Comment, decision: str, *, seen: str | None = None, **fields):
    seen = seen_on(client.get(address(comment))) if seen is None else seen
    return client.post(address(comment), {"decision": decision, "seen": seen, **fields}, follow=True)


def undo(client: Client, comment: Comment, what: str):
    return client.post(address(comment), {"decision": f"undo:{what}"}, follow=True)


def in_a_week() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=7)


def reader_of(comment: Comment) -> Reader:
    return Reader.objects.get(pk=comment.reader_id)


def test_the_record_shows_all_they_wrote_in_every_status_and_how_it_was_decided(mona, comment):
    factories.mark_spam(factories.comment(factories.post("Bread"), email=EMAIL, body="Buy bread."), via="desk")
    factories.remove(factories.comment(comment.post, email=EMAIL, body="Be quiet."), via="desk")
    factories.comment(comment.post, email="other@example.net", body="By somebody else.")
    html = page(mona.get(address(comment)))
    for words in ("The first of them.", "Buy bread.", "Bread", "Be quiet.", EMAIL, "Approved: 1, removed: 1, spam: 1."):
        assert words in html
    assert "By somebody else." not in html
    assert f'href="{address(comment)}"' in page(mona.get(f"/comments/{comment.pk}/moderate/"))


def test_whoever_left_no_address_has_no_record(mona, post):
    comment = factories.comment(post, email="")
    assert mona.get(address(comment)).status_code == 404
    assert "/reader/" not in page(mona.get(f"/comments/{comment.pk}/moderate/"))


@pytest.mark.parametrize(
    ("decision", "standing", "words"),
    [
        ("trust", "trusted", "This reader is trusted"),
        ("distrust", "held", "comments are always reviewed"),
        ("ban", "banned", "This reader is banned."),
        ("suspend", "suspended", "This reader is suspended until"),
    ],
)
def test_a_treatment_is_recorded_said_and_undone(mona, comment, decision, standing, words):
    response = treat(mona, comment, decision, until=str(in_a_week()))
    assert words in page(response)
    assert reader_of(comment).standing == standing
    act = Act.objects.get()
    assert (act.reader_id, act.by.username, act.before["standing"]) == (comment.reader_id, "mona", "ordinary")
    assert f'value="undo:act-{act.pk}"' in page(response)
    assert "Undone. This reader is treated like any other." in page(undo(mona, comment, f"act-{act.pk}"))
    assert reader_of(comment).standing == "ordinary"
    assert reader_of(comment).suspended_until is None


@pytest.mark.parametrize("decision", ["ban", "suspend"])
def test_whoever_is_banned_or_suspended_cannot_comment_and_loses_no_text(mona, comment, decision):
    reader = factories.reader(EMAIL)
    treat(mona, comment, decision, until=str(in_a_week()))
    signed_in, stranger = factories.reader_client(reader), Client()
    before = Comment.objects.count()
    for client in (signed_in, stranger):
        response = send(client, comment.post, email=EMAIL, body="Let me in.")
        assert response.status_code == 403
        assert "Let me in." in page(response)
    assert Comment.objects.count() == before
    assert "rules of this site" in page(send(stranger, comment.post, email=EMAIL, body="Who am I?"))
    told = page(send(signed_in, comment.post, email=EMAIL, body="Why?"))
    assert ("You cannot comment here until" if decision == "suspend" else "A moderator has decided") in told
    assert send(Client(), comment.post, email="other@example.net", body="I may.").status_code == 302


def test_a_suspension_ends_by_itself(mona, comment):
    treat(mona, comment, "suspend", until=str(in_a_week()))
    reader = reader_of(comment)
    assert reader.is_barred
    Reader.objects.filter(pk=reader.pk).update(suspended_until=timezone.now() - datetime.timedelta(minutes=1))
    assert not reader_of(comment).is_barred
    assert send(Client(), comment.post, email=EMAIL, body="Again.").status_code == 302


@pytest.mark.parametrize("until", ["", "yesterday", "2020-01-01", "9999-12-31", "today"])
def test_a_day_that_cannot_be_meant_suspends_nobody(mona, comment, until):
    until = str(timezone.localdate()) if until == "today" else until
    assert treat(mona, comment, "suspend", until=until).status_code == 400
    assert reader_of(comment).standing == "ordinary"


def test_of_two_moderators_the_first_treats_the_reader_and_the_second_is_told(mona, comment):
    nora = factories.moderator_client("nora")
    seen = seen_on(nora.get(address(comment)))
    treat(mona, comment, "distrust")
    response = treat(nora, comment, "ban", seen=seen)
    assert response.status_code == 409
    assert "Nothing was changed" in page(response)
    assert reader_of(comment).standing == "held"
    assert Act.objects.count() == 1
    assert "There is nothing to undo." in page(undo(nora, comment, "act-999999"))


def test_what_was_written_in_the_last_day_is_removed_as_one_batch_and_undone_as_one(mona, comment):
    waiting = factories.comment(comment.post, email=EMAIL, status=Status.PENDING)
    old = factories.comment(comment.post, email=EMAIL)
    Comment.objects.filter(pk=old.pk).update(created_at=timezone.now() - datetime.timedelta(hours=25))
    other = factories.comment(comment.post, email="other@example.net")
    spam = factories.comment(comment.post, email=EMAIL, status=Status.SPAM)
    reason = Reason.objects.first()
    assert "in the last day (2 comments)" in page(mona.get(address(comment)))
    response = treat(mona, comment, "remove", reason=str(reason.pk))
    assert "Removed: 2 comments" in page(response)
    rows = (comment, waiting, old, other, spam)

    def statuses() -> list[str]:
        return [Comment.objects.get(pk=row.pk).status for row in rows]

    assert statuses() == ["removed", "removed", "approved", "approved", "spam"]
    batch = Decision.objects.latest("pk").batch
    made = Decision.objects.filter(batch=batch)
    assert {(row.via, row.reason, row.by.username) for row in made} == {(Via.PAGE, reason.words, "mona")}
    assert f'value="undo:{batch}"' in page(response)
    assert "Undone." in page(undo(mona, comment, str(batch)))
    assert statuses() == ["approved", "pending", "approved", "approved", "spam"]


def test_nothing_of_the_last_day_is_no_batch(mona, comment):
    Comment.objects.update(created_at=timezone.now() - datetime.timedelta(days=2))
    assert "in the last day" not in page(mona.get(address(comment)))
    assert "There is nothing to remove." in page(treat(mona, comment, "remove"))


def test_more_comments_than_one_page_are_reached(mona, comment, monkeypatch):
    monkeypatch.setattr("comments.views.reader_record.PER_RECORD_PAGE", 2)
    newer = [factories.comment(comment.post, email=EMAIL) for _ in range(2)]
    first = page(mona.get(address(comment)))
    assert comment.body not in first
    assert comment.body in page(mona.get(f"{address(comment)}?before={newer[0].pk}"))


def test_the_record_costs_no_query_for_each_comment(mona, comment, django_assert_max_num_queries):
    with django_assert_max_num_queries(30) as few:
        mona.get(address(comment))
    for _ in range(10):
        factories.comment(comment.post, email=EMAIL)
    with django_assert_max_num_queries(30) as many:
        mona.get(address(comment))
    assert len(many) <= len(few)


@pytest.mark.parametrize(
    ("role", "status"),
    [("Contributor", 403), ("Author", 403), ("Moderator", 200), ("Editor", 200), ("Administrator", 200)],
)
def test_each_role_gets_the_record_or_is_refused(comment, role, status):
    client = factories.staff_client("somebody", role)
    assert client.get(address(comment)).status_code == status
    assert treat(client, comment, "ban", seen="{}" if status == 403 else None).status_code == status
    assert Act.objects.exists() is (status == 200)


def test_a_guest_is_asked_to_sign_in(comment):
    assert Client().get(address(comment)).url.startswith("/admin/login/")
    assert Client().post(address(comment), {"decision": "ban"}).status_code == 302


def test_what_no_button_sends_is_refused(mona, comment):
    assert treat(mona, comment, "burn").status_code == 400


def test_an_erased_reader_leaves_no_address_in_the_record(mona, comment):
    treat(mona, comment, "ban")
    act = Act.objects.get()
    assert EMAIL not in f"{act.before}{act.after}"
    Comment.objects.update(reader=None)
    Reader.objects.filter(pk=act.reader_id).delete()
    assert Act.objects.get().pk == act.pk


def test_a_standing_that_is_chosen_in_the_admin_is_recorded_too(comment):
    editor = factories.staff_client("ed", "Editor")
    where = f"/admin/comments/reader/{comment.reader_id}/change/"
    sent = {"standing": "suspended", "notes-TOTAL_FORMS": "0", "notes-INITIAL_FORMS": "0"}
    assert editor.post(where, sent).status_code == 302
    assert reader_of(comment).is_barred
    assert Act.objects.get().after == {"standing": "suspended", "suspended_until": None}
    assert "suspended until a moderator lifts it" in page(editor.get(address(comment)))
    editor.post(where, sent)
    assert Act.objects.count() == 1
