"""The address that converts what authors paste: who may ask, what it answers, and what it refuses with which status."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from blog.editing.conversion.files import FILE_LIMITS
from tests import factories
from tests.blog.editing.conversion.documents import archive, open_document, word_document

pytestmark = pytest.mark.django_db
POST, PAGE, AUTHOR = (f"/admin/blog/{kind}/convert/" for kind in ("post", "page", "author"))


def signed_in(group: str, **more) -> Client:
    client = Client(**more)
    client.force_login(factories.user(group.lower(), group=group))
    return client


def send(client: Client, content: bytes | str, name: str = "clipboard.html", *, address: str = POST, **more):
    content = content.encode() if isinstance(content, str) else content
    return client.post(address, {"file": SimpleUploadedFile(name, content), **more})


def test_html_comes_back_as_markdown():
    response = send(signed_in("Author"), "<p>a <b>b</b></p>")
    assert (response.status_code, response.json()) == (200, {"markdown": "a **b**", "is_inline": True, "pictures": []})


def test_blocks_and_notes_are_told_from_words():
    client = signed_in("Author")
    assert not send(client, "<h1>a</h1>").json()["is_inline"]
    html = '<p>a<sup><a href="#n" id="r">1</a></sup></p><ol><li id="n">b <a href="#r">^</a></li></ol>'
    assert send(client, html, first_note="4").json()["markdown"] == "a[^4]\n\n[^4]: b"
    assert send(client, html, first_note="x").json()["markdown"] == "a[^1]\n\n[^1]: b"


def test_documents_come_back_as_markdown_with_their_pictures():
    client = signed_in("Author")
    assert send(client, word_document(), "a.docx").json()["markdown"].startswith("## Walls")
    answer = send(client, open_document(**{"Pictures/1.png": b"one"}), "a.odt").json()
    assert answer["pictures"] == [{"type": "image/png", "content": "b25l"}]


@pytest.mark.parametrize(
    ("group", "allowed"),
    [("Contributor", {POST}), ("Author", {POST, AUTHOR}), ("Editor", {POST, PAGE, AUTHOR}), ("Moderator", set())],
)
def test_accounts_convert_for_what_they_may_write(group, allowed):
    client = signed_in(group)
    answers = {address: send(client, "<p>a</p>", address=address).status_code for address in (POST, PAGE, AUTHOR)}
    assert answers == {address: 200 if address in allowed else 403 for address in (POST, PAGE, AUTHOR)}
    assert {client.get(address).status_code for address in answers} == {405}


def test_it_asks_for_the_forms_token_and_for_an_account():
    assert send(signed_in("Author", enforce_csrf_checks=True), "<p>a</p>").status_code == 403
    assert send(Client(headers={"Sec-Fetch-Mode": "cors"}), "<p>a</p>").url.startswith("/admin/login/")


REFUSED = {
    "too large": (413, b"x" * (FILE_LIMITS[".html"] + 1), "clipboard.html", "too large"),
    "another kind": (415, b"x", "a.pdf", "Only .docx, .odt and .md"),
    "damaged": (422, b"PK", "a.docx", "damaged"),
    "too much": (422, archive({"content.xml": "<a>" * 200 + "</a>" * 200}), "a.odt", "too much"),
    "not UTF-8": (422, b"\xff", "a.md", "UTF-8"),
    "too costly": (422, b"<b><p>" * 20_000, "clipboard.html", "broken HTML"),
}


@pytest.mark.parametrize(("status", "content", "name", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_says_why(status, content, name, words):
    response = send(signed_in("Author"), content, name)
    assert response.status_code == status
    assert words in response.json()["refusal"]


def test_without_a_file_there_is_nothing_to_convert():
    response = signed_in("Author").post(POST, {"file": "words"})
    assert (response.status_code, response.json()) == (400, {"refusal": "Choose a file."})
