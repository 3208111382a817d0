"""LaTeX between dollar signs becomes MathML; prices and what cannot be read stay as typed."""

import re
import time
from contextlib import suppress

import pytest

from blog.markup.extract import opening_words, plain_text
from blog.markup.formulas import DISPLAY_LIMIT, MATH_TAGS
from blog.markup.renderer import TooCostly, render_author_markdown, render_reader_markdown

CPU_LIMIT = 1.0


def test_a_formula_in_a_line():
    assert render_author_markdown("So $E=mc^2$.").strip() == (
        '<p dir="auto">So <math display="inline" alttext="E=mc^2"><mrow><mi>E</mi><mo>=</mo><mi>m</mi>'
        "<msup><mi>c</mi><mn>2</mn></msup></mrow></math>.</p>"
    )


@pytest.mark.parametrize("text", ["$$x^2$$", "$$\nx^2\n$$", "$$ x^2\n$$", "Words\n$$\nx^2\n$$\nmore"])
def test_a_formula_on_its_own_has_a_box_that_scrolls(text):
    assert (
        '<div class="formula" role="region" tabindex="0" aria-label="Formula 1"><math display="block" alttext="x^2">'
        in render_author_markdown(text)
    )


def test_two_boxes_have_two_names():
    assert re.findall(r"Formula \d", render_author_markdown("$$x$$\n\n> $$y$$")) == ["Formula 1", "Formula 2"]


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $10.",
        "US$5 and CA$10",
        "$5-$10, $5/month or $6/year",
        "$5 each, or two for A$.",
        "5$ and 10$",
        "$HOME and $PATH, $HOME/$USER",
        "$ x $",
        "$x\ny$",
        r"\$x\$",
        r"\$x$",
        "$$",
        "$",
        "$$$$",
        "$$x$$ and more",
        "$$\n\nx\n$$",
        "$$\nnever closed",
    ],
)
def test_other_dollar_signs_are_text(text):
    html = render_author_markdown(text)
    assert "<math" not in html
    assert "<code" not in html
    assert plain_text(html) == " ".join(text.replace("\\$", "$").split())


def test_code_keeps_its_dollar_signs():
    assert "<math" not in render_author_markdown("`$x$`\n\n    $$x$$\n\n```\n$$x$$\n```")


def test_no_mark_of_markdown_counts_in_a_formula():
    assert plain_text(render_author_markdown("$a_1*b$ and $c*d_2$, $\\{x\\}$")) == "a_1*b and c*d_2, \\{x\\}"


@pytest.mark.parametrize(
    "latex", [r"\nosuchcommand x", r"\frac{a", r"\frac{a}", "x^", r"\left( x", "{x", "x}", "{" * 40]
)
def test_a_formula_that_cannot_be_read_stays_readable(latex):
    inline, display = render_author_markdown(f"a ${latex}$"), render_author_markdown(f"$$\n{latex}\n$$")
    assert f'<code dir="ltr">${latex}$</code>' in inline
    assert f"$$\n{latex}\n$$</code></pre>" in display


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<b onclick=x>&lt;script></b>}",
        r"\href{javascript:alert(1)}{x}",
        r"\color{red}x",
        r"\style{position:fixed}{x}",
        r"\class{button}{x}",
        r"\hspace{500em}x",
        r"\xrightarrow{\not=}",
        r"\boxed{x}",
    ],
)
def test_only_a_few_elements_come_out_and_no_attribute_that_could_move_them(latex):
    html = render_author_markdown(f"$${latex}$$")
    tags = set(re.findall(r"<([a-z-]+)", html)) - {"div", "pre", "code"}
    assert tags <= MATH_TAGS
    html = re.sub('alttext="[^"]*"', "", html)
    assert not re.search(r"""<[^<>]*(?:(?:href|style|onclick|lspace|voffset|mathcolor)=|width="500)""", html)


@pytest.mark.parametrize(
    "html",
    [
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
        "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
        "<math href=javascript:alert(1)><mi xlink:href=javascript:alert(1)>x</mi></math>",
        "<math><mi/><malignmark><style><img src=x onerror=alert(1)></style>",
        '<math><mrow class="moderate" style="position:fixed" width="9999px" id="x"><svg onload=alert(1)></math>',
    ],
)
def test_typed_mathml_is_sanitised_like_any_html(html):
    rendered = render_author_markdown(html)
    assert render_author_markdown(rendered).count("<") >= 0
    tags = re.findall(r"<[^<>]*>", rendered)
    unsafe = re.compile(r"\son\w+=|javascript|style|moderate|svg|script|9999|annotation|\sid=")
    assert tags
    assert not [tag for tag in tags if unsafe.search(tag)]


def test_openings_and_search_read_the_latex():
    assert opening_words(render_author_markdown("So $a < b$ holds.")) == "So a < b holds."


@pytest.mark.parametrize(
    "text",
    [
        "$" * 20_000,
        "$x" * 20_000,
        "$x " * 20_000,
        "a $" * 20_000,
        "$$\n" * 20_000,
        "$$a\n" * 20_000,
        "$x$ " * 10_000,
        ("$$" + "x" * (DISPLAY_LIMIT - 10) + "$$\n\n") * 70,
        ("$$" + r"\begin{matrix}" + r"a&\\" * 400 + r"\end{matrix}" + "$$\n\n") * 40,
        ("$$" + "'" * 1_900 + "$$\n\n") * 40,
        ("$" + "{" * 19 + "x" + "}" * 19 + "$ ") * 3_000,
    ],
)
def test_hostile_formulas_take_little_time(text):
    start = time.thread_time()
    with suppress(TooCostly):
        render_author_markdown(text)
    assert time.thread_time() - start < CPU_LIMIT


def test_formulas_in_comments_are_text():
    assert "$x$" in render_reader_markdown("$x$")
