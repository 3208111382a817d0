"""Tags: created while writing, related tags shown, unused and similar tags listed."""

import time

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.editing.similar_names import find_similar, group_similar, similarity_key
from blog.models import Post, Tag
from blog.models import tag as tag_module
from tests import factories

NEW = "/admin/blog/tag/new/"


def signed_in(group: str) -> Client:
    client = Client()
    client.force_login(factories.user(group=group))
    return client


@pytest.fixture
def author(db) -> Client:
    return signed_in("Author")


# What is alike


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Tea house", "tea-houses"), ("City", "Cities"), ("Čapek", "Capek"), ("Book", "BOOKS"), ("Книга", "книги"),
        ("Kitob", "Kitoblar"), ("Tashkent", "Toshkent"), ("Samarkand", "Samarknad"), ("Bukhara", "Bukhaara"),
        ("Oʻzbek", "O'zbek"), ("Churches", "Church"),
    ],
)  # fmt: skip
def test_differences_that_readers_overlook_make_names_similar(name, other):
    assert group_similar([(1, name), (2, other)]) == {1: {2}, 2: {1}}
    assert find_similar(name, [(7, other)]) == [7]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Tea", "Sea"),
        ("1917", "1918"),
        ("Year 1917", "Year 1916"),
        ("Bus", "Bu"),
        ("Samarkand", "Samara"),
        ("C", "C++ x"),
    ],
)
def test_other_words_and_other_figures_are_not_alike(name, other):
    assert group_similar([(1, name), (2, other)]) == {}
    assert find_similar(name, [(7, other)]) == []


def test_a_name_of_symbols_is_similar_only_to_itself():
    assert similarity_key("???") != similarity_key("!!!")
    assert group_similar([(1, "???"), (2, "!!!")]) == {}


@pytest.mark.parametrize("name", ["tag {}", "{}abcdef", "abcdef{}abcdef"])
def test_five_thousand_names_take_no_time(name):
    names = [(number, name.format(number)) for number in range(5_000)]
    names[7] = (7, "Tea house")
    names[9] = (9, "tea-houses")
    started = time.process_time()
    assert group_similar(names) == {7: {9}, 9: {7}}
    assert time.process_time() - started < 2


# Made while writing


def test_an_author_adds_a_tag_by_its_name_and_the_log_says_so(author):
    answer = author.post(NEW, {"name": "  Чайхана  и чай "})
    made = Tag.objects.get()
    assert (answer.status_code, answer.json()) == (201, {"id": str(made.pk), "text": "Чайхана и чай"})
    assert made.slug == "chaykhana-i-chay"
    assert LogEntry.objects.get().object_id == str(made.pk)


def test_an_existing_tag_of_that_name_is_used(author):
    tea = factories.tag("Tea")
    answer = author.post(NEW, {"name": "TEA"})
    assert (answer.status_code, answer.json()) == (200, {"id": str(tea.pk), "text": "Tea"})
    assert Tag.objects.count() == 1


def test_before_a_similar_tag_is_created_the_author_is_asked(author):
    house = factories.tag("Tea house")
    answer = author.post(NEW, {"name": "tea-houses"})
    said = answer.json()
    assert (answer.status_code, "id" in said) == (200, False)
    assert said["near"] == [{"id": str(house.pk), "text": "Tea house", "words": "Use “Tea house”"}]
    assert "is similar to an existing tag" in said["words"]
    assert Tag.objects.count() == 1
    assert author.post(NEW, {"name": "tea-houses", "anyway": "yes"}).status_code == 201


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\0b", "a\u202eb"])
def test_an_impossible_name_is_refused_in_a_sentence(name, author):
    answer = author.post(NEW, {"name": name})
    assert answer.status_code == 400
    assert answer.json()["words"]
    assert not Tag.objects.exists()


def test_names_of_one_slug_get_slugs_of_their_own(author):
    for name in ("C++", "C#", "茶", "水"):
        author.post(NEW, {"name": name, "anyway": "yes"})
    assert list(Tag.objects.order_by("pk").values_list("slug", flat=True)) == ["c", "c-2", "tag", "tag-2"]


def test_contributors_and_moderators_are_offered_no_new_tags_and_cannot_add_any(db):
    for group in ("Contributor", "Moderator"):
        assert signed_in(group).post(NEW, {"name": "Tea"}).status_code == 403
    assert b"data-new-tag" not in signed_in("Contributor").get("/admin/blog/post/add/").content
    assert b"data-new-tag" in signed_in("Author").get("/admin/blog/post/add/").content
    assert not Tag.objects.exists()


def test_another_site_adds_no_tag(db):
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user(group="Editor"))
    assert client.post(NEW, {"name": "Tea"}).status_code == 403
    assert not Tag.objects.exists()


# Typed without a script


def write(client: Client, typed: str, **changes):
    sent = {"title": "Noon", "slug": "noon", "body": "Tea.", "conversation": "open", "tags-typed": typed, **changes}
    return client.post("/admin/blog/post/add/", sent)


def test_names_typed_between_commas_are_the_tags_of_the_post(author):
    factories.tag("Tea")
    salt = factories.tag("Salt")
    assert write(author, " tea,, Новый хлеб ", tags=[salt.pk], status="draft").status_code == 302
    assert {tag.name for tag in Post.objects.get().tags.all()} == {"Salt", "Tea", "Новый хлеб"}
    assert Tag.objects.get(name="Новый хлеб").slug == "novyy-khleb"
    assert b"<noscript>" in author.get("/admin/blog/post/add/").content


def test_contributors_type_existing_tags_only_and_lose_nothing(db):
    client, tea = signed_in("Contributor"), factories.tag("Tea")
    refused = write(client, 'Tea, "Bread"', status="draft")
    assert "Ask an editor to add it" in refused.content.decode()
    assert 'name="tags-typed" value="Tea, &quot;Bread&quot;"' in refused.content.decode()
    assert write(client, "tea", status="draft").status_code == 302
    assert list(Post.objects.get().tags.all()) == [tea]
    assert Tag.objects.count() == 1


@pytest.mark.parametrize("name", ["x" * 81, "a\u202eb", "a\0b"])
def test_an_impossible_typed_name_is_refused_on_its_field(name, author):
    refused = write(author, name, status="draft")
    assert refused.status_code == 200
    assert "tags" in refused.context["adminform"].form.errors
    assert not Post.objects.exists()


# Lists for editors


def listed(client: Client, tidy: str) -> str:
    return client.get(f"/admin/blog/tag/?tidy={tidy}").content.decode()


def test_tags_on_no_post_are_listed_and_one_on_a_draft_is_not(editor):
    factories.tag("Unused")
    factories.draft(tags=[factories.tag("Drafted")])
    shown = listed(editor, "unused")
    assert "Unused" in shown
    assert "Drafted" not in shown


def test_tags_that_are_alike_are_listed_with_each_other(editor):
    for name in ("Tea house", "tea-houses", "Salt"):
        factories.tag(name)
    shown = listed(editor, "alike")
    assert "“tea-houses”" in shown
    assert "“Tea house”" in shown
    assert "Salt" not in shown
    assert "looks like" not in listed(editor, "").lower()


def test_the_list_of_what_is_alike_costs_the_same_however_long(editor):
    costs = []
    for number in (1, 5):
        for n in range(number):
            factories.tag(f"word{chr(97 + number + n)} house")
            factories.tag(f"word{chr(97 + number + n)}-houses")
        with CaptureQueriesContext(connection) as said:
            listed(editor, "alike")
        costs.append(len(said))
    assert costs[0] == costs[1]


# Related tags


def related(visitor) -> list[str]:
    shown = visitor.get("/tag/tea/").content.decode()
    part = shown.partition('class="related"')[2].partition("</nav>")[0]
    return [piece.partition("<")[0] for piece in part.split("<bdi>")[1:]]


@pytest.mark.django_db
def test_a_tag_shows_the_tags_used_with_it_most_often(visitor):
    tea, bread, salt, other = (factories.tag(name) for name in ("Tea", "Bread", "Salt", "Other"))
    factories.post(tags=[tea, bread])
    factories.post(tags=[tea, bread, salt])
    factories.post(tags=[other])
    assert related(visitor) == ["Bread", "Salt"]


@pytest.mark.django_db
@pytest.mark.parametrize("make", [factories.draft, factories.scheduled])
def test_related_tags_do_not_count_drafts(make, visitor):
    make(tags=[factories.tag("Tea"), factories.tag("Secret")])
    assert related(visitor) == []


@pytest.mark.django_db
def test_eight_are_shown_and_the_last_posts_alone_are_asked(visitor, monkeypatch):
    tea = factories.tag("Tea")
    factories.post(tags=[tea, factories.tag("Old")])
    factories.post(tags=[tea, *(factories.tag(f"T{n}") for n in range(9))])
    assert len(related(visitor)) == 8
    monkeypatch.setattr(tag_module, "RECENT_POSTS", 1)
    assert "Old" not in [str(tag) for tag in Tag.objects.related_to(tea)]


@pytest.mark.django_db
def test_a_new_neighbour_shows_at_once(visitor):
    tea = factories.tag("Tea")
    assert related(visitor) == []
    factories.post(tags=[tea, factories.tag("Bread")])
    assert related(visitor) == ["Bread"]
