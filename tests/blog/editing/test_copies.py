"""Duplicating posts: what a copy has of its post, and who may make one."""

import pytest
from django.contrib.admin.models import ADDITION, LogEntry

from blog.models import Post, Series
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/blog/post/"


def duplicate(client, *posts: Post):
    return client.post(LIST, {"action": "duplicate", "_selected_action": [post.pk for post in posts]})


def test_a_copy_is_a_draft_with_the_texts_tags_and_authors_and_opens(editor):
    alice, tea = factories.author("Alice"), factories.tag("Tea")
    texts = {"body": "Tea *first*.", "epigraph": "Rest.", "epigraph_source": "Navoiy", "summary": "On tea."}
    post = factories.post("Tea", slug="tea", language="uz", authors=[alice], tags=[tea], **texts)
    answer = duplicate(editor, post)
    copy = Post.objects.exclude(pk=post.pk).get()
    assert answer["Location"] == f"{LIST}{copy.pk}/change/"
    assert (copy.title, copy.slug, copy.language) == ("Tea (copy)", "tea-copy", "uz")
    assert {name: getattr(copy, name) for name in texts} == texts
    assert (copy.author_list, copy.tag_list) == ([alice], [tea])
    assert (copy.status, copy.published_at, copy.published_on) == ("draft", None, None)


def test_a_copy_has_nothing_that_says_where_or_to_whom_the_post_was_shown(editor):
    fields = {"seo_title": "T", "canonical_url": "https://first.example/", "visibility": "password", "is_pinned": True}
    post = factories.post(series=Series.objects.create(name="S", slug="s"), part=1, password_hash="x", **fields)
    factories.comment(post)
    duplicate(editor, post)
    copy = Post.objects.exclude(pk=post.pk).get()
    assert (copy.series, copy.part, copy.is_pinned) == (None, None, False)
    assert (copy.seo_title, copy.canonical_url, copy.visibility, copy.password_hash) == ("", "", "listed", "")
    assert (copy.uid, copy.preview_token) != (post.uid, post.preview_token)
    assert copy.comment_count == 0


def test_the_post_stays_as_it_was(editor, post):
    before = Post.objects.values().get(pk=post.pk)
    duplicate(editor, post)
    assert Post.objects.values().get(pk=post.pk) == before


def test_several_are_duplicated_at_once_and_each_is_logged(editor):
    posts = [factories.post("One"), factories.draft(title="Two")]
    assert duplicate(editor, *posts)["Location"] == LIST
    assert sorted(Post.objects.values_list("title", flat=True)) == ["One", "One (copy)", "Two", "Two (copy)"]
    logged = LogEntry.objects.filter(action_flag=ADDITION).order_by("object_repr")
    assert [(entry.object_repr, entry.change_message) for entry in logged] == [
        ("One (copy)", "Copied from “One”."),
        ("Two (copy)", "Copied from “Two”."),
    ]


def test_a_long_title_and_slug_are_cut_before_the_ending(editor):
    duplicate(editor, factories.post("t" * 250, slug="s" * 200))
    copy = Post.objects.order_by("-pk").first()
    assert (len(copy.title), len(copy.slug)) == (250, 200)
    assert (copy.title[-7:], copy.slug[-5:]) == (" (copy)", "-copy")


def test_a_copy_can_be_copied(editor, post):
    duplicate(editor, post)
    duplicate(editor, Post.objects.exclude(pk=post.pk).get())
    assert Post.objects.count() == 3


def test_authors_duplicate_their_own_posts_alone(alice, bob):
    post = factories.post(authors=[alice.profile])
    duplicate(bob, post)
    assert Post.objects.count() == 1
    duplicate(alice, post)
    assert Post.objects.count() == 2


def test_who_may_not_write_posts_may_not_duplicate_any(post):
    duplicate(factories.moderator_client("mod"), post)
    assert Post.objects.count() == 1
