"""Before anything is deleted: which post or tag, what goes with it, what stays, in words that people know."""

import re

import pytest
from django.contrib import admin
from django.test import Client

from blog.editing.trash_actions import move_to_trash
from blog.models import LinkCard, Redirect, Series
from tests import factories
from tests.blog.images.uploads import uploaded

pytestmark = pytest.mark.django_db

# What a table is called in the code is no business of an editor.
INTERNALS = re.compile(r"Threads?:|Rounds?:|Conversations?:|relationships?:|Fanouts?:|[Ii]mage uses?:|Summary|Objects")


def ask(client: Client, row) -> str:
    """The page that asks whether to delete, as text."""
    return shown(client.get(f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/delete/"))


def ask_about_several(client: Client, rows) -> str:
    meta = rows[0]._meta
    sent = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}
    return shown(client.post(f"/admin/{meta.app_label}/{meta.model_name}/", sent))


def shown(response) -> str:
    text = re.search(r"<main.*</main>", response.text, re.DOTALL)[0]
    words = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", text))
    assert not INTERNALS.search(words), words
    return words


def test_a_post_is_named_with_its_versions_and_notes(editor, post):
    post.body = "Other words."
    post.save()
    post.corrections.create(text="In June.", corrected_at=factories.NOON, edition=1)
    words = ask(editor, post)
    assert "Delete the post “The tea house”?" in words
    assert "Readers who follow a link to it will find nothing." in words
    assert "The trash keeps what you delete for 30 days." in words
    entry = move_to_trash(post, by=None)
    words = shown(editor.get(f"/admin/blog/trashentry/delete/?entry={entry.pk}"))
    assert f"This also deletes {post.versions.count()} saved versions" in words
    assert "and 1 correction note." in words
    assert "This cannot be undone." in words


def test_a_draft_has_no_readers_to_lose(editor):
    assert "Readers" not in ask(editor, factories.draft(title="Later"))


def test_several_posts_are_listed(editor):
    posts = [factories.post("On tea"), factories.post("On bread"), factories.draft(title="Later")]
    words = ask_about_several(editor, posts)
    assert "Delete 3 posts?" in words
    assert all(title in words for title in ("On tea", "On bread", "Later"))
    assert "2 of them are published: readers who follow a link to one will find nothing." in words


def test_a_tag_leaves_its_posts_and_takes_its_old_addresses(editor):
    tag = factories.tag("tea")
    factories.post(tags=[tag])
    factories.post(tags=[tag])
    Redirect.objects.create(path="/tag/chai/", tag=tag)
    words = ask(editor, tag)
    assert "Delete the tag “tea”?" in words
    assert "2 posts stay, without the tag." in words
    entry = move_to_trash(tag, by=None)
    words = shown(editor.get(f"/admin/blog/trashentry/delete/?entry={entry.pk}"))
    assert "This also deletes 1 old address." in words
    assert "2 posts stay, without the tag." in words


def test_several_tags_leave_their_posts_too(editor):
    tags = [factories.tag("tea"), factories.tag("bread")]
    factories.post(tags=tags)
    words = ask_about_several(editor, tags)
    assert "Delete 2 tags?" in words
    assert "1 post stays, without the tag." in words


@pytest.mark.parametrize("model", [model for model in admin.site._registry if model._meta.app_label == "blog"])
def test_whatever_can_be_deleted_in_bulk_is_asked_about_in_these_words(model):
    model_admin = admin.site._registry[model]
    if model is LinkCard:  # goes by itself with the last text that has it
        assert "delete_selected" not in model_admin.actions
        return
    assert model_admin.get_action("delete_selected").func == type(model_admin).delete_selected
    assert "delete_selected" in model_admin.actions


def test_a_series_leaves_its_posts(editor):
    series = Series.objects.create(name="Walls", slug="walls")
    factories.post(series=series, part=1)
    assert "1 post stays, outside the series." in ask(editor, series)


def test_an_author_leaves_posts_and_account(editor):
    author = factories.author("Anvar")
    factories.post(authors=[author])
    words = ask(editor, author)
    assert "1 post stays, without this name above it." in words
    assert "The account of this person stays" in words


def test_a_page_leaves_an_address_without_a_page(editor):
    assert "will find nothing" in ask(editor, factories.page())


def test_an_image_goes_in_all_its_sizes(editor):
    image = uploaded(by=editor.user)
    assert "the file can still be opened" in ask(editor, image)
    entry = move_to_trash(image, by=None)
    words = shown(editor.get(f"/admin/blog/trashentry/delete/?entry={entry.pk}"))
    assert "The file is deleted in all its sizes." in words


def test_an_account_leaves_what_the_person_wrote():
    root = Client()
    root.force_login(factories.user("root", group="Administrator", is_superuser=True))
    words = ask(root, factories.user("eve", group="Author"))
    assert "Their profile, posts, pictures and comments stay." in words
    assert "make it inactive instead" in words


def test_whoever_changes_their_mind_gets_back_without_a_script(editor, post):
    where = f"/admin/blog/post/{post.pk}"
    assert f'<a href="{where}/change/">Cancel</a>' in editor.get(f"{where}/delete/").text
    sent = {"action": "delete_selected", "_selected_action": [post.pk]}
    assert '<a href="/admin/blog/post/">Cancel</a>' in editor.post("/admin/blog/post/", sent).text


def test_the_questions_about_a_deletion_do_not_grow_with_the_rows(editor, django_assert_max_num_queries):
    tags = [factories.tag() for _ in range(30)]
    for tag in tags:
        factories.post(tags=[tag])
    with django_assert_max_num_queries(45):
        ask_about_several(editor, tags)
