"""A new SECRET_KEY with the old one in SECRET_KEY_FALLBACKS ends nothing; without it, what was signed ends."""

import pytest
from django.conf import settings as site_settings
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db
NEW = "a-new-key-of-more-than-thirty-two-characters-0123456789"


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(factories.user("adam", group="Administrator"))
    return client


@pytest.mark.parametrize(("fallbacks", "goes_on"), [([site_settings.SECRET_KEY], True), ([], False)])
def test_sign_ins_outlive_the_key_if_it_is_kept_as_a_fallback(settings, staff, fallbacks, goes_on):
    reader = factories.reader_client(factories.reader("ann@example.org"))
    assert "ann@example.org" in reader.get("/you/").text
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, fallbacks
    assert (staff.get("/admin/").status_code == 200) == goes_on
    assert ("ann@example.org" in reader.get("/you/").text) == goes_on
