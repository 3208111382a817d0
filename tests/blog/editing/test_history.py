"""The history of a post in the admin: versions, their differences, and restoring one."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.editing import history
from blog.models import Clock, Correction, Post, Version
from blog.models.version import StaleEdition
from tests import factories

pytestmark = pytest.mark.django_db


def signed_in(name: str, group: str) -> Client:
    client = Client()
    client.force_login(factories.user(name, group=group, first_name=name.title()))
    return client


@pytest.fixture
def editor() -> Client:
    return signed_in("editor", "Editor")


@pytest.fixture
def tea() -> Post:
    """Written, mended twice, published meanwhile."""
    post = factories.draft(title="On tea", body="Tea first.\n\nThen talk.")
    post.status, post.published_at = Post.Status.PUBLISHED, factories.NOON
    post.save()
    post.body = "Tea first.\n\nThen a long talk."
    post.save()
    return Post.objects.get(pk=post.pk)


def where(post: Post, rest: str = "") -> str:
    return f"/admin/blog/post/{post.pk}/history/{rest}"


def told(post: Post) -> list[list[str]]:
    return [line.changes for line in history.history_page(post, "1").object_list]


def saved(post: Post, *, by=None, correction: str = "", **fields) -> Post:
    for name, value in fields.items():
        setattr(post, name, value)
    post.save(by=by, correction=correction)
    return post


# The list


def test_every_version_is_listed_newest_first_with_what_it_changed(tea):
    assert told(tea) == [["text +2 −0 words"], ["published", "publication time"], ["first version"]]


def test_where_there_is_one_version_none_is_to_be_compared(editor, tea):
    def asks(post: Post) -> bool:
        return 'type="radio"' in editor.get(where(post)).content.decode()

    alone = factories.post("Alone")
    assert (alone.versions.count(), asks(alone)) == (1, False)
    assert (tea.versions.count(), asks(tea)) == (3, True)


def test_each_kind_of_change_is_described(tea):
    tomorrow = timezone.now() + timedelta(days=1)
    saved(tea, status=Post.Status.DRAFT, title="On coffee")
    saved(tea, status=Post.Status.PUBLISHED, published_at=tomorrow, slug="coffee")
    saved(tea, body="Then a long talk.\n\nTea first!", epigraph="Once", epigraph_source="A proverb", summary="Short.")
    assert told(tea)[:3] == [
        ["epigraph", "epigraph source", "summary", "text (only order or punctuation)"],
        ["scheduled", "slug", "publication time"],
        ["unpublished", "title"],
    ]


def test_the_page_says_who_saved_and_when_in_the_zone_of_the_site(editor, tea, settings):
    settings.TIME_ZONE = "Asia/Tashkent"
    ann = factories.user("ann", first_name="Ann", last_name="Iqbal")
    saved(tea, body="Other.", by=ann)
    tea.versions.filter(number=4).update(saved_at=factories.NOON)
    html = editor.get(where(tea)).text
    assert "<bdi>Ann Iqbal</bdi>" in html
    assert "20 March 2026, 17:00</time>" in html


def test_versions_that_readers_saw_are_marked():
    post = factories.draft()
    saved(post, status=Post.Status.PUBLISHED, published_at=timezone.now() + timedelta(days=1))
    saved(post, body="Still ahead.")
    saved(post, published_at=factories.NOON)
    saved(post, body="Out.")
    saved(post, status=Post.Status.DRAFT)
    lines = history.history_page(post, "1").object_list
    assert [(line.version.number, line.was_public) for line in lines] == [
        (6, False), (5, True), (4, True), (3, False), (2, False), (1, False),
    ]  # fmt: skip
    assert [line.version.number for line in lines if line.is_now] == [6]


def test_a_scheduled_version_that_came_due_was_public():
    post = factories.scheduled()
    post.versions.update(published_at=factories.NOON)
    assert history.history_page(post, "1").object_list[0].was_public


def test_a_post_from_before_versions_says_so_and_then_stores_both(editor):
    post = factories.post()
    post.versions.all().delete()
    Post.objects.update(edition=0)
    assert "There are no versions yet." in editor.get(where(post)).text
    assert editor.get(where(post, "compare/")).status_code == 404
    saved(Post.objects.get(), body="Talk.")
    assert told(post) == [["text +1 −4 words"], ["as it was before versions were kept"]]


def test_a_long_history_has_pages_that_know_their_neighbours(editor, tea, monkeypatch):
    monkeypatch.setattr(history, "VERSIONS_PER_PAGE", 2)
    first, second = (history.history_page(tea, number).object_list for number in "12")
    assert [line.version.number for line in [*first, *second]] == [3, 2, 1]
    assert [line.changes for line in [*first, *second]] == [
        ["text +2 −0 words"],
        ["published", "publication time"],
        ["first version"],
    ]
    assert [line.was_public for line in [*first, *second]] == [True, True, False]
    html = editor.get(where(tea), {"page": "2"}).text
    assert 'rel="prev" href="?page=1"' in html
    for nonsense in ("0", "-1", "x", "9" * 30):
        assert editor.get(where(tea), {"page": nonsense, "log": nonsense}).status_code == 200


def test_the_page_costs_the_same_for_any_number_of_versions(editor, tea):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            editor.get(where(tea))
        return len(asked)

    editor.get(where(tea))  # content types are known from here on
    few = cost()
    user = factories.User.objects.get(username="editor")
    Version.objects.bulk_create(
        Version(post=tea, number=number, saved_at=timezone.now(), body=str(number), status="draft", saved_by=user)
        for number in range(4, 90)
    )
    assert cost() == few <= 11


def test_a_change_without_a_version_is_in_the_log(editor, tea):
    user = factories.User.objects.get(username="editor")
    LogEntry.objects.log_actions(user.pk, [tea], 2, '[{"changed": {"fields": ["Tags"]}}]')
    html = editor.get(where(tea)).text
    assert "Changed Tags." in html
    assert html.index("What changed") < html.index("Changed Tags.")


def test_corrections_are_listed_with_edit_links_for_editors(editor):
    alice = signed_in("alice", "Author")
    post = factories.post(authors=[factories.author(user=factories.User.objects.get(username="alice"))])
    saved(post, body="Other.", correction="It was June.")
    note = Correction.objects.get()
    link = f"/admin/blog/correction/{note.pk}/change/"
    assert "It was June." in editor.get(where(post)).text
    assert link in editor.get(where(post)).text
    assert "It was June." in alice.get(where(post)).text
    assert link not in alice.get(where(post)).text


# Two beside each other


def test_any_two_versions_are_compared_field_by_field(editor, tea):
    html = editor.get(where(tea, "compare/"), {"old": "1", "new": "3"}).text
    assert "Version 1 beside version 3" in html
    assert "added:" in html
    assert "<h2" in html
    for name in ("Body", "Status", "Publication time"):
        assert f">{name}</h2>" in html
    assert ">Title</h2>" not in html


def test_by_default_each_is_compared_with_the_one_before(editor, tea):
    assert "Version 2 beside version 3" in editor.get(where(tea, "compare/")).text
    assert "Version 1 beside version 2" in editor.get(where(tea, "compare/"), {"new": "2"}).text
    assert "These two versions have the same text." in editor.get(where(tea, "compare/"), {"new": "1"}).text


def test_the_older_version_comes_first_in_any_selection(editor, tea):
    assert "Version 1 beside version 3" in editor.get(where(tea, "compare/"), {"old": "3", "new": "1"}).text


@pytest.mark.parametrize("number", ["4", "-1", "x", "1.5", "9" * 18, "9" * 30, "\0", "1'"])
def test_an_unknown_version_is_not_found(editor, tea, number):
    assert editor.get(where(tea, "compare/"), {"old": number}).status_code == 404
    assert editor.get(where(tea, "compare/"), {"new": number}).status_code == 404
    if number.isdigit():
        for way in ("", "preview/", "restore/"):
            assert editor.get(where(tea, f"{number}/{way}")).status_code == 404


def test_texts_are_shown_as_they_were_typed(editor):
    post = factories.post(body="<script>alert(1)</script> & *more*")
    saved(post, body="Nothing.")
    shown = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; *more*"
    assert shown in editor.get(where(post, "1/")).text
    for way in ("1/", "compare/", "1/restore/"):
        assert "<script>alert" not in editor.get(where(post, way)).text


# A version as readers would see it


def test_a_version_is_seen_as_readers_would_see_it_and_by_nobody_else(editor, tea):
    saved(tea, title="On coffee", epigraph="*Once*", body="Coffee **first**.", correction="It is coffee.")
    saved(tea, body="Nothing.", epigraph="")
    answer = editor.get(where(tea, "4/preview/"))
    assert "<em>Once</em>" in answer.text
    assert "<strong>first</strong>" in answer.text
    assert "It is coffee." in answer.text
    assert "Version 4 of this post, as readers would see it." in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "It is coffee." not in editor.get(where(tea, "3/preview/")).text
    assert Post.objects.get().body == "Nothing."
    assert Client().get(where(tea, "4/preview/")).status_code == 302


def test_a_text_from_before_the_limits_is_refused_with_a_sentence(editor, tea):
    tea.versions.filter(number=1).update(body="> " * 60 + "deep")
    answer = editor.get(where(tea, "1/preview/"), follow=True)
    assert answer.redirect_chain == [(where(tea, "1/"), 302)]
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    answer = editor.post(where(tea, "1/restore/"), {"edition": "3"})
    assert answer.status_code == 409
    assert Post.objects.get().edition == 3


# Restore


def test_restoring_brings_the_words_back_as_a_new_version(editor, tea):
    saved(tea, title="On coffee", slug="coffee", body="Coffee.")
    html = editor.get(where(tea, "1/restore/")).text
    assert "On coffee" in html
    assert 'name="edition" value="4"' in html
    answer = editor.post(where(tea, "1/restore/"), {"edition": "4"}, follow=True)
    assert "Version 1 was restored." in [str(message) for message in answer.context["messages"]]
    post = Post.objects.get()
    assert (post.title, post.body) == ("On tea", "Tea first.\n\nThen talk.")
    assert (post.slug, post.status, post.edition) == ("coffee", Post.Status.PUBLISHED, 5)
    assert told(post)[0] == ["restored from version 1", "title", "text +4 −1 words"]
    assert post.versions.count() == 5
    assert post.versions.get(number=5).saved_by.username == "editor"
    assert LogEntry.objects.get().get_change_message() == "Version 1 was restored."


def test_readers_see_what_was_restored_at_once(editor, tea, visitor):
    assert "Then a long talk." in visitor.get(tea.get_absolute_url()).text
    before = Clock.read().site
    editor.post(where(tea, "1/restore/"), {"edition": "3"})
    assert Clock.read().site > before
    assert "Then talk." in visitor.get(tea.get_absolute_url()).text


def test_a_post_that_was_changed_meanwhile_is_not_restored_over(editor, tea):
    editor.get(where(tea, "1/restore/"))
    saved(tea, body="Of a colleague.")
    answer = editor.post(where(tea, "1/restore/"), {"edition": "3", "correction": "Typed."})
    assert answer.status_code == 409
    assert "nothing was restored" in answer.text
    assert 'name="edition" value="4"' in answer.text
    assert "Typed.</textarea>" in answer.text
    assert Post.objects.get().body == "Of a colleague."
    with pytest.raises(StaleEdition):
        tea.restore(tea.versions.get(number=1), by=factories.user(), edition=3)


@pytest.mark.parametrize("edition", ["", "x", "-1", "9" * 30])
def test_a_form_that_is_not_ours_restores_nothing(editor, tea, edition):
    assert editor.post(where(tea, "1/restore/"), {"edition": edition}).status_code in {400, 409}
    assert Post.objects.get().edition == 3


def test_a_restore_can_carry_a_correction_note(editor, tea):
    editor.post(where(tea, "1/restore/"), {"edition": "3", "correction": "We were right at first."})
    note = Correction.objects.get()
    assert (note.text, note.edition, note.by.username) == ("We were right at first.", 4, "editor")


def test_an_unpublished_text_is_restored_without_a_note(editor):
    post = saved(factories.draft(body="Once."), body="Twice.")
    assert 'name="correction"' not in editor.get(where(post, "1/restore/")).text
    editor.post(where(post, "1/restore/"), {"edition": "2", "correction": "Ignored."})
    assert Post.objects.get().body == "Once."
    assert not Correction.objects.exists()


def test_text_that_the_post_has_already_is_not_restored(editor, tea):
    assert "nothing to restore" in editor.get(where(tea, "3/restore/")).text
    answer = editor.post(where(tea, "3/restore/"), {"edition": "3", "correction": "Again."})
    assert answer.status_code == 409
    assert "nothing to restore" in answer.text
    assert (Post.objects.get().edition, Correction.objects.count()) == (3, 0)


# Who may


def test_contributors_see_the_history_of_their_published_post_but_restore_nothing():
    carol = signed_in("carol", "Contributor")
    post = factories.post(authors=[factories.author(user=factories.User.objects.get(username="carol"))])
    saved(post, body="Other.")
    html = carol.get(where(post)).text
    assert "/restore/" not in html
    for way in ("", "compare/", "1/", "1/preview/"):
        assert carol.get(where(post, way)).status_code == 200
    assert carol.get(where(post, "1/restore/")).status_code == 403
    assert carol.post(where(post, "1/restore/"), {"edition": "2"}).status_code == 403
    assert Post.objects.get().body == "Other."


def test_contributors_restore_their_drafts():
    carol = signed_in("carol", "Contributor")
    post = factories.draft(body="Once.", authors=[factories.author(user=factories.User.objects.get(username="carol"))])
    saved(post, body="Twice.")
    carol.post(where(post, "1/restore/"), {"edition": "2"})
    assert Post.objects.get().body == "Once."


def test_the_history_of_another_is_not_found(tea):
    bob = signed_in("bob", "Author")
    for way in ("", "compare/", "1/", "1/preview/", "1/restore/"):
        assert bob.get(where(tea, way)).status_code == 404
    assert bob.post(where(tea, "1/restore/"), {"edition": "3"}).status_code == 404
    assert Post.objects.get().edition == 3


def test_restoring_wants_the_key_of_its_form(tea):
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user("editor", group="Editor"))
    assert client.post(where(tea, "1/restore/"), {"edition": "3"}).status_code == 403
    assert Post.objects.get().edition == 3
