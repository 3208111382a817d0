"""Does this passage occur in that text? Also when it was folded, shortened, or made to take long."""

import time

import pytest

from blog.markup import extract, renderer
from comments.threads.quotations import (
    MAX_QUOTES,
    MIN_PASSAGE_LENGTH,
    QuoteSource,
    attribute_quotes,
    escape_markdown,
    format_quotation,
    normalize_passage,
    passage_occurs,
    quotable_paragraphs,
    shorten_passage,
)

SAID = "The caravan rested at the well. “Two days,” he said — no more… and then the snow came down at last."


def is_in(passage: str, text: str = SAID) -> bool:
    return passage_occurs(normalize_passage(passage), normalize_passage(text))


@pytest.mark.parametrize(
    "passage",
    [
        SAID,
        "The caravan rested at the well.",
        "the snow came down at last",
        'at the well. "Two days," he said - no more...',
        "rested  at\nthe\u00a0well",
        "'Two days,' he said -- no more",
        "«Two days,» he said – no more",
        "The ca\u00adravan rested\u200b at the well",
        "The *caravan* rested `at` the \\well",
        "The caravan rested […] the snow came down",
        "The caravan rested (...) the snow came down",
        "The caravan rested at … the snow came down at last",
        "… rested at the well …",
        "rested at the well. [...] and then the snow came [...]",
    ],
)
def test_a_passage_is_found_after_any_change_of_its_punctuation(passage):
    assert is_in(passage)


@pytest.mark.parametrize(
    "passage",
    [
        "the caravan rested at the well",  # another case, at the start of a sentence
        "The caravan rested at the wells",
        "he caravan rested at the well",
        "The caravan did not rest at the well",
        "the snow came down […] The caravan rested",  # the other way round
        "caravan rested at the well […] rested at the well",  # once, not twice
        "The … caravan … rested … at the well",  # pieces too small to say anything
        "The caravan rested […] no snow came",
        "the well",  # shorter than chance
        "…",
        "",
        "   ",
    ],
)
def test_a_missing_passage_is_not_found(passage):
    assert not is_in(passage)


def test_however_short_all_that_somebody_said_is_a_quotation_of_it():
    assert is_in("Yes.", "Yes.")
    assert not is_in("Yes.", "Yes. But no.")
    assert not is_in("no", "another")


@pytest.mark.parametrize(
    ("passage", "text"),
    [
        ("Тамерлан велел строить", "Потом Тамерлан велел строить мечеть."),
        ("قافله در کنار چاه", "شبی قافله در کنار چاه ماند"),
        ("撒马尔罕的广场上人们读法令", "撒马尔罕的广场上人们读法令"),
        ("Oʻzbekiston Respublikasi", "Bugun Oʻzbekiston Respublikasi bayrami."),
    ],
)
def test_every_script_has_quotations(passage, text):
    assert is_in(passage, text)


# Which source


def source(of: str, text: str) -> QuoteSource:
    return QuoteSource(of, renderer.render_reader_markdown(text))


def sources_of(text: str, *sources: QuoteSource) -> dict[int, str]:
    return {
        place: found.origin for place, found in attribute_quotes(renderer.render_reader_markdown(text), sources).items()
    }


def test_each_block_quote_has_its_own_source():
    bob, eve = source("bob", "Salt goes in *first*, always."), source("eve", "Sugar, if you have no salt at hand.")
    text = "> Sugar, if you have no salt\n\nNo.\n\n> nobody said these words\n\nWell.\n\n> Salt goes in first"
    assert sources_of(text, bob, eve) == {0: "eve", 2: "bob"}


def test_a_source_comes_before_its_quotations():
    first = source("first", "The oldest well lies north of here.")
    answer = source("answer", "> The oldest well lies north of here.\n\nDoes it still hold water?")
    assert sources_of("> The oldest well lies north", answer, first) == {0: "first"}
    assert sources_of("> The oldest well lies north", answer) == {0: "answer"}
    whole = "> > The oldest well lies north of here.\n>\n> Does it still hold water?"
    assert sources_of(whole, first, answer) == {0: "answer"}


def test_no_source_is_asked_for_when_nothing_is_quoted_and_none_too_many():
    def endless():
        yield source("bob", "Salt goes in first, always.")
        raise AssertionError("nobody needs to be asked")

    assert attribute_quotes(renderer.render_reader_markdown("No quotation."), endless()) == {}
    assert sources_of("> Salt goes in first") == {}
    assert list(attribute_quotes(renderer.render_reader_markdown("> Salt goes in first"), endless())) == [0]


def test_only_the_first_quotations_are_looked_for():
    found = sources_of(
        "> Salt goes in first\n\nand\n\n" * (MAX_QUOTES + 5), source("bob", "Salt goes in first, always.")
    )
    assert sorted(found) == list(range(MAX_QUOTES))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a " * 4_990 + "b", "a " * 80_000),
        ("ab" * 4_900 + "c", "ab" * 80_000),
        ("'-" * 4_000 + "x", "'-" * 80_000),
        ("word word word … " * 580 + "x", "word " * 32_000),
        ("a… " * 3_000, "a… " * 50_000),
        ("[ … " * 400, "[ … " * 40_000),
        ("\u0301\u0323" * 4_900, "\u0323\u0301" * 80_000),
    ],
)
def test_no_text_makes_the_search_long(text, said):
    html, long_one = renderer.render_reader_markdown(f"> {text[:9_990]}"), QuoteSource("post", f"<p>{said}</p>")
    start = time.process_time()
    attribute_quotes(html, [long_one])
    assert time.process_time() - start < 0.5


def test_many_quotations_of_nothing_cost_no_more():
    html = "<blockquote><p>aaaaaaaaaaaaaaaaaaaab</p></blockquote>" * 2_000
    start = time.process_time()
    assert attribute_quotes(html, [QuoteSource("post", f"<p>{'a' * 160_000}</p>")]) == {}
    assert time.process_time() - start < 0.5


# Into a form


@pytest.mark.parametrize(
    "line",
    [
        "5 * 3 * 2 = 30", "_so_ and __so__", "snake_case stays", "a `code` b", "[words](https://example.org)", "<b>",
        "&amp; is a sign", "- no list", "+ no list", "1. no list", "12) no list", "> no quotation", "\\* ", "~~~",
        "https://example.org/_a_?b=c&d=e", "# no heading", "``` no fence", "=== ", "a\\", "C:\\new\\*",
    ],
)  # fmt: skip
def test_a_line_comes_out_of_the_form_as_it_went_in(line):
    html = renderer.render_reader_markdown(f"> {escape_markdown(line)}")
    assert extract.plain_text(html) == " ".join(line.split())
    assert html.count("<blockquote") == 1
    assert not any(tag in html for tag in ("<li", "<em", "<strong", "<code", "<pre", "<ul"))


def test_a_quotation_of_a_comment_keeps_its_paragraphs_and_leaves_out_what_it_quotes():
    html = renderer.render_reader_markdown("One,\ntwo.\n\n> Older words.\n\n- three\n- four\n\n> The end.")
    assert quotable_paragraphs(html) == ["One,\ntwo.", "[…]", "three", "four"]
    assert format_quotation(quotable_paragraphs(html)) == "> One,\n> two.\n>\n> […]\n>\n> three\n>\n> four\n\n"
    quoted = renderer.render_reader_markdown(format_quotation(quotable_paragraphs(html)))
    assert list(attribute_quotes(quoted, [QuoteSource("bob", html)])) == [0]


def test_a_long_comment_is_quoted_by_its_beginning_and_still_found():
    html = renderer.render_reader_markdown("word " * 100 + "end.\n\n" + "more words of it " * 100)
    text = format_quotation(quotable_paragraphs(html))
    assert len(text) < 650
    assert text.endswith("…\n\n")
    assert list(attribute_quotes(renderer.render_reader_markdown(text), [QuoteSource("bob", html)])) == [0]


def test_nothing_to_quote_is_no_quotation():
    assert (
        format_quotation([])
        == format_quotation(quotable_paragraphs(renderer.render_reader_markdown("> Only others' words.")))
        == ""
    )


def test_a_post_gives_its_paragraphs_without_notes():
    html = renderer.render_author_markdown(
        "## A head\n\nFirst.[^a]\n\n![x](/x.png 'A caption')\n\n[^a]: A note.\n\n    More of it."
    )
    assert quotable_paragraphs(html) == ["A head", "First.", "A caption"]


def test_a_text_is_shortened_between_words_where_there_are_any():
    assert shorten_passage("one two three", 8) == "one two…"
    assert shorten_passage("撒马尔罕的广场", 4) == "撒马尔罕…"
    assert shorten_passage("one two", MIN_PASSAGE_LENGTH) == "one two"
