"""The admin dashboard: my tasks, and the conversations under my posts."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Post, ReviewNote, SearchMiss, WorkingCopy
from blog.models.search_miss import MAX_PER_NEIGHBOURHOOD
from blog.models.working_copy import new_form_key
from comments.models import Comment, Decision, ReadMarker
from comments.status import Status
from tests import factories

pytestmark = pytest.mark.django_db
DESK = "/admin/"


def names(client: Client, part: str) -> list[str]:
    return [post.title for post in client.get(DESK).context["dashboard"][part]]


# My tasks


def test_my_drafts_are_mine_alone_the_last_touched_first(alice):
    first = factories.draft(title="First", authors=[alice.profile])
    factories.draft(title="Second", authors=[alice.profile])
    factories.draft(title="Another's")
    factories.post(title="Out", authors=[alice.profile])
    first.updated_at = timezone.now() + timedelta(minutes=1)
    type(first).objects.filter(pk=first.pk).update(updated_at=first.updated_at)
    assert names(alice, "drafts") == ["First", "Second"]


def test_posts_that_were_begun_and_never_saved_are_mine_to_go_on_with(alice, bob):
    def keep(of: Client, **words: str) -> str:
        key, held = new_form_key(), {name: [said] for name, said in words.items()}
        WorkingCopy.objects.keep(user=of.user, key=key, turn=1, post=None, edition=0, form_data=held)
        return key

    key = keep(alice, title="Begun", body="Tea.")
    keep(alice, title=" ")
    keep(alice, summary="Only a summary.")
    keep(bob, title="Another's")
    page = alice.get(DESK).text
    assert f'href="/admin/blog/post/add/?copy={key}">Continue</a>' in page
    assert "Begun</bdi>" in page
    assert "Another" not in page
    assert ">Only a summary.</bdi>" in page
    assert page.count("?copy=") == 2
    assert "Tea." in alice.get(f"/admin/blog/post/add/?copy={key}").text


def test_an_author_without_drafts_sees_that_there_are_none(alice):
    assert "You have no drafts." in alice.get(DESK).text


@pytest.mark.parametrize("part", ["reviews", "scheduled"])
def test_editors_see_everything_waiting_and_scheduled_and_authors_their_own(part, alice, editor):
    fields = {"status": "review"} if part == "reviews" else {}
    make = factories.draft if part == "reviews" else factories.scheduled
    make(title="Alice's", authors=[alice.profile], **fields)
    make(title="Bob's", **fields)
    assert names(alice, part) == ["Alice's"]
    assert set(names(editor, part)) == {"Alice's", "Bob's"}


def handed_in(by: Client, **fields) -> Post:
    post = factories.draft(**{"title": "On tea", "authors": [by.profile], **fields})
    post.hand_in(by=by.user)
    return post


def test_editors_see_since_when_a_post_waits_and_who_handed_it_in(carol, editor):
    handed_in(carol)
    page = editor.get(DESK).text
    assert "Waiting for review" in page
    assert "handed in <time" in page
    assert "<bdi>carol</bdi>" in page
    assert "Handed in, waiting for an editor" in carol.get(DESK).text


def test_a_post_that_was_sent_back_is_shown_with_the_editors_words_and_open_notes_until_it_is_handed_in(carol, editor):
    post = handed_in(carol)
    ReviewNote.objects.write(post, "Which bell?", by=editor.user)
    post.return_to_writer("Say <b>more</b>.", by=editor.user)
    (step,) = carol.get(DESK).context["dashboard"]["sent_back"]
    assert (step.post, step.by, step.open_notes) == (post, editor.user, 2)
    page = carol.get(DESK).text
    assert "Sent back to you" in page
    assert "Say &lt;b&gt;more&lt;/b&gt;." in page
    assert "2 open notes" in page
    assert editor.get(DESK).context["dashboard"]["sent_back"] == []
    post.hand_in(by=carol.user)
    assert carol.get(DESK).context["dashboard"]["sent_back"] == []


def test_what_a_colleague_published_is_news_for_a_week_and_what_one_published_oneself_is_none(alice, editor):
    theirs, own, unpublished = (factories.draft(title=title, authors=[alice.profile]) for title in "ABC")
    theirs.publish(by=editor.user)
    own.publish(by=alice.user)
    unpublished.publish(by=editor.user)
    unpublished.unpublish(by=editor.user)
    assert [step.post for step in alice.get(DESK).context["dashboard"]["published"]] == [theirs]
    page = alice.get(DESK).text
    assert "Published by colleagues in the last week" in page
    Post.objects.filter(pk=theirs.pk).update(published_at=timezone.now() - timedelta(days=8))
    assert alice.get(DESK).context["dashboard"]["published"] == []


def test_a_moderator_who_does_not_write_sees_nothing_of_it(db):
    mona = Client()
    mona.force_login(factories.user("mona", group="Moderator"))
    page = mona.get(DESK)
    assert page.status_code == 200
    assert "dashboard" not in page.context
    assert "My drafts" not in page.text


# Conversations under my posts


def talk(client: Client):
    return client.get(DESK).context["inbox"]


def test_new_comments_under_my_posts_are_shown_the_oldest_first_and_no_others(alice):
    mine, others = factories.post(authors=[alice.profile]), factories.post()
    first, second = factories.comment(mine), factories.comment(mine)
    factories.comment(others)
    factories.comment(mine, status=Status.PENDING)
    Comment.objects.filter(pk=second.pk).update(decided_at=timezone.now() - timedelta(hours=1))
    assert talk(alice).comments == [second, first]
    assert talk(alice).count == 2
    assert first.body in alice.get(DESK).text


def test_my_own_comments_are_not_new_to_me(alice):
    post = factories.post(authors=[alice.profile])
    factories.comment(post, user=alice.user, author=alice.profile)
    factories.comment(post, author=alice.profile)  # imported: with my name but no account
    assert talk(alice).count == 0
    stranger = factories.comment(post, author=factories.author("Bob"))
    assert talk(alice).comments == [stranger]


def seen(client: Client, **sent):
    return client.post("/admin/comments/comment/seen/", sent)


def test_comments_i_have_read_are_no_longer_new_but_later_ones_are(alice):
    post = factories.post(authors=[alice.profile])
    read = factories.comment(post)
    later = factories.comment(post)  # of the same second
    assert seen(alice, last=read.pk).status_code == 302
    assert talk(alice).comments == [later]


def test_of_many_those_that_were_not_shown_stay_new_unless_all_are_read(alice, monkeypatch):
    monkeypatch.setattr("comments.queue.author_inbox.MAX_SHOWN", 2)
    post = factories.post(authors=[alice.profile])
    comments = [factories.comment(post) for _ in range(5)]
    assert (talk(alice).comments, talk(alice).count) == (comments[:2], 5)
    seen(alice, last=comments[1].pk)
    assert (talk(alice).comments, talk(alice).count) == (comments[2:4], 3)
    seen(alice, all="yes")
    assert talk(alice).count == 0


def test_a_mark_never_goes_back(alice):
    now = timezone.now()
    for comment in (7, 3):
        ReadMarker.advance(alice.user, now, comment)
    assert ReadMarker.objects.get().comment == 7


@pytest.mark.parametrize("last", ["", "x", "-1", "9" * 30, "\u0663", "1"])
def test_marking_as_read_what_is_not_new_changes_nothing(last, alice):
    factories.comment(factories.post())
    assert seen(alice, last=last).status_code == 302
    assert not ReadMarker.objects.exists()


def test_comments_under_posts_that_are_hidden_again_are_not_shown(alice):
    post = factories.post(authors=[alice.profile])
    factories.comment(post)
    post.status = post.Status.DRAFT
    post.save()
    assert talk(alice).count == 0


def test_the_page_takes_the_same_queries_for_many_as_for_one(alice, editor):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert alice.get(DESK).status_code == 200
        return len(asked)

    def fill() -> None:
        post = factories.post(authors=[alice.profile])
        factories.comment(post)
        factories.draft(authors=[alice.profile])
        handed_in(alice)
        handed_in(alice).return_to_writer("Say more.", by=editor.user)
        handed_in(alice).publish(by=editor.user)
        factories.scheduled(authors=[alice.profile])

    fill()
    few = queries()
    for _ in range(8):
        fill()
    assert queries() == few


# Answering on the spot


def answer(client: Client, comment: Comment, words: str = "Thank you."):
    return client.post(f"/admin/comments/comment/{comment.pk}/answer/", {"answer": words})


def test_the_authors_reply_is_published_at_once_with_their_badge(alice):
    post = factories.post(authors=[alice.profile])
    comment = factories.comment(post)
    assert answer(alice, comment).url == DESK
    reply = Comment.objects.get(parent=comment)
    assert (reply.body, reply.status, reply.author, reply.user) == ("Thank you.", "approved", alice.profile, alice.user)
    page = Client().get(post.get_absolute_url()).text
    assert "Thank you." in page
    assert "comment--author" in page or "badge" in page
    assert Decision.objects.filter(comment=reply, by=alice.user).exists()


def test_the_same_answer_sent_twice_is_one(alice):
    comment = factories.comment(factories.post(authors=[alice.profile]))
    answer(alice, comment)
    answer(alice, comment)
    assert Comment.objects.filter(parent=comment).count() == 1


def test_under_a_post_that_holds_everything_it_waits_and_that_is_said(alice):
    comment = factories.comment(factories.post(authors=[alice.profile], conversation="held"))
    said = alice.post(f"/admin/comments/comment/{comment.pk}/answer/", {"answer": "Thank you."}, follow=True)
    assert "Your reply is waiting for a moderator" in said.text
    assert Comment.objects.get(parent=comment).status == Status.PENDING


@pytest.mark.parametrize("words", ["", " \n ", "x" * 10_001])
def test_a_refused_reply_is_shown_again_with_the_reason(words, alice):
    comment = factories.comment(factories.post(authors=[alice.profile]))
    refused = answer(alice, comment, words)
    assert refused.status_code == 400
    assert refused.context["form"].errors["answer"]
    assert words.strip() in refused.text


def test_a_closed_conversation_takes_no_reply_and_keeps_its_text(alice, editor):
    comment = factories.comment(factories.post(authors=[alice.profile], conversation="closed"))
    refused = answer(alice, comment, "An hour of typing.")
    assert refused.status_code == 400
    assert "This conversation is closed" in refused.text
    assert "An hour of typing." in refused.text
    assert answer(editor, comment).status_code == 302


def test_nobody_answers_in_anothers_name_or_under_what_is_hidden(alice):
    others = factories.comment(factories.post())
    waiting = factories.comment(factories.post(authors=[alice.profile]), status=Status.PENDING)
    for comment in (others, waiting):
        assert answer(alice, comment).status_code == 404
        assert alice.get(f"/admin/comments/comment/{comment.pk}/answer/").status_code == 404
    assert answer(Client(), others).status_code == 302
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("pk", ["0", "abc", "9" * 30, "\u0663", "1/2"])
def test_a_reply_to_an_unknown_comment_is_missing(pk, alice):
    assert alice.get(f"/admin/comments/comment/{pk}/answer/").status_code == 404


# Searches that returned nothing


def search(words: str, *, address: str = "192.0.2.1", headers: dict[str, str] | None = None, **more) -> None:
    Client(REMOTE_ADDR=address).get("/search/", {"q": words, **more}, headers=headers)


def wanted() -> list[tuple[str, int]]:
    return list(SearchMiss.objects.most_wanted().values_list("query", "count"))


def test_searches_without_results_are_counted_by_reader(alice):
    search("Zanzibar")
    search("zanzibar ", address="192.0.2.2")
    search("numismatics")
    assert wanted() == [("zanzibar", 2), ("numismatics", 1)]
    assert "zanzibar" in alice.get(DESK).text


def test_one_reader_counts_once_a_day(db):
    for _ in range(3):
        search("Zanzibar")
    assert wanted() == [("zanzibar", 1)]


def test_searches_with_results_or_within_a_section_are_not_recorded(db):
    factories.post(body="All about Zanzibar.")
    search("Zanzibar")
    search("Zanzibar", **{"in": "comments"})
    search("")
    assert wanted() == []


def test_pasted_texts_are_not_kept_and_machines_cannot_fill_the_table(monkeypatch):
    monkeypatch.setattr("blog.models.search_miss.MAX_SEARCH_MISSES", 2)
    search("z" * 101)
    for words in ("one", "two", "three"):
        search(words)
    search("one", address="198.51.100.2")
    assert wanted() == [("one", 2), ("two", 1)]


def test_all_networks_together_add_so_many_searches_a_day(monkeypatch):
    monkeypatch.setattr("blog.models.search_miss.MAX_NEW_A_DAY", 2)
    for street, words in enumerate(("one", "two", "three")):
        search(words, address=f"198.51.{street}.1")
    assert sorted(wanted()) == [("one", 1), ("two", 1)]
    SearchMiss.objects.update(last_at=timezone.now() - timedelta(days=1, seconds=1))
    search("three")
    assert ("three", 1) in wanted()


def test_one_neighbourhood_adds_so_many_searches_a_day(db):
    for number in range(MAX_PER_NEIGHBOURHOOD + 5):
        search(f"word{number}", address=f"192.0.2.{number}")
    assert SearchMiss.objects.count() == MAX_PER_NEIGHBOURHOOD
    search("elsewhere", address="198.51.100.1")
    assert ("elsewhere", 1) in wanted()


def test_what_was_counted_already_is_remembered_by_the_page_cache_and_writes_nothing(db):
    search("zanzibar")
    with CaptureQueriesContext(connection) as asked:
        search("zanzibar")
    assert {query["sql"].split()[0] for query in asked.captured_queries} == {"SELECT"}


def test_behind_a_proxy_each_reader_counts_by_their_own_address(db, settings):
    settings.TRUSTED_PROXIES = [ip_network("192.0.2.1/32")]
    for reader in ("203.0.113.7", "198.51.100.9"):
        search("zanzibar", headers={"X-Forwarded-For": f"10.0.0.1, {reader}"})
    search("zanzibar", headers={"X-Forwarded-For": "10.0.0.2, 203.0.113.7"})
    assert wanted() == [("zanzibar", 2)]


def test_searches_nobody_repeats_are_deleted(db):
    search("old")
    search("new")
    SearchMiss.objects.filter(query="old").update(last_at=timezone.now() - timedelta(days=91))
    assert SearchMiss.objects.delete_expired() == 1
    assert wanted() == [("new", 1)]


def test_words_of_a_search_are_harmless_in_the_admin(alice):
    search("<script>alert(1)</script>")
    page = alice.get(DESK).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_read_only_database_still_answers_searches(monkeypatch):
    from django.db import OperationalError

    def full(*_args, **_more):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(SearchMiss.objects, "record", full)
    assert Client().get("/search/?q=zanzibar").status_code == 200
