"""Claims: which moderator reviews which comment, shown to the others for a while, blocking nobody."""

import pytest
from django.test import Client

from comments.models import Comment
from comments.queue import claims
from comments.status import Status
from tests import factories

QUEUE = "/admin/comments/comment/queue/"
CLAIM = f"{QUEUE}claim/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


def waiting(post) -> Comment:
    return factories.comment(post, status=Status.PENDING)


def looked_at_by_others_than(name: str) -> dict[int, str]:
    """By comment, who reviews it, as `name` sees it."""
    user = factories.User.objects.get(username=name)
    return claims.claims_of_others(Comment.objects.values_list("pk", flat=True), than=user)


def test_a_moderator_sees_who_else_reviews_a_comment_but_not_themselves(mona, nora, post):
    comment, _other = waiting(post), waiting(post)
    assert mona.post(CLAIM, {"comment": comment.pk}).status_code == 200
    assert looked_at_by_others_than("nora") == {comment.pk: "Mona Rahimova"}
    assert looked_at_by_others_than("mona") == {}
    assert "being reviewed by <bdi>Mona Rahimova</bdi>" in nora.get(QUEUE).text
    assert "being reviewed by <bdi>Mona Rahimova</bdi>" not in mona.get(QUEUE).text


def test_opening_one_comment_without_script_claims_it(mona, nora, post):
    _first, second = waiting(post), waiting(post)
    mona.get(f"{QUEUE}?at={second.pk}")
    assert looked_at_by_others_than("nora") == {second.pk: "Mona Rahimova"}


def test_opening_the_queue_without_script_starts_at_the_first_comment_nobody_reviews(mona, nora, post):
    first, second, third = (waiting(post) for _ in range(3))
    mona.get(QUEUE)
    nora.get(QUEUE)
    assert looked_at_by_others_than("nora") == {first.pk: "Mona Rahimova"}
    assert looked_at_by_others_than("mona") == {second.pk: "nora"}
    mona.post(QUEUE, {"decision": f"approve:{first.pk}"}, follow=True)
    assert looked_at_by_others_than("nora") == {first.pk: "Mona Rahimova", third.pk: "Mona Rahimova"}


def test_the_first_claim_holds_and_blocks_nobody(mona, nora, post):
    comment = waiting(post)
    mona.post(CLAIM, {"comment": comment.pk})
    answer = nora.post(CLAIM, {"comment": comment.pk, "shown": [comment.pk]})
    assert answer.json() == {str(comment.pk): "Mona Rahimova"}
    nora.post(QUEUE, {"decision": f"approve:{comment.pk}"})
    assert Comment.objects.get(pk=comment.pk).status == Status.APPROVED


def test_moving_on_releases_only_ones_own_claim(mona, nora, post):
    first, second = waiting(post), waiting(post)
    mona.post(CLAIM, {"comment": first.pk})
    nora.post(CLAIM, {"comment": second.pk, "left": first.pk})
    assert looked_at_by_others_than("nora") == {first.pk: "Mona Rahimova"}
    mona.post(CLAIM, {"comment": second.pk, "left": [first.pk]})
    assert looked_at_by_others_than("mona") == {second.pk: "nora"}
    assert looked_at_by_others_than("nora") == {}


def test_a_claim_ends_by_itself(mona, nora, post, monkeypatch):
    comment = waiting(post)
    monkeypatch.setattr(claims, "CLAIM_SECONDS", -1)
    mona.post(CLAIM, {"comment": comment.pk})
    mona.get(QUEUE)
    assert looked_at_by_others_than("nora") == {}


@pytest.mark.parametrize(
    "form", [{}, {"comment": "x"}, {"comment": "9" * 30}, {"comment": "1", "left": "\x00"},
             {"comment": "1", "shown": ["1", "-1"]}],
)  # fmt: skip
def test_a_claim_of_nothing_is_refused(form, mona):
    assert mona.post(CLAIM, form).status_code == 400


def test_a_claim_needs_the_permission_a_post_and_a_csrf_token(mona, post):
    comment = waiting(post)
    client = Client()
    client.force_login(factories.user(group="Author"))
    assert client.post(CLAIM, {"comment": comment.pk}).status_code == 403
    assert mona.get(CLAIM).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.user(group="Moderator"))
    assert strict.post(CLAIM, {"comment": comment.pk}).status_code == 403


def test_no_more_is_asked_of_the_cache_for_many_comments_than_for_one(nora, post, django_assert_num_queries):
    user = factories.User.objects.get(username="nora")
    with django_assert_num_queries(1):
        claims.claims_of_others(range(1, 51), than=user)
