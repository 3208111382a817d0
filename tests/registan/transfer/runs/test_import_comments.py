"""Conversations come in with their posts and pages: sums, parts, long ones, one bad one, and the way back out."""

import pytest
from django.core.management import call_command

from blog.models import Page, Post
from comments.lifecycle.thread_rebuild import rebuild_thread
from comments.models import Comment, Mention, PendingTraining
from registan.transfer.content.comments import thread_import
from registan.transfer.models import Element, Run
from registan.transfer.runs import text_stage, thread_stage
from tests import factories
from tests.registan.transfer.runs.importing import import_export, outcome, outcomes, run_command
from tests.registan.transfer.runs.site_dump import dump_site
from tests.registan.transfer.wxr import HOME, author, comment, export, item, write

pytestmark = pytest.mark.django_db

LONG = "A word and another. " * 1_200


@pytest.fixture(params=[10_000, 2], ids=["with their items", "in transactions of their own"])
def long_from(request, monkeypatch):
    monkeypatch.setattr(text_stage, "LONG_THREAD", request.param)
    monkeypatch.setattr(thread_import, "THREAD_BATCH", 3)


def test_posts_and_pages_have_their_comments_and_the_sums_are_right(tmp_path, long_from):
    ping = comment(8, comment_type="pingback", comment_author_url="https://elsewhere.example/")
    run = import_export(
        tmp_path,
        item(comment(1), comment(2, 1), comment(3, comment_content=LONG), comment(4, comment_approved="0"), post_id=1),
        item(comment(5), comment(6, 5), comment(7, comment_type="note"), ping, post_id=2, post_type="page"),
        item(comment(9), post_id=3, post_type="product"),
    )
    assert run.state == Run.State.FINISHED
    assert run.comments_done == run.comment_count == 9
    assert (Post.objects.get().thread.comment_count, Page.objects.get().thread.comment_count) == (5, 2)
    assert Mention.objects.get().conversation.subject == Page.objects.get()
    assert outcome("comment", 3) == ("created", "split", "3")
    assert outcomes("note") == [("skipped", "internal-note")]
    assert ("skipped", "item-set-aside") in outcomes("comment")


def test_a_second_run_changes_nothing(tmp_path, long_from):
    items = [item(comment(1), comment(2, 1), comment(3, comment_content=LONG), post_id=1)]
    import_export(tmp_path, *items)
    before = dump_site()
    run = import_export(tmp_path, *items)
    assert run.state == Run.State.FINISHED
    assert dump_site() == before
    assert {row for row, _reason in outcomes("comment")} == {"unchanged"}


def test_new_comments_of_a_later_export_come_in(tmp_path, long_from):
    import_export(tmp_path, item(comment(1), post_id=1))
    import_export(tmp_path, item(comment(1), comment(2, 1), comment(3), post_id=1))
    assert Post.objects.get().thread.comment_count == 3
    assert Comment.objects.get(old_number=2).parent.old_number == 1


def test_parents_are_found_in_a_later_part(tmp_path, long_from):
    first = write(tmp_path, export(item(comment(2, 1), comment(3, 2), post_id=1)), "first.xml")
    run_command(first)
    run_command(write(tmp_path, export(item(comment(1), post_id=1)), "second.xml"))
    assert Comment.objects.get(old_number=2).parent.old_number == 1
    assert Comment.objects.get(old_number=3).depth == 2
    assert rebuild_thread(Post.objects.get().thread_id) == 0


def test_an_author_who_was_signed_in_is_the_byline(tmp_path):
    written = item(comment(1, 0, comment_user_id=7), comment(2), post_id=1, creator="alice")
    import_export(tmp_path, written, head=author("alice", 7))
    assert Comment.objects.get(old_number=1).author == Post.objects.get().author_list[0]
    assert Comment.objects.get(old_number=2).author is None


def test_links_between_old_posts_are_rewritten_in_comments(tmp_path):
    linking = comment(1, comment_content=f'See <a href="{HOME}/?p=2">there</a>.')
    import_export(tmp_path, item(linking, post_id=1), item(post_id=2, post_name="two"))
    assert Post.objects.get(slug="two").get_absolute_url() in Comment.objects.get().html


def test_the_filter_learns_if_it_is_asked_to(tmp_path):
    file = write(tmp_path, export(item(comment(1), post_id=1)))
    run_command(file)
    assert not PendingTraining.objects.exists()
    call_command("remove_import", HOME, verbosity=0)
    run_command(file, "--learn")
    assert PendingTraining.objects.exists()


def test_one_conversation_that_cannot_be_stored_fails_alone(tmp_path, monkeypatch):
    store = thread_import.CommentBatch.store

    def fail(self, batch):
        if any(one.id == 2 for _target, one, _comment in batch):
            raise ValueError("Nobody can store this.")
        store(self, batch)

    monkeypatch.setattr(thread_import.CommentBatch, "store", fail)
    run = import_export(tmp_path, item(comment(1), post_id=1), item(comment(2), post_id=2), item(comment(3), post_id=3))
    assert run.state == Run.State.FINISHED
    assert sorted(Comment.objects.values_list("old_number", flat=True)) == [1, 3]
    assert sorted(row for row, _reason in outcomes("comment")) == ["created", "created", "failed"]
    assert Post.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_long_conversation_that_is_stopped_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(text_stage, "LONG_THREAD", 2)
    monkeypatch.setattr(thread_import, "THREAD_BATCH", 3)
    file = write(tmp_path, export(item(*(comment(number) for number in range(1, 12)), post_id=1)))
    go_on = thread_stage.Batches.go_on

    def ask(self, *, comments):
        go_on(self, comments=comments)
        Run.objects.update(state=Run.State.STOPPING)

    with monkeypatch.context() as patched:
        patched.setattr(thread_stage.Batches, "go_on", ask)
        run_command(file)
    assert 0 < Comment.objects.count() < 11
    run_command(file)
    assert Run.objects.get().state == Run.State.FINISHED
    assert Comment.objects.count() == 11
    assert rebuild_thread(Post.objects.get().thread_id) == 0


def test_taken_out_nothing_is_left(tmp_path, long_from):
    factories.comment(factories.post())
    before = dump_site()
    ping = comment(8, comment_type="pingback", comment_author_url="https://elsewhere.example/")
    import_export(tmp_path, item(comment(1), comment(2, 1), comment(3, comment_content=LONG), ping, post_id=1))
    call_command("remove_import", HOME, verbosity=0)
    assert dump_site() == before
    assert not Element.objects.exists()
