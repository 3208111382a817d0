"""Merges tags: posts, followers, addresses and the search index follow."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.editing.duplicates import foreign_keys_to, merge_duplicates
from blog.models import Clock, Post, Redirect, SearchEntry, Tag
from comments.models import Subscription
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin/blog/tag/"


@pytest.fixture
def tea() -> Tag:
    return factories.tag("Tea")


@pytest.fixture
def chai() -> Tag:
    return factories.tag("Chai")


def leads(visitor, address: str) -> str:
    response = visitor.get(address)
    assert response.status_code == 301, response.status_code
    return response["Location"]


def chosen(*tags: Tag, **sent) -> dict:
    return {"action": "merge", "_selected_action": [tag.pk for tag in tags], **sent}


def confirmed(into: Tag, *tags: Tag) -> dict:
    return chosen(into, *tags, confirmed="yes", into=into.pk)


# What is moved


def test_posts_move_without_doubles_and_are_counted(tea, chai):
    both = factories.post(tags=[tea, chai])
    published, draft = factories.post(tags=[chai]), factories.draft(tags=[chai])
    merge_duplicates(tea, [chai])
    assert [list(post.tags.all()) for post in (both, published, draft)] == [[tea], [tea], [tea]]
    tea.refresh_from_db()
    assert tea.post_count == 2
    assert not Tag.objects.filter(name="Chai").exists()


def test_every_address_of_the_merged_leads_to_the_one_that_stays(tea, chai, visitor):
    factories.post(tags=[chai])
    chai.slug = "tchai"
    chai.save()
    merge_duplicates(tea, [chai])
    for slug in ("chai", "tchai"):
        for below in ("", "feed/", "feed/atom/", "feed/json/", "page/2/"):
            assert leads(visitor, f"/tag/{slug}/{below}") == f"/tag/tea/{below}"
    assert visitor.get("/tag/tea/").status_code == 200


def test_merged_twice_everything_leads_to_the_last(tea, chai, visitor):
    drink = factories.tag("Drink")
    merge_duplicates(tea, [chai])
    merge_duplicates(drink, [tea])
    assert leads(visitor, "/tag/chai/") == leads(visitor, "/tag/tea/") == "/tag/drink/"


def test_a_follower_of_a_merged_tag_follows_the_remaining_tag_once(tea, chai):
    both, follower = factories.reader(), factories.reader()
    factories.subscription(tea, by=both)
    factories.subscription(chai, by=both)
    factories.subscription(chai, by=follower)
    merge_duplicates(tea, [chai])
    assert sorted(Subscription.objects.filter(tag__is_trashed=False).values_list("reader", "tag")) == sorted(
        [(both.pk, tea.pk), (follower.pk, tea.pk)]
    )
    post = factories.post(tags=[tea])
    assert {subscription.reader for subscription in Subscription.objects.of_post(post)} == {both, follower}


def test_every_relation_to_a_tag_is_moved():
    """A new app that points to tags is moved, too, without being named here."""
    assert {column.model.__name__ for column in foreign_keys_to(Tag)} == {
        "MenuLink", "OldAddress", "Post_tags", "Redirect", "Subscription",
    }  # fmt: skip


def test_the_search_finds_the_posts_under_the_one_that_stays(tea, chai, visitor):
    more = factories.tag("More")
    factories.post("Samovar", tags=[chai, more])
    factories.post("Kettle", tags=[tea, chai])
    merge_duplicates(tea, [chai])
    shown = visitor.get("/search/?q=tag:tea").content.decode()
    assert "Samovar" in shown
    assert "Kettle" in shown
    stored = {entry.object_id: set(entry.keys.split()) for entry in SearchEntry.objects.all()}
    for row in Post.objects.all():
        row.update_search_index()
    assert stored == {entry.object_id: set(entry.keys.split()) for entry in SearchEntry.objects.all()}


def test_cached_pages_change_at_once(tea, chai, visitor):
    factories.post("Samovar", tags=[chai])
    before = Clock.read().site
    assert b"Samovar" not in visitor.get("/tag/tea/").content
    merge_duplicates(tea, [chai])
    assert b"Samovar" in visitor.get("/tag/tea/").content
    assert Clock.read().site == before + 1  # however many rows were moved


def test_many_are_merged_at_once_and_a_failure_leaves_everything(tea, chai, monkeypatch):
    others = [chai, factories.tag("Chay"), factories.tag("Choy")]
    for tag in others:
        factories.post(tags=[tag])
    with monkeypatch.context() as broken:
        broken.setattr("blog.editing.duplicates.PostCounted.recount", lambda rows: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            merge_duplicates(tea, others)
    assert Tag.objects.count() == 4
    assert not Redirect.objects.exists()
    merge_duplicates(tea, others)
    assert Tag.objects.get().posts.count() == 3


def test_merging_costs_the_same_however_many_posts_move(tea):
    costs = []
    for number in (1, 6):
        tag = factories.tag(f"Number {number}")
        for _ in range(number):
            factories.post(tags=[tag])
        with CaptureQueriesContext(connection) as said:
            merge_duplicates(tea, [tag])
        costs.append(len(said))
    assert costs[0] == costs[1] <= 40


# The page


def test_the_page_says_what_will_happen_and_nothing_happens_before(tea, chai, editor):
    factories.post(tags=[chai])
    shown = editor.post(LIST, chosen(tea, chai)).content.decode()
    assert "What will happen" in shown
    assert "1 published post" in shown
    assert "/tag/chai/" in shown
    assert f'value="{chai.pk}" checked' in shown  # the one with most posts
    assert Tag.objects.count() == 2


def test_an_editor_merges_and_the_log_says_so(tea, chai, editor):
    answer = editor.post(LIST, confirmed(tea, chai), follow=True)
    assert "“Chai” was merged into “Tea”." in answer.content.decode()
    assert [entry.object_id for entry in LogEntry.objects.all()] == [str(tea.pk)]
    assert "Chai" in LogEntry.objects.get().get_change_message()
    assert Tag.objects.get() == tea
    assert mail.outbox == []


@pytest.mark.parametrize("name", ["tea", "TEA", " Tea "])
def test_a_tag_that_was_not_selected_may_be_kept_by_name(name, tea, chai, editor):
    editor.post(LIST, chosen(chai, confirmed="yes", another=name))
    assert Tag.objects.get() == tea


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "Choose which one to keep."),
        ({"into": "x"}, "is not one of the available choices"),
        ({"into": "99999999999999999999"}, "is not one of the available choices"),
        ({"another": "Coffee"}, "Nothing else has this name"),
        ({"another": "x\0"}, "Null characters"),
    ],
)
def test_impossible_values_are_refused_on_the_page(sent, error, tea, chai, editor):
    answer = editor.post(LIST, chosen(tea, chai, confirmed="yes", **sent))
    assert answer.status_code == 200
    assert error in answer.content.decode()
    assert Tag.objects.count() == 2


def test_merging_needs_two(tea, editor):
    assert "Enter what to merge it with" in editor.post(LIST, chosen(tea, confirmed="yes")).content.decode()
    assert "Nothing else has" in editor.post(LIST, chosen(tea, confirmed="yes", another="tea")).content.decode()


def test_an_unknown_choice_is_refused(editor, tea):
    assert editor.post(LIST, {"action": "merge", "_selected_action": ["x"]}).status_code == 400
    gone = {"action": "merge", "_selected_action": ["999"], "confirmed": "yes", "another": "Tea"}
    assert "no longer exists" in editor.post(LIST, gone, follow=True).content.decode()


@pytest.mark.parametrize("group", ["Contributor", "Author", "Moderator"])
def test_nobody_but_editors_merges(group, tea, chai):
    client = Client()
    client.force_login(factories.user(group=group))
    answer = client.post(LIST, confirmed(tea, chai))
    assert answer.status_code == (403 if group == "Moderator" else 200)
    assert b"What will happen" not in answer.content
    assert Tag.objects.count() == 2
