"""Hostile and difficult texts by others, by us and by a generator, all through the renderer."""

from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.markup.extract import plain_text
from blog.markup.renderer import render_author_markdown, render_reader_markdown
from tests.blog.markup.corpora import commonmark_examples, naughty_strings
from tests.blog.markup.safe_html import assert_safe

policies = pytest.mark.parametrize("policy", [render_author_markdown, render_reader_markdown])


@policies
def test_the_list_of_naughty_strings_does_no_harm(policy):
    strings = naughty_strings()
    assert len(strings) > 400
    for text in strings:
        for form in (text, f"[a]({text})", f"![{text}](/b '{text}')", f"<p title='{text}'>", f"> {text}\n> -- {text}"):
            assert_safe(form, policy)


@policies
def test_the_examples_of_commonmark_do_no_harm(policy):
    examples = commonmark_examples()
    assert len(examples) == 652
    for markdown, html in examples:
        assert_safe(markdown, policy)
        assert_safe(html, policy)


@policies
def test_the_examples_of_commonmark_one_after_another_do_no_harm(policy):
    for (example, _), (following, _) in pairwise(commonmark_examples()):
        assert_safe(example + following, policy)


HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt\n>alert(1)</sCrIpT\n>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror='alert(1)'>",
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>',
    '<title><img title="</title><img src=x onerror=alert(1)>"></title>',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "<template><script>alert(1)</script></template>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "<iframe src=javascript:alert(1)></iframe><iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)><embed src=javascript:alert(1)><applet code=x>",
    "<form action=javascript:alert(1)><input type=submit><button formaction=javascript:alert(1)>x</button></form>",
    "<base href=//evil.test/><meta http-equiv=refresh content='0;url=//evil.test'><link rel=stylesheet href=//e.test>",
    "<style>*{background:url(//evil.test)}</style><p style='background:url(//evil.test)'>a</p>",
    "<a href='javascript:alert(1)'>a</a> <a href='JaVaScRiPt:alert(1)'>b</a> <a href=' javascript:alert(1)'>c</a>",
    "<a href='java&#9;script:alert(1)'>a</a> <a href='&#1;javascript:alert(1)'>b</a> <a href='java\nscript:x'>c</a>",
    "<a href='javascript&colon;alert(1)'>a</a> <a href='data:text/html,<script>alert(1)</script>'>b</a>",
    "<a href='//evil.test' target=_top onclick=alert(1) ping=//evil.test id=main name=forms class=button>a</a>",
    "[a](javascript:alert(1)) [b](JAVASCRIPT:alert(1)) [c](javascript&#58;alert(1)) [d](<java\tscript:alert(1)>)",
    "[a](data:text/html;base64,PHNjcmlwdD4=) [b](vbscript:a) [c](&#x6A;avascript:alert(1)) [d](\x01javascript:x)",
    '[a](https://b \'x" onmouseover="alert(1)\') ![a" onerror="alert(1)](/b)',
    "[a]: javascript:alert(1)\n\n[a] ![a]",
    "<javascript:alert(1)> <data:text/html,a> <vbscript:a>",
    "https://a.org/\"onmouseover=\"alert(1) https://a.org/<script>alert(1)</script> http://a'onclick='alert(1)",
    '```"><script>alert(1)</script>\na\n```',
    '``` a" onclick="alert(1)\na\n```',
    "```x class=button\na\n```",
    "`<script>alert(1)</script>`",
    '![<script>alert(1)</script>](/a "<script>alert(1)</script>")',
    "> a\n> -- <script>alert(1)</script>",
    "a[^<script>]\n\n[^<script>]: <img src=x onerror=alert(1)>",
    "a[^1]\n\n[^1]: </li></ol></section><h1 id=main>b</h1>",
    "| <script> | b |\n|---|---|\n| <img src=x onerror=alert(1)> | </table> |",
    "</p></div></main></body></html><h1>out</h1>",
    "<table><td><div></table></div></td>",
    "<div><table><tr><td><p></div>",
    "<b><p></b></p><a><a><a><p></a>",
    "<p id=comment-5 class='comment comment--removed' dir=\"x\" lang='\">' title='<script>'>a</p>",
    "<div role=alert tabindex=5 aria-label=x>a</div>",
    "<ol start='1 onclick=x' type='\"><script>'><li value='<'>a</ol>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "<a title='-->' <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62; &amp;lt;script&amp;gt;",
    "<\x00script>alert(1)</script> <scr\x00ipt>alert(1)</script> <img src=x one\x00rror=alert(1)>",
    "\\<script>alert(1)</script> \\`<script>` \\[a](javascript:b)",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\u2028<script>alert(1)</script>\u2029",
    "＜script＞alert(1)＜/script＞",
]


@policies
@pytest.mark.parametrize("payload", HOSTILE)
def test_a_hostile_text_does_no_harm(policy, payload):
    for form in (payload, f"text {payload} text", f"> {payload}", f"- {payload}\n\n{payload}", f"*{payload}*"):
        assert_safe(form, policy)
        assert_safe(f"<div>\n\n{form}\n\n</div>", policy)


@policies
def test_two_hostile_texts_together_do_no_harm(policy):
    for first, second in product(HOSTILE[::3], HOSTILE[1::3]):
        assert_safe(first + second, policy)


@pytest.mark.parametrize("payload", HOSTILE)
def test_clean_html_is_unchanged_by_cleaning(payload):
    once = render_author_markdown(f"<div>\n{payload}\n</div>")
    assert plain_text(render_author_markdown(f"<div>{once}</div>".replace("\n\n", "\n"))) == plain_text(once)


def test_a_reader_sees_typed_html_as_typed():
    for payload in HOSTILE[:6]:
        assert "<script" not in render_reader_markdown(payload)
        assert plain_text(render_reader_markdown(payload)).startswith("<")


PIECES = [
    *[
        "a",
        "b",
        "*",
        "_",
        "**",
        "`",
        "```",
        "~~",
        "[",
        "]",
        "(",
        ")",
        "![",
        "](/x)",
        "[^1]",
        "[^1]:",
        "^[",
        ">",
        "-",
        "1.",
    ],
    *["#", "|", "|-|", "\\", "<", "</", "<b>", "</b>", "<p>", "</p>", "<div>", "<table>", "<td>", "<script>", "<svg>"],
    *[
        "<math>",
        "<style>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "<a href=",
        "'",
        '"',
        "=",
        "&lt;",
        "&#1;",
        "javascript:",
    ],
    *["http://a.b", "www.a.b", "--", "...", "\ud800", "\x00", "\u202e", "語", "👩\u200d👧", ":"],
    *[" ", "  ", "\n", "\n\n", "    ", "\t", "\r\n"],
]
marked_text = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
any_text = st.text(st.characters(codec=None), max_size=200)


@policies
@settings(max_examples=300, derandomize=True, deadline=None)
@given(text=st.one_of(marked_text, any_text))
def test_no_text_at_all_does_harm(policy, text):
    assert_safe(text, policy)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(html=st.one_of(marked_text, any_text))
def test_plain_text_takes_anything(html):
    words = plain_text(html)
    assert words == " ".join(words.split())
