"""Renders Markdown for authors and for readers, within a time limit."""

import re
import threading
import time
from contextlib import suppress

import pytest
from django.utils.safestring import SafeString

from blog.markup.extract import opening_words, plain_text
from blog.markup.renderer import AUTHOR_LIMIT, READER_LIMIT, TooCostly, render_author_markdown, render_reader_markdown

CPU_LIMIT = 1.0


def line(html: str) -> str:
    """Without the line breaks between tags, which mean nothing."""
    return re.sub(r">\s+<", "><", html).strip()


class TestAuthors:
    def test_the_result_is_safe_for_templates(self):
        assert isinstance(render_author_markdown("Hello"), SafeString)

    def test_a_paragraph_finds_its_own_direction(self):
        assert line(render_author_markdown("Salom")) == '<p dir="auto">Salom</p>'

    @pytest.mark.parametrize(
        ("text", "start"),
        [
            ("## a", '<h2 dir="auto">'),
            ("- a", '<ul dir="auto">'),
            ("1. a", '<ol dir="auto">'),
            ("> a", '<blockquote dir="auto">'),
            ('<p dir="rtl">a</p>', '<p dir="auto">'),
        ],
    )
    def test_every_block_finds_its_own_direction(self, text, start):
        assert render_author_markdown(text).startswith(start)

    def test_code_runs_from_left_to_right(self):
        html = render_author_markdown("`a`\n\n```python\nb\n```")
        assert '<code dir="ltr">a</code>' in html
        assert '<pre dir="ltr"><code class="language-python" dir="ltr">b' in html

    def test_a_first_heading_becomes_the_second_level(self):
        assert re.findall(r"<h\d", render_author_markdown("# a\n\n## b\n\n###### c")) == ["<h2", "<h3", "<h6"]

    def test_headings_that_leave_out_the_first_level_stay(self):
        assert re.findall(r"<h\d", render_author_markdown("## a\n\n### b")) == ["<h2", "<h3"]

    def test_a_typed_first_heading_becomes_the_second_level(self):
        assert line(render_author_markdown("<h1>a</h1>")) == '<h2 dir="auto">a</h2>'

    def test_quotes_and_dashes_are_set(self):
        html = render_author_markdown("\"It's 'fine'\" -- he said --- in the '90s...")
        assert "“It’s ‘fine’” – he said — in the ’90s…" in html

    def test_quotes_around_other_marks_are_set(self):
        assert "“<em>a</em>” <em>“b”</em>" in render_author_markdown('"*a*" *"b"*')

    def test_code_keeps_its_straight_quotes(self):
        assert '"a" -- b' in render_author_markdown('`"a" -- b`')

    def test_an_escaped_quote_stays_straight(self):
        assert "6'2\"" in plain_text(render_author_markdown("6\\'2\\\""))

    def test_strikethrough_and_raw_marks_are_allowed(self):
        assert "<s>a</s> <mark>b</mark>" in render_author_markdown("~~a~~ <mark>b</mark>")


class TestFigures:
    def test_an_image_alone_with_a_title_is_a_figure(self):
        assert line(render_author_markdown('![A camel](/media/a.jpg "At noon")')) == (
            '<figure class="figure"><img src="/media/a.jpg" alt="A camel" loading="lazy">'
            '<figcaption dir="auto">At noon</figcaption></figure>'
        )

    def test_an_image_alone_without_a_title_stays_a_paragraph(self):
        assert (
            line(render_author_markdown("![A](/a.jpg)"))
            == '<p dir="auto"><img src="/a.jpg" alt="A" loading="lazy"></p>'
        )

    def test_an_image_among_words_stays_among_them(self):
        assert "<figure" not in render_author_markdown('See ![A](/a.jpg "t") here')

    @pytest.mark.parametrize("address", ["http://a.org/b.png", "https://a.org/b.png", "/b.png", "b.png", "b/c:d.png"])
    def test_images_come_from_this_site_or_the_web(self, address):
        assert f'src="{address}"' in render_author_markdown(f"![a]({address})")

    @pytest.mark.parametrize(
        "address", ["javascript:x", "data:image/png;base64,AA", "mailto:a@b.c", "ftp://a/b", "blob:x"]
    )
    def test_images_come_from_nowhere_else(self, address):
        assert "src=" not in render_author_markdown(
            f"![a]({address})\n\n<img src='{address}'>\n\na <img src={address}>"
        )


class TestQuotations:
    @pytest.mark.parametrize("dash", ["—", "–", "--", "― ", "— "])
    def test_a_last_line_with_a_dash_is_the_attribution(self, dash):
        assert line(render_author_markdown(f"> Words\n> {dash}Navoiy")) == (
            '<figure class="quotation"><blockquote dir="auto"><p dir="auto">Words</p></blockquote>'
            '<figcaption dir="auto">Navoiy</figcaption></figure>'
        )

    def test_a_last_paragraph_with_a_dash_is_the_attribution(self):
        html = render_author_markdown("> One\n>\n> Two\n>\n> -- [Her](/her), <cite>Book</cite>")
        assert '<figcaption dir="auto"><a href="/her" rel="noopener">Her</a>, <cite>Book</cite></figcaption>' in html
        assert html.count('<p dir="auto">') == 2

    @pytest.mark.parametrize(
        "text", ["> Words", "> -- Words", "> a\n> --", "> - a", "> -- a\n>\n> b", "> -- a\n>\n> ---"]
    )
    def test_other_quotes_stay_plain(self, text):
        assert "<figure" not in render_author_markdown(text)

    def test_a_quote_in_a_quote_has_its_own_attribution(self):
        html = render_author_markdown("> > Inner\n> > -- A\n>\n> Outer\n>\n> -- B")
        assert html.count('<figure class="quotation">') == html.count("</figure>") == 2


class TestTables:
    TABLE = "| a | b |\n|---|--:|\n| 1 | 2 |"

    def test_a_table_scrolls_in_a_named_region(self):
        html = line(render_author_markdown(self.TABLE))
        assert html.startswith('<div class="table" role="region" tabindex="0" aria-label="Table 1"><table dir="auto">')
        assert html.endswith("</table></div>")

    def test_two_tables_have_two_names(self):
        html = render_author_markdown(f"{self.TABLE}\n\n<table><tr><td>1</td></tr></table>\n\n{self.TABLE}")
        assert sorted(re.findall(r"Table \d", html)) == ["Table 1", "Table 2", "Table 3"]

    def test_a_column_is_aligned_by_a_class(self):
        html = render_author_markdown(self.TABLE)
        assert '<td class="align-right">2</td>' in html
        assert "style" not in html

    def test_a_heading_cell_names_its_column(self):
        assert '<th scope="col">a</th>' in render_author_markdown(self.TABLE)


class TestFootnotes:
    TEXT = "One[^a], two^[in *line*], again[^a].\n\n[^a]: Note."

    def test_a_reference_and_its_note_lead_to_each_other(self):
        html = render_author_markdown(self.TEXT)
        assert 'href="#fn-1" id="fnref-1" aria-label="Footnote 1"' in html
        assert '<li id="fn-1">' in html
        assert 'href="#fnref-1" aria-label="Back to reference 1"' in html

    def test_a_second_reference_has_its_own_back_link(self):
        html = render_author_markdown(self.TEXT)
        assert 'id="fnref-1-2"' in html
        assert 'href="#fnref-1-2" aria-label="Back to reference 1-2"' in html

    def test_no_id_is_used_twice(self):
        ids = re.findall(r'id="([^"]*)"', render_author_markdown(self.TEXT))
        assert len(ids) == len(set(ids)) == 5

    def test_the_notes_are_a_named_section(self):
        assert '<section class="footnotes" aria-label="Footnotes">' in render_author_markdown(self.TEXT)

    def test_a_note_in_a_note_is_a_note(self):
        assert render_author_markdown("a[^1]\n\n[^1]: b[^2]\n\n[^2]: c").count("<li") == 2

    @pytest.mark.parametrize("first", ["b", "b\nand more", "- b", "    code", "b\n\n    and more"])
    def test_a_definition_needs_no_blank_line_before_the_next(self, first):
        html = render_author_markdown(f"a[^1] c[^2] e[^3]\n\n[^1]: {first}\n[^2]: d\n[^3]: f\n")
        assert re.findall(r'<li id="fn-(\d)"', html) == ["1", "2", "3"]
        assert "[^" not in html

    def test_an_indented_definition_belongs_to_the_note_before_it(self):
        assert "[^2]: c" in render_author_markdown("a[^1]\n\n[^1]: b\n    [^2]: c")

    def test_a_definition_in_another_block_is_shown_as_typed(self):
        assert "[^1]: b" in render_author_markdown("a[^1]\n\n> [^1]: b")


class TestTypedHtml:
    @pytest.mark.parametrize("name", ["comment-5", "main", "fn-x", "fnref-", "user-fn-1"])
    def test_a_typed_id_is_dropped(self, name):
        assert "id=" not in render_author_markdown(
            f'<p id="{name}">a</p>\n\n<a id="{name}">b</a>\n\n<li id={name}>c</li>'
        )

    def test_only_our_classes_stay(self):
        assert render_author_markdown('<div class="comment figure x">a</div>').startswith('<div class="figure">')

    def test_an_author_may_mix_html_with_markdown(self):
        html = line(render_author_markdown("<details>\n<summary>More</summary>\n\n*text*\n\n</details>"))
        assert html == '<details><summary>More</summary><p dir="auto"><em>text</em></p></details>'

    def test_a_less_than_sign_is_shown(self):
        assert "1 &lt; 2" in render_author_markdown("<div>1 < 2</div>")

    def test_an_html_comment_is_left_out(self):
        assert (
            line(render_author_markdown("<!-- wp:paragraph -->\n<p>a</p>\n<!-- /wp:paragraph -->"))
            == '<p dir="auto">a</p>'
        )

    def test_links_open_where_they_stand(self):
        assert render_author_markdown('<a href="/a" target="_blank">b</a>').strip() == (
            '<p dir="auto"><a href="/a" rel="noopener">b</a></p>'
        )


class TestReaders:
    def test_the_result_is_safe_for_templates(self):
        assert isinstance(render_reader_markdown("Hello"), SafeString)

    def test_a_new_line_is_a_line_break(self):
        assert line(render_reader_markdown("a\nb")) == '<p dir="auto">a<br>\nb</p>'

    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("*a*", "<em>a</em>"),
            ("**a**", "<strong>a</strong>"),
            ("`a`", '<code dir="ltr">a</code>'),
            ("- a", "<li>a</li>"),
            ("3. a", '<ol start="3" dir="auto">'),
            ("> a", '<blockquote dir="auto">'),
            ("```\na\n```", '<pre dir="ltr"><code dir="ltr">a'),
            ("    a", '<pre dir="ltr"><code dir="ltr">a'),
            ("[a](/b)", '<a href="/b" rel="nofollow ugc noopener">a</a>'),
            ("<https://a.org>", '<a href="https://a.org" rel="nofollow ugc noopener">https://a.org</a>'),
            ("<a@b.org>", '<a href="mailto:a@b.org"'),
        ],
    )
    def test_the_small_subset_works(self, text, html):
        assert html in render_reader_markdown(text)

    @pytest.mark.parametrize(
        "text",
        [
            "# a",
            "a\n===",
            "| a |\n|:-:|\n| b |",
            "a[^1]\n\n[^1]: b",
            "<b>a</b>",
            "<!-- a -->",
            "***",
            "~~a~~",
            "[a]: /b",
        ],
    )
    def test_everything_else_is_shown_as_typed(self, text):
        assert plain_text(render_reader_markdown(text)) == " ".join(text.split())

    def test_an_image_is_shown_as_a_link(self):
        assert line(render_reader_markdown("![a](/b.png)")) == (
            '<p dir="auto">!<a href="/b.png" rel="nofollow ugc noopener">a</a></p>'
        )

    def test_an_attributed_quote_stays_a_plain_quote(self):
        assert "<figure" not in render_reader_markdown("> a\n> -- b")

    @pytest.mark.parametrize("text", ["<a id=main>", "[a](/b 'c')", "> a", "- a", '<p id="x">a</p>'])
    def test_nothing_has_an_id(self, text):
        assert not re.search(r"<[^>]* id=", render_reader_markdown(text))


class TestAddresses:
    @pytest.mark.parametrize("html", [render_author_markdown, render_reader_markdown])
    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("see https://a.org.", "https://a.org"),
            ("(https://a.org/b)", "https://a.org/b"),
            ("https://a.org/b_(c)", "https://a.org/b_(c)"),
            ("https://a.org/b_c_d*e", "https://a.org/b_c_d*e"),
            ("**https://a.org/b**", "https://a.org/b"),
            ("https://a.org/?b=1&c=2, so", "https://a.org/?b=1&amp;c=2"),
            ("HTTP://A.ORG", "HTTP://A.ORG"),
        ],
    )
    def test_an_address_becomes_a_link(self, html, text, address):
        assert f'<a href="{address}"' in html(text)

    @pytest.mark.parametrize("html", [render_author_markdown, render_reader_markdown])
    def test_an_address_without_a_scheme_becomes_a_link(self, html):
        assert '<a href="https://www.a.org/b" ' in html("see www.a.org/b.")

    @pytest.mark.parametrize("text", ["a.org", "README.md", "me@a.org", "xhttp://a", "://a", "`https://a.org`", "www."])
    def test_text_that_only_resembles_an_address_stays_text(self, text):
        assert "<a" not in render_reader_markdown(text)

    def test_a_link_holds_no_other_link(self):
        assert render_reader_markdown("[https://a.org](https://b.org)").count("<a") == 1

    def test_letters_of_other_languages_are_encoded(self):
        assert 'href="https://a.org/%D0%BA"' in render_reader_markdown("https://a.org/к")

    @pytest.mark.parametrize("address", ["javascript:alert(1)", "vbscript:a", "data:text/html,a", "file:///a", "tel:1"])
    def test_a_link_with_another_scheme_is_shown_as_typed(self, address):
        assert plain_text(render_reader_markdown(f"[a]({address})")) == f"[a]({address})"

    @pytest.mark.parametrize(
        "address",
        ["https://b.org", "HTTP://b.org/c?d", "https://c@b.org", "mailto:a@b.org", "/", "/b", "/b//c", "/?b", "#b"],
    )
    def test_a_reader_links_by_whole_addresses_and_by_paths(self, address):
        assert f'href="{address}"' in render_reader_markdown(f"[a]({address})")

    @pytest.mark.parametrize(
        "address",
        [
            *["//b.org", "///b.org", "http:b.org", "HTTP:/b.org", "https:///b.org", "<http:b.org>", "< //b.org>"],
            *["/\\/b.org", "&#47;/b.org", "/&sol;b.org", "http&colon;b.org", "b/c", "?b", "../b", "//"],
        ],
    )
    def test_a_reader_links_nowhere_else_and_the_words_stay(self, address):
        html = render_reader_markdown(f"[a]({address}) ")
        assert "href" not in html
        assert plain_text(html) == "a"

    @pytest.mark.parametrize("address", ["//b.org", "b/c", "?b"])
    def test_an_author_links_by_any_address(self, address):
        assert f'href="{address}"' in render_author_markdown(f"[a]({address})")


class TestHostileText:
    @pytest.mark.parametrize("html", [render_author_markdown, render_reader_markdown])
    @pytest.mark.parametrize(
        "text", ["\x00", "\ud800", "a\udfffb", "\x01\x1b[2J", "\ufdd0\uffff", "&#0;&#1;&#xd800;", "\x85"]
    )
    def test_the_result_can_always_be_stored(self, html, text):
        result = html(f"{text} `{text}` [a](/{text} '{text}')")
        result.encode()
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", result)

    def test_typed_html_brings_in_no_control_characters(self):
        assert "\x01" not in render_author_markdown("<div title='&#1;'>&#1;</div>")

    def test_threads_do_not_affect_each_other(self):
        text = '# a\n\nb[^1] "c" https://a.org\n\n[^1]: d\n\n> e\n> -- f\n\n<table><td>g</table>'
        expected, results = render_author_markdown(text), []
        threads = [
            threading.Thread(target=lambda: results.extend(render_author_markdown(text) for _ in range(20)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == [expected] * 160


class TestSize:
    @pytest.mark.parametrize(
        ("html", "limit"), [(render_author_markdown, AUTHOR_LIMIT), (render_reader_markdown, READER_LIMIT)]
    )
    def test_a_text_at_the_limit_is_rendered(self, html, limit):
        assert html(("word " * limit)[:limit])

    @pytest.mark.parametrize(
        ("html", "limit"), [(render_author_markdown, AUTHOR_LIMIT), (render_reader_markdown, READER_LIMIT)]
    )
    def test_a_longer_text_is_refused_in_one_sentence(self, html, limit):
        with pytest.raises(TooCostly, match=rf"{limit + 1:,} characters long; the limit is {limit:,}\.$"):
            html("a" * (limit + 1))

    @pytest.mark.parametrize("text", ["> " * 50 + "a", "- " * 30 + "a", "+ 1. " * 30 + "a"])
    def test_text_nested_too_deep_is_refused_and_never_lost(self, text):
        with pytest.raises(TooCostly, match="nested too deeply"):
            render_reader_markdown(text)

    def test_quotes_fifteen_deep_are_fine(self):
        assert render_reader_markdown("> " * 15 + "a").count("<blockquote") == 15

    @pytest.mark.parametrize(
        "text",
        [
            f"[a]: /{'b' * 1_900}\n\n" + "[a]" * 30_000,
            f"[a]: /b '{'c' * 50_000}'\n\n" + "[a] " * 1_000,
            "<p>" + "".join(f"<b title={i}>" for i in range(60)) + "<p>a" * 20_000,
            "|".join("a" * 300) + "\n" + "|".join("-" * 300) + "\n" + "|\n" * 1_000,
        ],
    )
    def test_a_small_text_does_not_become_a_huge_page(self, text):
        with pytest.raises(TooCostly):
            render_author_markdown(text)


PROSE = (
    'A long story, with *a few* words marked, "quotes", [a link](https://example.org/a) and `code`;'
    " it goes on at a quiet pace -- as stories do, when nobody is in a hurry to end them.\n\n"
)
POST = "".join(
    PROSE * 4 + f"## Part {part}\n\n- one\n- two\n\nA note[^{part}].\n\n[^{part}]: Here.\n\n" for part in range(166)
)

# Repeated up to the limit, each of these once took a parser, or us, more than its share of time.
PATTERNS = [
    *"[](*_`<>&!#-+=|\\\"':~^\t\n\x85\ufdd0語",
    *[
        "![",
        "![a](",
        "[a](",
        "[a](<b",
        "[a](b(c",
        "[a][",
        "[[a]",
        "[`a`](",
        "^[",
        "^[a]",
        "^[a ^[b",
        "[^",
        "[^a",
        "[^a]: ",
    ],
    *["*a_ ", "*a **a ", "**a *a", "~~a ", "``a", "`a``b", "_*", "a--b", "\"a' ", "\u00a0'a"],
    *["<a ", "<a b='", "<!--", "<!--x--->", "<?", "<!A", "<![CDATA[", "<a>", "<b>", "<b>\n\n", "</b>", "</p>", "<div>"],
    *[
        "<ul><li>",
        "<table><td>",
        "<div><table></div></table>",
        "<div><textarea></div></textarea>",
        "<svg>",
        "<b x=1><p>",
    ],
    *[
        "> ",
        ">a\n",
        "> -- a\n\n",
        "- ",
        "- a\n",
        "- a\n\n",
        "1)\n",
        "+ - * ",
        "> - ",
        "    a\n",
        "a\n",
        "a\n\tb\n",
        "\n\n- ",
    ],
    *["# a\n", "a\n=\n", "---\n", "|-", "|a|\n|-|\n", "|||||\n", "[a]: b\n", '[a]: b "', "[a\n", "[\n", "[^a]: b\n\n"],
    *[
        "http://",
        "http://a*",
        "http://a)))",
        "www.a.bc ",
        "://",
        "<a@b.c>",
        "<http://a>",
        "[a](/" + "語" * 300 + ") ",
        "@",
    ],
]
SHAPES = [
    lambda size: "[" * (size // 2) + "]" * (size // 2),
    lambda size: "![" * (size // 6) + "](a)" * (size // 6),
    lambda size: "^[" * (size // 3) + "]" * (size // 3),
    lambda size: "*a " * (size // 6) + "a* " * (size // 6),
    lambda size: "<div>" * (size // 11) + "</div>" * (size // 11),
    lambda size: "<span>" * (size // 11) + "</b>" * (size // 11),
    lambda size: "".join("`" * n + " " for n in range(1, int((2 * size) ** 0.5) - 2)),
    lambda size: "[^a]: b\n\n" + "[^" * (size // 2 - 5),
    lambda size: "> " * 35 + "a\n" * (size // 2 - 50),
    lambda size: ("- " * 19 + "a\n") * (size // 40),
    lambda size: "- " * (size // 4) + "\\*" * (size // 4),
    lambda size: "<a " + " ".join(f"x{n}=1" for n in range(size // 8)) + ">",
    lambda size: "|".join("a" * 250) + "\n" + "|".join("-" * 250) + "\n" + "|\n" * (size // 2 - 600),
    lambda size: "[a]: /" + "b" * (size // 2) + "\n\n" + "[a]" * (size // 6 - 10),
    lambda size: "[^a]: " + "b" * (size // 2) + "\n\n" + "[^a]" * (size // 8 - 10),
    lambda size: POST[:size],
]


def cpu_seconds(work) -> float:
    """The first of ten that is within the limit, else the least; TooCostly is an answer.

    Another process on the same core slows this one down, and nothing can make it quicker than it is.
    """

    def once() -> float:
        start = time.process_time()
        with suppress(TooCostly):
            work()
        return time.process_time() - start

    spent = once()
    for _ in range(9):
        if spent < CPU_LIMIT:
            break
        spent = min(spent, once())
    return spent


class TestCost:
    @pytest.mark.parametrize("html", [render_author_markdown, render_reader_markdown])
    @pytest.mark.parametrize("pattern", PATTERNS)
    def test_no_repeated_pattern_is_slow(self, html, pattern):
        limit = AUTHOR_LIMIT if html is render_author_markdown else READER_LIMIT
        for size in (limit, limit // 12):
            assert cpu_seconds(lambda size=size: html((pattern * size)[:size])) < CPU_LIMIT

    @pytest.mark.parametrize("html", [render_author_markdown, render_reader_markdown])
    @pytest.mark.parametrize("shape", SHAPES)
    def test_no_hostile_shape_is_slow(self, html, shape):
        limit = AUTHOR_LIMIT if html is render_author_markdown else READER_LIMIT
        for size in (limit, limit // 12):
            assert cpu_seconds(lambda size=size: html(shape(size)[:size])) < CPU_LIMIT

    def test_a_post_of_twenty_thousand_words_is_rendered(self):
        assert len(POST.split()) > 20_000
        assert render_author_markdown(POST).count("<h2") == 166

    def test_a_post_of_a_thousand_links_is_rendered(self):
        assert (
            render_author_markdown("- [A page](https://example.org/a/b/c) -- *worth* reading\n" * 1_000).count("<a")
            == 1_000
        )

    def test_a_comment_full_of_links_is_rendered(self):
        assert render_reader_markdown("- https://example.org/some/page and [this](/a)\n" * 200).count("<a") == 400

    def test_the_same_text_is_always_judged_alike(self):
        verdicts = set()
        for _ in range(3):
            with pytest.raises(TooCostly) as refusal:
                render_reader_markdown("[" * READER_LIMIT)
            verdicts.add(str(refusal.value))
        assert len(verdicts) == 1


class TestPlainText:
    @pytest.mark.parametrize(
        ("text", "plain"),
        [
            ("Hello, *wor*ld", "Hello, world"),
            ("a\n\nb\nc", "a b c"),
            ("- a\n- b", "a b"),
            ('a & b < c > "d"', "a & b < c > “d”"),
            ("&amp;lt; &nbsp; &copy;", "&lt; ©"),
            ("a[^1].\n\n[^1]: note", "a."),
            ('![alt](/a.png "caption")', "caption"),
            ("`<b>`", "<b>"),
            ("| a | b |\n|---|---|\n| c | d |", "a b c d"),
            ('<p title="a > b < c">d</p>', "d"),
            ("", ""),
        ],
    )
    def test_it_is_what_a_reader_sees(self, text, plain):
        assert plain_text(render_author_markdown(text)) == plain

    def test_it_goes_on_after_a_typed_section_of_notes(self):
        assert (
            plain_text(render_author_markdown('<section class="footnotes"><section>a</section>b</section>\n\nc')) == "c"
        )

    @pytest.mark.parametrize(
        "html", ["<", "<a", "<a <a", 'a<b "', "</", "<!--", "&#" + "1" * 9_000, "\ud800", "<a\x00>"]
    )
    def test_it_never_raises(self, html):
        assert isinstance(plain_text(html), str)

    @pytest.mark.parametrize(
        "pattern", ["<", "<a", "<a ", '<a "', '<a b="', '<"<"', "<!--", "&", "&#1", "</a", '"', ">"]
    )
    def test_it_takes_linear_time(self, pattern):
        assert cpu_seconds(lambda: plain_text(pattern * 100_000)) < CPU_LIMIT


class TestOpening:
    def test_a_short_text_is_whole(self):
        assert opening_words(render_author_markdown("One *two* three."), 3) == "One two three."

    def test_a_long_text_is_cut_at_a_word(self):
        assert opening_words(render_author_markdown("One, two, three, four"), 3) == "One, two, three…"

    def test_sixty_words_are_usual(self):
        assert len(opening_words(render_author_markdown("word " * 100)).split()) == 60

    def test_a_language_without_spaces_is_cut_too(self):
        assert opening_words(render_author_markdown("語" * 10_000), 10) == "語" * 120 + "…"

    def test_an_empty_text_has_no_opening(self):
        assert opening_words("") == ""
