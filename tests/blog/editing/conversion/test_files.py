"""Documents of Word and LibreOffice and Markdown files: what they become, and which of them are refused."""

import pytest

from blog.editing.conversion.archives import MAX_MEMBERS, MAX_XML, UnreadableFile
from blog.editing.conversion.files import FILE_LIMITS, TooLargeFile, UnknownFile, convert_file
from blog.markup.limits import TooCostly
from tests.blog.editing.conversion.documents import archive, as_file, open_document, word_document

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def converted(name: str, content: bytes) -> str:
    return convert_file(as_file(name, content)).text.markdown


def test_a_word_document_becomes_markdown():
    assert converted("walls.docx", word_document()) == (
        "## Walls\n\n**Old** walls[^1][here](https://example.org/)\n\n> Who seeks, finds.\n\n"
        "| a | b |\n| --- | --- |\n\n[^1]: Since 1788."
    )


def test_a_document_of_libreoffice_becomes_markdown():
    assert converted("walls.ODT", open_document()) == (
        "## Walls\n\n**Old** walls[^1] , [here](https://example.org/).\n\n> Who seeks, finds.\n\n"
        "1. one\n   - in\n\n| a | b |\n| --- | --- |\n\n[^1]: Since 1788."
    ).replace(" ,", ",")


def test_notes_are_numbered_after_those_of_the_text():
    file = as_file("walls.odt", open_document())
    assert "[^7]: Since 1788." in convert_file(file, first_note=7).text.markdown


def test_pictures_of_a_document_are_handed_out_beside_its_text():
    file = as_file("a.odt", open_document(**{"Pictures/1.png": b"one", "Pictures/2.svg": b"<svg/>"}))
    assert convert_file(file).pictures == [("image/png", b"one")]


def test_markdown_is_taken_as_it_is():
    assert converted("a.md", b"\xef\xbb\xbf# Tea\r\n\r\n*hot*\r\n") == "# Tea\n\n*hot*"


@pytest.mark.parametrize("name", ["a.doc", "a.pdf", "a", "docx", "a.exe"])
def test_other_files_are_refused(name):
    with pytest.raises(UnknownFile):
        converted(name, b"x")


@pytest.mark.parametrize("kind", FILE_LIMITS)
def test_a_file_over_the_limit_is_refused_unread(kind):
    with pytest.raises(TooLargeFile, match="too large"):
        converted(f"a{kind}", b"x" * (FILE_LIMITS[kind] + 1))


DAMAGED = {
    "no archive": b"PK\x03\x04 no",
    "empty": b"",
    "cut": word_document()[:-300],
    "without a text": archive({"a.xml": "<a/>"}),
    "entities in Word": archive({"word/document.xml": BOMB + "<a>&b;</a>"}),
    "entities in LibreOffice": open_document(before=BOMB),
    "broken XML": archive({"content.xml": "<a><b></a>", "word/document.xml": "<a><b></a>"}),
    "a root that is no text": archive({"content.xml": "<a/>", "word/document.xml": "<a/>"}),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
@pytest.mark.parametrize("kind", [".docx", ".odt"])
def test_a_damaged_document_is_refused_with_a_sentence(kind, content):
    with pytest.raises(UnreadableFile, match="damaged"):
        converted(f"a{kind}", content)


BOMBS = {
    "much XML": archive({"content.xml": b"<a>" + b" " * MAX_XML + b"</a>"}),
    "much else": archive({"content.xml": "<a/>", "Pictures/1.png": b"\0" * (61 * 1024 * 1024)}),
    "many members": archive({f"{number}.txt": "" for number in range(MAX_MEMBERS + 1)}),
    "many elements": archive({"content.xml": "<a>" + "<b/>" * 250_001 + "</a>"}),
    "deep elements": archive({"content.xml": "<a>" * 5_000 + "</a>" * 5_000}),
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize("kind", [".docx", ".odt"])
def test_a_bomb_is_refused_before_it_unpacks(kind, content):
    with pytest.raises(UnreadableFile, match="too much"):
        converted(f"a{kind}", content)


def test_markdown_in_another_encoding_is_refused():
    with pytest.raises(UnreadableFile, match="UTF-8"):
        converted("a.md", "Чай".encode("cp1251"))


def test_a_text_that_cannot_be_rendered_is_refused():
    with pytest.raises(TooCostly):
        converted("a.md", b"> " * 200_000)
