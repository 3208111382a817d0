"""How many statements it takes to save a post, by a verb and by the admin's form (docs/decisions/0034)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Post, SearchWord
from tests import factories
from tests.blog.editing.test_autosave import change, field, form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

IS_POSTGRES = connection.vendor == "postgresql"
# Begin, lock and read the post, its authors, its tags, write the post, move the clock, commit.
UNCHANGED = 7
# The version, the notes on the text, the entry in the index, that the worker is to choose related posts and, on SQLite
# in the same transaction, the words of the index.
CHANGED = UNCHANGED + 4 + (0 if IS_POSTGRES else 1)
# Without the notes, since the text stays: the entry of the draft, found and deleted, the redirect from this address,
# its sources, three updates that count (on PostgreSQL under locks), and three queries for when the site changes next.
PUBLISHED = CHANGED - 1 + 2 + 1 + 1 + (6 if IS_POSTGRES else 3) + 3
# The form reads the clock, the session, the account, two kinds of permissions and the rows that were chosen, closes the
# copy of its text, looks who else has the post open and says that its author has not, logs, and has a transaction
# around all.
FORM = 1 + 4 + 2 + 1 + 2 + 1 + 2
# Of a post that readers see, the notes that were made of their comments.
READER_NOTES = 1

BODY = "Tea first, then talk.\n\n> Leave one brick.\n> — Navoiy, *Xamsa*\n"


@pytest.fixture
def related():
    tags = [factories.tag(name) for name in ("Black", "Green", "Tea")]
    return {"authors": [factories.author("Ann"), factories.author("Ben")], "tags": tags}


@pytest.fixture
def stored(related):
    """A post that was read from the database."""
    return Post.objects.get(pk=factories.post(body=BODY, **related).pk)


@pytest.fixture
def draft(related):
    return Post.objects.get(pk=factories.draft(body=BODY, **related).pk)


def number_of_statements(do) -> int:
    with CaptureQueriesContext(connection) as sent:
        do()
    return len(sent)


def filled_form(editor, post: Post, **changes) -> dict:
    """What a browser sends of a form that was opened and changed."""
    page = editor.get(change(post))
    state = {name: field(page, name) for name in ("chosen", "key", "turn", "edition")}
    rows = {name: [row.pk for row in getattr(post, name).all()] for name in ("authors", "tags")}
    return {**form(post), **state, **rows, **changes}


def save_form(editor, post: Post, sent: dict) -> None:
    assert editor.post(change(post), sent).status_code == 302


def test_saving_a_post_as_it_is_writes_its_row_and_moves_the_clock(stored, related):
    assert number_of_statements(lambda: stored.save(**related)) == UNCHANGED


def test_saving_a_changed_text_adds_the_version_and_the_index(stored, related):
    stored.body = BODY.replace("talk", "samovars")
    assert number_of_statements(lambda: stored.save(**related)) == CHANGED
    assert IS_POSTGRES or SearchWord.objects.filter(word="samovars").exists()


def test_publishing_adds_what_counts_the_post(draft, related):
    assert number_of_statements(lambda: draft.publish(**related)) == PUBLISHED
    assert [tag.post_count for tag in draft.tags.all()] == [1, 1, 1]


def test_the_form_of_a_post_as_it_is_reads_and_writes_each_row_once(editor, stored):
    sent = filled_form(editor, stored)
    assert number_of_statements(lambda: save_form(editor, stored, sent)) == UNCHANGED + FORM + READER_NOTES


def test_the_form_of_a_changed_text_adds_the_version_and_the_index(editor, stored):
    sent = filled_form(editor, stored, body=BODY.replace("talk", "samovars"))
    assert number_of_statements(lambda: save_form(editor, stored, sent)) == CHANGED + FORM + READER_NOTES
    assert "samovars" in Post.objects.get().body


def test_publishing_by_the_form_adds_what_counts_the_post_and_what_to_check(editor, draft):
    sent = filled_form(editor, draft, status="published")
    asked = 3  # was it ever public, is the slug free on this day, has another post this title
    step = 1  # by whom it was published, for its author
    assert number_of_statements(lambda: save_form(editor, draft, sent)) == PUBLISHED + FORM + asked + step
    assert Post.objects.get().is_public
