"""The trash in the admin: deleting says what it does, and one page shows what is there to whoever may delete it."""

import pytest
from django.contrib.admin.models import LogEntry

from blog.editing.trash_actions import move_to_trash
from blog.models import Image, Page, Post, Tag, TrashEntry
from tests import factories
from tests.blog.images.uploads import picture, sent, uploaded

pytestmark = pytest.mark.django_db
TRASH = "/admin/blog/trashentry/"


def address(row, page: str = "delete") -> str:
    return f"/admin/blog/{row._meta.model_name}/{row.pk}/{page}/"


def rows() -> list:
    return [factories.post("Samovar"), factories.page("about"), factories.tag("Tea"), uploaded(alt="A cup")]


# Moving something there


def test_the_question_says_that_it_can_be_brought_back(editor):
    for row in rows():
        page = editor.get(address(row)).text
        assert "The trash keeps what you delete for 30 days." in page
        assert "This cannot be undone." not in page


def test_deleting_moves_to_the_trash_and_the_message_leads_back(editor):
    for row in rows():
        response = editor.post(address(row), {"post": "yes"}, follow=True)
        entry = TrashEntry.objects.get(**{row._meta.model_name: row})
        assert entry.trashed_by == editor.user
        assert f"“{row}” is in the trash." in response.text
        assert f'<a class="trash__undo" href="{TRASH}restore/?entry={entry.pk}">Undo</a>' in response.text
        assert editor.get(address(row, "change")).status_code == 404
        assert LogEntry.objects.filter(object_id=row.pk, change_message="Moved to the trash.").exists()


def test_several_are_moved_from_the_list(editor):
    posts = [factories.post("On tea"), factories.draft(title="On bread")]
    chosen = {"action": "delete_selected", "_selected_action": [post.pk for post in posts]}
    assert "The trash keeps what you delete for 30 days." in editor.post("/admin/blog/post/", chosen).text
    response = editor.post("/admin/blog/post/", {**chosen, "post": "yes"}, follow=True)
    assert "“On tea” and “On bread” are in the trash." in response.text
    assert not Post.objects.exists()
    assert TrashEntry.objects.count() == 2


def test_a_post_with_comments_can_be_moved_and_the_question_says_what_becomes_of_them(editor, post):
    factories.comment(post)
    assert "Comments are hidden with their post, and come back with it." in editor.get(address(post)).text
    editor.post(address(post), {"post": "yes"})
    assert not Post.objects.exists()


def test_the_question_about_a_picture_says_where_it_is_used_and_that_its_address_stays(editor):
    image = uploaded(alt="A samovar", by=editor.user)
    factories.post("On tea", body=image.markdown())
    page = editor.get(address(image)).text
    assert "“A samovar” is used in “On tea”, and is not shown there until it is restored." in page
    assert "the file can still be opened by whoever has its address" in page


# Names and addresses that the trash keeps


def test_a_new_tag_or_page_with_the_name_of_one_in_the_trash_is_refused_with_a_link(editor):
    move_to_trash(factories.tag("Tea"), by=None)
    move_to_trash(factories.page("about"), by=None)
    redirects = {"redirects-TOTAL_FORMS": "0", "redirects-INITIAL_FORMS": "0"}
    new_tag = editor.post("/admin/blog/tag/add/", {"name": "tea", "slug": "other", **redirects}).text
    new_page = editor.post("/admin/blog/page/add/", {"title": "About", "slug": "about", "body": "We."}).text
    for page, name in ((new_tag, "Tea"), (new_page, "About")):
        assert f"“{name}” has this, and is in the trash." in page
        assert f'<a href="{TRASH}">Open the trash</a>' in page
    quick = editor.post("/admin/blog/tag/new/", {"name": "tea"})
    assert quick.status_code == 400
    assert quick.json()["words"].startswith("“Tea” has this, and is in the trash.")
    assert "<" not in quick.json()["words"]
    assert not Tag.objects.exists()
    assert not Page.objects.exists()


def test_a_picture_in_the_trash_that_is_uploaded_again_is_named(editor):
    content = picture()
    move_to_trash(uploaded(content, alt="A samovar"), by=None)
    page = editor.post("/admin/blog/image/add/", sent(content)).text
    assert "“A samovar” has this, and is in the trash." in page
    assert not Image.objects.exists()


# The page of the trash


def test_the_page_says_what_by_whom_and_until_when(editor, django_assert_max_num_queries):
    for row in rows():
        move_to_trash(row, by=editor.user)
    discussed = factories.post("Discussed")
    factories.comment(discussed)
    move_to_trash(discussed, by=None)
    with django_assert_max_num_queries(12):
        page = editor.get(TRASH).text
    for words in ("Samovar", "About", "Tea", "A cup", "Discussed", "editor", "It has comments, so it stays."):
        assert words in page
    assert "Samovar" not in editor.get(f"{TRASH}?kind=tag").text


def test_each_sees_and_restores_only_what_they_may_delete(alice, bob, editor):
    own, others = factories.post("Mine", authors=[alice.profile]), factories.post("Theirs", authors=[bob.profile])
    image, tag = uploaded(alt="A cup", by=bob.user), factories.tag("Tea")
    entries = {row: move_to_trash(row, by=editor.user) for row in (own, others, image, tag)}
    page = alice.get(TRASH).text
    assert "Mine" in page
    assert not any(words in page for words in ("Theirs", "A cup", "Tea"))
    alice.post(f"{TRASH}restore/", {"entry": [entry.pk for entry in entries.values()], "confirmed": "yes"})
    assert list(Post.objects.all()) == [own]
    alice.post(f"{TRASH}delete/", {"entry": [entry.pk for entry in entries.values()], "confirmed": "yes"})
    assert TrashEntry.objects.count() == 3
    page = bob.get(TRASH).text
    assert "Theirs" in page
    assert "A cup" in page


def test_a_contributor_sees_their_own_pictures_and_a_moderator_nothing():
    contributor, moderator = factories.staff_client("carla", "Contributor"), factories.moderator_client("mona")
    move_to_trash(factories.draft(title="Mine", authors=[contributor.profile]), by=None)
    move_to_trash(uploaded(alt="A cup", by=contributor.user), by=None)
    page = contributor.get(TRASH).text
    assert "A cup" in page
    assert "Mine" not in page
    for where in ("", "restore/", "delete/"):
        assert moderator.get(TRASH + where).status_code == 403


def test_several_are_restored_at_once(editor):
    entries = [move_to_trash(row, by=None) for row in rows()]
    chosen = {"action": "restore_selected", "_selected_action": [entry.pk for entry in entries]}
    response = editor.post(TRASH, chosen, follow=True)
    assert "are restored." in response.text
    assert not TrashEntry.objects.exists()
    assert Post.objects.count() == Page.objects.count() == Tag.objects.count() == Image.objects.count() == 1


def test_the_button_of_a_row_restores_it_at_once(editor, post):
    entry = move_to_trash(post, by=None)
    assert f'name="entry" value="{entry.pk}" formaction="{TRASH}restore/"' in editor.get(TRASH).text
    response = editor.post(f"{TRASH}restore/", {"entry": entry.pk}, follow=True)
    assert response.redirect_chain == [(TRASH, 302)]
    assert Post.objects.get() == post


def test_deleting_for_good_is_asked_about_in_the_known_sentences(editor):
    tag = factories.tag("Tea")
    post = factories.post("Samovar", tags=[tag])
    entries = [move_to_trash(row, by=None) for row in (post, tag)]
    chosen = {"action": "delete_selected", "_selected_action": [entry.pk for entry in entries]}
    page = editor.post(TRASH, chosen).text
    assert "This cannot be undone." in page
    assert "saved version" in page
    response = editor.post(
        f"{TRASH}delete/", {"entry": [entry.pk for entry in entries], "confirmed": "yes"}, follow=True
    )
    assert "are deleted for good." in response.text
    assert not Post.everything.exists()
    assert not Tag.everything.exists()


def test_a_post_with_comments_is_not_deleted_for_good(editor, post):
    factories.comment(post)
    entry = move_to_trash(post, by=None)
    response = editor.post(f"{TRASH}delete/", {"entry": entry.pk, "confirmed": "yes"}, follow=True)
    assert "They are kept with what was decided on them, so it stays in the trash." in response.text
    assert TrashEntry.objects.exists()


def test_what_is_no_longer_there_is_said(editor):
    for where in ("restore/", "delete/"):
        assert "no longer in the trash" in editor.get(f"{TRASH}{where}?entry=7&entry=x").text
    assert "no longer in the trash" in editor.post(f"{TRASH}restore/", {"entry": "7"}, follow=True).text


def test_lists_link_to_the_trash(editor):
    for name in ("post", "page", "tag", "image"):
        assert f'href="{TRASH}?kind={name}"' in editor.get(f"/admin/blog/{name}/").text


def test_nobody_sets_the_status_of_the_trash_in_a_form(editor):
    post = factories.draft()
    page = editor.get(address(post, "change")).text
    assert 'value="trash"' not in page
    editor.post(address(post, "change"), factories.post_form(status="trash", slug=post.slug))
    assert Post.objects.get().status == "draft"


def test_a_translation_of_a_post_in_the_trash_can_be_saved(editor):
    original = factories.post("Choy", language="uz")
    post = factories.draft(title="Tea", language="en", translation_of=original)
    move_to_trash(original, by=None)
    form = factories.post_form(slug=post.slug, language="en", translation_of=original.pk, body="More.")
    response = editor.post(address(post, "change"), form)
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert Post.objects.get(pk=post.pk).translation_of_id == original.pk
