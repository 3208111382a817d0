"""A comment sent twice is one comment: by an impatient finger, a browser that tries again, or ten at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from comments.lifecycle.submit import submit
from comments.models import Comment, Decision
from comments.status import Via
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import address, opened, send
from tests.comments.processes import post_form


def led_to(location: str) -> int:
    """The comment whose receipt an answer leads to."""
    return tokens.read_token_id(tokens.RECEIPT, location.split("/")[3], max_age=timedelta(hours=1))


def all_at_once(port: int, path: str, forms: list[dict[str, str]]) -> list[tuple[int, str]]:
    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(lambda form: post_form(port, path, form), forms))


def test_ten_at_once_make_one_comment_and_all_are_led_to_it(elsewhere):
    post = factories.post()
    there = elsewhere()
    found = all_at_once(there.serve(), address(post), [factories.comment_form(body="Impatience.")] * 10)
    ((pk,),) = there.rows("SELECT id FROM comments_comment")
    assert [status for status, _ in found] == [302] * 10
    assert {led_to(location) for _, location in found} == {pk}
    assert there.rows("SELECT count(*) FROM comments_decision") == [(1,)]
    assert there.rows("SELECT count(*) FROM comments_pendingnotification") == [(1,)]


def test_ten_different_ones_at_once_are_all_stored(elsewhere):
    post = factories.post()
    there = elsewhere()
    found = all_at_once(there.serve(), address(post), [factories.comment_form(body=f"Word {n}.") for n in range(10)])
    assert [status for status, _ in found] == [302] * 10
    assert {led_to(location) for _, location in found} == {
        pk for (pk,) in there.rows("SELECT id FROM comments_comment")
    }
    assert there.rows("SELECT count(*) FROM comments_comment") == [(10,)]


def test_acknowledged_comments_survive_the_death_of_every_process(elsewhere):
    post = factories.post()
    there = elsewhere()
    status, location = post_form(there.serve(), address(post), factories.comment_form(body="Last words."))
    there.stop()
    assert status == 302
    assert there.rows("SELECT id, body, status FROM comments_comment") == [(led_to(location), "Last words.", "pending")]
    assert there.rows("SELECT count(*) FROM comments_pendingnotification") == [(1,)]


@pytest.fixture
def send_again(visitor, post):
    """A function that sends one form, each time it is called."""
    return partial(send, visitor, post, stamp=opened(post, seconds_ago=60))


@pytest.mark.django_db
def test_the_second_of_two_redirects_to_the_first(send_again):
    first, second = send_again(), send_again()
    assert (first.status_code, second.status_code) == (302, 302)
    assert led_to(first["Location"]) == led_to(second["Location"]) == Comment.objects.get().pk
    assert Decision.objects.count() == 1


@pytest.mark.django_db
def test_hours_later_it_is_still_the_same(send_again):
    send_again()
    Comment.objects.update(created_at=timezone.now() - timedelta(hours=20))
    assert led_to(send_again()["Location"]) == Comment.objects.get().pk


@pytest.mark.django_db
def test_sent_again_after_approval_it_leads_into_the_thread(send_again, post):
    send_again()
    comment = Comment.objects.get()
    factories.approve(comment, via=Via.DESK)
    assert send_again()["Location"] == f"{post.get_absolute_url()}#comment-{comment.pk}"


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["remove", "mark_spam"])  # withdrawn text may be posted again: test_receipt
def test_sent_again_after_it_was_declined_it_stays_declined(send_again, verb):
    send_again()
    comment = Comment.objects.get()
    getattr(factories, verb)(comment, via=Via.DESK)
    assert led_to(send_again()["Location"]) == comment.pk
    assert Comment.objects.count() == 1
    assert Decision.objects.count() == 2


@pytest.mark.django_db
def test_the_case_of_an_address_and_the_kind_of_line_ends_make_no_other_comment(send_again):
    send_again(email="bob@example.net", body="one\ntwo")
    send_again(email="Bob@Example.NET", body="one\r\ntwo")
    assert Comment.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"body": "A word of my own!"}, {"name": "Bobby"}, {"email": "bobby@example.net"}])
def test_other_words_or_another_writer_are_another_comment(send_again, change):
    send_again()
    send_again(**change)
    assert Comment.objects.count() == 2


@pytest.mark.django_db
def test_the_same_words_in_another_place_are_another_comment(visitor, post):
    parent = factories.comment(post)
    send(visitor, post)
    send(visitor, post, parent=str(parent.pk))
    send(visitor, factories.post())
    assert Comment.objects.exclude(pk=parent.pk).count() == 3


@pytest.mark.django_db
def test_two_comments_that_pass_the_first_check_together_are_stopped_by_the_database(post):
    fields = {"post": post, "parent": None, "name": "Bob", "email": "", "website": "", "body": "Both."}
    first, is_new = submit(to=Comment.Status.APPROVED, **fields)
    second, is_new_too = submit(to=Comment.Status.APPROVED, **fields)
    assert (first, is_new, is_new_too) == (second, True, False)
    post.thread.refresh_from_db()
    assert post.thread.comment_count == 1


@pytest.mark.django_db
def test_a_signed_in_account_is_one_writer_under_any_typed_name(client, post):
    client.force_login(factories.user("mona", group="Moderator"))
    send(client, post, name="One", email="one@example.net")
    send(client, post, name="Two", email="two@example.net")
    assert Comment.objects.count() == 1
