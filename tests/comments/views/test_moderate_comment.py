"""Moderators decide on comments from the public page of the post; readers' pages do not change by a byte."""

import json
import re

import pytest
from django.test import Client

from comments.lifecycle.acts import conversation_state
from comments.models import Comment, Decision, Reason
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import drawn, page

pytestmark = pytest.mark.django_db


def address(comment: Comment) -> str:
    return f"/comments/{comment.pk}/moderate/"


def decide(client: Client, comment: Comment, decision: str, **fields):
    """Press a button of the comment's page, which was opened when the comment was in the status it has here."""
    return client.post(address(comment), {"decision": decision, "state": comment.status, **fields}, follow=True)


def undo_button(response) -> tuple[str, str]:
    """Where the *Undo* button of the page sends, and what."""
    button = r'action="([^"]+)">\s*<input[^>]+>\s*<button[^>]+name="decision" value="(undo:[^"]+)"'
    found = re.search(button, page(response))
    assert found, "there is no button to undo"
    return found[1], found[2]


def test_each_comment_of_the_page_has_a_link_for_moderators_and_for_nobody_else(post, mona):
    comment = factories.comment(post)
    removed = factories.comment(post)
    factories.comment(post, parent=removed)
    factories.remove(removed, via="desk")
    html = page(mona.get(post.get_absolute_url()))
    assert f'href="{address(comment)}"' in html
    assert f'href="{address(removed)}"' in html
    for other in (Client(), factories.staff_client("bob", "Author"), factories.reader_client(factories.reader())):
        assert "/moderate/" not in page(other.get(post.get_absolute_url()))


@pytest.mark.parametrize(
    ("decision", "status", "words"),
    [("hold", "pending", "Back in the queue"), ("spam", "spam", "Marked as spam"), ("remove", "removed", "Removed")],
)
def test_a_decision_leads_back_to_the_place_of_the_comment_with_a_button_to_undo_it(
    post, mona, decision, status, words
):
    first, comment, last = [factories.comment(post) for _ in range(3)]
    response = decide(mona, comment, decision)
    assert response.redirect_chain == [(f"{post.get_absolute_url()}?moderated={comment.pk}#moderated", 303)]
    html = page(response)
    assert words in html
    assert html.index(f'id="comment-{first.pk}"') < html.index('id="moderated"') < html.index(f'id="comment-{last.pk}"')
    comment.refresh_from_db()
    assert comment.status == status
    where, what = undo_button(response)
    undone = mona.post(where, {"decision": what}, follow=True)
    assert "Undone. Published again" in page(undone)
    comment.refresh_from_db()
    assert comment.status == "approved"
    rows = list(comment.decisions.order_by("id").values_list("to_status", "via", "by__username"))
    assert rows[1:] == [(status, Via.PAGE, "mona"), ("approved", Via.PAGE, "mona")]
    assert comment.decisions.latest("id").undoes.to_status == status


def test_a_removal_carries_a_reason_of_the_list_and_a_note(post, mona):
    comment = factories.comment(post)
    reason = Reason.objects.first()
    decide(mona, comment, "remove", reason=str(reason.pk), note="The third time.")
    decision = comment.decisions.latest("id")
    assert (decision.reason, decision.note) == (reason.words, "The third time.")


def test_a_reason_that_is_not_on_the_list_changes_nothing_and_is_said(post, mona):
    comment = factories.comment(post)
    response = decide(mona, comment, "remove", reason="999999", note="Kept.")
    assert response.status_code == 400
    assert "no longer on the list" in page(response)
    assert 'value="Kept."' in page(response)
    assert comment.decisions.count() == 1


def test_waiting_comments_stand_in_their_places_for_moderators_alone_and_are_approved_there(post, mona):
    first, last = factories.comment(post), factories.comment(post)
    waiting = factories.comment(post, parent=first, status=Status.PENDING)
    assert drawn(mona.get(post.get_absolute_url())) == [first.pk, waiting.pk, last.pk]
    assert "Readers do not see it." in page(mona.get(post.get_absolute_url()))
    assert drawn(Client().get(post.get_absolute_url())) == [first.pk, last.pk]
    assert drawn(factories.staff_client("bob", "Author").get(post.get_absolute_url())) == [first.pk, last.pk]
    assert "Approved" in page(decide(mona, waiting, "approve"))
    assert drawn(Client().get(post.get_absolute_url())) == [first.pk, waiting.pk, last.pk]


def test_spam_stands_on_nobodys_page(post, mona):
    spam = factories.comment(post, status=Status.SPAM)
    assert drawn(mona.get(post.get_absolute_url())) == []
    assert mona.get(address(spam)).status_code == 200


def test_of_two_moderators_the_first_decides_and_the_second_is_told(post, mona):
    nora = factories.moderator_client("nora", first_name="Nora")
    comment = factories.comment(post)
    decide(mona, comment, "spam")
    response = decide(nora, comment, "remove")
    assert response.status_code == 409
    html = page(response)
    assert "already spam by Mona" in html
    assert 'name="state" value="spam"' in html  # asked again, about the comment as it is now
    comment.refresh_from_db()
    assert comment.status == Status.SPAM
    assert comment.decisions.count() == 2
    same = decide(nora, Comment(pk=comment.pk, status=Status.APPROVED), "spam")
    assert "already spam by Mona" in page(same)
    assert comment.decisions.count() == 2


def test_an_undo_after_a_colleague_decided_otherwise_changes_nothing(post, mona):
    comment = factories.comment(post)
    where, what = undo_button(decide(mona, comment, "hold"))
    comment.refresh_from_db()
    decide(factories.moderator_client("nora"), comment, "spam")
    assert "Not undone" in page(mona.post(where, {"decision": what}, follow=True))
    comment.refresh_from_db()
    assert comment.status == Status.SPAM


def test_the_text_is_edited_and_its_earlier_words_stay_for_the_team(post, mona):
    comment = factories.comment(post, body="Call 555-1234.")
    response = decide(mona, comment, "edit", version="1", words="Call me.", why="No numbers.")
    assert "Call me." in page(response)
    assert "No numbers." in page(response)
    assert comment.revisions.get().body == "Call 555-1234."


def test_an_edit_of_a_text_that_has_changed_is_given_back(post, mona):
    comment = factories.comment(post)
    decide(mona, comment, "edit", version="1", words="First.")
    response = decide(factories.moderator_client("nora"), comment, "edit", version="1", words="Second.")
    assert response.status_code == 409
    assert "Second." in page(response)
    comment.refresh_from_db()
    assert comment.body == "First."


def test_a_readers_page_is_the_same_to_the_byte_before_and_after_moderators_were_there(post, mona):
    comment = factories.comment(post)
    factories.comment(post, status=Status.PENDING)
    url = post.get_absolute_url()
    before = Client().get(url).content
    personal = without_form_time(Client(headers={"cookie": "registan_x=1"}).get(url))
    mona.get(url)
    mona.get(address(comment))
    where, what = undo_button(decide(mona, comment, "hold"))
    mona.post(where, {"decision": what}, follow=True)
    assert Client().get(url).content == before
    assert without_form_time(Client(headers={"cookie": "registan_x=1"}).get(url)) == personal
    assert b"staff" not in before
    assert "staff" not in personal


def without_form_time(response) -> str:
    """The page of a reader who carries a cookie, without the moment at which its form was opened."""
    return re.sub(r'name="stamp" value="[^"]*"', "", page(response))


def test_no_cache_keeps_what_moderators_see(post, mona):
    comment = factories.comment(post)
    assert mona.get(post.get_absolute_url())["Cache-Control"] == "private, no-cache"
    assert mona.get(address(comment))["Cache-Control"].startswith("no-store")
    assert "noindex" in mona.get(address(comment))["X-Robots-Tag"]


@pytest.mark.parametrize(
    ("role", "status"),
    [("Contributor", 403), ("Author", 403), ("Moderator", 200), ("Editor", 200), ("Administrator", 200)],
)
def test_each_role_gets_the_page_or_is_refused(post, role, status):
    comment = factories.comment(post)
    client = factories.staff_client("somebody", role)
    assert client.get(address(comment)).status_code == status
    assert decide(client, comment, "spam").status_code == status
    assert Decision.objects.filter(to_status="spam").exists() is (status == 200)


def test_a_guest_is_asked_to_sign_in_and_an_account_without_a_role_is_refused(post):
    comment = factories.comment(post)
    assert Client().get(address(comment)).url.startswith("/admin/login/")
    assert Client().post(address(comment), {"decision": "spam", "state": "approved"}).status_code == 302
    nobody = Client()
    nobody.force_login(factories.user("nobody"))
    assert nobody.get(address(comment)).status_code in {302, 403}
    assert not Decision.objects.filter(to_status="spam").exists()


def test_a_form_of_another_site_decides_nothing(post):
    comment = factories.comment(post)
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user("mona", group="Moderator"))
    assert client.post(address(comment), {"decision": "spam", "state": "approved"}).status_code == 403
    assert not Decision.objects.filter(to_status="spam").exists()


def test_what_no_button_sends_is_refused_and_a_missing_comment_is_missing(post, mona):
    assert decide(mona, factories.comment(post), "burn").status_code == 400
    assert mona.get("/comments/999999/moderate/").status_code == 404


def test_the_page_says_nothing_may_be_done_with_what_its_writer_withdrew(post, mona):
    comment = factories.comment(post)
    factories.withdraw(comment)
    html = page(mona.get(address(comment)))
    assert "withdrawn" in html
    for verb in ("approve", "hold", "spam", "remove", "edit", "pin"):
        assert f'value="{verb}"' not in html


def test_under_a_post_that_readers_do_not_see_the_way_back_is_the_page_itself(post, mona):
    comment = factories.comment(post)
    post.unpublish()
    response = decide(mona, comment, "spam")
    assert response.redirect_chain == [(address(comment), 303)]
    assert "Marked as spam" in page(response)


def test_under_a_post_with_a_password_too_unless_this_browser_has_entered_it(post, mona):
    comment = factories.comment(post)
    post.visibility = post.Visibility.PASSWORD
    post.set_password("choyxona")
    post.save()
    response = decide(mona, comment, "hold")
    assert response.redirect_chain == [(address(comment), 303)]
    assert "Back in the queue" in page(response)
    assert "Back to the conversation" not in page(response)
    closed = mona.post(f"{post.get_absolute_url()}conversation/", conversation_form(post, "closed"), follow=True)
    assert closed.redirect_chain == [(f"{post.get_absolute_url()}conversation/", 303)]
    assert "The conversation is closed." in page(closed)
    mona.post(f"{post.get_absolute_url()}password/", {"password": "choyxona"})
    comment.refresh_from_db()
    response = decide(mona, comment, "approve")
    assert response.redirect_chain == [(f"{post.get_absolute_url()}?moderated={comment.pk}#moderated", 303)]
    assert "Approved" in page(response)
    assert "Back to the conversation" in page(mona.get(address(comment)))


def conversation_form(post, state: str) -> dict[str, str]:
    """What the form of the conversation's page sends."""
    return {"seen": json.dumps(conversation_state(post)), "conversation": state, "slow_minutes": "0"}


def test_the_links_cost_no_query_for_each_comment(post, mona, django_assert_max_num_queries):
    for _ in range(3):
        factories.comment(post)
    mona.get(post.get_absolute_url())
    reader = factories.reader_client(factories.reader())
    with django_assert_max_num_queries(40) as few:
        mona.get(post.get_absolute_url())
    for _ in range(20):
        factories.comment(post, status=Status.PENDING if _ % 2 else Status.APPROVED)
    Client().get(post.get_absolute_url())
    with django_assert_max_num_queries(40) as many:
        mona.get(post.get_absolute_url())
    with django_assert_max_num_queries(40) as readers:
        reader.get(post.get_absolute_url())
    assert len(many) <= len(few)
    assert len(many) - len(readers) <= 6


@pytest.mark.parametrize("role", ["Contributor", "Author", "Moderator", "Editor", "Administrator"])
@pytest.mark.parametrize("is_own", [True, False])
def test_the_post_leads_to_its_writing_page_for_whoever_the_admin_lets_edit_it(role, is_own):
    client = factories.staff_client("writer", role)
    post = factories.post(authors=[client.profile] if is_own else None)
    link = f'href="/admin/blog/post/{post.pk}/change/"'
    answer = client.get(f"/admin/blog/post/{post.pk}/change/")
    may_edit = answer.status_code == 200 and 'name="body"' in page(answer)
    assert (link in page(client.get(post.get_absolute_url()))) is may_edit
