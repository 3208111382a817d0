"""Two authors change a post's other fields at once: a field that only one of them changed keeps that change."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.utils import timezone

from blog.models import Post, Series, Tag
from tests import factories
from tests.blog.editing.test_autosave import KEY, autosaved, change, field, form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def other(db):
    """Another editor."""
    return factories.staff_client("other", "Editor")


@pytest.fixture
def tea(alice) -> Post:
    post = factories.post(authors=[alice.profile])
    post.save(tags=[tag("green"), tag("black")])
    return post


def tag(name: str) -> Tag:
    return Tag.objects.get_or_create(slug=name, defaults={"name": name})[0]


def opened(client, post: Post) -> dict:
    """What the form holds as it is opened, for `save`."""
    held = form(post, chosen=field(client.get(change(post)), "chosen"))
    several = {name: [row.pk for row in getattr(post, name).all()] for name in ("tags", "authors")}
    return {**held, **several}


def save(client, post: Post, held: dict, **chosen):
    response = client.post(change(post), {**held, **chosen})
    assert response.status_code == 302, response.context["adminform"].form.errors
    return [str(message) for message in get_messages(response.wsgi_request) if message.level_tag == "warning"]


def names(post: Post) -> set[str]:
    return set(post.tags.values_list("name", flat=True))


def test_tags_that_another_has_changed_stay_when_only_the_words_were_mine(editor, other, tea):
    mine = opened(editor, tea)
    save(other, tea, opened(other, tea), tags=[tag("green").pk, tag("new").pk])
    assert save(editor, tea, mine, body="His words.") == []
    assert names(tea) == {"green", "new"}
    assert Post.objects.get().body == "His words."


def test_choices_of_both_authors_are_combined(editor, other, tea):
    series, day = Series.objects.create(name="Teas", slug="teas"), timezone.now().replace(microsecond=0)
    Post.objects.update(closes_at=day)
    tea.refresh_from_db()
    local = timezone.localtime(day)
    until = {"closes_at_0": f"{local:%Y-%m-%d}", "closes_at_1": f"{local:%H:%M:%S}"}
    mine, theirs = opened(editor, tea) | until, opened(other, tea) | until
    save(other, tea, theirs, conversation="held", slow_minutes="5", is_pinned="on", authors=[])
    save(editor, tea, mine, series=series.pk, part="2", tags=[])
    now = Post.objects.get()
    assert (now.conversation, now.slow_minutes, now.is_pinned, now.authors.count()) == ("held", 5, True, 0)
    assert (now.series, now.part, names(now), now.closes_at) == (series, 2, set(), day)


def test_a_field_both_changed_keeps_mine_and_shows_theirs(editor, other, tea):
    mine = opened(editor, tea)
    save(other, tea, opened(other, tea), tags=[tag("new").pk], conversation="closed", is_pinned="on")
    told = save(editor, tea, mine, tags=[], conversation="held")
    assert told == [
        "Somebody changed “Tags” to “new” while you were writing. Your choice was saved.",
        "Somebody changed “Conversation” to “closed” while you were writing. Your choice was saved.",
    ]
    assert (names(tea), Post.objects.get().conversation, Post.objects.get().is_pinned) == (set(), "held", True)


def test_the_same_choice_twice_is_no_conflict(editor, other, tea):
    mine = opened(editor, tea)
    save(other, tea, opened(other, tea), is_pinned="on")
    assert save(editor, tea, mine, is_pinned="on") == []
    assert Post.objects.get().is_pinned


def test_the_log_names_what_was_mine_alone(editor, other, tea):
    mine = opened(editor, tea)
    save(other, tea, opened(other, tea), conversation="held")
    save(editor, tea, mine, slow_minutes="3")
    (entry,) = LogEntry.objects.filter(user=editor.user)
    assert json.loads(entry.change_message) == [{"changed": {"fields": ["Slow mode"]}}]


def test_a_refused_form_still_has_its_base_version(editor, other, tea):
    mine = opened(editor, tea)
    save(other, tea, opened(other, tea), tags=[])
    refused = editor.post(change(tea), {**mine, "title": ""})
    assert refused.status_code == 200
    assert json.loads(field(refused, "chosen")) == json.loads(mine["chosen"])
    save(editor, tea, mine | {"key": field(refused, "key"), "turn": field(refused, "turn")})
    assert names(tea) == set()


def test_a_restored_draft_keeps_its_forms_base_version(editor, other, tea):
    autosaved(editor, tea, **opened(editor, tea) | {"body": "His words."})
    save(other, tea, opened(other, tea), tags=[tag("new").pk], is_pinned="on")
    again = editor.get(f"{change(tea)}?copy={KEY}")
    held = {name: field(again, name) for name in ("chosen", "key", "turn", "edition", "body")}
    tags = again.context["adminform"].form["tags"].value()
    assert save(editor, tea, {**form(tea), **held}, tags=tags) == []
    assert (names(tea), Post.objects.get().is_pinned, Post.objects.get().body) == ({"new"}, True, "His words.")


@pytest.mark.parametrize(
    "nonsense", ["", "x", "[]", "{}", "null", '{"tags": 3}', '{"tags": {"a": 1}}', "[" * 9_999, "\N{SNOWMAN}"]
)
def test_a_form_without_it_or_with_nonsense_is_accepted_as_it_is(editor, tea, nonsense):
    save(editor, tea, {**opened(editor, tea), "chosen": nonsense}, tags=[tag("new").pk])
    assert names(tea) == {"new"}


def test_authors_save_only_the_fields_they_may_edit(alice, other, tea):
    mine = opened(alice, tea)
    save(other, tea, opened(other, tea), is_pinned="on")
    save(alice, tea, mine, body="Hers.")
    assert Post.objects.get().is_pinned
