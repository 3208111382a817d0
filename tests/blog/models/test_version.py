"""Each save that changes a post creates a version."""

import pytest
from django.db import IntegrityError, transaction

from blog.models import Post, Version
from tests import factories

pytestmark = pytest.mark.django_db


def numbers(post: Post) -> list[int]:
    return list(post.versions.order_by("number").values_list("number", flat=True))


def test_a_new_post_is_its_own_first_version():
    post = factories.post(title="The tea house", body="Tea first.")
    kept = post.versions.get()
    assert (kept.number, kept.title, kept.body, kept.status) == (1, "The tea house", "Tea first.", "published")
    assert post.edition == 1


def test_a_change_of_the_text_creates_a_version_and_leaves_the_last_unchanged():
    post = factories.post(body="Tea first.")
    post.body = "Tea last."
    post.save()
    assert [version.body for version in post.versions.latest_first()] == ["Tea last.", "Tea first."]


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "Another"), ("slug", "another"), ("summary", "Short."), ("epigraph", "Once"), ("status", "draft")],
)
def test_every_part_that_a_version_holds_makes_a_new_one(field, value):
    post = factories.post()
    setattr(post, field, value)
    post.save()
    assert getattr(post.versions.latest_first()[0], field) == value
    assert numbers(post) == [1, 2]


def test_a_save_without_a_change_keeps_nothing():
    post = factories.post()
    post.save()
    post.conversation = Post.ConversationStatus.HELD
    post.save()
    assert numbers(post) == [1]


def test_a_version_says_who_saved_it():
    post, alice = factories.post(), factories.user("alice")
    post.body = "More tea."
    post.save(by=alice)
    assert [version.saved_by for version in post.versions.latest_first()] == [alice, None]


def test_the_text_of_a_post_from_before_there_were_versions_is_kept_at_its_first_change():
    post = factories.post(body="From an archive.")
    post.versions.all().delete()
    Post.objects.update(edition=0)
    post.body = "Mended."
    post.save()
    assert [(version.number, version.body) for version in post.versions.latest_first()] == [
        (1, "Mended."),
        (0, "From an archive."),
    ]


def test_editions_are_counted_from_what_is_stored_not_from_what_was_read():
    post = factories.post()
    stale = Post.objects.get(pk=post.pk)
    for text in ("One.", "Two."):
        post.body = text
        post.save()
    stale.body = "Three."
    stale.save()
    assert numbers(post) == [1, 2, 3, 4]
    assert stale.edition == 4


def test_two_versions_of_a_post_never_have_one_number():
    post = factories.post()
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(post=post, number=1, saved_at=factories.NOON, body="Again.")


def test_an_account_that_goes_leaves_its_versions():
    post, alice = factories.post(), factories.user("alice")
    post.body = "More tea."
    post.save(by=alice)
    alice.delete()
    assert post.versions.latest_first()[0].saved_by is None
