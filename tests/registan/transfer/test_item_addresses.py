"""What an import remembers: every address at which WordPress answered for an item, a term, an author."""

import pytest

from blog.text.old_paths import old_path_key
from registan.transfer.records.export_records import ExportedAuthor
from registan.transfer.wordpress.item_addresses import (
    addresses_of_author,
    addresses_of_item,
    addresses_of_term,
    with_slug,
)
from tests.registan.transfer import wxr


def keys(addresses: list[str]) -> set[str]:
    return {old_path_key(address, home=wxr.HOME) for address in addresses}


def item_with(*metas: tuple[str, str], **values: object):
    (item,) = wxr.read_items(wxr.export(wxr.item(*(wxr.meta(*meta) for meta in metas), **values)))
    return item


def test_a_post_has_its_permalink_and_its_number():
    item = item_with(link=f"{wxr.HOME}/2009/05/tea/", post_id=12, post_name="tea")
    assert keys(addresses_of_item(item)) == {"/2009/05/tea", "/?p=12"}


def test_pages_and_files_are_asked_for_by_parameters_of_their_own():
    page = item_with(link=f"{wxr.HOME}/about/", post_id=2, post_type="page")
    file = item_with(link=f"{wxr.HOME}/tea/samovar/", post_id=13, post_type="attachment")
    assert keys(addresses_of_item(page)) == {"/about", "/?page_id=2"}
    assert keys(addresses_of_item(file)) == {"/tea/samovar", "/?attachment_id=13"}


def test_former_slugs_and_dates_stand_in_the_place_of_the_present_ones():
    metas = [("_wp_old_slug", "chai"), ("_wp_old_slug", "%d1%87%d0%b0%d0%b9"), ("_wp_old_date", "2008-12-31")]
    item = item_with(*metas, link=f"{wxr.HOME}/2009/05/tea/", post_id=12, post_name="tea")
    assert keys(addresses_of_item(item)) == {
        *("/2009/05/tea", "/2009/05/chai", "/2009/05/чай", "/2008/12/tea", "/?p=12"),
    }


def test_a_guid_that_was_a_permalink_leads_there_as_well():
    item = item_with(link=f"{wxr.HOME}/tea/", guid=f"{wxr.HOME}/archives/12", post_id=12, post_name="tea")
    assert "/archives/12" in keys(addresses_of_item(item))


def test_what_has_no_number_has_its_permalink():
    item = item_with(link=f"{wxr.HOME}/tea/", post_id=0, post_name="tea")
    assert keys(addresses_of_item(item)) == {"/tea"}


@pytest.mark.parametrize(
    ("link", "slug", "expected"),
    [
        ("http://x/a/tea/", "tea", "http://x/a/chai/"),
        ("http://x/a/tea.html", "tea", "http://x/a/chai.html"),
        ("http://x/a/Tea", "tea", "http://x/a/chai"),
        ("http://x/%D1%87%D0%B0%D0%B9/", "чай", "http://x/chai/"),
        ("http://x/%d1%87%d0%b0%d0%b9/", "чай", "http://x/chai/"),
        ("http://x/archives/12", "tea", ""),
        ("http://x/?p=12", "tea", ""),
        ("http://[::1/tea/", "tea", ""),
        ("http://x/tea/", "", ""),
    ],
)
def test_a_slug_is_replaced_where_the_address_ends_with_it(link, slug, expected):
    assert with_slug(link, slug, "chai") == expected


def test_categories_have_their_path_their_slug_and_their_number():
    parents = {"tea": "drinks", "drinks": "food", "food": ""}
    found = keys(addresses_of_term("category", "tea", term_id=3, parents=parents))
    assert found == {"/category/food/drinks/tea", "/category/tea", "/?category_name=tea", "/?cat=3"}
    circle = addresses_of_term("category", "a", parents={"a": "b", "b": "a"})
    assert "/category/a" in keys(circle)


def test_tags_have_no_numbers_and_other_taxonomies_no_addresses():
    assert keys(addresses_of_term("post_tag", "чай", term_id=3)) == {"/tag/чай", "/?tag=чай"}
    assert addresses_of_term("nav_menu", "main") == []


def test_authors_are_found_as_wordpress_writes_their_names():
    author = ExportedAuthor(7, "Alice W.@example", "", "Alice", "", "", "")
    found = keys(addresses_of_author(author))
    assert {"/author/alice-w-example", "/?author_name=alice-w-example", "/?author=7"} <= found
    assert addresses_of_author(ExportedAuthor(0, "", "", "", "", "", "")) == []
