"""Figures and galleries of all ages become ours; captions that have no place stay as paragraphs."""

import pytest

from tests.registan.transfer.wordpress_text.old_site import BOAT, SEA, UPLOADS, converted, markdown

BOAT_IMAGE, SEA_IMAGE = f'<img src="{UPLOADS}/boat.jpg" alt="B">', f'<img src="{UPLOADS}/sea.png" alt="S">'
BOTH = f"![B]({BOAT})\n![S]({SEA})"
CAPTIONED = f'![B]({BOAT} "b")\n![S]({SEA} "s")'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f'<div class="gallery"><dl class="gallery-item"><dt>{BOAT_IMAGE}</dt><dd>b</dd></dl>'
         f"<dl><dt><a href='{UPLOADS}/sea.png'>{SEA_IMAGE}</a></dt><dd>s</dd></dl></div>", CAPTIONED),
        (f'<div class="tiled-gallery"><div>{BOAT_IMAGE}</div><div>{SEA_IMAGE}</div></div>', BOTH),
        (f'<ul class="wp-block-gallery"><li>{BOAT_IMAGE}</li><li>{SEA_IMAGE}</li></ul>', BOTH),
        (f'<div class="gallery"><p>above</p>{BOAT_IMAGE}{SEA_IMAGE}<p>below</p></div>', f"above\n\n{BOTH}\n\nbelow"),
        (f'<div class="gallery">{BOAT_IMAGE}<p>between</p>{SEA_IMAGE}</div>',
         f"![B]({BOAT})\n\nbetween\n\n![S]({SEA})"),
        (f'<div class="gallery">{BOAT_IMAGE}</div>', f"![B]({BOAT})"),
        (f"<figure>{BOAT_IMAGE}<figcaption>b</figcaption><figcaption>c</figcaption></figure>",
         f'![B]({BOAT} "b")\n\nc'),
        (f"<figure><figure>{BOAT_IMAGE}<figcaption>b</figcaption></figure><figcaption>c</figcaption></figure>",
         f'![B]({BOAT} "b")\n\nc'),
        (f"<figure><p>{BOAT_IMAGE}</p><figcaption> <br>b</figcaption></figure>", f'![B]({BOAT} "b")'),
        ("<figure><figcaption>b</figcaption></figure>", "b"),
        ("<figure><blockquote>a</blockquote><p>b</p></figure>", "> a\n\nb"),
        ("<blockquote><p>a<br><cite>Jo</cite></p></blockquote>", "> a\n> — Jo"),
    ],
)  # fmt: skip
def test_each_becomes_ours(html, expected):
    assert markdown(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        f'<figure class="figure"><img src="{BOAT}" alt="B"><figcaption>a <em>b</em></figcaption></figure>',
        f'<figure class="figure"><a href="https://a.example/"><img src="{BOAT}" alt="B"></a>'
        "<figcaption>a</figcaption></figure>",
    ],
)
def test_what_has_no_markdown_is_our_html(html):
    assert markdown(html.replace(BOAT, f"{UPLOADS}/boat.jpg")) == html


def test_a_player_of_a_file_that_is_not_ours_is_a_link():
    assert markdown('<audio><source src="https://a.example/b.mp3">c</audio>') == (
        '<figure class="figure figure--media"><a href="https://a.example/b.mp3">b.mp3</a></figure>'
    )


def test_a_link_around_what_cannot_be_linked_is_counted():
    post = converted('<!-- wp:html --><a href="https://a.example/"><ul><li>a</li></ul></a><!-- /wp:html -->')
    assert (post.body, post.losses) == ("- a", {"link-around-block": 1})
