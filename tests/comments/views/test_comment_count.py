"""The number of comments that a script asks for while somebody reads: small, the same for everybody, and cached."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories

pytestmark = pytest.mark.django_db


def count_url(post) -> str:
    return f"{post.get_absolute_url()}comments/count/"


def test_it_tells_how_many_there_are_and_which_were_published_last(visitor, post):
    now = timezone.now()
    late = factories.comment(post, decided_at=now)
    early = factories.comment(post, decided_at=now - timedelta(days=1))
    factories.comment(post, status="pending")
    answer = visitor.get(count_url(post))
    assert answer.json() == {"count": 2, "latest": [late.pk, early.pk]}
    assert answer["X-Robots-Tag"] == "noindex"


def test_asking_again_costs_one_query_until_something_changes(visitor, post, django_assert_num_queries):
    first = factories.comment(post)
    etag = visitor.get(count_url(post))["ETag"]
    with django_assert_num_queries(1):  # the clock
        answer = visitor.get(count_url(post), headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    second = factories.comment(post, parent=first)
    answer = visitor.get(count_url(post), headers={"If-None-Match": etag})
    assert answer.json() == {"count": 2, "latest": [second.pk, first.pk]}


def test_a_hidden_post_has_none(visitor, db):
    assert visitor.get(count_url(factories.scheduled())).status_code == 404


def test_a_page_says_where_to_ask_unless_nothing_can_come(visitor, post):
    for shown, is_asked in ((post, True), (factories.post(conversation="closed"), False)):
        html = visitor.get(shown.get_absolute_url()).content.decode()
        assert (f'data-new-comments="{count_url(shown)}"' in html) is is_asked
