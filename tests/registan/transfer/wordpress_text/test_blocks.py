"""Gutenberg's blocks: their comments are read, each kind becomes what ours has for it, none loses a word."""

import pytest

from registan.transfer.wordpress_text.block_comments import BlockReader, split_marks
from registan.transfer.wordpress_text.contract import BodyFormat, Findings, PostParts
from tests.registan.transfer.wordpress_text.old_site import BOAT, FILM, SEA, SONG, UPLOADS, converted, markdown

BOAT_IMAGE = f'<img src="{UPLOADS}/boat-1024x768.jpg" alt="A boat" class="wp-image-1"/>'
SEA_IMAGE = f'<img src="{UPLOADS}/sea.png" alt="The sea"/>'


def block(name: str, inner: str, attributes: str = "") -> str:
    return f"<!-- wp:{name} {attributes}-->\n{inner}\n<!-- /wp:{name} -->"


def rendered(text: str) -> str:
    def show(name, attributes, inner):
        return f"({name}{''.join(map(str, attributes.values()))}:{inner})"

    return BlockReader(show, Findings()).read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a<!-- wp:core/b {"x":1} -->c<!-- wp:d /-->e<!-- /wp:core/b -->f', "a(b1:c(d:)e)f"),
        ('<!-- wp:a {"x":{"y":"--\\u003e"}} /-->', "(a{'y': '-->'}:)"),
        ("<!-- wp:a -->x<!-- wp:b -->y<!-- /wp:a -->z", "(a:x(b:y))z"),
        ("x<!-- /wp:a -->y", "xy"),
        ("<!-- wp:a {broken -->x<!-- /wp:a -->", "(a:x)"),
        ("<!--wp:a/b-->x<!--/wp:a/b-->", "(a/b:x)"),
        ("x<!-- more --><!-- wp:a /--> <!-- wp", "x<!-- more -->(a:) <!-- wp"),
    ],
)
def test_comments_are_read_whatever_state_they_are_in(text, expected):
    assert rendered(text) == expected


def test_blocks_that_nobody_would_nest_so_deep_keep_their_text():
    text = "<!-- wp:a -->" * 1000 + "x" + "<!-- /wp:a -->" * 1000
    assert rendered(text).count("(a:") == 40
    assert "x" in rendered(text)
    assert len(list(split_marks(text))) == 4001


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (block("paragraph", '<p class="has-text-align-center" style="color:red">a <b>b</b></p>'), "a **b**"),
        (block("heading", '<h3 class="wp-block-heading"><strong>a</strong></h3>', '{"level":3} '), "### a"),
        (block("heading", "<h1>a</h1>", '{"level":1} '), "## a"),
        (block("list", f"<ul>{block('list-item', '<li>a</li>')}</ul>"), "- a"),
        (block("quote", f"<blockquote>{block('paragraph', '<p>a</p>')}<cite>— Jo, <em>B</em></cite></blockquote>"),
         "> a\n> — Jo, *B*"),
        (block("pullquote", "<figure><blockquote><p>a</p><cite>Jo</cite></blockquote></figure>"),
         "> a\n> — Jo"),
        (block("code", '<pre class="wp-block-code"><code>a &lt;b&gt;\n\nc</code></pre>'), "```\na <b>\n\nc\n```"),
        (block("verse", '<pre class="wp-block-verse">a\n  b</pre>'), "<p>a<br>&nbsp;&nbsp;b</p>"),
        (block("separator", '<hr class="wp-block-separator"/>'), "---"),
        (block("spacer", '<div style="height:9px" class="wp-block-spacer"></div>'), ""),
        (block("image", f'<figure class="wp-block-image">{BOAT_IMAGE}<figcaption>Ours</figcaption></figure>'),
         f'![A boat]({BOAT} "Ours")'),
        (block("image", f'<figure><a href="{UPLOADS}/boat.jpg">{BOAT_IMAGE}</a></figure>'), f"![A boat]({BOAT})"),
        (block("image", f'<figure><a href="https://a.example/">{BOAT_IMAGE}</a></figure>'),
         f"[![A boat]({BOAT})](https://a.example/)"),
        (block("gallery", '<figure class="wp-block-gallery">'
               + block("image", f"<figure>{BOAT_IMAGE}<figcaption>Ours</figcaption></figure>")
               + block("image", f"<figure>{SEA_IMAGE}</figure>") + "<figcaption>Both</figcaption></figure>"),
         f'![A boat]({BOAT} "Ours")\n![The sea]({SEA})\n\nBoth'),
        (block("gallery", f'<ul class="wp-block-gallery"><li><figure>{BOAT_IMAGE}</figure></li>'
               f"<li><figure>{SEA_IMAGE}</figure></li></ul>"), f"![A boat]({BOAT})\n![The sea]({SEA})"),
        (block("audio", f'<figure><audio src="{UPLOADS}/song.mp3"></audio><figcaption>C</figcaption></figure>'),
         f'![song.mp3]({SONG} "C")'),
        (block("video", f'<figure><video src="{UPLOADS}/film.mp4"></video></figure>'), f"![film.mp4]({FILM})"),
        (block("file", f'<div class="wp-block-file"><a href="{UPLOADS}/song.mp3">Song</a>'
               f'<a class="wp-block-file__button" href="{UPLOADS}/song.mp3" download>Download</a></div>'),
         f"[Song]({SONG})"),
        (block("cover", '<div class="wp-block-cover"><p>a</p></div>', f'{{"url":"{UPLOADS}/sea.png"}} '),
         f"![]({SEA})\n\na"),
        (block("media-text", f"<div><figure>{SEA_IMAGE}</figure><div><p>a</p></div></div>"), f"![The sea]({SEA})\n\na"),
        (block("columns", f"<div>{block('column', '<p>a</p>')}{block('column', '<div>b</div>')}</div>"),
         "a\n\nb"),
        (block("buttons", f"<div>{block('button', '<div><a href=\"https://a.example\">Buy</a></div>')}</div>"),
         "[Buy](https://a.example)"),
        (block("social-links", '<ul><!-- wp:social-link {"url":"https://a.example/us","service":"github"} /--></ul>'),
         "- [Github](https://a.example/us)"),
        (block("embed", '<figure><div>\nhttps://vimeo.com/1234\n</div><figcaption>Film</figcaption></figure>',
               '{"url":"https://vimeo.com/1234"} '), "https://vimeo.com/1234\n\nFilm"),
        (block("core-embed/youtube", "<figure><div>https://youtu.be/abcdefghijk</div></figure>"),
         "https://youtu.be/abcdefghijk"),
        (block("html", "<b>a</b> <script>b</script>"), "**a**"),
        (block("shortcode", f"[audio {UPLOADS}/song.mp3]"), f"![song.mp3]({SONG})"),
        (block("table", "<figure><table><thead><tr><th>a</th><th>b</th></tr></thead>"
               "<tbody><tr><td>c</td><td>d</td></tr></tbody></table></figure>"), "| a | b |\n| --- | --- |\n| c | d |"),
        ('<!-- wp:block {"ref":7} /-->', "Said everywhere."),
    ],
)  # fmt: skip
def test_each_kind_becomes_ours(text, expected):
    assert markdown(f"{block('paragraph', '<p>0</p>')}\n\n{text}").removeprefix("0").strip("\n") == expected


def test_footnotes_stand_beside_the_text_and_become_ours():
    text = block("paragraph", '<p>a<sup data-fn="x" class="fn"><a href="#x" id="x-link">1</a></sup> b</p>')
    parts = PostParts(footnotes={"x": "A <em>note</em>", "unused": "b"})
    assert markdown(f"{text}<!-- wp:footnotes /-->", parts) == "a[^1] b\n\n[^1]: A *note*"


def test_attributes_may_hold_half_a_character():
    text = '<!-- wp:social-link {"url":"https://a.example/","label":"a\\ud800b"} /-->'
    assert (
        markdown(f"<!-- wp:social-links --><ul>{text}</ul><!-- /wp:social-links -->")
        == "- [a\ufffdb](https://a.example/)"
    )


def test_unknown_blocks_keep_what_is_in_them_and_dynamic_ones_are_counted():
    post = converted('<!-- wp:acme/box {"a":1} --><div><p>a</p></div><!-- /wp:acme/box --><!-- wp:latest-posts /-->')
    assert post.body == "a"
    assert (post.unknown_blocks, post.losses) == ({"acme/box": 1}, {"block:latest-posts": 1})


def test_reusable_blocks_that_hold_themselves_or_are_not_there_are_counted():
    post = converted('<!-- wp:block {"ref":8} /--><!-- wp:block {"ref":9} /--><!-- wp:block {"ref":"x"} /-->')
    assert (post.body, post.losses) == ("Once.", {"missing-reusable-block": 3})


@pytest.mark.parametrize(
    "html",
    [
        "<details><summary>a</summary><p>b</p></details>",
        "<p>a <mark>b</mark></p>",
        "<dl><dt>a</dt><dd>b</dd></dl>",
        '<table><tbody><tr><td colspan="2">a</td></tr><tr><td>b</td><td>c</td></tr></tbody></table>',
        "<figure><table><tbody><tr><td>a</td></tr></tbody></table><figcaption>b</figcaption></figure>",
        '<ol reversed=""><li>a</li></ol>',
        "<ul><li><pre><u>a</u>&#10;\nb</pre></li></ul>",
        "<figure><p>a</p><p>b</p><figcaption>c</figcaption></figure>",
    ],
)
def test_what_markdown_cannot_say_stays_html_beside_markdown(html):
    post = converted(block("html", html) + block("paragraph", "<p>and <em>this</em></p>"))
    assert post.format == BodyFormat.MIXED
    assert post.body == f"{html}\n\nand *this*"
