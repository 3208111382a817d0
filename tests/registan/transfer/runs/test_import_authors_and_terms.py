"""Authors become bylines without an account, terms become tags; what this site has already is used and left alone"""

import pytest
from django.contrib.auth.models import User

from blog.models import Author, Post, Tag
from registan.transfer.models import Element
from tests import factories
from tests.registan.transfer.runs.importing import (
    category,
    declared_category,
    import_export,
    outcome,
)
from tests.registan.transfer.wxr import cdata, element, item, write

pytestmark = pytest.mark.django_db


def declared_author(login: str, **fields: str) -> str:
    inner = element("wp:author_login", cdata(login))
    return element("wp:author", inner + "".join(element(f"wp:{name}", cdata(value)) for name, value in fields.items()))


def test_an_author_is_a_byline_without_an_account_and_without_an_address(tmp_path):
    head = declared_author(
        "alice", author_email="alice@example.org", author_display_name="Alice A.", author_description="I <b>write</b>."
    )
    import_export(tmp_path, item(post_id=1), head=head)
    author = Author.objects.get()
    assert (author.name, author.slug, author.user, author.contact) == ("Alice A.", "alice-a", None, "")
    assert author.bio == "I **write**."
    assert not User.objects.exists()
    assert Post.objects.get().author_list == [author]


def test_whoever_wrote_no_post_gets_no_byline(tmp_path):
    import_export(tmp_path, item(post_type="page", creator="bob"), head=declared_author("carol"))
    assert not Author.objects.exists()
    assert outcome("author", "bob") == outcome("author", "carol") == ("skipped", "no-posts", "")


def test_a_map_leads_to_bylines_that_are_here(tmp_path):
    mine = factories.author("Alice Adams", slug="alice-adams", bio="Mine.")
    options = ("--authors", write(tmp_path, "alice = alice-adams\nbob = Alice Adams", "authors.txt"))
    import_export(tmp_path, item(post_id=1), item(post_id=2, creator="bob"), options=options)
    assert {post.author_list[0] for post in Post.objects.all()} == {mine}
    mine.refresh_from_db()
    assert (mine.bio, mine.post_count) == ("Mine.", 2)
    assert outcome("author", "alice") == ("unchanged", "already-here", "Alice Adams")


def test_nobody_takes_over_a_byline_by_its_name(tmp_path):
    here = factories.author("alice")
    import_export(tmp_path, item(post_id=1))
    assert Post.objects.get().author_list != [here]
    assert outcome("author", "alice") == ("created", "name-shared", "alice")


def test_posts_without_an_author_have_none(tmp_path):
    import_export(tmp_path, item(post_id=1, creator=""))
    assert Post.objects.get().author_list == []


def test_categories_and_tags_are_tags_with_their_descriptions(tmp_path):
    head = declared_category(1, "news", "News &amp; more", description="What <i>happens</i>.")
    import_export(tmp_path, item(category("post_tag", "tea", "Tea")), head=head)
    assert set(Tag.objects.values_list("name", "slug", "description")) == {
        ("News & more", "news", "What happens."),
        ("Tea", "tea", ""),
    }


def test_what_stood_below_another_category_is_noted(tmp_path):
    head = declared_category(1, "world", "World") + declared_category(2, "asia", "Asia", "world")
    import_export(tmp_path, item(), head=head + declared_category(3, "tashkent", "Tashkent", "asia"))
    assert outcome("term", "category/tashkent") == ("created", "below-another", "World → Asia → Tashkent")


def test_a_circle_of_categories_ends(tmp_path):
    import_export(tmp_path, item(), head=declared_category(1, "a", "A", "b") + declared_category(2, "b", "B", "a"))
    assert outcome("term", "category/a")[:2] == ("created", "below-another")


def test_a_category_and_a_tag_of_one_name_are_one_tag(tmp_path):
    import_export(tmp_path, item(category("category", "tea", "Tea"), category("post_tag", "tea", "tea")))
    assert Post.objects.get().tag_list == [Tag.objects.get()]
    assert outcome("term", "post_tag/tea") == ("unchanged", "same-as-another", "Tea")


def test_a_tag_that_is_here_is_used_and_left_alone(tmp_path):
    here = factories.tag("TEA", slug="tea-leaves", description="Mine.")
    import_export(tmp_path, item(category("post_tag", "tea", "Tea")))
    assert Post.objects.get().tag_list == [here]
    assert outcome("term", "post_tag/tea") == ("unchanged", "already-here", "TEA")


def test_other_kinds_of_terms_are_set_aside_and_named(tmp_path):
    import_export(tmp_path, item(category("post_format", "post-format-aside", "Aside")))
    assert not Tag.objects.exists()
    assert outcome("term", "post_format/post-format-aside") == ("skipped", "other-kind", "post_format")


def test_what_a_category_was_below_is_kept_whatever_its_tag_is_here(tmp_path):
    factories.tag("Asia", slug="asia")
    head = declared_category(1, "world", "World") + declared_category(2, "asia", "Asia", "world")
    head += declared_category(3, "tashkent", "Tashkent", "asia")
    for _time in range(2):
        import_export(tmp_path, item(post_id=1), head=head)
        ids = dict(Tag.objects.values_list("slug", "pk"))
        expected = {ids["asia"]: ids["world"], ids["tashkent"]: ids["asia"]}
        assert Element.objects.all().tag_parents() == expected
