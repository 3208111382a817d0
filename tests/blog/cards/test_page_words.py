"""What a page says of itself is read from its head, in any encoding, and nothing that it says is trusted."""

import json
import time

import pytest

from blog.cards.page_words import MAX_TITLE, READ_LENGTH, PageWords, cut_line, read_oembed, read_page

URL = "https://example.org/tea/"


def title_of(html: str | bytes, charset: str = "") -> str:
    content = html if isinstance(html, bytes) else html.encode()
    return read_page(content, url=URL, charset=charset).title


def test_open_graph_comes_before_the_title_and_addresses_are_made_whole():
    html = (
        '<title>Home</title><meta content="Tea" property="og:title"><meta name=description content="It is hot.">'
        '<meta property="og:site_name" content="The Samovar"><meta property="og:image" content="../tea.jpg">'
    )
    expected = PageWords("Tea", "It is hot.", "The Samovar", "https://example.org/tea.jpg")
    assert read_page(html.encode(), url=URL) == expected


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title> Tea\n &amp; <b>bread</b> </title>", "Tea & <b>bread</b>"),
        ("<meta name='twitter:title' content='Tea'><title>Home</title>", "Tea"),
        ("<meta property=og:title content='  '><title>Tea</title>", "Tea"),
        ("<meta property=og:title content='\u200b\u202e'><title>Tea</title>", "Tea"),
        ("<TITLE>Tea</TITLE><title>Other</title>", "Tea"),
        ("<head></head><body><svg><title>A sign</title></svg>", ""),
        ("<body><title>Late</title>", ""),
        ("<script>document.write('<title>Script</title>')</script>", ""),
        ("<!-- <title>Hidden</title> -->", ""),
        ("<title>Cut off", "Cut off"),
        ("<meta><meta content><meta property content=a><![foo[<title>Tea</title>", ""),
        ("Tea.", ""),
        ("", ""),
    ],
)
def test_the_title_is_found_where_readers_would_see_it(html, title):
    assert title_of(html) == title


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("<title>Чай</title>".encode(), ""),
        ("<title>Чай</title>".encode("utf-8-sig"), ""),
        ("<title>Чай</title>".encode("utf-16"), "utf-8"),
        ("<title>Чай</title>".encode("cp1251"), "windows-1251"),
        ('<meta charset="windows-1251"><title>Чай</title>'.encode("cp1251"), ""),
        (
            '<meta http-equiv=Content-Type content="text/html; charset=koi8-r"><title>Чай</title>'.encode("koi8-r"),
            "x-no",
        ),
        ('<meta charset="nonsense"><title>Чай</title>'.encode(), "idna"),
        ("<title>Чай</title>".encode(), "unicode_escape"),
    ],
)
def test_every_encoding_of_pages_is_read(content, charset):
    assert title_of(content, charset) == "Чай"


def test_bytes_that_are_no_text_are_no_error():
    assert title_of(b"<title>\xff\xfe\xc3(</title>") == "\ufffd\ufffd\ufffd("


def test_long_lines_are_cut_between_words():
    assert cut_line("one two three", 9) == "one two…"
    assert cut_line("a" * 50, 9) == "a" * 8 + "…"
    assert cut_line("\u202eone\n\x00two ", 20) == "one two"
    assert len(title_of(f"<title>{'word ' * 900}</title>")) <= MAX_TITLE


@pytest.mark.parametrize("picture", ["http://[::1", "//", "javascript:alert(1)", "data:,a", " "])
def test_whatever_stands_for_a_picture_is_no_error(picture):
    words = read_page(f'<title>Tea</title><meta property="og:image" content="{picture}">'.encode(), url=URL)
    assert words.title == "Tea"


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", "<!--", "<![", "</", "&", "<meta ", "<title>", "<!doctype ", "<a b='", "<script>", "&#1"],
)
def test_no_page_takes_long(piece):
    content = (piece * READ_LENGTH)[:READ_LENGTH].encode()
    start = time.process_time()
    read_page(content, url=URL)
    assert time.process_time() - start < 4


def test_what_a_video_is_called_comes_from_oembed():
    found = {
        "title": "Tea",
        "author_name": "Ann",
        "provider_name": "Tube",
        "thumbnail_url": "/a.jpg",
        "html": "<iframe>",
    }
    assert read_oembed(json.dumps(found).encode(), url=URL) == PageWords(
        "Tea", "Ann", "Tube", "https://example.org/a.jpg"
    )


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b'{"title": 4}', b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_oembed_has_no_title(content):
    assert read_oembed(content, url=URL).title == ""
