"""Actions on many posts: done by the posts' verbs, logged, and reported post by post."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from blog.models import Post, Tag, Version
from tests import factories

LIST = "/admin/blog/post/"


def run(client, action: str, *posts: Post, **fields) -> str:
    """Send an action, confirmed, and return the page that follows."""
    sent = {"action": action, "_selected_action": [post.pk for post in posts], "confirmed": "yes", **fields}
    return client.post(LIST, sent, follow=True).content.decode()


def stored(post: Post) -> Post:
    return Post.objects.get(pk=post.pk)


def test_drafts_are_published_by_the_person_and_logged(editor):
    first, second = factories.draft(title="One"), factories.draft(title="Two")
    assert "2 posts were changed." in run(editor, "publish", first, second)
    assert stored(first).is_public
    assert stored(second).is_public
    version = Version.objects.filter(post=first).order_by("-number").first()
    assert version.saved_by.username == "editor"
    assert LogEntry.objects.filter(object_id__in=[str(first.pk), str(second.pk)]).count() == 2


def test_publishing_asks_first_and_says_what_the_checklist_says(editor):
    post = factories.draft(title="One", authors=[])
    page = editor.post(LIST, {"action": "publish", "_selected_action": [post.pk]}).content.decode()
    assert "The post has no tags." in page
    assert not stored(post).is_public


def test_a_draft_with_a_later_time_is_scheduled_for_it(editor):
    at = (timezone.now() + timedelta(days=3)).replace(microsecond=0)
    post = factories.draft(title="Later", published_at=at)
    assert "Scheduled for a later time: “Later”." in run(editor, "publish", post)
    assert (stored(post).status, stored(post).published_at) == (Post.Status.PUBLISHED, at)


def test_what_cannot_be_published_is_named_and_the_rest_is_published(editor):
    public, odd, good = factories.post("There"), factories.draft(title="Odd"), factories.draft(title="Good")
    Post.objects.filter(pk=odd.pk).update(slug="no slug")
    page = run(editor, "publish", public, odd, good)
    assert "1 post was changed." in page
    assert "Not changed: “There”. It is published or scheduled already." in page
    assert "Not changed: “Odd”. Enter a valid “slug”" in page
    assert stored(good).is_public
    assert not stored(odd).is_public


def test_a_contributor_cannot_publish(carol):
    post = factories.draft(authors=[carol.profile])
    run(carol, "publish", post)
    assert not stored(post).is_public


def test_nobody_changes_the_posts_of_others(alice):
    post = factories.post(authors=[factories.author("Bob")], tags=[factories.tag("Tea")])
    for action, fields in (("close_conversation", {}), ("remove_tag", {"name": "tea"}), ("publish", {})):
        run(alice, action, post, **fields)
    run(alice, "close_conversation", post, select_across="1")
    assert stored(post).conversation == Post.ConversationStatus.OPEN
    assert stored(post).tags.count() == 1


def test_a_contributor_changes_a_published_post_by_no_action(carol):
    post = factories.post("Out", authors=[carol.profile])
    assert "You may not change it." in run(carol, "close_conversation", post)
    assert stored(post).conversation == Post.ConversationStatus.OPEN


def test_a_tag_is_added_and_removed_with_its_count(editor):
    tea, post = factories.tag("Tea"), factories.post()
    assert "1 post was changed." in run(editor, "add_tag", post, name="Tea")
    assert Tag.objects.get(pk=tea.pk).post_count == 1
    assert "It has the tag already." in run(editor, "add_tag", post, name="tea")
    assert "1 post was changed." in run(editor, "remove_tag", post, name="tea")
    assert Tag.objects.get(pk=tea.pk).post_count == 0
    assert "It does not have the tag." in run(editor, "remove_tag", post, name="tea")


@pytest.mark.parametrize("name", ["nothing", "", "\0"])
def test_a_name_that_no_tag_has_is_refused_on_the_page(name, editor):
    post = factories.post()
    page = run(editor, "add_tag", post, name=name)
    assert 'id="bulk-name-error"' in page
    assert post.title in page


def test_an_editor_changes_the_author_and_others_are_not_offered_to(editor, alice):
    post, bob = factories.post(authors=[alice.profile]), factories.author("Bob")
    run(alice, "change_author", post, name="bob")
    assert stored(post).author_list == [alice.profile]
    assert "1 post was changed." in run(editor, "change_author", post, name="Bob")
    assert stored(post).author_list == [bob]


def test_the_conversation_is_closed_and_the_text_keeps_its_time(editor):
    post = factories.post()
    assert "1 post was changed." in run(editor, "close_conversation", post)
    assert stored(post).is_closed
    assert (stored(post).updated_at, stored(post).body) == (post.updated_at, post.body)
    assert "Its conversation is closed already." in run(editor, "close_conversation", post)


def test_more_than_a_hundred_at_once_are_refused(editor, monkeypatch):
    monkeypatch.setattr("blog.admin.bulk_actions.MAX_CHANGED_POSTS", 1)
    posts = [factories.post(), factories.post()]
    assert "Select at most 1 at once." in run(editor, "close_conversation", *posts)
    assert not stored(posts[0]).is_closed
