"""What Word, Google Docs, LibreOffice, Gmail and web pages put on the clipboard: same words, same structure, safe."""

import re

import pytest

from blog.editing.conversion.convert import html_to_markdown
from blog.markup.renderer import render_author_markdown
from tests.blog.editing.conversion.reading import SAME, read_samples, structure_of, words_seen

SAMPLES = read_samples()
sample = pytest.mark.parametrize("sample", SAMPLES, ids=[each.name for each in SAMPLES])
UNSAFE = re.compile(r"<(?!/?(?:sup|sub)>|https?://)[a-z/!?]|javascript:|data:|on\w+=", re.IGNORECASE)


def test_there_are_samples_of_every_program():
    assert len(SAMPLES) >= 40
    assert {each.name.split(":")[0] for each in SAMPLES} == {"gmail", "google_docs", "libre_office", "web", "word"}


@sample
def test_a_sample_becomes_this_markdown(sample):
    assert html_to_markdown(sample.html).markdown == sample.markdown


@sample
def test_a_sample_shows_the_same_words(sample):
    shown = render_author_markdown(sample.markdown)
    assert words_seen(shown) == words_seen(sample.html if sample.words is None else sample.words)


@sample
def test_a_sample_has_the_same_structure(sample):
    wanted = structure_of(sample.html)
    if sample.structure is not None:
        wanted = [SAME.get(name, name) for name in sample.structure.split()]
    assert structure_of(render_author_markdown(sample.markdown)) == wanted


@sample
def test_a_sample_leaves_no_html_and_no_unsafe_address(sample):
    unescaped = re.sub(r"\\[<`]|```.*?```|`[^`]*`", "", sample.markdown, flags=re.DOTALL)
    assert not UNSAFE.search(unescaped)


@sample
def test_what_a_sample_became_is_pasted_from_our_own_page_as_it_is(sample):
    shown = render_author_markdown(sample.markdown)
    again = html_to_markdown(shown).markdown
    assert render_author_markdown(again) == shown
