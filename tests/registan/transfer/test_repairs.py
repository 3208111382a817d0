"""What WordPress and its plug-ins write badly is repaired, counted, and the same however the file is cut."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registan.transfer.wordpress.reader.export_reader import ExportReader
from registan.transfer.wordpress.reader.markup_repair import HEAD_CHARACTERS, MarkupRepairer
from registan.transfer.wordpress.reader.refusals import RefusedExport
from registan.transfer.wordpress.reader.repairs import Repair
from registan.transfer.wordpress.reader.text_decoder import TextDecoder
from tests.registan.transfer.wxr import MemoryPart, cdata, comment, export, item, read, read_items, repairs


def with_url(url: str) -> str:
    """An export with one comment whose author's address stands bare, as WordPress writes it."""
    return export(item(comment(1, 0, f"<wp:comment_author_url>{url}</wp:comment_author_url>")))


def first_url(document) -> str:
    return next(iter(read_items(document)[0].comments)).author_url


def with_title(title: str) -> str:
    """An export with a bare title, as before WordPress 5.7."""
    return export(item(title="TITLE")).replace(cdata("TITLE"), title)


def test_an_ampersand_in_a_commenters_address_is_repaired():
    document = with_url("http://b.example/?a=1&b=2&copy=3&amp;d=4&#038;e=5")
    assert first_url(document) == "http://b.example/?a=1&b=2&copy=3&d=4&e=5"
    assert repairs(document) == {Repair.AMPERSAND: 2}


def test_a_sound_export_needs_no_repair():
    assert repairs(export(item(comment(1), title="A & B ]]> <i>C</i>", content="a &nbsp; & b"))) == {}


def test_entities_of_html_become_their_characters():
    document = with_title("Caf&eacute; &laquo;A&raquo; &LT;b&GT; &nosuch; AT&T")
    assert read_items(document)[0].title == "Café «A» <b> &nosuch; AT&T"
    assert repairs(document) == {Repair.ENTITY: 5, Repair.AMPERSAND: 2}


@pytest.mark.parametrize("title", ["a\x0bb\x00", "a&#11;b", "a\ufffeb", "a&#xFFFF;b"])
def test_characters_that_xml_does_not_allow_are_removed(title):
    assert read_items(with_title(title))[0].title == "ab"
    assert set(repairs(with_title(title))) == {Repair.CONTROL}


def test_control_characters_are_removed_from_wrapped_text_too():
    assert read_items(export(item(content="a\x08b\x1fc")))[0].content == "abc"


@pytest.mark.parametrize("title", ["\x93Hi\x94 \x96 \x85", "&#147;Hi&#148; &#150; &#133;"])
def test_control_characters_that_mean_windows_signs_become_them(title):
    assert read_items(with_title(title))[0].title == "“Hi” – …"
    assert repairs(with_title(title)) == {Repair.WINDOWS: 4}


def test_an_emoji_in_two_halves_becomes_one():
    halves = "\ud83d\ude00".encode("utf-8", "surrogatepass")
    document = with_title("HALVES").encode().replace(b"HALVES", halves + b" &#xD83D;&#xDE00; &#55357;&#56832;")
    assert read_items(document)[0].title == "😀 😀 😀"
    assert repairs(document) == {Repair.SURROGATE: 3}


@pytest.mark.parametrize("half", [b"\xed\xa0\xbd", b"&#xD83D;", b"&#x110000;"])
def test_half_an_emoji_is_shown_as_broken(half):
    document = with_title("HALF").encode().replace(b"HALF", half + b"!")
    assert read_items(document)[0].title == "\N{REPLACEMENT CHARACTER}!"
    assert repairs(document) == {Repair.SURROGATE: 1}


@pytest.mark.parametrize("before", ["\n\n", "\ufeff\n", "<br />\n<b>Notice</b>: Undefined index in x.php\n", " \ufeff"])
def test_what_stands_before_the_beginning_is_cut_off(before):
    assert len(read_items(before + export(item()))) == 1
    assert repairs(before + export(item())) == {Repair.BEGINNING: 1}


def test_a_byte_order_mark_is_no_fault():
    assert repairs("\ufeff" + export(item())) == {}


def test_what_stands_after_the_end_is_left_out():
    assert repairs(export(item()) + "<!-- cached by a plug-in -->\n") == {}
    assert repairs(export(item()) + "<b>Warning</b> <p>") == {Repair.END: 1}


def test_a_wrong_label_does_not_matter_where_the_file_is_utf_8():
    document = export(item(title="Größe")).replace("UTF-8", "ISO-8859-1")
    assert read_items(document)[0].title == "Größe"
    assert repairs(document) == {Repair.LABEL: 1}


def test_bare_fields_in_the_encoding_of_the_label_are_read_beside_wrapped_ones_in_utf_8():
    document = with_title("TITLE").replace("UTF-8", "windows-1251").replace("Words.", "Слова.")
    [read_item] = read_items(document.encode().replace(b"TITLE", "Привет".encode("cp1251")))
    assert (read_item.title, read_item.content) == ("Привет", "Слова.")


def test_a_file_in_another_encoding_is_read_by_its_label():
    document = export(item(title="Привет & пока", content="<p>Ещё раз</p>")).replace("UTF-8", "KOI8-R")
    [read_item] = read_items(document.encode("koi8-r"))
    assert (read_item.title, read_item.content) == ("Привет & пока", "<p>Ещё раз</p>")
    assert repairs(document.encode("koi8-r")) == {Repair.ENCODING: 2}


@pytest.mark.parametrize("label", ["UTF-8", "ISO-8859-1", "zlib", "unicode_escape", "nonsense"])
def test_what_is_not_utf_8_and_has_no_helpful_label_is_windows_1252(label):
    document = export(item(title="“Größe”")).replace("UTF-8", label)
    assert read_items(document.encode("cp1252"))[0].title == "“Größe”"


def test_a_letter_that_was_cut_in_two_does_not_spoil_the_others():
    document = export(item(title="Привет")).encode().replace("т".encode(), "т".encode()[:1])
    assert read_items(document)[0].title == "Приве\N{REPLACEMENT CHARACTER}"
    assert repairs(document) == {Repair.BROKEN: 1}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_recognised_by_how_they_begin(encoding):
    document = export(item(title="Größe 😀")).replace("UTF-8", "UTF-16")
    assert read_items(document.encode(encoding))[0].title == "Größe 😀"


def test_padded_fields_lose_what_stands_outside_the_wrapping():
    padded = cdata(" Words. ")
    document = export(item(content=" Words. ")).replace(padded, f"\n\t\t{padded}\n\t\t")
    assert read_items(document)[0].content == " Words. "
    assert repairs(document) == {Repair.PADDING: 1}


def test_the_end_of_a_wrapping_within_a_text_is_text():
    [read_item] = read_items(export(item(content="x[y[0]]>z ]]]]> end")))
    assert read_item.content == "x[y[0]]>z ]]]]> end"


def test_a_less_than_sign_that_begins_no_tag_is_text():
    assert read_items(with_title("1 < 2 <3"))[0].title == "1 < 2 <3"
    assert repairs(with_title("1 < 2 <3")) == {Repair.LESS_THAN: 2}


def test_stray_signs_around_an_authors_name_are_removed():
    document = export(item(creator="alice>"), item(creator=">alice"), item(creator="alice"))
    assert {each.creator for each in read_items(document)} == {"alice"}
    assert repairs(document) == {Repair.LOGIN: 2}


def test_markup_that_somebody_forgot_to_wrap_is_not_lost_silently():
    document = export(item(content="X")).replace(cdata("X"), "<p>One <b>two</b></p>")
    assert repairs(document) == {Repair.NESTED: 2}


def test_numbers_and_dates_that_are_none_are_counted():
    document = export(item(post_parent="one", post_date="2020-02-30 10:00:00", post_modified="yesterday"))
    [read_item] = read_items(document)
    assert (read_item.parent_id, read_item.local) == (0, None)
    assert repairs(document) == {Repair.NUMBER: 1, Repair.DATE: 2}


# Every sign that means something to the repairer, in all mixtures.
PIECES = st.sampled_from(
    [
        "&", "&amp;", "&nbsp;", "&nosuch", "&#38;", "&#xD83D;", "&#xDE00;", "&#55357;", "&#56832;", "&#0;", "&#147;",
        "<", "<a>", "</a>", "<![CDATA[", "]]>", "]]", "]", ">", "<!--", "-->", "-", "<?", "?>", "x", " ", "\n", "é",
        "\x00", "\x93", "y" * 50,
    ]
)  # fmt: skip


# The beginning is looked at as a whole: what is cut comes after it.
BEGINNING = "<?xml version='1.0' encoding='windows-1251'?>" + " " * HEAD_CHARACTERS


def repair_in_pieces(pieces: Iterable[str]) -> tuple[str, Counter]:
    counts: Counter = Counter()
    repairer = MarkupRepairer("export.xml", counts)
    return "".join(map(repairer.feed, [BEGINNING, *pieces])) + repairer.feed("", final=True), +counts


def decode_in_pieces(pieces: Iterable[bytes]) -> tuple[str, Counter]:
    counts: Counter = Counter()
    decoder = TextDecoder("export.xml", counts)
    return "".join(map(decoder.feed, [BEGINNING.encode(), *pieces])) + decoder.feed(b"", final=True), +counts


@given(st.lists(PIECES, max_size=30), st.lists(st.integers(0, 1200), max_size=8))
def test_the_repaired_text_is_the_same_however_it_was_cut(pieces, cuts):
    text = "".join(pieces)
    places = sorted({0, *(cut % (len(text) + 1) for cut in cuts), len(text)})
    cut_text = [text[start:end] for start, end in pairwise(places)]
    assert repair_in_pieces(cut_text) == repair_in_pieces([text]) == repair_in_pieces([*text])


@pytest.mark.parametrize("emoji", ["&#xD83D;&#xDE00;", "&#55357;&#56832;"])
def test_two_halves_that_were_cut_apart_are_joined(emoji):
    text = emoji * 5 + "x" * 60
    assert (
        repair_in_pieces([*text])
        == repair_in_pieces([text])
        == (" " * HEAD_CHARACTERS + "😀" * 5 + "x" * 60, {Repair.SURROGATE: 5})
    )


PASSAGES = st.sampled_from([b"<", b"abc", "слово".encode(), "слово".encode("cp1251"), b"\xd1", b"\xed\xa0\xbd", b" "])


@given(st.lists(PASSAGES, max_size=20), st.integers(1, 7))
def test_the_decoded_text_is_the_same_however_it_was_cut(passages, size):
    data = b"".join(passages)
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert decode_in_pieces(pieces) == decode_in_pieces([data])


def test_an_export_is_read_alike_in_every_chunk_size():
    document = with_url("http://b.example/?a=1&b=2").replace("Words.", "Größe &amp; \x0b ]]]]><![CDATA[> 😀").encode()
    document = document.replace(b"UTF-8", b"ISO-8859-1") + b"<b>junk"
    beginning, document = document[:40] + b" " * HEAD_CHARACTERS, document[40:]
    records, reader = read(beginning + document)
    for size in (*range(1, 40), 1000):
        pieces = [document[start : start + size] for start in range(0, len(document), size)]
        again = ExportReader(MemoryPart([beginning, *pieces]))
        read_again = list(again)
        assert [list(each.comments) for each in read_again[1:]] == [list(each.comments) for each in records[1:]]
        assert [each.content for each in read_again[1:]] == [each.content for each in records[1:]]
        assert again.repairs == reader.repairs


@given(st.binary(max_size=300), st.integers(0, 2000))
def test_no_damage_raises_anything_but_a_refusal(junk, place):
    document = export(item(comment(1))).encode()
    try:
        read(document[: place % len(document)] + junk + document[place % len(document) :])
    except RefusedExport:
        return  # anything else would be a traceback for the owner
