"""Two authors edit one post: the second to save sees the original and both texts, and loses neither."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import Post
from tests import factories
from tests.blog.editing.test_autosave import KEY, autosaved, change, field, form, offers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
TEXT = "One.\n\nTwo.\n\nThree.\n\nFour."


@pytest.fixture
def tea(alice, bob) -> Post:
    return factories.post(body=TEXT, authors=[alice.profile, bob.profile])


def save(client: Client, post: Post, body: str = TEXT, **fields):
    """Send the form as it was opened (`post` is what was read then)."""
    return client.post(change(post), form(post, body=body, **fields))


def stretches(response) -> dict[str, list[str]]:
    """What the page shows to differ: by field, the kinds."""
    fields = response.context["editing"].conflict.fields()
    return {field.label: [stretch.kind for stretch in field.stretches if stretch.kind != "same"] for field in fields}


def stored() -> Post:
    return Post.objects.get()


def collide(alice: Client, bob: Client, tea: Post, theirs: str, mine: str, **fields):
    """Both open the post; Alice saves, then Bob."""
    assert save(alice, tea, theirs).status_code == 302
    return save(bob, tea, mine, **fields)


def test_the_second_to_save_keeps_their_text_and_sees_both(alice, bob, tea):
    page = collide(alice, bob, tea, TEXT.replace("Two", "Hers"), TEXT.replace("Two", "His"))
    assert page.status_code == 409
    assert stored().body == TEXT.replace("Two", "Hers")
    assert field(page, "body") == TEXT.replace("Two", "His")
    assert stretches(page) == {"body": ["conflict"]}
    text = page.content.decode()
    assert re.search(r"alice saved this post on .*, while you were writing\.", text)
    for shown in ("Two.", "Hers", "His"):
        assert shown in text
    assert offers(bob, change(tea)) == [KEY]


def test_saving_again_replaces_their_text_which_stays_a_version(alice, bob, tea):
    page = collide(alice, bob, tea, "Hers.", "His.")
    again = {name: field(page, name) for name in ("edition", "base", "key", "turn")}
    assert save(bob, tea, "His.", **again).status_code == 302
    assert stored().body == "His."
    assert [version.body for version in tea.versions.latest_first()] == ["His.", "Hers.", TEXT]
    assert offers(bob, change(tea)) == []


def test_separate_changes_are_merged_shown_and_saved_only_then(alice, bob, tea):
    theirs, mine = TEXT.replace("One", "Hers"), TEXT.replace("Four", "His")
    page = collide(alice, bob, tea, theirs, mine)
    assert stretches(page) == {"body": ["theirs", "mine"]}
    again = {name: field(page, name) for name in ("edition", "base", "key", "turn")}
    page = save(bob, tea, mine, _merge="1", **again)
    both = TEXT.replace("One", "Hers").replace("Four", "His")
    assert (page.status_code, field(page, "body")) == (409, both)
    assert stored().body == theirs
    again = {name: field(page, name) for name in ("edition", "base", "key", "turn")}
    assert save(bob, tea, both, **again).status_code == 302
    assert stored().body == both


def test_where_both_changed_a_paragraph_mine_stands_in_what_is_put_together(alice, bob, tea):
    theirs = TEXT.replace("One", "Hers").replace("Two", "Hers too")
    page = collide(alice, bob, tea, theirs, TEXT.replace("Two", "His"))
    again = {name: field(page, name) for name in ("edition", "base", "key", "turn")}
    page = save(bob, tea, TEXT.replace("Two", "His"), _merge="1", **again)
    assert field(page, "body") == "Hers.\n\nHis.\n\nThree.\n\nFour."


def test_a_third_save_meanwhile_is_not_overwritten(alice, bob, tea):
    page = collide(alice, bob, tea, "Hers.", "His.")
    again = {name: field(page, name) for name in ("edition", "base", "key", "turn")}
    save(alice, stored(), "Hers again.")
    assert save(bob, tea, "His.", **again).status_code == 409
    assert stored().body == "Hers again."


def test_every_field_that_a_reader_reads_is_looked_at(alice, bob, tea):
    save(alice, tea, title="Hers", summary="Hers.")
    page = save(bob, tea, title="His", epigraph="His.")
    assert stretches(page) == {"title": ["conflict"], "epigraph": ["mine"], "summary": ["theirs"]}
    assert field(page, "title") == "His"


def test_a_post_that_was_unpublished_meanwhile_is_not_published_again_unasked(alice, bob, tea):
    save(alice, tea, status="draft")
    page = save(bob, tea, TEXT + "\n\nFive.")
    assert page.status_code == 409
    assert stored().status == Post.Status.DRAFT
    assert stretches(page) == {"status": ["theirs"], "body": ["mine"]}


def test_a_merged_post_stays_unpublished_and_keeps_the_others_title(alice, bob, tea):
    save(alice, tea, status="draft", title="Hers")
    page = save(bob, tea, "His.")
    again = {name: field(page, name) for name in ("edition", "base", "key", "turn")}
    page = save(bob, tea, "His.", _merge="1", **again)
    assert (field(page, "title"), field(page, "body"), field(page, "published_at_1")) == ("Hers", "His.", "12:00:00")
    assert field(page, "status") == "draft"


def test_typing_the_text_that_the_other_saved_is_no_conflict(alice, bob, tea):
    assert collide(alice, bob, tea, "The same.", "The same.").status_code == 302


def test_a_save_without_a_change_of_text_is_no_conflict(alice, bob, tea):
    assert save(alice, tea, conversation="held").status_code == 302
    assert save(bob, tea, "His.").status_code == 302


def test_a_restored_draft_starts_from_its_own_base_version(alice, bob, tea):
    autosaved(bob, tea, body="His.")
    save(alice, tea, "Hers.")
    page = bob.get(f"{change(tea)}?copy={KEY}")
    assert field(page, "edition") == "1"
    again = {name: field(page, name) for name in ("edition", "base", "key", "turn")}
    assert save(bob, tea, "His.", **again).status_code == 409


def test_a_conflict_and_another_error_are_shown_together(alice, bob, tea):
    page = collide(alice, bob, tea, "Hers.", "His.", title="")
    assert page.status_code == 409
    assert set(page.context["adminform"].form.errors) == {"__all__", "title"}
    assert field(page, "body") == "His."


def test_an_old_post_is_compared_with_the_version_saved_at_its_first_change(alice, bob, tea):
    tea.versions.all().delete()
    Post.objects.update(edition=0)
    old = stored()
    page = collide(alice, bob, old, TEXT.replace("One", "Hers"), TEXT.replace("Four", "His"))
    assert stretches(page) == {"body": ["theirs", "mine"]}


@pytest.mark.parametrize("wrong", ["99", "9" * 18, "x", "-1", ""])
def test_an_unknown_edition_breaks_nothing(bob, tea, wrong):
    assert save(bob, tea, "His.", edition=wrong).status_code in {302, 409}
    assert bob.post(change(tea), form(tea, body="His.", _merge="1", base=wrong)).status_code in {302, 409}


def test_a_hostile_text_is_inert_in_the_comparison(alice, bob, tea):
    hostile = "<script>alert(1)</script>"
    page = collide(alice, bob, tea, hostile, hostile + "!")
    assert hostile not in page.content.decode()
    assert hostile in unescape(page.content.decode())


def test_the_page_takes_the_same_queries_for_any_number_of_versions_and_copies(alice, bob, tea):
    def asked() -> int:
        begun = stored()
        save(alice, begun, f"Hers, edition {begun.edition}.")
        with CaptureQueriesContext(connection) as queries:
            assert save(bob, begun, "His.", key=f"{begun.edition:022}").status_code == 409
        return len(queries)

    asked()  # what Django remembers of its content types
    first = asked()
    for number in range(5):
        autosaved(bob, tea, body=f"Copy {number}", key=f"c{number:021}")
        save(alice, stored(), f"Another {number}")
    assert asked() == first
    assert first <= 45
