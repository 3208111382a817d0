"""Readers are made of the addresses that comments came with before there were readers."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import F

from comments.models import Comment, Reader
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
migration = import_module("comments.migrations.0004_readers")


def test_each_spelling_of_an_address_leads_to_the_reader_whom_a_new_comment_finds(post):
    spellings = ["ÄNN@Straße.example", "änn@STRASSE.example", "bob@example.net", ""]
    for number, email in enumerate(spellings):
        factories.comment(post, email=email, created_at=NOON - timedelta(days=number))
    Comment.objects.update(reader=None, decided_at=NOON + timedelta(days=9))
    Reader.objects.all().delete()
    migration.introduce(apps, None)
    assert not Comment.objects.exclude(decided_at=F("created_at")).exists()
    ann, same, bob, nobody = Comment.objects.order_by("pk")
    assert (ann.reader, same.reader) == (Reader.of("änn@straße.example"), ann.reader)
    assert (bob.reader, nobody.reader) == (Reader.of("bob@example.net"), None)
    assert Reader.objects.count() == 2
    assert ann.reader.first_seen == NOON - timedelta(days=1)
    assert ann.reader.pass_key != bob.reader.pass_key
