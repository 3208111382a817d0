"""After a test with real transactions the database is as its migrations left it."""

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import DatabaseError

from comments.models import Decision, Policy
from comments.status import Via
from tests import factories
from tests.clean_database import CleanDatabase


def test_what_was_written_changed_and_deleted_is_undone(transactional_db):
    clean = CleanDatabase()
    factories.remove(factories.comment(factories.post()), via=Via.DESK)
    Policy.objects.all().delete()
    Group.objects.all().delete()
    cache.set("a", 1)
    assert CleanDatabase().rows != clean.rows
    clean.restore()
    assert CleanDatabase().rows == clean.rows


def test_the_decision_log_is_protected_again(transactional_db):
    clean = CleanDatabase()
    factories.remove(factories.comment(factories.post()), via=Via.DESK)
    clean.restore()
    factories.remove(factories.comment(factories.post()), via=Via.DESK)
    with pytest.raises(DatabaseError, match="append-only"):
        Decision.objects.all()._raw_delete(using="default")
