"""A second run changes nothing, or what has changed there alone; what was changed here is kept and reported"""

import pytest
from django.core import serializers

from blog.editing.trash_actions import move_to_trash
from blog.models import Author, Clock, Page, Post, Tag, TrashEntry, Version
from registan.transfer.models import Element, Run, Source
from tests.registan.transfer.runs.importing import declared_category, import_export, outcome, run_command
from tests.registan.transfer.runs.test_import_authors_and_terms import declared_author
from tests.registan.transfer.wxr import HOME, export, item, write

pytestmark = pytest.mark.django_db


def dump() -> str:
    rows = [row for model in (Post, Page, Tag, Author, Version, TrashEntry, Clock) for row in model._base_manager.all()]
    return serializers.serialize("json", rows)


def test_a_second_run_changes_nothing(tmp_path):
    items = [
        item(post_id=1),
        item(post_id=2, post_type="page"),
        item(post_id=3, status="trash"),
        item(post_id=4, title="", post_name="four"),
    ]
    import_export(tmp_path, *items, head=declared_category(1, "news", "News"))
    before = dump()
    import_export(tmp_path, *items, head=declared_category(1, "news", "News"))
    assert dump() == before
    assert set(Element.objects.values_list("outcome", flat=True)) == {"unchanged"}
    assert outcome("post", 4)[1] == "no-title"
    assert Run.objects.count() == 2
    assert Source.objects.count() == 1


@pytest.mark.parametrize(
    ("post_type", "values", "field", "value"),
    [
        ("post", {"title": "Other"}, "title", "Other"),
        ("post", {"content": "Other."}, "body", "Other.\n"),
        ("post", {"status": "draft"}, "status", "draft"),
        ("post", {"is_sticky": 1}, "is_pinned", True),
        ("page", {"content": "Other."}, "body", "Other.\n"),
    ],
)
def test_what_has_changed_there_alone_is_brought_up_to_date(tmp_path, post_type, values, field, value):
    import_export(tmp_path, item(post_id=1, post_type=post_type))
    import_export(tmp_path, item(post_id=1, post_type=post_type, **values))
    row = (Post if post_type == "post" else Page).objects.get()
    assert str(getattr(row, field)).strip() == str(value).strip()
    assert outcome(post_type, 1)[0] == "updated"
    assert Element.objects.get(kind=post_type).made_by_us


@pytest.mark.parametrize("post_type", ["post", "page"])
def test_what_was_changed_here_is_kept_and_reported_each_time(tmp_path, post_type):
    import_export(tmp_path, item(post_id=1, post_type=post_type))
    row = (Post if post_type == "post" else Page).objects.get()
    row.title = "Mine"
    row.save()
    import_export(tmp_path, item(post_id=1, post_type=post_type))
    assert outcome(post_type, 1)[:2] == ("unchanged", "")
    for _time in range(2):
        import_export(tmp_path, item(post_id=1, post_type=post_type, title="Theirs"))
        row.refresh_from_db()
        assert row.title == "Mine"
        assert outcome(post_type, 1)[:2] == ("unchanged", "changed-here")


def test_a_page_that_is_no_longer_public_there_is_reported_each_time(tmp_path):
    import_export(tmp_path, item(post_id=1, post_type="page"))
    for _time in range(2):
        import_export(tmp_path, item(post_id=1, post_type="page", status="private"))
        assert outcome("page", 1)[:2] == ("unchanged", "still-public")


def test_a_conversation_that_was_closed_here_stays_closed(tmp_path):
    import_export(tmp_path, item(post_id=1))
    post = Post.objects.get()
    post.conversation = "closed"
    post.save()
    import_export(tmp_path, item(post_id=1, title="Other"))
    post.refresh_from_db()
    assert (post.title, post.conversation) == ("Other", "closed")


def test_what_counts_for_nothing_is_no_change(tmp_path):
    import_export(tmp_path, item(post_id=1))
    import_export(tmp_path, item(post_id=1, comment_status="closed", menu_order=4))
    assert outcome("post", 1)[0] == "unchanged"


def test_what_was_deleted_here_stays_deleted(tmp_path):
    import_export(tmp_path, item(post_id=1), item(post_id=2, post_type="page"))
    for row in (Post.objects.get(), Page.objects.get()):
        row.delete()
    import_export(tmp_path, item(post_id=1, title="Other"), item(post_id=2, post_type="page"))
    assert outcome("post", 1)[:2] == outcome("page", 2)[:2] == ("skipped", "deleted-here")
    assert not Post.objects.exists()


def test_what_went_to_the_trash_here_stays_there(tmp_path):
    import_export(tmp_path, item(post_id=1))
    move_to_trash(Post.objects.get(), by=None)
    import_export(tmp_path, item(post_id=1, title="Other"))
    assert Post.everything.get().is_trashed
    assert outcome("post", 1)[:2] == ("unchanged", "changed-here")


def test_what_came_out_of_the_trash_there_comes_out_here(tmp_path):
    import_export(tmp_path, item(post_id=1, status="trash", post_name="hello__trashed"))
    import_export(tmp_path, item(post_id=1, status="trash", post_name="hello__trashed", title="Other"))
    assert outcome("post", 1)[0] == "unchanged"
    import_export(tmp_path, item(post_id=1, title="Other"))
    assert (Post.objects.get().status, Post.objects.get().title) == ("published", "Other")
    assert not TrashEntry.objects.exists()


def test_new_items_are_added_and_old_ones_that_are_not_in_the_files_stay(tmp_path):
    import_export(tmp_path, item(post_id=1, post_name="one"))
    import_export(tmp_path, item(post_id=2, post_name="two"))
    assert Post.objects.count() == 2
    assert outcome("post", 1)[0] == outcome("post", 2)[0] == "created"


def test_authors_and_tags_follow_unless_they_were_changed_here(tmp_path):
    def run(name: str) -> None:
        head = declared_author("alice", author_display_name=name) + declared_category(1, "news", name)
        import_export(tmp_path, item(post_id=1), head=head)

    run("One")
    run("Two")
    assert (Author.objects.get().name, Tag.objects.get().name) == ("Two", "Two")
    for row in (Author.objects.get(), Tag.objects.get()):
        row.name = "Mine"
        row.save()
    run("Three")
    assert (Author.objects.get().name, Tag.objects.get().name) == ("Mine", "Mine")
    assert outcome("author", "alice")[:2] == outcome("term", "category/news")[:2] == ("unchanged", "changed-here")


def test_an_item_that_failed_comes_in_once_it_can(tmp_path):
    import_export(tmp_path, item(post_id=1, content="<b>" * 100_000))
    import_export(tmp_path, item(post_id=1))
    assert outcome("post", 1)[0] == "created"


def test_another_blog_is_another_source(tmp_path):
    import_export(tmp_path, item(post_id=1))
    run_command(write(tmp_path, export(item(post_id=1, title="Other")).replace(HOME, "https://other.example")))
    assert Source.objects.count() == 2
    assert Post.objects.count() == 2
