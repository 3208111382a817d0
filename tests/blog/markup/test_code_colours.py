"""Code blocks in a named language are coloured by classes, within a time limit."""

import re
import time

import pytest

from blog.markup.code_colours import ALIASES, CODE_LIMIT, COLOUR_CLASSES, LANGUAGES
from blog.markup.extract import plain_text
from blog.markup.renderer import render_author_markdown, render_reader_markdown

CPU_LIMIT = 1.0
PYTHON = "def f(x):\n    # why\n    return 'a<b' + 1\n"


def block(language: str, code: str) -> str:
    return f"```{language}\n{code}\n```"


def test_the_kinds_of_words_have_classes():
    html = render_author_markdown(block("python", PYTHON))
    assert '<span class="hl-k">def</span> <span class="hl-f">f</span>(x):' in html
    assert '<span class="hl-c"># why</span>' in html
    assert '<span class="hl-s">\'a&lt;b\'</span> + <span class="hl-n">1</span>' in html


def test_code_of_several_languages_in_one_text_is_coloured():
    page = '<p class="a"><style>a { color: red }</style><script>let a = 1</script>'
    html = render_author_markdown("\n\n".join(block(name, page) for name in ("html", "xml", "javascript")))
    assert all("<span" in part for part in html.split("</pre>")[:-1])


def test_no_word_of_the_code_changes():
    assert plain_text(render_author_markdown(block("python", PYTHON))) == " ".join(PYTHON.split())


@pytest.mark.parametrize("language", ["", "text", "no-such-language", "__proto__", "python;js", "../../etc"])
def test_code_in_no_language_or_an_unknown_one_is_plain(language):
    assert "<span" not in render_author_markdown(block(language, PYTHON))


def test_indented_and_inline_code_is_plain():
    assert "<span" not in render_author_markdown("    def f(): pass\n\n`def`")


@pytest.mark.parametrize("language", [*sorted(LANGUAGES), *ALIASES, "PYTHON"])
def test_every_language_on_the_list_is_known_and_escapes_what_it_colours(language):
    html = render_author_markdown(block(language, "<script>alert(\"1\")</script> # & 'x' // 2 \x00"))
    assert "<script" not in html
    assert set(re.findall(r'<span class="([^"]*)"', html)) <= COLOUR_CLASSES
    assert not re.search(r"style=|<(?!/?(?:pre|code|span)\b)", html)


def test_a_long_block_is_plain():
    long = "x = 1\n" * (CODE_LIMIT // 6)
    assert "<span" in render_author_markdown(block("python", long[:4_000]))
    assert "<span" not in render_author_markdown(block("python", long + "x = 1\n"))


def test_a_text_full_of_code_is_accepted():
    html = render_author_markdown("\n\n".join([block("python", "x = 1\n" * 1_000)] * 25))
    assert html.count("<pre") == 25


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_hostile_code_takes_little_time(language):
    render_author_markdown(block(language, "a"))  # loads the language
    for piece in ("a\n", "a ", "/*", '"\\', "[", "{{", "<a ", "(", "\\", "<<A\n", "#{", "a:"):
        start = time.thread_time()
        render_author_markdown(block(language, (piece * CODE_LIMIT)[: CODE_LIMIT - 1]))
        assert time.thread_time() - start < CPU_LIMIT, piece


def test_code_in_comments_is_plain():
    assert "<span" not in render_reader_markdown(block("python", PYTHON))
