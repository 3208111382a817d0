"""The steps of a post between its writer and its editors: each is recorded once, with the change itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.editing.trash_actions import move_to_trash, restore_entry
from blog.models import Post, ReviewNote, ReviewStep, Version
from tests import factories

pytestmark = pytest.mark.django_db
Kind = ReviewStep.Kind


@pytest.fixture
def post(carol) -> Post:
    return factories.draft(title="On tea", authors=[carol.profile])


def steps(post: Post) -> list[tuple]:
    return list(post.review_steps.values_list("kind", "by__username"))


def test_handing_in_sending_back_and_publishing_are_steps_with_who_took_them(post, carol, editor):
    post.hand_in(by=carol.user)
    post.return_to_writer("Say which bell.", by=editor.user)
    post.hand_in(by=carol.user)
    post.publish(by=editor.user)
    assert steps(post) == [
        ("handed in", "carol"),
        ("sent back", "editor"),
        ("handed in", "carol"),
        ("published", "editor"),
    ]


def test_a_post_sent_back_is_a_draft_and_the_message_an_open_note_in_one_transaction(post, carol, editor):
    post.hand_in(by=carol.user)
    post.return_to_writer("Say which bell.", by=editor.user)
    note = ReviewNote.objects.get()
    assert (Post.objects.get().status, note.text, note.written_by) == ("draft", "Say which bell.", editor.user)
    assert note.resolved_at is None
    assert post.review_steps.last().note == note
    assert Version.objects.latest_first().first().saved_by == editor.user


def test_a_post_may_be_sent_back_without_a_message(post, carol, editor):
    post.hand_in(by=carol.user)
    post.return_to_writer(by=editor.user)
    assert steps(post)[-1] == ("sent back", "editor")
    assert not ReviewNote.objects.exists()


def test_the_way_into_the_trash_and_out_of_it_is_no_step(post, carol, editor):
    post.hand_in(by=carol.user)
    post.publish(by=editor.user)
    entry = move_to_trash(post, by=editor.user)
    restore_entry(entry.pk, by=editor.user)
    assert Post.objects.get().status == "published"
    assert [kind for kind, _by in steps(post)] == ["handed in", "published"]


def test_taking_back_unpublishing_and_saving_are_no_steps(post, carol):
    post.hand_in(by=carol.user)
    post.save_draft(by=carol.user)
    post.publish(by=carol.user)
    post.publish(by=carol.user)
    post.unpublish(by=carol.user)
    assert [kind for kind, _by in steps(post)] == ["handed in", "published"]


def test_what_the_site_does_by_itself_is_no_step(post):
    """So an import or the demo tells nobody of a thousand posts."""
    post.hand_in()
    post.publish()
    assert steps(post) == []


def test_a_scheduled_post_is_due_when_it_appears_also_after_it_was_put_off(post, editor):
    at = timezone.now().replace(microsecond=0) + timedelta(days=3)
    post.schedule(at, by=editor.user)
    assert ReviewStep.objects.get().due_at == at
    post.schedule(at + timedelta(days=1), by=editor.user)
    assert ReviewStep.objects.get().due_at == at + timedelta(days=1)
    assert not ReviewStep.objects.due().exists()
