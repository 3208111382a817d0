"""Signed-in readers edit or withdraw their comments for a while, until somebody has replied."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from comments.lifecycle import edits
from comments.lifecycle.edits import EDIT_WINDOW, MAX_EDITS, EditRefused, edit_own
from comments.lifecycle.spam_training import score_waiting
from comments.models import Comment, Decision, Finding, Revision, Rule
from comments.screening.checks import Verdict
from comments.spam import classifier
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import dangers, page, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob():
    """A regular, whose comments appear at once."""
    reader = factories.reader("bob@example.net")
    for _ in range(3):
        factories.comment(factories.post(), is_verified=True)
    return reader


@pytest.fixture
def browser_of_bob(bob):
    return factories.reader_client(bob)


@pytest.fixture
def comment(post, bob):
    return factories.comment(post, body="First words.", is_verified=True)


def change(client: Client, comment: Comment, body: str = "Second words.", version: int = 1, **more):
    return client.post(f"/comments/{comment.pk}/edit/", {"body": body, "version": version, **more})


def take_back(client: Client, comment: Comment):
    return client.post(f"/comments/{comment.pk}/withdraw/")


def age(comment: Comment, **span: float) -> None:
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(**span))


def words(comment: Comment) -> str:
    return Comment.objects.get(pk=comment.pk).body


# In the thread


def test_the_links_show_only_under_the_readers_own_comment_in_their_own_browser(browser_of_bob, visitor, post, comment):
    factories.comment(post, email="ann@example.net", is_verified=True)
    factories.comment(post, body="Only carries the address of Bob.")
    html = page(browser_of_bob.get(post.get_absolute_url()))
    assert html.count('class="comment__own"') == 2
    for verb in ("edit", "withdraw"):
        assert f'href="/comments/{comment.pk}/{verb}/"' in html
    for client in (visitor, factories.reader_client(factories.reader("eve@example.net"))):
        assert "comment__own" not in page(client.get(post.get_absolute_url()))


def test_the_links_disappear_in_time_and_with_a_reply(browser_of_bob, post, comment):
    where = post.get_absolute_url()
    age(comment, minutes=16)
    assert "comment__own" not in page(browser_of_bob.get(where))
    age(comment, minutes=1)
    assert "comment__own" in page(browser_of_bob.get(where))
    factories.comment(post, parent=comment)
    assert "comment__own" not in page(browser_of_bob.get(where))


def test_they_cost_a_signed_in_reader_one_query(browser_of_bob, post, bob, django_assert_num_queries):
    where = post.get_absolute_url()
    factories.comment(post)
    browser_of_bob.get(where)
    with django_assert_num_queries(
        10
    ):  # the session, what publishes at once, their last name, new replies, what of theirs waits
        browser_of_bob.get(where)
    factories.comment(post, is_verified=True)
    browser_of_bob.get(where)
    with django_assert_num_queries(10 + 1):
        browser_of_bob.get(where)


def test_the_page_that_anybody_may_cache_is_the_same_bytes_for_every_reader(browser_of_bob, visitor, post, comment):
    before = visitor.get(post.get_absolute_url()).content
    browser_of_bob.get(post.get_absolute_url())
    assert Client().get(post.get_absolute_url()).content == before


# Changing


def test_a_reader_edits_their_text_and_everybody_sees_that_it_was_edited(browser_of_bob, visitor, post, comment):
    html = page(browser_of_bob.get(f"/comments/{comment.pk}/edit/"))
    assert "First words." in html
    answer = change(browser_of_bob, comment, "Second *words*.")
    assert answer.status_code == 303
    assert answer["Location"] == f"{post.get_absolute_url()}#comment-{comment.pk}"
    html = page(visitor.get(post.get_absolute_url()))
    assert "Second <em>words</em>." in html
    assert "First words." not in html
    assert '<p class="comment__edited">Edited</p>' in html


def test_earlier_text_is_stored_for_moderators_only(browser_of_bob, visitor, post, comment):
    change(browser_of_bob, comment)
    change(browser_of_bob, comment, "Third words.", version=2)
    assert list(Revision.objects.order_by("version").values_list("body", "by_writer", "by")) == [
        ("First words.", True, None),
        ("Second words.", True, None),
    ]
    mona = Client()
    mona.force_login(factories.user("mona", group="Moderator"))
    html = page(mona.get(f"/admin/comments/comment/{comment.pk}/change/"))
    assert "Second words." in html
    assert "edited by the commenter" in html
    assert "Second words." not in page(visitor.get(post.get_absolute_url()))


def test_text_that_a_moderator_edited_says_so_and_its_writer_cannot_restore_it(browser_of_bob, visitor, post, comment):
    edits.edit(comment, "Milder words.", by=factories.user("mona", group="Moderator"))
    assert "Edited by a moderator" in page(visitor.get(post.get_absolute_url()))
    assert change(browser_of_bob, comment, "The old ones.", version=2).status_code == 409
    assert words(comment) == "Milder words."


def test_while_it_waits_it_can_be_changed_and_goes_on_waiting(browser_of_bob, post, bob):
    comment = factories.comment(post, status=Status.PENDING, body="First words.", is_verified=True)
    answer = change(browser_of_bob, comment)
    assert (answer.status_code, answer["Location"]) == (303, f"{post.get_absolute_url()}#comment-{comment.pk}")
    comment.refresh_from_db()
    assert (comment.body, comment.status) == ("Second words.", Status.PENDING)
    assert comment.decisions.count() == 1


def test_spam_stays_spam_and_its_writer_sees_no_difference(browser_of_bob, post):
    found = []
    for status in (Status.SPAM, Status.PENDING):
        comment = factories.comment(post, status=status, body=f"First words, {status}.", is_verified=True)
        Finding.objects.create(comment=comment, kind="trap")
        answer = change(browser_of_bob, comment, "Buy.")
        found.append(
            (
                answer.status_code,
                answer["Location"].removesuffix(str(comment.pk)),
                page(browser_of_bob.get(f"/comments/{comment.pk}/edit/")).count("Buy."),
            )
        )
        comment.refresh_from_db()
        assert (comment.status, comment.body) == (status, "Buy.")
    assert found[0] == found[1]


def test_new_words_that_a_rule_holds_send_a_published_comment_back_with_the_reason(
    browser_of_bob, visitor, post, comment
):
    rule = Rule.objects.create(kind="words", pattern="casino")
    answer = change(browser_of_bob, comment, "My casino.")
    assert (answer.status_code, answer["Location"]) == (303, f"{post.get_absolute_url()}#comment-{comment.pk}")
    comment.refresh_from_db()
    assert comment.status == Status.PENDING
    assert list(comment.findings.values_list("kind", "rule")) == [("rule", rule.pk)]
    decision = Decision.objects.latest("pk")
    assert (decision.from_status, decision.to_status, decision.via) == ("approved", "pending", Via.FORM)
    assert "casino" not in page(visitor.get(post.get_absolute_url()))
    assert "waiting for a moderator" in page(browser_of_bob.get("/you/"))


def test_new_words_that_a_rule_calls_spam_are_spam_on_the_rules_account(browser_of_bob, comment):
    rule = Rule.objects.create(kind="words", pattern="casino", effect="spam")
    change(browser_of_bob, comment, "My casino.")
    decision = Decision.objects.latest("pk")
    assert (decision.to_status, decision.via, decision.rule) == (Status.SPAM, Via.RULE, rule)


def test_new_words_that_a_rule_refuses_come_back_and_nothing_is_changed(browser_of_bob, comment):
    rule = Rule.objects.create(kind="words", pattern="casino", effect="refuse")
    answer = change(browser_of_bob, comment, "My casino.")
    assert answer.status_code == 403
    assert "My casino.</textarea>" in page(answer)
    rule.refresh_from_db()
    assert (words(comment), rule.refusal_count) == ("First words.", 1)


def test_a_reader_who_is_no_regular_waits_again_for_a_moderator(post):
    eve = factories.reader("eve@example.net")
    comment = factories.comment(post, name="Eve", email="eve@example.net", is_verified=True)
    change(factories.reader_client(eve), comment)
    comment.refresh_from_db()
    assert (comment.status, [finding.kind for finding in comment.findings.all()]) == (Status.PENDING, ["few"])


@pytest.mark.parametrize(("typed", "status"), [("", 400), (" \n ", 400), ("a" * 10_001, 413), ("\0", 400)])
def test_an_invalid_comment_comes_back_with_its_errors(browser_of_bob, comment, typed, status):
    answer = change(browser_of_bob, comment, typed)
    assert answer.status_code == status
    assert 'role="alert"' in page(answer)
    assert typed.strip("\n\0 ") in page(answer)
    assert words(comment) == "First words."


def test_sent_twice_it_is_changed_once(browser_of_bob, comment):
    assert [change(browser_of_bob, comment).status_code for _ in range(3)] == [303] * 3
    assert Revision.objects.count() == 1


def test_hostile_words_run_nowhere(browser_of_bob, visitor, post, comment):
    hostile = "<script>alert(1)</script> [x](javascript:alert(1))</textarea><img src=x onerror=alert(1)>"
    change(browser_of_bob, comment, hostile)
    for where in (post.get_absolute_url(), f"/comments/{comment.pk}/edit/"):
        assert dangers(page(browser_of_bob.get(where))) == []


# Too late


def test_a_form_that_was_open_when_the_time_ended_gives_the_text_back_and_explains(browser_of_bob, post, comment):
    browser_of_bob.get(f"/comments/{comment.pk}/edit/")
    age(comment, minutes=15, seconds=1)
    answer = change(browser_of_bob, comment, "Too <late>.")
    assert answer.status_code == 403
    html = unescape(page(answer))
    assert "can edit or withdraw a comment for 15 minutes" in html
    assert "Too <late>.</textarea>" in html
    assert f"{post.get_absolute_url()}?reply={comment.pk}#respond" in html
    assert words(comment) == "First words."


def test_the_time_is_fifteen_minutes_to_the_second(browser_of_bob, comment, monkeypatch):
    for seconds, status in ((-1, 200), (0, 403)):
        moment = comment.created_at + EDIT_WINDOW + timedelta(seconds=seconds)
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda moment=moment: moment)
            assert browser_of_bob.get(f"/comments/{comment.pk}/edit/").status_code == status


def test_somebody_who_answered_meanwhile_is_said_and_the_text_comes_back(browser_of_bob, post, comment):
    factories.comment(post, parent=comment)
    answer = change(browser_of_bob, comment, "After the answer.")
    assert answer.status_code == 409
    assert "somebody has replied to it" in page(answer)
    assert "After the answer.</textarea>" in page(answer)
    assert words(comment) == "First words."


def test_a_waiting_reply_is_revealed_to_nobody(browser_of_bob, post, comment):
    factories.comment(post, parent=comment, status=Status.PENDING)
    assert change(browser_of_bob, comment).status_code == 303


def test_of_two_windows_the_second_is_shown_what_the_first_has_written_and_keeps_its_text(browser_of_bob, comment):
    change(browser_of_bob, comment, "From the first.")
    answer = change(browser_of_bob, comment, "From the second.")
    assert answer.status_code == 409
    html = page(answer)
    assert "From the first." in html
    assert "From the second.</textarea>" in html
    assert 'name="version" value="2"' in html
    assert change(browser_of_bob, comment, "From the second.", version=2).status_code == 303
    assert words(comment) == "From the second."


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "0"])
def test_a_version_that_no_form_of_ours_sends_changes_nothing(browser_of_bob, comment, version):
    assert change(browser_of_bob, comment, version=version).status_code == 409
    assert words(comment) == "First words."


@pytest.mark.parametrize("verb", ["remove", "mark_spam", "withdraw"])
def test_a_decision_made_meanwhile_stays(browser_of_bob, comment, verb):
    getattr(factories, verb)(comment, via=Via.DESK)
    answer = change(browser_of_bob, comment, "Nevertheless.")
    assert answer.status_code == (303 if verb == "mark_spam" else 409)
    comment.refresh_from_db()
    assert comment.status == {"remove": "removed", "mark_spam": "spam", "withdraw": "withdrawn"}[verb]


def test_a_comment_is_edited_only_so_often(browser_of_bob, comment):
    for number in range(MAX_EDITS):
        assert change(browser_of_bob, comment, f"Change {number}.", version=number + 1).status_code == 303
    answer = change(browser_of_bob, comment, "Once more.", version=MAX_EDITS + 1)
    assert answer.status_code == 403
    assert "Once more.</textarea>" in page(answer)


def test_a_reply_published_between_check_and_change_wins(post, comment):
    factories.comment(post, parent=comment)
    with pytest.raises(EditRefused):
        edit_own(comment, "Too late.", version=1, verdict=Verdict())
    assert not Revision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_is_being_published_at_the_same_moment_is_waited_for_and_wins():
    post, _bob = factories.post(), factories.reader("bob@example.net")
    comment = factories.comment(post, is_verified=True)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            factories.comment(post, parent=comment, name="Ann", email="ann@example.net")
            late = pool.submit(in_a_thread, comment)
            with pytest.raises(TimeoutError):
                late.result(timeout=1)
        assert late.result(timeout=30) == "answered"


def in_a_thread(comment: Comment) -> str:
    try:
        edit_own(comment, "At the same moment.", version=1, verdict=Verdict())
    except EditRefused as refusal:
        return refusal.obstacle
    finally:
        connection.close()
    return "changed"


# Whose it is


@pytest.mark.parametrize("verb", ["edit", "withdraw"])
def test_nobody_else_finds_the_pages_or_changes_anything(visitor, post, comment, verb):
    eve = factories.reader_client(factories.reader("eve@example.net"))
    staff = Client()
    staff.force_login(factories.user("mona", group="Moderator"))
    waiting = factories.comment(post, status=Status.PENDING, is_verified=True)
    for client in (visitor, eve, staff):
        for pk in (comment.pk, waiting.pk, 987_654):
            assert client.get(f"/comments/{pk}/{verb}/").status_code == 404
            assert client.post(f"/comments/{pk}/{verb}/").status_code == 404
            assert client.post(f"/comments/{pk}/edit/", {"body": "Mine now.", "version": 1}).status_code == 403
    assert words(comment) == "First words."
    assert Decision.objects.count() == 5


def test_a_reader_who_was_signed_out_gets_their_text_back(bob, browser_of_bob, comment):
    bob.sessions.all().delete()
    answer = change(browser_of_bob, comment, "Typed for long.")
    assert answer.status_code == 403
    assert "Typed for long.</textarea>" in page(answer)
    assert answer["Cache-Control"] == "no-store"


def test_a_comment_with_the_readers_address_is_theirs_only_once_claimed(browser_of_bob, post):
    comment = factories.comment(post)
    assert change(browser_of_bob, comment).status_code == 403
    browser_of_bob.post("/you/", {"act": "claim", "comment": "all"})
    assert change(browser_of_bob, comment).status_code == 303


def test_another_site_changes_and_withdraws_nothing(browser_of_bob, comment):
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answer = browser_of_bob.post(f"/comments/{comment.pk}/edit/", {"body": "Theirs.", "version": 1}, headers=foreign)
    assert (answer.status_code, "Theirs.</textarea>" in page(answer)) == (403, True)
    assert browser_of_bob.post(f"/comments/{comment.pk}/withdraw/", headers=foreign).status_code == 403
    comment.refresh_from_db()
    assert (comment.body, comment.status) == ("First words.", Status.APPROVED)


def test_a_comment_under_an_unpublished_post_is_not_found(browser_of_bob, post, comment):
    post.status = post.Status.DRAFT
    post.save()
    assert browser_of_bob.get(f"/comments/{comment.pk}/edit/").status_code == 404


@pytest.mark.parametrize("verb", ["edit", "withdraw"])
def test_looking_changes_nothing_and_is_not_cached(browser_of_bob, comment, verb):
    for method in ("get", "head", "options", "put"):
        response = getattr(browser_of_bob, method)(f"/comments/{comment.pk}/{verb}/")
        assert response["Cache-Control"] == "no-store"
    comment.refresh_from_db()
    assert (comment.status, comment.version) == (Status.APPROVED, 1)


# Withdrawing


def test_a_reader_withdraws_a_published_comment(browser_of_bob, visitor, post, comment):
    assert "Nobody will be able to read it" in page(browser_of_bob.get(f"/comments/{comment.pk}/withdraw/"))
    answer = take_back(browser_of_bob, comment)
    assert (answer.status_code, answer["Location"]) == (303, "/you/")
    assert "First words." not in page(visitor.get(post.get_absolute_url()))
    assert Decision.objects.latest("pk").via == Via.READER
    assert take_back(browser_of_bob, comment).status_code == 303
    assert comment.decisions.count() == 2


def test_an_answer_that_waited_meanwhile_leaves_a_tombstone_above_itself(browser_of_bob, visitor, post, comment):
    reply = factories.comment(post, parent=comment, status=Status.PENDING)
    take_back(browser_of_bob, comment)
    factories.approve(reply, via=Via.DESK)
    assert "This comment was withdrawn by its writer." in page(visitor.get(post.get_absolute_url()))


def test_published_it_cannot_be_withdrawn_when_the_time_is_over_or_somebody_answered(browser_of_bob, post, comment):
    factories.comment(post, parent=comment)
    answer = take_back(browser_of_bob, comment)
    assert (answer.status_code, "somebody has replied to it" in page(answer)) == (409, True)
    other = factories.comment(post, is_verified=True)
    age(other, minutes=16)
    assert take_back(browser_of_bob, other).status_code == 403
    assert Comment.objects.filter(status=Status.WITHDRAWN).count() == 0


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM])
def test_a_waiting_comment_can_be_withdrawn_by_its_writer(browser_of_bob, post, status):
    comment = factories.comment(post, status=status, is_verified=True)
    age(comment, days=9)
    assert take_back(browser_of_bob, comment).status_code == 303
    comment.refresh_from_db()
    assert comment.status == Status.WITHDRAWN


def test_withdrawn_text_may_be_posted_again(browser_of_bob, post):
    send(browser_of_bob, post)
    take_back(browser_of_bob, Comment.objects.latest("pk"))
    send(browser_of_bob, post)
    assert sorted(Comment.objects.filter(post=post).values_list("status", flat=True)) == ["approved", "withdrawn"]


def test_new_words_that_a_broken_filter_could_not_judge_are_scored_once_it_works(browser_of_bob, comment, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(classifier, "classify", lambda found, counts: 1 / 0)
        change(browser_of_bob, comment)
    comment.refresh_from_db()
    assert (comment.body, comment.status) == ("Second words.", Status.PENDING)
    assert (comment.score, comment.scored_at) == (None, None)
    score_waiting()
    comment.refresh_from_db()
    assert comment.scored_at is not None
