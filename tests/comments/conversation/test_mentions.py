"""Pages elsewhere that mention a post are listed below its conversation; a post without any costs nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Conversation
from comments.models import Mention, mention
from tests import factories

pytestmark = pytest.mark.django_db


def page_of(client, post, address: str = "") -> str:
    return client.get(address or post.get_absolute_url()).text


def test_a_post_without_mentions_says_nothing_of_them_and_asks_for_none(client, post):
    factories.comment(post)
    with CaptureQueriesContext(connection) as queries:
        page = page_of(client, post)
    assert "mention" not in page
    assert not [query for query in queries.captured_queries if "comments_mention" in query["sql"]]


def test_mentions_are_listed_with_title_site_and_day_the_newest_first(client, post):
    factories.mention(post, "An older one", address="https://www.leaves.example/a", at="2010-05-01T12:00Z")
    factories.mention(post, "A newer <one>", address="https://cups.example/b?x=1&y=2", at="2014-02-03T12:00Z")
    page = page_of(client, post)
    assert page.index("A newer &lt;one&gt;") < page.index("An older one")
    assert 'href="https://cups.example/b?x=1&amp;y=2" rel="nofollow ugc noopener"' in page
    assert "leaves.example, 1 May 2010" in page
    assert "css/mentions.css" in page


def test_they_cost_one_query_however_many_there_are(client, post):
    for _number in range(3):
        factories.mention(post)
    with CaptureQueriesContext(connection) as queries:
        page_of(client, post)
    assert len([query for query in queries.captured_queries if "comments_mention" in query["sql"]]) == 1


def test_a_hidden_one_is_not_listed(client, post):
    factories.mention(post, "Seen")
    factories.mention(post, "Unseen", is_shown=False)
    page = page_of(client, post)
    assert "Seen" in page
    assert "Unseen" not in page


def test_only_the_newest_of_many_are_listed_and_the_rest_are_counted(client, post, monkeypatch):
    monkeypatch.setattr("comments.conversation.mentions.MAX_SHOWN", 2)
    for number in range(5):
        factories.mention(post, f"Number {number}", at=f"2010-05-0{number + 1}T12:00Z")
    page = page_of(client, post)
    assert "Number 4" in page
    assert "Number 2" not in page
    assert "The newest 2 of 5." in page


def test_they_are_on_the_first_page_of_a_conversation_alone(client, post, monkeypatch):
    factories.mention(post, "Once")
    monkeypatch.setattr("comments.threads.layout.COMMENTS_PER_PAGE", 1)
    for _number in range(2):
        factories.comment(post)
    assert "Once" in page_of(client, post)
    assert "Once" not in page_of(client, post, f"{post.get_absolute_url()}comment-page-2/")


def test_a_page_with_a_conversation_has_them_too(client):
    guests = factories.guest_book()
    factories.mention(guests, "Elsewhere")
    assert "Elsewhere" in page_of(client, guests)


def test_a_cached_page_follows_every_change(client, post):
    assert "Seen" not in page_of(client, post)
    row = factories.mention(post, "Seen")
    assert "Seen" in page_of(client, post)
    row.is_shown = False
    row.save()
    assert "Seen" not in page_of(client, post)
    row.is_shown = True
    row.save()
    Mention.objects.all().delete()
    assert "Seen" not in page_of(client, post)


def test_the_number_is_kept_in_step(post):
    rows = [factories.mention(post) for _number in range(3)]
    rows[0].delete()
    rows[1].is_shown = False
    rows[1].save()
    assert Conversation.objects.get(pk=post.thread_id).mention_count == 1
    mention.count_mentions([post.thread_id])
    assert Conversation.objects.get(pk=post.thread_id).mention_count == 1


def test_moderators_hide_and_delete_them(post):
    client = factories.moderator_client("mona")
    row = factories.mention(post, "Seen")
    listed = client.get("/admin/comments/mention/").text
    assert "Seen" in listed
    assert post.title in listed
    client.post(f"/admin/comments/mention/{row.pk}/change/", {})
    row.refresh_from_db()
    assert row.is_shown is False
    client.post(f"/admin/comments/mention/{row.pk}/delete/", {"post": "yes"})
    assert not Mention.objects.exists()


def test_the_list_costs_as_many_queries_for_many(post, django_assert_max_num_queries):
    client = factories.moderator_client("mona")
    for _number in range(5):
        factories.mention(factories.post())
    client.get("/admin/comments/mention/")
    with CaptureQueriesContext(connection) as few:
        client.get("/admin/comments/mention/")
    for _number in range(5):
        factories.mention(factories.post())
    with django_assert_max_num_queries(len(few)):
        client.get("/admin/comments/mention/")
