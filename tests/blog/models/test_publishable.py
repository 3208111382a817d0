"""What is public: one rule for rows and for queries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import Post, Version
from blog.models.publishable import is_public_at
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Post, Version])
def test_a_query_and_a_row_agree_on_what_is_public(model):
    now = timezone.now()
    times = [now - timedelta(days=1), now, now + timedelta(microseconds=1), now + timedelta(days=1)]
    for status in Post.Status:
        for at in times if status == Post.Status.PUBLISHED else [None, *times]:
            factories.post(status=status, published_at=at)
    rows = set(model.objects.all())
    public = {row for row in rows if is_public_at(row, now)}
    assert set(model.objects.published(now=now)) == public
    assert len(public) == 2
    assert {row for row in rows if row.status == Post.Status.PUBLISHED} - public == set(
        model.objects.scheduled(now=now)
    )
