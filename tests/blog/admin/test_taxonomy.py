"""Tags, pages and authors in the admin."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from blog.models import Author, Page, Redirect, Source, Tag
from tests import factories
from tests.blog.images.test_processing import image


def signed_in(group: str, name: str = "") -> Client:
    client = Client()
    client.user = factories.user(name, group=group)
    client.force_login(client.user)
    return client


def tag_form(tag: Tag, *paths: str) -> dict:
    rows = {f"redirects-{n}-path": path for n, path in enumerate(paths)}
    counts = {"redirects-TOTAL_FORMS": len(paths), "redirects-INITIAL_FORMS": 0}
    return {"name": tag.name, "slug": tag.slug, "description": "", **counts, **rows}


def errors(response) -> str:
    return str(response.context["errors"])


# Tags


@pytest.mark.parametrize("typed", ["/tag/old/", "tag/old", " /tag/old "])
def test_an_editor_adds_an_old_address_that_leads_to_the_tag(typed, editor, visitor):
    tag = factories.tag("tea")
    assert editor.post(f"/admin/blog/tag/{tag.pk}/change/", tag_form(tag, typed)).status_code == 302
    answer = visitor.get("/tag/old/feed/")
    assert (answer.status_code, answer.url) == (301, "/tag/tea/feed/")


@pytest.mark.parametrize("make", [factories.tag, factories.author, factories.page, factories.post, factories.source])
def test_an_address_where_something_lives_is_no_old_address(make, editor):
    tag, other = factories.tag("tea"), make()
    Source.objects.update(post_count=1)
    response = editor.post(f"/admin/blog/tag/{tag.pk}/change/", tag_form(tag, other.get_absolute_url()))
    assert "already has this address" in errors(response)


@pytest.mark.parametrize("typed", ["https://elsewhere.example/", "/a?b=c", "/a b/", "\\x", "/" + "x" * 300])
def test_a_path_outside_this_site_is_no_old_address(typed, editor):
    tag = factories.tag("tea")
    response = editor.post(f"/admin/blog/tag/{tag.pk}/change/", tag_form(tag, typed))
    assert response.status_code == 200
    assert not Redirect.objects.exists()


def test_a_renamed_tag_keeps_its_old_address(editor, visitor):
    tag = factories.tag("tea")
    tag.slug = "chai"
    editor.post(f"/admin/blog/tag/{tag.pk}/change/", tag_form(tag))
    assert visitor.get("/tag/tea/").url == "/tag/chai/"


def test_an_author_adds_tags_but_changes_none(db):
    client, tag = signed_in("Author"), factories.tag("tea")
    assert client.post("/admin/blog/tag/add/", {"name": "melon", "slug": "melon", "description": ""}).status_code == 302
    assert client.post(f"/admin/blog/tag/{tag.pk}/change/", tag_form(tag)).status_code == 403
    assert Tag.objects.filter(slug="melon").exists()


# Pages


def test_an_editor_writes_a_page_at_a_free_address_only(editor):
    page = {"title": "Terms", "slug": "terms", "body": "Be kind."}
    assert editor.post("/admin/blog/page/add/", page).status_code == 302
    refused = editor.post("/admin/blog/page/add/", {**page, "slug": "archive"})
    assert "is reserved for the site" in errors(refused)
    assert Page.objects.get().slug == "terms"


# Authors


@pytest.fixture
def alice(db) -> Client:
    client = signed_in("Author", "alice")
    client.profile = factories.author("Alice", slug="alice", user=client.user)
    client.address = f"/admin/blog/author/{client.profile.pk}/change/"
    return client


def test_authors_edit_their_own_profile_but_not_its_slug_or_account(alice):
    bob = factories.user("bob")
    sent = {"name": "Alice Munir", "slug": "boss", "user": bob.pk, "bio": "I *write*.", "website": "", "contact": ""}
    assert alice.post(alice.address, sent).status_code == 302
    profile = Author.objects.get(pk=alice.profile.pk)
    assert (profile.name, profile.slug, profile.user) == ("Alice Munir", "alice", alice.user)
    assert "<em>write</em>" in profile.bio_html


def test_authors_see_no_profile_but_their_own(alice):
    other = factories.author("Bob")
    assert b"Bob" not in alice.get("/admin/blog/author/").content
    assert alice.get(f"/admin/blog/author/{other.pk}/change/").status_code == 404


def test_only_account_managers_connect_a_profile_to_an_account(editor):
    profile, eve = factories.author("Eve", slug="eve"), factories.user("eve")
    sent = {"name": "Eve", "slug": "eve", "user": eve.pk, "bio": "", "website": "", "contact": ""}
    editor.post(f"/admin/blog/author/{profile.pk}/change/", sent)
    assert Author.objects.get(pk=profile.pk).user is None
    signed_in("Administrator").post(f"/admin/blog/author/{profile.pk}/change/", sent)
    assert Author.objects.get(pk=profile.pk).user == eve


def test_a_photograph_is_re_encoded_under_a_random_name(alice):
    photo = SimpleUploadedFile("../../me.jpg", image("JPEG", (900, 300)), "image/jpeg")
    sent = {"name": "Alice", "bio": "", "website": "", "contact": "", "photo": photo}
    assert alice.post(alice.address, sent).status_code == 302
    profile = Author.objects.get()
    assert (profile.photo_width, profile.photo_height) == (640, 213)
    assert profile.photo.name.startswith("authors/")
    assert "me" not in profile.photo.name.removeprefix("authors/").removesuffix(".jpg")


def test_a_profile_saved_again_keeps_its_photograph(alice):
    photo = SimpleUploadedFile("me.png", image("PNG"), "image/png")
    sent = {"name": "Alice", "bio": "", "website": "", "contact": ""}
    alice.post(alice.address, {**sent, "photo": photo})
    name = Author.objects.get().photo.name
    alice.post(alice.address, {**sent, "bio": "More."})
    assert Author.objects.get().photo.name == name
    alice.post(alice.address, {**sent, "photo-clear": "on"})
    assert not Author.objects.get().photo


def test_a_drawing_with_a_script_is_refused_with_a_sentence_and_the_text_is_kept(alice):
    svg = SimpleUploadedFile("me.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/svg+xml")
    sent = {"name": "Alice", "bio": "Long words.", "website": "", "contact": "", "photo": svg}
    response = alice.post(alice.address, sent)
    assert "not SVG" in errors(response)
    assert b"Long words." in response.content
    assert not Author.objects.get().photo
