"""Comments from one hand find each other by their signs, however many others there are."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments.families.signs import SignKind, kind_of
from comments.lifecycle import edits
from comments.models import Comment, CommentSign, PartedComment
from comments.models.comment_sign import MAX_BEARERS, SIGN_DAYS
from comments.privacy.erasure import begin_erasure, continue_erasures
from comments.privacy.retention import erase_old_spam
from comments.queue.families import find_families, load_families
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import send

pytestmark = pytest.mark.django_db

SHOP = "See https://shop.example/tea for more"


def sent(post, number: int, *, client: Client | None = None, network: str = "", **fields) -> Comment:
    """A comment as a browser of some network sends it."""
    fields = {
        "name": f"Writer {number}",
        "email": f"w{number}@example.net",
        "body": f"{SHOP}, I say: {number}.",
        **fields,
    }
    headers = {"X-Forwarded-For": network or f"192.0.{number}.7"}
    assert send(client or Client(), post, headers=headers, **fields).status_code == 302
    return Comment.objects.latest("pk")


@pytest.fixture(autouse=True)
def proxy(settings):
    """Addresses are those that our proxy tells; nobody has to wait."""
    from ipaddress import ip_network

    settings.TRUSTED_PROXIES = (ip_network("127.0.0.0/8"),)


def kinds(comment: Comment) -> set[SignKind]:
    return {kind_of(key) for key in CommentSign.objects.filter(comment=comment).values_list("key", flat=True)}


def families(*seeds: Comment) -> list[set[int]]:
    return [family.members for family in find_families([seed.pk for seed in seeds])]


def test_a_submission_leaves_its_signs(post):
    comment = sent(post, 1, website="https://shop.example/")
    assert kinds(comment) == {
        SignKind.LINK,
        SignKind.DOMAIN,
        SignKind.WEBSITE,
        SignKind.RHYTHM,
        SignKind.NETWORK,
        SignKind.READER,
    }


def test_what_staff_write_has_none(post):
    client = factories.staff_client("ann", "Editor")
    assert send(client, post, body=SHOP).status_code == 302
    assert CommentSign.objects.count() == 0


def test_held_and_published_comments_that_link_to_one_page_are_a_family(post):
    one, other, third = (sent(post, number) for number in (1, 2, 3))
    factories.approve(third, via=Via.DESK)
    assert families(one) == [{one.pk, other.pk, third.pk}]
    (family,) = load_families(find_families([one.pk]))
    assert [comment.pk for comment in family.members] == [one.pk, other.pk, third.pk]
    assert (len(family.held), family.published_count) == (2, 1)
    assert [sign.words for sign in family.shared][:2] == [
        "the same link: shop.example/tea",
        "the same website: shop.example",
    ]


def test_a_network_that_many_share_joins_nobody(post):
    every = [sent(post, number, network="192.0.2.7", body=f"What I think of melon {number}") for number in range(4)]
    assert families(*every) == []


def test_decided_comments_are_in_no_family_but_find_theirs(post):
    one, other, spam = (sent(post, number) for number in (1, 2, 3))
    factories.mark_spam(spam, via=Via.DESK)
    assert families(one) == [{one.pk, other.pk}]
    assert families(spam) == [{one.pk, other.pk, spam.pk}]


def test_what_known_readers_link_to_joins_nobody(post):
    one, other, *known = (sent(post, number) for number in range(4))
    assert len(families(one)) == 1
    for comment in known:
        factories.approve(comment, via=Via.DESK)
    Comment.objects.filter(pk__in=[comment.pk for comment in known]).update(is_verified=True)
    assert families(one, other) == []


def test_a_parted_comment_is_not_joined_again(post):
    one, other, parted = (sent(post, number) for number in (1, 2, 3))
    PartedComment.objects.create(comment=parted)
    assert families(one) == [{one.pk, other.pk}]
    assert families(parted) == []


def test_the_newest_bearers_of_a_key_are_looked_at_however_many_there_are(post, django_assert_max_num_queries):
    template = sent(post, 1)
    others = [
        Comment(
            pk=template.pk + number, post=post, path=f"z{number}", name=f"N{number}", body="x",
            fingerprint=f"f{number}", status=Status.PENDING,
        )
        for number in range(1, 200)
    ]  # fmt: skip
    Comment.objects.bulk_create(others)
    keys = list(CommentSign.objects.filter(comment=template).values_list("key", flat=True))
    CommentSign.objects.bulk_create(CommentSign(key=key, comment=other) for other in others for key in keys)
    with django_assert_max_num_queries(3):
        (family,) = find_families([template.pk])
    assert len(family.members) == MAX_BEARERS + 1
    assert max(family.members) == template.pk + 199


def test_looking_up_comments_without_signs_costs_one_query(post, django_assert_num_queries):
    comment = factories.comment(post, status=Status.PENDING)
    with django_assert_num_queries(1):
        assert find_families([comment.pk]) == []


def test_an_edit_by_the_writer_replaces_the_signs_of_the_text(post):
    innocent, other = sent(post, 1, body="A fine text about melons"), sent(post, 2)
    assert families(innocent) == []
    edits.edit(innocent, SHOP, by=None, by_writer=True)
    assert families(innocent) == [{innocent.pk, other.pk}]
    assert kinds(innocent) >= {SignKind.LINK, SignKind.NETWORK, SignKind.RHYTHM}


def test_what_a_moderator_takes_out_still_tells_whose_it_was(post):
    one, other = sent(post, 1), sent(post, 2)
    edits.edit(one, "A link was here", by=factories.user())
    assert families(one) == [{one.pk, other.pk}]


def test_signs_are_erased_with_the_address(post):
    comment, spam = sent(post, 1), sent(post, 2)
    reader = factories.reader("w1@example.net")
    begin_erasure(reader, keeps_words=True, sender="")
    while continue_erasures():
        pass
    assert (kinds(comment), kinds(spam) != set()) == (set(), True)
    factories.mark_spam(spam, via=Via.RULE)
    Comment.objects.filter(pk=spam.pk).update(decided_at=timezone.now() - timedelta(days=60))
    assert erase_old_spam() == 1
    assert CommentSign.objects.count() == 0


def test_signs_are_deleted_after_half_a_year(post):
    old, young = sent(post, 1), sent(post, 2)
    PartedComment.objects.create(comment=old)
    assert CommentSign.objects.delete_expired() == 0
    Comment.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=SIGN_DAYS + 1))
    assert CommentSign.objects.delete_expired() == 1
    assert (kinds(old), kinds(young) != set(), PartedComment.objects.count()) == (set(), True, 0)
    assert CommentSign.objects.delete_expired() == 0
