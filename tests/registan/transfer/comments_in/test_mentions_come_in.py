"""Pingbacks and trackbacks come in as mentions, and never as comments."""

import pytest

from blog.models import Conversation
from comments.models import Comment, Mention
from registan.transfer.models import Outcome
from tests import factories
from tests.registan.transfer.comments_in.exported import bring_in, element, exported, new_ledger, numbers_of

pytestmark = pytest.mark.django_db


def ping(number: int, **fields):
    values = {
        "comment_type": "pingback",
        "author_name": "Notes on tea » Leaves",
        "author_email": "",
        "author_url": f"https://leaves.example/{number}",
        "content": "[...] as <strong>somebody</strong> wrote [...]",
        **fields,
    }
    return exported(number, **values)


def count_of(post) -> int:
    return Conversation.objects.values_list("mention_count", flat=True).get(pk=post.thread_id)


@pytest.mark.parametrize("kind", ["pingback", "trackback"])
def test_a_ping_is_a_mention(client, post, kind):
    outcome = bring_in(post, exported(1), ping(2, comment_type=kind))
    assert outcome.count("mention", Outcome.CREATED) == 1
    mention = Mention.objects.get()
    assert (mention.title, mention.address) == ("Notes on tea » Leaves", "https://leaves.example/2")
    assert (mention.excerpt, mention.at.year) == ("[...] as somebody wrote [...]", 2012)
    assert element(2, "mention").object_id == mention.pk
    assert Comment.objects.count() == 1
    assert numbers_of(post) == (1, 1)
    assert count_of(post) == 1
    assert "https://leaves.example/2" in client.get(post.get_absolute_url()).text


@pytest.mark.parametrize(("approved", "is_shown"), [("1", True), ("0", False), ("odd", False), ("post-trashed", False)])
def test_readers_see_those_alone_that_were_public(client, post, approved, is_shown):
    bring_in(post, ping(1, approved=approved))
    assert Mention.objects.get().is_shown is is_shown
    assert ("leaves.example" in client.get(post.get_absolute_url()).text) is is_shown
    assert count_of(post) == int(is_shown)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"approved": "spam"}, "mention-rejected"),
        ({"approved": "trash"}, "mention-rejected"),
        ({"author_url": ""}, "mention-without-address"),
        ({"author_url": "javascript:alert(1)"}, "mention-without-address"),
        ({"author_url": "http://a.example/" + "x" * 600}, "mention-without-address"),
    ],
)
def test_what_cannot_be_shown_is_skipped_with_a_reason(post, fields, reason):
    bring_in(post, ping(1, **fields))
    assert not Mention.objects.exists()
    assert (element(1, "mention").outcome, element(1, "mention").reason) == (Outcome.SKIPPED, reason)


def test_a_title_is_one_line_and_there_is_always_one(post):
    bring_in(post, ping(1, author_name=""), ping(2, author_name="A\nB\u202e" + "x" * 300))
    titles = list(Mention.objects.order_by("pk").values_list("title", flat=True))
    assert titles[0] == "https://leaves.example/1"
    assert titles[1].startswith("A B")
    assert len(titles[1]) == 200


def test_the_same_again_changes_nothing(post):
    for _run in range(2):
        outcome = bring_in(post, ping(1), ping(2, author_url=""))
    assert outcome.count("mention", Outcome.UNCHANGED) == outcome.count("mention", Outcome.SKIPPED) == 1
    assert Mention.objects.count() == count_of(post) == 1


def test_what_a_moderator_has_hidden_or_deleted_stays_so(post):
    bring_in(post, ping(1), ping(2))
    hidden, deleted = Mention.objects.order_by("pk")
    hidden.is_shown = False
    hidden.save()
    deleted.delete()
    bring_in(post, ping(1, author_name="Another title"), ping(2))
    assert list(Mention.objects.values_list("pk", "is_shown")) == [(hidden.pk, False)]
    assert count_of(post) == 0


def test_one_id_under_two_posts_is_two_mentions(post):
    other, ledger = factories.post(), new_ledger()
    bring_in(post, ping(1), ledger=ledger)
    bring_in(other, ping(1, author_url="https://other.example/"), ledger=ledger)
    assert (count_of(post), count_of(other)) == (1, 1)
