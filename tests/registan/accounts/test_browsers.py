"""What is stored of the browsers in which people who work here are signed in is shortened after the site's days."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.utils import timezone

from comments.models import RetentionNight
from registan.accounts.browsers import shorten_old_sessions
from tests import factories

pytestmark = pytest.mark.django_db


def test_addresses_are_shortened_and_browsers_lose_their_names():
    user = factories.user()
    for number, days in enumerate((1, 91)):
        row = UserSession.objects.create(user=user, session_key=str(number), ip="198.51.100.9", user_agent="Firefox")
        UserSession.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days))
    assert (shorten_old_sessions(), shorten_old_sessions()) == (1, 0)
    rows = UserSession.objects.order_by("pk").values_list("ip", "user_agent")
    assert list(rows) == [("198.51.100.9", "Firefox"), ("198.51.100.0", "")]
    night = RetentionNight.objects.get()
    assert (night.addresses, night.browsers) == (1, 1)
