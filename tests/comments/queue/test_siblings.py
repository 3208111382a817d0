"""Marking a comment as spam offers what else came from the same hand; nothing happens to that by itself."""

import pytest

from comments.families.signs import SignKind, first_key
from comments.models import Comment, CommentSign
from comments.status import Status
from tests import factories

QUEUE = "/admin/comments/comment/queue/"
HAND = [first_key(SignKind.LINK), first_key(SignKind.DOMAIN)]


def from_one_hand(post, *statuses: Status) -> list[Comment]:
    comments = [factories.comment(post, status=status) for status in statuses]
    for comment in comments:
        CommentSign.objects.add(comment.pk, HAND)
    return comments


def offers(response) -> list[tuple[str, str]]:
    return [(notice["words"], notice["hand"]) for notice in response.context["notices"] if notice["hand"]]


def statuses(*comments: Comment) -> list[str]:
    found = dict(Comment.objects.values_list("pk", "status"))
    return [found[comment.pk] for comment in comments]


@pytest.fixture
def hand(post) -> list[Comment]:
    return from_one_hand(post, Status.PENDING, Status.PENDING, Status.APPROVED, Status.REMOVED)


def test_spam_offers_its_held_and_published_siblings(mona, hand):
    spam, held, published, removed = hand
    response = mona.post(QUEUE, {"decision": f"spam:{spam.pk}"}, follow=True)
    ((words, batch),) = offers(response)
    assert (words, batch) == ("2 more from the same hand.", str(spam.decisions.first().batch))
    assert f'href="{QUEUE}?hand={batch}"' in response.content.decode()
    assert statuses(held, published, removed) == [Status.PENDING, Status.APPROVED, Status.REMOVED]


def test_spam_on_the_public_page_offers_them_too(mona, hand):
    published, held = hand[2], hand[0]
    sent = {"decision": "spam", "state": published.status}
    page = mona.post(f"/comments/{published.pk}/moderate/", sent, follow=True).content.decode()
    batch = published.decisions.latest("pk").batch
    assert "2 more from the same hand." in page
    assert f'href="{QUEUE}?hand={batch}"' in page
    assert held.pk in [comment.pk for comment in mona.get(f"{QUEUE}?hand={batch}").context["page"].entries[0].members]


def test_the_offer_leads_to_one_card_of_them(mona, hand):
    spam, held, published, _removed = hand
    batch = offers(mona.post(QUEUE, {"decision": f"spam:{spam.pk}"}, follow=True))[0][1]
    response = mona.get(f"{QUEUE}?hand={batch}")
    (card,) = response.context["page"].entries
    assert [comment.pk for comment in card.members] == [held.pk, published.pk]
    sent = {"decision": "spam", "comment": [held.pk, published.pk], "published": [published.pk]}
    response = mona.post(f"{QUEUE}?hand={batch}", sent, follow=True)
    assert statuses(held, published) == [Status.SPAM] * 2
    assert offers(response) == []
    assert "Nothing else from the same hand is waiting or published." in response.content.decode()


def test_one_sibling_alone_is_shown_too(mona, post):
    spam, other = from_one_hand(post, Status.PENDING, Status.APPROVED)
    batch = offers(mona.post(QUEUE, {"decision": f"spam:{spam.pk}"}, follow=True))[0][1]
    (card,) = mona.get(f"{QUEUE}?hand={batch}").context["page"].entries
    assert [comment.pk for comment in card.members] == [other.pk]


def test_no_other_decision_offers_anything(mona, hand):
    assert offers(mona.post(QUEUE, {"decision": f"remove:{hand[0].pk}"}, follow=True)) == []
    assert offers(mona.post(QUEUE, {"decision": f"approve:{hand[1].pk}"}, follow=True)) == []


def test_spam_without_siblings_offers_nothing(mona, post):
    comment = factories.comment(post, status=Status.PENDING)
    assert offers(mona.post(QUEUE, {"decision": f"spam:{comment.pk}"}, follow=True)) == []


@pytest.mark.parametrize("hand", ["x", "7b0c9f0e-3b7e-4e39-9a53-1f6b6a6f0a11"])
def test_an_unknown_batch_shows_nothing_or_the_queue(hand, mona, post):
    comment = factories.comment(post, status=Status.PENDING)
    page = mona.get(QUEUE, {"hand": hand}).content.decode()
    assert (f'id="waiting-{comment.pk}"' in page) is (hand == "x")
