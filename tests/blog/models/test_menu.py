"""Menu and footer: standard links until the owner chooses, links that follow what they lead to, all in one query."""

import pytest

from blog.models import MenuLink, Page
from blog.models.menu import Place, read_links, set_page_link
from tests import factories

pytestmark = pytest.mark.django_db


def labels(place: str) -> list[str]:
    return [link.label for link in getattr(read_links(), place)]


def test_a_site_begins_with_the_standard_links(django_assert_num_queries):
    with django_assert_num_queries(1):
        links = read_links()
    assert [link.label for link in links.menu] == ["Archive", "Tags", "Subscribe", "Search"]
    assert [link.url for link in links.footer][:2] == ["/archive/", "/authors/"]
    assert links.terms_url == ""


def test_about_and_terms_are_linked_as_soon_as_they_exist_and_after_they_are_renamed(django_assert_num_queries):
    about = factories.page(title="About us", slug="about")
    factories.page(title="Terms", slug="terms")
    assert labels("menu")[2] == "About us"
    about.slug = "who-we-are"
    about.save()
    with django_assert_num_queries(1):
        links = read_links()
    assert ("/who-we-are/", "About us", "") in links.menu
    assert links.terms_url == "/terms/"
    assert "Terms" in [link.label for link in links.footer]


def test_a_page_that_takes_the_address_of_a_renamed_one_takes_its_link():
    about = factories.page(title="About us", slug="about")
    about.slug = "old"
    about.save()
    factories.page(title="New", slug="about")
    assert labels("menu")[2] == "New"


def test_a_page_is_added_after_the_standard_links_and_taken_out_again():
    page = factories.page(title="Contact", slug="contact")
    set_page_link(page, Place.FOOTER, is_linked=True)
    set_page_link(page, Place.FOOTER, is_linked=True)
    assert labels("footer")[-1] == "Contact"
    assert labels("footer").count("Contact") == 1
    assert labels("menu") == ["Archive", "Tags", "Subscribe", "Search"]
    set_page_link(page, Place.FOOTER, is_linked=False)
    assert "Contact" not in labels("footer")


def test_a_standing_page_can_be_taken_out():
    about = factories.page(title="About us", slug="about")
    set_page_link(about, Place.MENU, is_linked=False)
    assert labels("menu") == ["Archive", "Tags", "Subscribe", "Search"]


def test_a_link_follows_its_page_and_tag_and_goes_with_them(visitor):
    page, tag = factories.page(title="Contact", slug="contact"), factories.tag("Tea")
    MenuLink.objects.create(page=page, position=1)
    MenuLink.objects.create(tag=tag, position=2, label="On tea")
    assert '<a href="/contact/" dir="auto">Contact</a>' in visitor.get("/").content.decode()
    page.slug = "write-to-us"
    page.save()
    assert '<a href="/write-to-us/" dir="auto">Contact</a>' in visitor.get("/").content.decode()
    Page.objects.get().delete()
    home = visitor.get("/").content.decode()
    assert "Contact" not in home
    assert f'<a href="{tag.get_absolute_url()}" dir="auto">On tea</a>' in home


def test_the_form_of_a_page_offers_both_places(client, visitor):
    client.force_login(factories.user("ed", group="Editor"))
    sent = {"title": "Contact", "slug": "contact", "body": "Write to us.", "in_menu": "on"}
    assert client.post("/admin/blog/page/add/", sent).status_code == 302
    assert '<a href="/contact/" dir="auto">Contact</a>' in visitor.get("/").content.decode()
    address = f"/admin/blog/page/{Page.objects.get().pk}/change/"
    assert 'name="in_menu" id="id_in_menu" checked' in client.get(address).content.decode()
    client.post(address, {**sent, "in_menu": ""})
    assert "/contact/" not in visitor.get("/").content.decode()


def test_the_words_are_in_the_readers_language(visitor):
    visitor.cookies["language"] = "ru"
    assert ">Архив<" in visitor.get("/").content.decode()
