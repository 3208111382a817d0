"""The list of posts: what a search finds in it, and its filters."""

from datetime import UTC, datetime

import pytest

from blog.models import Post, Series
from blog.search.rebuild import rebuild_index
from tests import factories

LIST = "/admin/blog/post/"


def titles(client, query: str) -> list[str]:
    return [post.title for post in client.get(f"{LIST}?{query}").context["cl"].result_list]


# Search


def test_a_search_finds_words_of_the_text_in_posts_and_drafts(editor):
    factories.post("Out", body="A *saffron* evening.")
    factories.draft(title="In hand", body="More saffron.")
    factories.post("Else", body="Salt.")
    assert sorted(titles(editor, "q=saffron")) == ["In hand", "Out"]


def test_words_of_the_title_come_first(editor):
    factories.post("Saffron", body="A long text about a spice.")
    factories.post("Spices", body="Saffron.")
    assert titles(editor, "q=saffron") == ["Saffron", "Spices"]


def test_a_column_that_is_asked_for_orders_what_was_found(editor):
    factories.post("Saffron")
    factories.post("A spice", body="Saffron.")
    assert titles(editor, "q=saffron&o=1") == ["A spice", "Saffron"]


@pytest.mark.parametrize("part", ["saff", "affr"])
def test_a_part_of_a_word_finds_it_when_no_word_is_meant(part, editor):
    factories.post("Saffron")
    assert titles(editor, f"q={part}") == ["Saffron"]


def test_a_beginning_is_not_searched_for_where_the_word_itself_occurs(editor):
    factories.post("Saffron")
    factories.post("Saffronist")
    assert titles(editor, "q=saffron") == ["Saffron"]


def test_signs_alone_are_searched_for_in_titles(editor):
    factories.post("Why???")
    factories.post("Because")
    assert titles(editor, "q=???") == ["Why???"]


def test_an_author_finds_their_own_posts_among_any_number_of_others(alice, monkeypatch):
    monkeypatch.setattr("blog.search.staff.MAX_RESULTS", 1)
    monkeypatch.setattr("blog.search.staff.MAX_TITLE_MATCHES", 1)
    factories.draft(title="Mine", body="Saffron.", authors=[alice.profile])
    factories.draft(title="Not mine", body="Saffron.", authors=[factories.author("Bob")])
    assert titles(alice, "q=saffron") == ["Mine"]


def test_readers_do_not_find_drafts_by_any_search(db, visitor):
    factories.draft(title="Saffron", body="Saffron.")
    assert "No results" in visitor.get("/search/?q=saffron").content.decode()


def test_drafts_do_not_take_the_places_of_what_readers_find(db, visitor, monkeypatch):
    monkeypatch.setattr("blog.search.engine.FETCH_LIMITS", (1,))
    factories.post("Out", body="Saffron.")
    factories.draft(title="In hand", body="Saffron.")
    assert "Out" in visitor.get("/search/?q=saffron").content.decode()


def test_a_post_changes_places_in_the_index_as_it_is_published_and_withdrawn(editor, visitor):
    post = factories.draft(title="Saffron")
    for change, state, is_found in ((post.publish, "published", True), (post.unpublish, "draft", False)):
        change()
        assert titles(editor, f"q=saffron&state={state}") == ["Saffron"]
        assert (post.title in visitor.get("/search/?q=saffron").content.decode().split("</form>", 1)[1]) is is_found


def test_a_deleted_draft_is_found_no_longer(editor):
    factories.draft(title="Saffron").delete()
    assert titles(editor, "q=saffron") == []


def test_drafts_are_in_an_index_that_was_rebuilt(editor):
    factories.draft(title="Saffron")
    rebuild_index()
    assert titles(editor, "q=saffron") == ["Saffron"]


# Filters


def test_the_list_is_filtered_by_tag_author_series_and_month(editor):
    ann, tea = factories.author("Ann"), factories.tag("Tea")
    road = Series.objects.create(name="The road", slug="road")
    with_all = factories.post("Chosen", authors=[ann], tags=[tea], series=road, part=1)
    factories.post("Other", published_at=datetime(2020, 2, 3, 12, tzinfo=UTC))
    month = f"{with_all.published_on:%Y-%m}"
    for query in ("author=Ann", "author=ann", "tag=tea", "tag=TEA", "series=road", "series=The+road", f"month={month}"):
        assert titles(editor, query) == ["Chosen"]
    assert titles(editor, "month=2020-02") == ["Other"]
    assert titles(editor, f"author=ann&tag=tea&series=road&month={month}&q=chosen") == ["Chosen"]


def test_a_tag_of_many_posts_filters_like_one_of_few(editor, monkeypatch):
    monkeypatch.setattr("blog.admin.post_filters.MANY_POSTS", 0)
    factories.post("Chosen", tags=[factories.tag("Tea")])
    factories.post("Other")
    assert titles(editor, "tag=tea") == ["Chosen"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("tag=nothing", "No tag has this name."),
        ("author=nobody", "No author has this name."),
        ("series=none", "No series has this name."),
        ("month=2026-13", "Write a month as 2026-11."),
        ("month=9999999-1", "Write a month as 2026-11."),
        ("month=0000-00", "Write a month as 2026-11."),
    ],
)
def test_a_filter_that_names_nothing_says_so_and_shows_no_post(query, sentence, editor):
    factories.post()
    page = editor.get(f"{LIST}?{query}")
    assert sentence in page.content.decode()
    assert list(page.context["cl"].result_list) == []


def test_the_last_month_that_a_date_can_have_breaks_nothing(editor):
    factories.post()
    assert titles(editor, "month=9999-12") == []


def test_a_filter_sends_the_others_along(editor):
    factories.post("The melon", tags=[factories.tag("Tea")])
    form = editor.get(f"{LIST}?tag=tea&q=melon&state=published").content.decode().split('id="filter-author"')[0]
    form = form[form.rindex("<form") :]
    for name, value in (("tag", "tea"), ("q", "melon"), ("state", "published")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in form


def test_the_page_does_not_grow_with_the_tags(editor, monkeypatch):
    monkeypatch.setattr("blog.admin.post_filters.MAX_OFFERED_NAMES", 2)
    for number in range(4):
        factories.tag(f"Tag {number}")
    assert editor.get(LIST).content.decode().count('<option value="Tag ') == 2


def test_only_two_thousand_posts_are_counted(editor, monkeypatch):
    monkeypatch.setattr("blog.admin.post_list.PostPaginator.max_counted", 2)
    for _ in range(3):
        factories.post()
    assert editor.get(LIST).context["cl"].result_count == 2
    assert Post.objects.count() == 3
