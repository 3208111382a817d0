"""A merge of tags or sources can be undone: what was moved goes back, unless it has changed since."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.editing.duplicates import NotUndoable, merge_duplicates
from blog.editing.trash_actions import delete_for_good, move_to_trash, restore_entry
from blog.models import Clock, Post, Redirect, Source, Tag, TrashEntry
from blog.models.menu import MenuLink
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


def merge(into, *others) -> list[TrashEntry]:
    return merge_duplicates(into, others)


def undo(*entries: TrashEntry) -> list[str]:
    return [sentence for entry in entries for sentence in restore_entry(entry.pk, by=None)[1]]


def counts(*tags: Tag) -> list[int]:
    return [Tag.objects.get(pk=tag.pk).post_count for tag in tags]


def test_posts_go_back_and_are_counted_and_found(tea, chai, visitor):
    both, first, second = (factories.post(tags=tags) for tags in ([tea, chai], [tea], [chai]))
    draft = factories.draft(tags=[chai])
    assert undo(*merge(tea, chai)) == []
    tags = [{tag.name for tag in Post.objects.get(pk=post.pk).tags.all()} for post in (both, first, second, draft)]
    assert tags == [{"Tea", "Chai"}, {"Tea"}, {"Chai"}, {"Chai"}]
    assert counts(tea, chai) == [2, 2]
    for tag, posts in ((tea, (both, first)), (chai, (both, second))):
        found = visitor.get(f"/search/?q=tag:{tag.slug}+tea").text
        assert all((post.get_absolute_url() in found) == (post in posts) for post in (both, first, second))


def test_its_address_answers_again_and_so_do_its_old_ones(tea, chai, visitor):
    factories.post(tags=[chai])
    Redirect.objects.create(path="/tag/tchai/", tag=chai)
    undo(*merge(tea, chai))
    assert visitor.get("/tag/chai/").status_code == 200
    assert visitor.get("/tag/tchai/")["Location"] == "/tag/chai/"


def test_followers_and_links_in_the_menu_go_back(tea, chai):
    both, follower = factories.reader(), factories.reader()
    for tag in (tea, chai):
        factories.subscription(tag, by=both)
    factories.subscription(chai, by=follower)
    link = MenuLink.objects.create(tag=chai)
    undo(*merge(tea, chai))
    link.refresh_from_db()
    rows = sorted(Subscription.objects.values_list("reader", "tag"))
    assert rows == sorted([(both.pk, tea.pk), (both.pk, chai.pk), (follower.pk, chai.pk)])
    assert link.tag == chai


def test_whoever_has_unsubscribed_since_gets_no_email_again(tea, chai):
    both, follower = factories.reader(), factories.reader()
    for tag in (tea, chai):
        factories.subscription(tag, by=both)
    factories.subscription(chai, by=follower)
    entries = merge(tea, chai)
    Subscription.objects.filter(tag=tea).delete()
    assert undo(*entries) == ["1 link to “Chai” has changed since the merge and stays as it is."]
    assert not Subscription.objects.exists()


def test_a_post_that_has_lost_the_tag_since_does_not_get_the_other(tea, chai):
    moved, both, deleted = factories.post(tags=[chai]), factories.post(tags=[tea, chai]), factories.post(tags=[chai])
    entries = merge(tea, chai)
    for post in (moved, both):
        Post.objects.get(pk=post.pk).save(tags=[])
    deleted.delete()
    assert undo(*entries) == ["2 links to “Chai” have changed since the merge and stay as they are."]
    assert not Post.tags.through.objects.exists()
    assert counts(tea, chai) == [0, 0]


def test_a_post_that_got_the_tag_since_keeps_it(tea, chai):
    entries = merge(tea, chai)
    post = factories.post(tags=[tea])
    undo(*entries)
    assert list(post.tags.all()) == [tea]


def test_several_can_be_told_apart_again_one_by_one(tea, chai):
    drink = factories.tag("Drink")
    posts = [factories.post(tags=[tag]) for tag in (tea, chai, drink)]
    of_chai, of_drink = merge(tea, chai, drink)
    undo(of_drink)
    assert counts(tea, drink) == [2, 1]
    undo(of_chai)
    assert counts(tea, chai, drink) == [1, 1, 1]
    assert [post.tags.get() for post in posts] == [tea, chai, drink]


def test_a_merge_into_what_was_merged_itself_is_undone_from_the_last(tea, chai):
    drink = factories.tag("Drink")
    post = factories.post(tags=[chai])
    first, second = merge(tea, chai)[0], merge(drink, tea)[0]
    with pytest.raises(NotUndoable, match="“Tea”, which is in the trash itself"):
        undo(first)
    undo(second)
    undo(first)
    assert post.tags.get() == chai


def test_nothing_can_be_told_apart_from_what_was_deleted_for_good(tea, chai):
    entries = merge(tea, chai)
    delete_for_good(move_to_trash(tea, by=None))
    with pytest.raises(NotUndoable, match="deleted for good"):
        undo(*entries)
    assert not Tag.objects.exists()


def test_deleted_for_good_the_merged_tag_goes_and_its_address_still_leads_to_the_other(tea, chai, visitor):
    factories.post(tags=[chai])
    delete_for_good(merge(tea, chai)[0])
    assert list(Tag.everything.all()) == [tea]
    assert visitor.get("/tag/chai/")["Location"] == "/tag/tea/"


def test_sources_are_told_apart_with_their_quotations_and_spellings():
    post = factories.post(body="> Leave one brick.\n>\n> — Navoiy, *Xamsa*")
    other = factories.post(body="> Two bricks.\n>\n> — Nawai, *Khamsa*")
    first, second = Source.objects.order_by("pk")
    entries = merge(first, second)
    assert first.posts.count() == 2
    undo(*entries)
    first, second = Source.objects.order_by("pk")
    assert (list(first.posts), list(second.posts)) == ([post], [other])
    assert (first.post_count, second.post_count, second.spellings.count()) == (1, 1, 1)
    other.body += "\n\nMore."
    other.save()
    assert list(second.posts) == [other]


def test_a_merge_and_its_undoing_move_the_clock_once_each(tea, chai):
    factories.post(tags=[chai])
    clock = Clock.read().site
    entries = merge(tea, chai)
    assert Clock.read().site == clock + 1
    undo(*entries)
    assert Clock.read().site == clock + 2


def test_undoing_costs_the_same_however_many_posts_go_back():
    costs = []
    for number in (2, 20):
        tea, chai = factories.tag(), factories.tag()
        for _ in range(number):
            factories.post(tags=[chai])
        entries = merge(tea, chai)
        with CaptureQueriesContext(connection) as queries:
            undo(*entries)
        costs.append(len(queries))
    assert costs[0] == costs[1]


# In the admin


def test_the_message_after_a_merge_and_the_history_of_the_tag_lead_to_undoing_it(editor, tea, chai):
    post = factories.post(tags=[chai])
    sent = {"action": "merge", "_selected_action": [tea.pk, chai.pk], "confirmed": "yes", "into": tea.pk}
    page = editor.post(LIST, sent, follow=True).text
    entry = TrashEntry.objects.get()
    where = f"/admin/blog/trashentry/restore/?entry={entry.pk}"
    assert f'<a class="trash__undo" href="{where}">Undo</a>' in page
    history = editor.get(f"{LIST}{tea.pk}/history/").text
    assert "Merged into this" in history
    assert where in history
    assert "Undo the merge" in editor.get(where).text
    response = editor.post(where, {"entry": entry.pk, "confirmed": "yes"}, follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert "“Chai” is restored." in response.text
    assert post.tags.get() == chai


def test_what_cannot_be_undone_is_said(editor, tea, chai):
    entry = merge(tea, chai)[0]
    move_to_trash(tea, by=editor.user)
    response = editor.post("/admin/blog/trashentry/restore/", {"entry": entry.pk}, follow=True)
    assert "“Chai” was not restored. It was merged into “Tea”" in response.text
