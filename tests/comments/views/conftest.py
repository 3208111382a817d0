"""Who opens the pages for moderators."""

import pytest
from django.test import Client

from tests import factories


@pytest.fixture
def mona(db) -> Client:
    return factories.moderator_client("mona", first_name="Mona")
