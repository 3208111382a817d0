"""Erasing a reader: asked twice, done once, and nothing stored identifies them afterwards."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import mail, signing
from django.core.management import call_command
from django.db.models.signals import post_save
from django.test import Client
from django.utils import timezone

from blog.models import SearchWord
from comments.lifecycle import edits
from comments.lifecycle.spam_training import train_spam_filter
from comments.lifecycle.undo import undo
from comments.mail import notifications, verification
from comments.models import (
    Comment,
    Decision,
    Erasure,
    Finding,
    Message,
    PendingNotification,
    Reader,
    ReaderSession,
    Report,
    Revision,
    Rule,
)
from comments.privacy.erasure import ERASURE_BATCH, begin_erasure, continue_erasures
from comments.privacy.retention import erase_old_spam
from comments.status import Status, Via
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import page, send
from tests.comments.processes import PATIENCE, Elsewhere, wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

SECRETS = ("Bahodir", "bahodir@example.net", "bahodir.example", "198.51.100.9")
WORDS = "Words of the samovar"


@pytest.fixture
def bahodir():
    return factories.reader("bahodir@example.net")


@pytest.fixture
def browser_of_bahodir(bahodir):
    return factories.reader_client(bahodir)


def said(post, **fields) -> Comment:
    typed = {"name": "Bahodir", "email": "Bahodir@example.net", "website": "https://bahodir.example/",
             "address": "198.51.100.9", "body": f"{WORDS} {next(factories.numbers)}", "is_verified": True}  # fmt: skip
    return factories.comment(post, **{**typed, **fields})


def link_for(reader: Reader, *, keeps: bool) -> str:
    return f"/you/confirm/{tokens.make_token(tokens.ERASE, reader.pk, int(keeps), reader.session_key)}/"


def erase(reader: Reader, *, keeps: bool = False):
    answer = Client().post(link_for(reader, keeps=keeps))
    while continue_erasures():
        pass
    return answer


def everything() -> dict[str, str]:
    """All rows of all tables of ours, by model."""
    models = [*apps.get_app_config("comments").get_models(), LogEntry]
    return {model.__name__: repr(list(model.objects.values())).casefold() for model in models}


def telling(*secrets: str) -> list[tuple[str, str]]:
    return [(name, secret) for name, rows in everything().items() for secret in secrets if secret.casefold() in rows]


def full_life(post, bahodir, browser_of_bahodir) -> None:
    """All that a reader can leave behind."""
    first = said(post)
    factories.comment(post, parent=first, name="Ann", email="ann@example.net", body="An answer.")
    edits.edit(said(post, edited_at=None), f"{WORDS}, changed", by=None, by_writer=True)
    for status in set(Status) - {Status.APPROVED}:
        said(post, status=status)
    said(post, is_verified=False)
    rule = Rule.objects.create(kind="email", pattern="elsewhere.example")
    Finding.objects.create(comment=first, kind="rule", words="email bahodir@example.net", rule=rule)
    Finding.objects.create(comment=first, kind="rule", words="network 198.51.100.9")
    other = factories.comment(post, name="Ann", email="ann@example.net")
    browser_of_bahodir.post(f"/comments/{other.pk}/report/", {"kind": "rude", "words": "Says Bahodir."})
    Report.objects.create(comment=first, kind="other", words="This Bahodir!", sender="somebody")
    mona = factories.user("mona", group="Moderator")
    for model, row in ((Comment, first), (Reader, bahodir)):
        LogEntry.objects.log_actions(mona.pk, model.objects.filter(pk=row.pk), 2, change_message="Standing")
    browser_of_bahodir.post("/you/", {"email": "Bahodir@example.net"})
    Client().post("/you/", {"email": "BAHODIR@example.net"})
    call_command("worker", "--once")
    said(post, status=Status.PENDING)
    notifications.notify_of_decisions()  # an unsent email to Mona that quotes the reader


# Asked again


def test_erasing_a_reader_from_their_page_to_the_confirmation_email(browser_of_bahodir, post, bahodir):
    said(post)
    assert "Delete my data" in page(browser_of_bahodir.get("/you/"))
    answer = browser_of_bahodir.post("/you/", {"act": "erase", "words": "go"})
    assert (answer.status_code, answer["Location"]) == (303, "/you/?asked=erase#data")
    assert "Nothing is deleted until you open it and confirm" in page(browser_of_bahodir.get("/you/?asked=erase"))
    call_command("worker", "--once")
    (sent,) = mail.outbox
    assert sent.to == ["bahodir@example.net"]
    link = re.search(r"http\S+(/you/confirm/\S+/)", sent.body)[1]
    assert "Do you want to delete your data?" in page(browser_of_bahodir.get(link))
    assert Comment.objects.get().name == "Bahodir"
    answer = browser_of_bahodir.post(link)
    assert answer.status_code == 303
    assert "Your data has been deleted" in page(browser_of_bahodir.get(answer["Location"]))
    assert "No account needed" in page(browser_of_bahodir.get("/you/"))
    while continue_erasures():
        pass
    assert not Reader.objects.exists()
    assert telling(*SECRETS, WORDS) == []


def test_without_a_choice_nothing_is_asked(browser_of_bahodir):
    for words in ("", "both", "\0"):
        assert browser_of_bahodir.post("/you/", {"act": "erase", "words": words}).status_code == 400
    assert not Message.objects.exists()


def test_a_reader_can_ask_only_so_often_a_day(browser_of_bahodir):
    found = [
        browser_of_bahodir.post("/you/", {"act": "erase", "words": "go"}).status_code
        for _ in range(verification.MAILS_A_DAY + 1)
    ]
    assert found == [303] * verification.MAILS_A_DAY + [429]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_at_the_link_erases_nothing(visitor, post, bahodir, method):
    said(post)
    for _ in range(20):
        assert getattr(visitor, method)(link_for(bahodir, keeps=False)).status_code in {200, 405}
    assert Reader.objects.count() == 1
    assert not Erasure.objects.exists()


def test_the_link_is_bound_to_the_reader_their_choice_and_a_day(visitor, post, bahodir, monkeypatch):
    link = link_for(bahodir, keeps=True)
    token = link.split("/")[3]
    for place in range(0, len(token), 3):
        bad = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert visitor.post(f"/you/confirm/{bad}/").status_code == 404
    for other in (tokens.VERIFY, tokens.SESSION, tokens.RECEIPT, tokens.SIGN_IN):
        forged = tokens.make_token(other, bahodir.pk, 1, bahodir.session_key)
        assert visitor.post(f"/you/confirm/{forged}/").status_code == 404
    assert visitor.post(f"/you/confirm/{tokens.make_token(tokens.ERASE, bahodir.pk, 1, 'x')}/").status_code == 410
    later = timezone.now() + timedelta(hours=25)
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", later.timestamp)
        assert visitor.post(link).status_code == 410
    assert Reader.objects.get().verified_at


def test_another_site_cannot_press_the_button(visitor, bahodir):
    answer = visitor.post(link_for(bahodir, keeps=False), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert Reader.objects.count() == 1


def test_pressed_twice_it_is_done_once(post, bahodir):
    said(post)
    link = link_for(bahodir, keeps=False)
    assert [Client().post(link).status_code for _ in range(2)] == [303, 410]
    assert Decision.objects.filter(via=Via.ERASURE).count() == 1


def test_signing_out_everywhere_disables_a_link_that_a_thief_requested(browser_of_bahodir, bahodir):
    link = link_for(bahodir, keeps=False)
    browser_of_bahodir.post("/you/", {"act": "end", "pass": "others"})
    assert Client().post(link).status_code == 410
    assert Reader.objects.count() == 1


def test_the_pages_are_not_cached_and_send_no_referrer(visitor, bahodir):
    link = link_for(bahodir, keeps=False)
    for response in (visitor.get(link), visitor.post(link), visitor.get(f"{link}?done")):
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "no-referrer"


# What is left


@pytest.mark.parametrize("keeps", [True, False])
def test_nothing_in_any_table_identifies_the_reader_any_more(browser_of_bahodir, post, bahodir, keeps):
    full_life(post, bahodir, browser_of_bahodir)
    assert {name for name, _secret in telling(*SECRETS)} >= {"Comment", "Reader", "Message", "Report", "Finding"}
    erase(bahodir, keeps=keeps)
    assert telling(*SECRETS) == []
    assert not ReaderSession.objects.exists()
    assert not Revision.objects.exists()
    assert not Reader.objects.filter(email__contains="erased").exists()
    if not keeps:
        assert telling(WORDS) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keeps", [True, False])
def test_words_used_by_the_erased_reader_alone_are_no_longer_suggested(post, bahodir, keeps):
    said(post, body="They spoke of samovars; zanjabil, said he.")
    factories.comment(post, name="Ann", email="ann@example.net", body="What of samovars?")
    factories.remove(said(post, body="Later hidden: qazonkabob."), via=Via.DESK)
    assert known_words("zanjabil", "qazonkabob", "samovars", "bahodir") >= {"zanjabil", "qazonkabob", "samovars"}
    erase(bahodir, keeps=keeps)
    left = {"samovars", "zanjabil"} if keeps else {"samovars"}
    assert known_words("zanjabil", "qazonkabob", "samovars", "bahodir") == left


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keeps", [True, False])
def test_after_a_full_life_no_table_identifies_the_reader_after_any_commit(browser_of_bahodir, post, bahodir, keeps):
    full_life(post, bahodir, browser_of_bahodir)
    erase(bahodir, keeps=keeps)
    assert telling(*SECRETS) == []
    assert known_words("samovar") == ({"samovar"} if keeps else set())
    assert known_words("bahodir") == set()
    if not keeps:
        assert telling(WORDS) == []


def known_words(*words: str) -> set[str]:
    """Those of these words that the search may offer instead of others."""
    return set(SearchWord.objects.filter(word__in=words).values_list("word", flat=True))


def test_published_text_can_stay_without_the_erased_readers_name(visitor, post, bahodir):
    first, waiting = said(post, body="They stay."), said(post, body="They go.", status=Status.PENDING)
    erase(bahodir, keeps=True)
    first.refresh_from_db()
    waiting.refresh_from_db()
    assert (first.body, first.name, first.status) == ("They stay.", "A former reader", Status.APPROVED)
    assert (waiting.body, waiting.name, waiting.status) == ("", "", Status.WITHDRAWN)
    assert not first.is_verified
    html = page(visitor.get(post.get_absolute_url()))
    assert "They stay." in html
    assert "Verified: same person as before" not in html
    assert first.decisions.count() == 1


def test_erased_comments_share_a_tile_within_a_conversation_and_differ_across(bahodir):
    posts = [factories.post() for _ in range(6)]
    for post in posts:
        said(post), said(post)
    erase(bahodir, keeps=True)
    tiles = [set(post.comments.values_list("tile", flat=True)) for post in posts]
    assert {len(tile) for tile in tiles} == {1}
    assert len(set.union(*tiles)) > 1


@pytest.mark.parametrize("keeps", [True, False])
def test_the_thread_keeps_its_shape_and_the_counts_are_right(visitor, post, bahodir, keeps):
    first = said(post)
    reply = factories.comment(post, parent=first, body="An answer.")
    said(post, parent=reply)
    visitor.get(post.get_absolute_url())
    erase(bahodir, keeps=keeps)
    post.thread.refresh_from_db()
    html = page(visitor.get(post.get_absolute_url()))
    shown = Comment.objects.filter(shown=True)
    assert post.thread.comment_count == shown.filter(status=Status.APPROVED).count() == (3 if keeps else 1)
    assert post.thread.shown_count == shown.count() == (3 if keeps else 2)
    assert "An answer." in html
    assert ("This comment is not shown." in html) is not keeps
    assert "Bahodir" not in html


def test_each_change_of_status_is_recorded_and_sent_to_nobody(post, bahodir):
    made = {status: said(post, status=status) for status in Status}
    call_command("worker", "--once")
    erase(bahodir)
    moves = Decision.objects.filter(via=Via.ERASURE).values_list("comment", "from_status", "to_status")
    assert sorted(moves) == sorted(
        (made[status].pk, status, Status.WITHDRAWN) for status in (Status.APPROVED, Status.PENDING, Status.SPAM)
    )
    messages = Message.objects.count()
    call_command("worker", "--once")
    assert (Message.objects.count(), PendingNotification.objects.count()) == (messages, 0)
    made[Status.REMOVED].refresh_from_db()
    assert (made[Status.REMOVED].status, made[Status.REMOVED].body) == (Status.REMOVED, "")


def test_a_readers_tombstone_says_only_that_a_comment_was_deleted(visitor, post, bahodir):
    comment = said(post)
    factories.comment(post, parent=comment, body="An answer.")
    factories.remove(comment, via=Via.DESK)
    assert "removed by a moderator" in page(visitor.get(post.get_absolute_url()))
    erase(bahodir)
    assert "This comment is not shown." in page(visitor.get(post.get_absolute_url()))


def test_an_unsent_email_that_quotes_the_reader_loses_the_quote(post, bahodir):
    mona = factories.user("mona", group="Moderator")
    said(post, status=Status.PENDING)
    factories.comment(post, status=Status.PENDING, name="Ann", email="ann@example.net", body="Of somebody else.")
    notifications.notify_of_decisions()
    erase(bahodir)
    texts = Message.objects.filter(to=mona.email).order_by("pk").values_list("text", "html")
    assert "was erased before the email was sent" in texts[0][0]
    assert texts[0][1] == ""
    assert "Of somebody else." in texts[1][0]


def test_emails_to_the_reader_are_deleted_and_those_to_others_stay(browser_of_bahodir, post, bahodir):
    Client().post("/you/", {"email": "BAHODIR@example.net"})
    Client().post("/you/", {"email": "ann@example.net"})
    erase(bahodir)
    assert [message.to for message in Message.objects.all()] == ["ann@example.net"]


def test_reports_from_the_readers_browser_still_count_but_anonymously(browser_of_bahodir, post, bahodir):
    other = factories.comment(post, name="Ann", email="ann@example.net")
    browser_of_bahodir.post(f"/comments/{other.pk}/report/", {"kind": "rude", "words": "My own words."})
    sender = Report.objects.get().sender
    erase(bahodir)
    report = Report.objects.get()
    assert (report.words, report.is_open, report.kind) == ("", True, "rude")
    assert report.sender != sender
    other.refresh_from_db()
    assert other.open_report_count == 1


def test_a_comment_posted_while_signed_in_keeps_the_name_of_its_account(post, bahodir):
    alice = factories.author("Alice Verey", slug="alice", user=factories.user("alice", group="Author"))
    comment = said(post, name="Alice Verey", user=alice.user, author=alice, is_verified=False)
    erase(bahodir)
    comment.refresh_from_db()
    assert (comment.name, comment.author, comment.status) == ("Alice Verey", alice, Status.APPROVED)
    assert (comment.email, comment.reader, comment.address) == ("", None, None)


def test_afterwards_the_address_is_unknown_and_verifying_it_makes_a_new_reader(visitor, post, bahodir):
    said(post)
    old = bahodir.pk
    begin_erasure(bahodir, keeps_words=True, sender="x")  # the worker has not come to the rest yet
    visitor.post(f"/you/prove/{tokens.make_token(tokens.SIGN_IN, 'bahodir@example.net')}/")
    html = page(visitor.get("/you/"))
    assert "No comments yet" in html
    assert "Words of the samovar" not in html
    send(visitor, post, name="Bahodir", email="bahodir@example.net", body="Back again.")
    while continue_erasures():
        pass
    assert Reader.objects.get().pk != old
    assert Comment.objects.filter(email="bahodir@example.net").get().body == "Back again."


def test_words_counted_by_the_filter_stay_counted_after_erasure_and_undo(post, bahodir):
    comment = said(post, status=Status.PENDING)
    factories.approve(comment, via=Via.DESK)
    train_spam_filter()
    erase(bahodir)
    comment.refresh_from_db()
    assert train_spam_filter() == 0
    assert [decision.done for decision in undo(comment.decisions.all()[:1], by=factories.user("mona"))] == []


def test_erased_spam_is_not_erased_again_for_ever(post, bahodir):
    comment = said(post, status=Status.SPAM)
    erase(bahodir)
    Comment.objects.filter(pk=comment.pk).update(decided_at=timezone.now() - timedelta(days=99))
    assert erase_old_spam() == 0


def test_every_comment_is_saved_through_its_model_so_that_an_index_of_words_learns_of_it(post, bahodir):
    seen = []

    def note(sender, instance, **_):
        seen.append((instance.pk, instance.name, instance.body))

    made = said(post)
    post_save.connect(note, sender=Comment)
    try:
        erase(bahodir)
    finally:
        post_save.disconnect(note, sender=Comment)
    assert seen == [(made.pk, "", "")]


# Where there is much


def test_much_is_erased_in_short_transactions_by_the_worker(post, bahodir):
    for _ in range(3 * ERASURE_BATCH):
        said(post)
    Client().post(link_for(bahodir, keeps=False))
    left = Comment.objects.exclude(name="").count()
    assert 0 < left < 3 * ERASURE_BATCH
    assert not Reader.objects.filter(email="bahodir@example.net").exists()
    call_command("worker", "--once")
    assert telling(*SECRETS, WORDS) == []


def test_an_answer_that_comes_from_the_erased_address_meanwhile_is_a_new_readers(post, bahodir):
    for _ in range(3):
        said(post)
    begin_erasure(bahodir, keeps_words=False, sender="x")
    fresh = said(post, body="Later.")
    while continue_erasures():
        pass
    fresh.refresh_from_db()
    assert (fresh.name, fresh.reader.email) == ("Bahodir", "bahodir@example.net")


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_half_way_loses_nothing(tmp_path):
    post, reader = factories.post(), factories.reader("bahodir@example.net")
    for _ in range(4 * ERASURE_BATCH):
        said(post)
    begin_erasure(reader, keeps_words=False, sender="x")
    there = Elsewhere(tmp_path)
    left = "SELECT count(*) FROM comments_comment WHERE name <> ''"
    try:
        worker = there.work(1)
        wait_until(lambda: there.rows(left) < [(4 * ERASURE_BATCH,)], "the first words to go")
        there.kill(worker)
        ((named,),) = there.rows(left)
        assert named % ERASURE_BATCH == 0
        assert there.work(1).wait(PATIENCE) == 0
        assert there.rows(left) == [(0,)]
        assert there.rows("SELECT count(*) FROM comments_reader") == [(0,)]
        assert there.rows("SELECT count(*) FROM comments_decision WHERE via = 'erasure'") == [(4 * ERASURE_BATCH,)]
    finally:
        there.stop()
