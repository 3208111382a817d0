"""An import is taken back out with its decisions; what people have done here since stays."""

import pytest
from django.db import DatabaseError, transaction

from blog.fulltext.tables import SearchEntry
from comments.lifecycle import spam_training
from comments.lifecycle.acts import set_pinned
from comments.lifecycle.thread_rebuild import rebuild_thread
from comments.models import Comment, Decision, Mention, Reader, SpamToken
from comments.status import Via
from registan.transfer.content.comments import comment_removal
from registan.transfer.content.comments.comment_removal import remove_comments
from registan.transfer.models import Element
from tests import factories
from tests.registan.transfer.comments_in.exported import bring_in, exported, numbers_of, old_blog, stored, tree
from tests.registan.transfer.comments_in.test_mentions_come_in import ping
from tests.registan.transfer.runs.site_dump import dump_site

pytestmark = pytest.mark.django_db

LONG = "A word and another. " * 1_200


@pytest.fixture(params=[2, 300], ids=["in batches of two", "in one batch"], autouse=True)
def batch_size(request, monkeypatch):
    monkeypatch.setattr(comment_removal, "REMOVAL_BATCH", request.param)


def comments_of_all_kinds():
    yield from (exported(1), exported(2, 1), exported(3, 2, approved="0"), exported(4, 99), exported(5, content=LONG))
    yield from (exported(6, approved="spam"), exported(7, approved="trash"), exported(8, 7), ping(9), ping(10))
    yield from (exported(11, comment_type="note"), exported(12, author_url="http://ann.example", author_email="a@b.cd"))


def test_the_site_is_what_it_was_before(post):
    factories.reader("ann@example.net")
    factories.comment(post)
    before = dump_site()
    bring_in(post, *comments_of_all_kinds())
    outcome = remove_comments(old_blog())
    assert (outcome.removed, outcome.mentions, outcome.kept) == (11, 2, 0)
    assert dump_site() == before
    assert not Element.objects.exists()
    assert rebuild_thread(post.thread_id) == 0


def test_it_can_come_in_again(post):
    bring_in(post, *comments_of_all_kinds())
    places = tree(post)
    remove_comments(old_blog())
    bring_in(post, *comments_of_all_kinds())
    assert tree(post) == places


def test_readers_of_comments_that_stay_and_readers_with_anything_else_stay(post):
    bring_in(post, *(exported(n, author_email=f"{name}@b.cd") for n, name in enumerate(("a", "s", "v", "x"), 1)))
    factories.comment(post, email="a@b.cd")
    factories.subscription(post, by=Reader.objects.get(email="s@b.cd"))
    Reader.objects.get(email="v@b.cd").verify()
    remove_comments(old_blog())
    assert sorted(Reader.objects.values_list("email", flat=True)) == ["a@b.cd", "s@b.cd", "v@b.cd"]


def test_what_readers_here_have_answered_stays_with_what_it_stands_under(post):
    bring_in(post, exported(1), exported(2, 1), exported(3, 2), exported(4, 1))
    reply = factories.comment(post, parent=stored(2))
    outcome = remove_comments(old_blog())
    assert (outcome.removed, outcome.kept, outcome.kept_conversations) == (2, 2, (post.thread_id,))
    assert tree(post) == [("1", 0), ("2", 1), ("ours", 2)]
    assert numbers_of(post) == (3, 3)
    assert Comment.objects.get(pk=reply.pk).depth == 2
    assert rebuild_thread(post.thread_id) == 0
    assert set(Element.objects.values_list("key", flat=True)) == {"1", "2"}


def test_what_moderators_have_decided_stays_with_their_decision(post):
    bring_in(post, exported(1, approved="0"), exported(2))
    factories.approve(stored(1), via=Via.DESK, by=factories.user("mona"))
    assert remove_comments(old_blog()).kept == 1
    assert list(Decision.objects.order_by("pk").values_list("via", flat=True)) == ["import", "desk"]


def test_what_is_pinned_is_an_act_and_stays(post):
    bring_in(post, exported(1), exported(2))
    set_pinned(post.thread_id, stored(1).pk, seen=None, by=factories.user("mona"))
    assert remove_comments(old_blog()).kept == 1


def test_the_comments_of_another_blog_and_of_readers_stay(post):
    own = factories.comment(post)
    bring_in(post, exported(1))
    remove_comments(old_blog())
    assert list(Comment.objects.all()) == [own]
    assert remove_comments(old_blog()).removed == 0


def test_nobody_finds_them_any_more(client, post):
    bring_in(post, exported(1, content="The samovar whistles."), ping(2))
    pk = stored(1).pk
    assert "samovar" in client.get(post.get_absolute_url()).text
    remove_comments(old_blog())
    page = client.get(post.get_absolute_url()).text
    assert "samovar" not in page
    assert "leaves.example" not in page
    assert client.get(f"/comments/{pk}/").status_code == 404
    assert not SearchEntry.objects.filter(kind="comment").exists()
    assert not Mention.objects.exists()


def test_the_filter_forgets_what_it_has_learned_from_them(post):
    bring_in(post, exported(1), exported(2, approved="spam"), learn=True)
    spam_training.train_spam_filter()
    assert SpamToken.objects.filter(spam__gt=0).exists()
    remove_comments(old_blog())
    assert not SpamToken.objects.exclude(good=0, spam=0).exists()


def test_the_database_lets_go_of_decisions_of_an_import_alone(post):
    bring_in(post, exported(1), exported(2))
    factories.remove(stored(2), via=Via.DESK)
    assert Decision.objects.filter(via="import", comment=stored(1))._raw_delete("default") == 1
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Decision.objects.filter(via="desk")._raw_delete("default")


def test_the_database_lets_nobody_change_one_of_an_import(post):
    bring_in(post, exported(1))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Decision.objects.update(via="desk")


def test_one_that_a_person_made_by_importing_stays(post):
    comment = factories.comment(post)
    factories.hold(comment, via=Via.IMPORT, by=factories.user("mona"))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Decision.objects.filter(via="import")._raw_delete("default")
