"""Comments from one hand are one card of the queue: decided at once, undone at once, and parted where they differ."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.families.signs import SignKind, SignSource, find_signs, first_key
from comments.models import Act, Comment, CommentSign, Decision, PartedComment
from comments.status import Status, Via
from tests import factories

QUEUE = "/admin/comments/comment/queue/"
LINK = "https://shop.example/tea"
HAND = [first_key(SignKind.LINK) + 1, first_key(SignKind.DOMAIN) + 1]


def from_one_hand(post, *statuses: Status) -> list[Comment]:
    bodies = (f"See {LINK} now, I say: {next(factories.numbers)}." for _ in statuses)
    comments = [
        factories.comment(post, status=status, body=body) for status, body in zip(statuses, bodies, strict=True)
    ]
    for comment in comments:
        CommentSign.objects.add(comment.pk, HAND)
    return comments


@pytest.fixture
def family(post) -> list[Comment]:
    """Two held comments and a published one."""
    return from_one_hand(post, Status.PENDING, Status.PENDING, Status.APPROVED)


def card_fields(page: str) -> dict[str, list[str]]:
    """What the form of the card sends, by field."""
    (card,) = re.findall(r'<li class="queue-item family".*?</form>', page, re.DOTALL)
    fields: dict[str, list[str]] = {"decision": []}
    for name, value in re.findall(r'name="(comment|published)" value="(\d+)"', card):
        fields.setdefault(name, []).append(value)
    return fields


def card(client) -> dict[str, list[str]]:
    return card_fields(client.get(QUEUE).content.decode())


def statuses(comments: list[Comment]) -> list[str]:
    found = dict(Comment.objects.values_list("pk", "status"))
    return [found[comment.pk] for comment in comments]


def test_a_family_is_one_card_with_what_it_shares(mona, post, family):
    alone = factories.comment(post, status=Status.PENDING)
    page = mona.get(QUEUE).content.decode()
    assert [entry.is_family for entry in mona.get(QUEUE).context["page"].entries] == [True, False]
    assert f'id="waiting-{alone.pk}"' in page
    assert "3 comments, probably from one hand" in page
    assert page.count("Not one of them") == 3
    assert not any(f'id="waiting-{comment.pk}"' in page for comment in family)
    assert card_fields(page) == {
        "decision": [],
        "comment": [str(comment.pk) for comment in family],
        "published": [str(family[2].pk)],
    }


def test_the_card_says_in_words_what_is_shared(mona, post):
    for comment in (factories.comment(post, status=Status.PENDING, body=f"See {LINK}, {n}.") for n in range(2)):
        source = SignSource(body=comment.body, html=comment.html, email=comment.email, address="192.0.2.7")
        Comment.objects.filter(pk=comment.pk).update(address="192.0.2.7")
        CommentSign.objects.add(comment.pk, find_signs(source))
    page = mona.get(QUEUE).content.decode()
    shared = re.search(r"What they share</h3>\s*<ul>(.*?)</ul>", page)[1]
    assert re.findall("<bdi>(.*?)</bdi>", shared) == [
        "the same link: shop.example/tea",
        "the same website: shop.example",
        "the same network",
        "the same email address",
    ]


@pytest.mark.parametrize(("verb", "to"), [("spam", Status.SPAM), ("remove", Status.REMOVED)])
def test_one_button_decides_all_as_one_batch_with_one_undo(verb, to, mona, family):
    response = mona.post(QUEUE, {**card(mona), "decision": verb}, follow=True)
    assert statuses(family) == [to] * 3
    decisions = Decision.objects.filter(to_status=to)
    assert len({decision.batch for decision in decisions}) == 1
    assert {(decision.by.username, decision.via) for decision in decisions} == {("mona", Via.DESK)}
    (batch,) = [notice["batch"] for notice in response.context["notices"] if notice["batch"]]
    mona.post(QUEUE, {"decision": f"undo:{batch}"})
    assert statuses(family) == [Status.PENDING, Status.PENDING, Status.APPROVED]


def test_approving_a_family_leaves_what_is_published(mona, family):
    response = mona.post(QUEUE, {**card(mona), "decision": "approve"}, follow=True)
    assert statuses(family) == [Status.APPROVED] * 3
    assert family[2].decisions.count() == 1
    assert [notice["level"] for notice in response.context["notices"]] == ["success"]


def test_an_unticked_member_stays_as_it_is(mona, family):
    sent = card(mona)
    mona.post(QUEUE, {**sent, "comment": sent["comment"][1:], "decision": "spam"})
    assert statuses(family) == [Status.PENDING, Status.SPAM, Status.SPAM]
    assert PartedComment.objects.count() == 0


def test_what_somebody_else_has_decided_meanwhile_is_asked_about(mona, family):
    sent = card(mona)
    factories.hold(family[2], via=Via.DESK)
    factories.approve(family[0], via=Via.DESK)
    response = mona.post(QUEUE, {**sent, "decision": "spam"})
    assert statuses(family) == [Status.APPROVED, Status.SPAM, Status.PENDING]
    assert (response.status_code, len(response.context["confirmations"])) == (409, 2)


def test_a_parted_member_is_judged_by_itself_and_never_joined_again(mona, post, family):
    assert mona.post(QUEUE, {**card(mona), "decision": f"part:{family[0].pk}"}).status_code == 303
    assert statuses(family)[:2] == [Status.PENDING] * 2
    assert f'id="waiting-{family[0].pk}"' in mona.get(QUEUE).content.decode()
    assert card(mona)["comment"] == [str(comment.pk) for comment in family[1:]]
    from_one_hand(post, Status.PENDING)
    assert str(family[0].pk) not in card(mona)["comment"]
    assert (PartedComment.objects.get().by.username, LogEntry.objects.count()) == ("mona", 1)


def test_parting_is_recorded_and_undone_like_any_other_act(mona, family):
    response = mona.post(QUEUE, {**card(mona), "decision": f"part:{family[0].pk}"}, follow=True)
    (undo,) = [notice["batch"] for notice in response.context["notices"] if notice["batch"]]
    act = Act.objects.get()
    assert (act.kind, act.comment_id, act.by.username, undo) == ("part", family[0].pk, "mona", f"act-{act.pk}")
    again = mona.post(QUEUE, {"decision": f"part:{family[0].pk}"}, follow=True)
    assert ([notice["batch"] for notice in again.context["notices"]], Act.objects.count()) == ([], 1)
    mona.post(QUEUE, {"decision": f"undo:{undo}"})
    assert (PartedComment.objects.count(), len(card(mona)["comment"])) == (0, 3)
    again = mona.post(QUEUE, {"decision": f"undo:{undo}"}, follow=True)
    assert [notice["words"] for notice in again.context["notices"]] == ["Not undone: it has been changed since."]


def test_nothing_is_hidden_by_itself(mona, family):
    mona.get(QUEUE)
    mona.post(QUEUE, {"decision": f"spam:{family[0].pk}"})
    assert statuses(family) == [Status.SPAM, Status.PENDING, Status.APPROVED]


def test_cards_cost_the_same_queries_for_many_members_as_for_few(mona, post):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert "probably from one hand" in mona.get(QUEUE).content.decode()
        return len(captured)

    from_one_hand(post, Status.PENDING, Status.PENDING)
    mona.get(QUEUE)
    few = queries()
    from_one_hand(post, *[Status.PENDING] * 20)
    assert queries() == few


def test_a_family_is_never_shown_to_readers_or_authors(client, family):
    for client_ in (client, factories.staff_client("ann", "Author")):
        assert client_.get(QUEUE).status_code in {302, 403}
    assert "one hand" not in client.get(family[0].post.get_absolute_url()).content.decode()
