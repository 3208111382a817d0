"""Shortcodes that are known are replaced; others stay as they were typed, and are counted."""

import pytest

from registan.transfer.wordpress_text.contract import PostParts
from registan.transfer.wordpress_text.shortcodes import read_values
from tests.registan.transfer.wordpress_text.old_site import (
    BOAT,
    FILES,
    FILM,
    SEA,
    SONG,
    UPLOADS,
    converted,
    markdown,
)

IMAGE = f'<img class="wp-image-1" src="{UPLOADS}/boat-300x200.jpg" alt="A boat" width="300" height="200" />'


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("a=\"1 2\" b='3' c=4 D=“5”", {"a": "1 2", "b": "3", "c": "4", "d": "5"}),
        (' one "two three" ', {"0": "one", "1": "two three"}),
        ("=http://a.example/b", {"0": "=http://a.example/b"}),
        ('data-x="y" data-x="z"', {"data-x": "y"}),
    ],
)
def test_attributes_stand_in_either_quotation_marks_or_in_none(typed, values):
    assert read_values(typed) == values


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (f'[caption id="a" width="300"]{IMAGE} Our boat[/caption]', f'![A boat]({BOAT} "Our boat")'),
        (f'[caption caption="Our boat"]<a href="{UPLOADS}/boat.jpg">{IMAGE}</a>[/caption]',
         f'![A boat]({BOAT} "Our boat")'),
        (f"[wp_caption]{IMAGE}[/wp_caption]", f"![A boat]({BOAT})"),
        ('[gallery ids="2,1" columns="2"]', f'![The sea]({SEA})\n![A boat]({BOAT} "Our boat")'),
        ("[GALLERY]", f'![A boat]({BOAT} "Our boat")\n![The sea]({SEA})'),
        ("[gallery exclude=1]", f"![The sea]({SEA})"),
        (f'[audio mp3="{UPLOADS}/song.mp3"][/audio]', f"![song.mp3]({SONG})"),
        (f'[video width="640" mp4="{UPLOADS}/film.mp4"][/video]', f"![film.mp4]({FILM})"),
        ('[playlist ids="3"]', f'![song.mp3]({SONG} "A song")'),
        ("[embed width=1]https://vimeo.com/12345[/embed]", "https://vimeo.com/12345"),
        ("[youtube=https://youtu.be/abcdefghijk]", "https://youtu.be/abcdefghijk"),
        ("[vimeo 12345]", "https://vimeo.com/12345"),
        ("[quote author='Jo']Words[/quote]", "> Words\n> — Jo"),
        ("[code lang='python']\nif a < b:\n\n  [x]\n[/code]", "```python\nif a < b:\n\n  [x]\n```"),
        ("[sourcecode]a &lt; b[/sourcecode]", "```\na < b\n```"),
        ("a[efn_note]A [x] note[/efn_note] b[ref]B[/ref]", "a[^1] b[^2]\n\n[^1]: A \\[x\\] note\n\n[^2]: B"),
        ("[quote][embed]https://vimeo.com/12345[/embed][/quote]", "> <https://vimeo.com/12345>"),
    ],
)  # fmt: skip
def test_known_ones_become_ours(typed, expected):
    assert markdown(typed, PostParts(attached=[FILES[1], FILES[2]])) == expected


def test_unknown_ones_stay_and_are_counted():
    post = converted('[box color="red"]Words[/box] and [box/] and [my_map]\n\n[sitemap]\n\nas they say [sic] [1]')
    assert post.body.replace("\\", "").startswith('[box color="red"]Words[/box] and [box/] and [my_map]')
    assert post.unknown_shortcodes == {"box": 2, "my_map": 1, "sitemap": 1}


@pytest.mark.parametrize("typed", ["[caption]a", "a[/caption]", "[quote]a", "[embed]no address[/embed]", "[ref][/ref]"])
def test_what_is_not_closed_or_cannot_be_read_stays_as_it_was_typed(typed):
    assert markdown(typed).replace("\\", "") == typed


def test_a_note_may_hold_what_markdown_cannot_say():
    body = markdown('a[ref][gallery ids="1,2"]<u>b</u>[/ref]\n\nand *this*')
    assert body.startswith("<p>a<sup")
    assert "note-mark" not in body
    assert "\n\nand \\*this\\*\n\n" in body
    assert '<section class="footnotes"><ol><li id="fn-1"><div class="gallery">' in body
    assert f'<img src="{BOAT}" alt="A boat">' in body


def test_one_without_an_end_does_not_reach_for_that_of_another():
    audio = f"[audio {UPLOADS}/song.mp3]"
    assert markdown(f"{audio}\n\n" * 60 + f"{audio}[/audio]") == "\n\n".join([f"![song.mp3]({SONG})"] * 61)


def test_two_brackets_are_one_bracket():
    assert markdown("Write [[gallery]] for one").replace("\\", "") == "Write [gallery] for one"


def test_tags_of_html_hold_no_shortcodes():
    assert markdown('<a href="/x?[gallery]">a</a>') == "[a](http://www.old.example/x?[gallery])"


def test_what_a_shortcode_does_not_find_is_counted():
    losses = converted('[gallery ids="99"] [playlist]').losses
    assert losses == {"missing-attachment": 1, "empty-gallery": 1, "empty-playlist": 1}
