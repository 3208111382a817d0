"""Parses the line under a quotation: author, work, year and place. No input breaks it."""

import time

import pytest

from blog.markup.attributions import (
    MAX_LENGTHS,
    Attribution,
    find_attributions,
    parse_attribution,
    render_attribution,
    source_key,
)
from blog.markup.renderer import render_article
from blog.text.slugs import slugify_name, unique_slug


def told(line: str) -> tuple[str, str, str, str]:
    found = parse_attribution(render_attribution(line))
    return found.author, found.work, found.year, found.locator


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Navoiy", ("Navoiy", "", "", "")),
        ("Navoiy, *Xamsa*", ("Navoiy", "Xamsa", "", "")),
        ("Navoiy, *Xamsa*, 1485, p. 12", ("Navoiy", "Xamsa", "1485", "p. 12")),
        ("*Xamsa*", ("", "Xamsa", "", "")),
        ("Okakura: *The Book of Tea* (1906), pp. 12–14", ("Okakura", "The Book of Tea", "1906", "pp. 12–14")),
        ("J. Smith Jr., *W* (1899, p. 3)", ("J. Smith Jr.", "W", "1899", "p. 3")),
        ("Curzon, *Russia in 1889*, 1889, vol. i, pp. 3, 7", ("Curzon", "Russia in 1889", "1889", "vol. i, pp. 3, 7")),
        ("Пушкин, А. С., *Дочка*, 1836, гл. II, с. 12", ("Пушкин, А. С.", "Дочка", "1836", "гл. II, с. 12")),
        ("Qodiriy, *Oʻtkan kunlar*, 1926, 12-bet", ("Qodiriy", "Oʻtkan kunlar", "1926", "12-bet")),
        ("Orwell, *1984*, 1949", ("Orwell", "1984", "1949", "")),
        ("Ibn Battuta in *Rihla*", ("Ibn Battuta", "Rihla", "", "")),
        ("Borges in “The Aleph”, 1945", ("Borges", "The Aleph", "1945", "")),
        ("Bob, “Tea, and more”, The Times, 3 May 1907", ("Bob", "Tea, and more", "1907", "")),
        ("Marcus (ed.), *Letters*, c. 170, § 5", ("Marcus (ed.)", "Letters", "c. 170", "§ 5")),
        ("Pole, A Slow Ride (1841), which is invented", ("Pole", "A Slow Ride", "1841", "")),
        ("Pole, *Hamlet* III.2", ("Pole", "Hamlet", "", "III.2")),
        ("The Koran 2:255", ("The Koran", "", "", "2:255")),
        ("Livy", ("Livy", "", "", "")),
    ],
)
def test_a_line_names_author_work_year_and_place(line, expected):
    assert told(line) == expected


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Masons' saying, Samarkand", "Masons’ saying, Samarkand"),
        ("Said in Tashkent of Samarkand, and in Samarkand of Tashkent",) * 2,
        ('A usual formula: "The book is finished, with the help of God"', "A usual formula"),
    ],
)
def test_a_line_without_a_work_names_the_author(line, author):
    assert told(line) == (author, "", "", "")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[Navoiy](https://example.org/n), *Xamsa*", ("Navoiy", "Xamsa")),
        ("Navoiy, [Xamsa](https://example.org/n)", ("Navoiy", "Xamsa")),
        ("[Navoiy](https://example.org/n), Xamsa", ("Navoiy", "Xamsa")),
        ("[The Times](https://example.org/n)", ("", "The Times")),
        ("Navoiy, *[Xamsa](https://example.org/n)*", ("Navoiy", "Xamsa")),
    ],
)
def test_a_link_gives_the_address_and_may_be_author_or_work(line, expected):
    found = parse_attribution(render_attribution(line))
    assert ((found.author, found.work), found.address) == (expected, "https://example.org/n")


@pytest.mark.parametrize("line", ["", "— —", "1907", "p. 12", "***", "()", ", , ,"])
def test_a_line_without_a_name_is_no_source(line):
    assert parse_attribution(render_attribution(line)).key == ""


def test_one_source_has_one_key_however_it_is_spelled():
    assert source_key("A. S. Čapek", "The WAR with newts") == source_key("a.s. capek", "The War with Newts")
    assert source_key("Toʻra", "") == source_key("To'ra", "")
    assert source_key("Navoiy", "") != source_key("", "Navoiy")


def test_a_typed_line_becomes_html_of_three_elements_at_most():
    typed = '<b>x</b>, *a "work"*, [here](https://example.org/?a=1&b=2), [no](javascript:alert(1)), 2 * 3 * 4'
    html = render_attribution(typed)
    assert "<b>" not in html
    assert "<cite>a “work”</cite>" in html
    assert '<a href="https://example.org/?a=1&amp;b=2">here</a>' in html
    assert html.count("<a ") == html.count("<cite>") == 1
    assert parse_attribution(html).address == "https://example.org/?a=1&b=2"


def test_the_quotations_of_a_text_are_found_with_their_passages():
    html = render_article(
        "> One.\n>\n> — Navoiy, *Xamsa*, p. 3\n\nSo.\n\n> Nobody said this.\n\n"
        '![x](/a.png "A picture, 1907")\n\n> Outer\n>\n> > Inner\n> >\n> > -- Bob & Eve\n>\n> -- Pole\n'
    )
    assert "<cite>Xamsa</cite>" in html
    found = find_attributions(html)
    assert [attribution.author for attribution in found] == ["Navoiy", "Bob & Eve", "Pole"]
    assert found[0].locator == "p. 3"
    assert f'<figure id="{found[0].passage}" class="quotation">' in html


def test_an_overlong_text_is_cut_at_a_word():
    found = parse_attribution(
        render_attribution(f"{'word ' * 100}, *{'w' * 500}*, [x](https://example.org/{'a' * 600})")
    )
    assert len(found.author) <= MAX_LENGTHS["author"]
    assert found.author.endswith("word…")
    assert len(found.work) == MAX_LENGTHS["work"]
    assert found.address == ""


@pytest.mark.parametrize("sign", ["(", "p. 1 ", "i", "1-", "“", "a in ", "*", "[", "a: “", "1907, (", "p. 1:", "§ 1 "])
def test_no_line_takes_long(sign):
    started = time.process_time()
    found = parse_attribution(render_attribution(sign * (40_000 // len(sign))))
    assert isinstance(found, Attribution)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Чайхана", "chaykhana"), ("Oʻzbek & Rus", "ozbek-rus"), ("Gʻazal", "gazal"), ("Čapek", "capek"), ("茶", "")],
)
def test_a_slug_is_latin_for_any_script(name, slug):
    assert slugify_name(name, max_length=40) == slug


def test_a_slug_is_cut_between_words_and_numbered_when_it_is_taken():
    assert slugify_name("one two three", max_length=9) == "one-two"
    assert slugify_name("x" * 50, max_length=9) == "x" * 9
    assert unique_slug("Tea", max_length=20, fallback="tag", is_taken={"tea", "tea-2"}.__contains__) == "tea-3"
    assert unique_slug("茶", max_length=20, fallback="tag", is_taken=set().__contains__) == "tag"
