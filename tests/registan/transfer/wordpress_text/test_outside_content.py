"""Frames and plug-ins become addresses, scripts and forms are dropped and counted."""

import pytest

from registan.transfer.wordpress_text.outside_content import page_of_frame
from tests.registan.transfer.wordpress_text.old_site import converted, markdown


@pytest.mark.parametrize(
    ("frame", "page"),
    [
        ("//www.youtube.com/embed/abcdefghijk?rel=0&start=9", "https://www.youtube.com/watch?v=abcdefghijk&t=9"),
        ("https://www.youtube-nocookie.com/embed/abcdefghijk", "https://www.youtube.com/watch?v=abcdefghijk"),
        ("http://www.youtube.com/v/abcdefghijk&hl=en", "https://www.youtube.com/watch?v=abcdefghijk"),
        ("https://player.vimeo.com/video/12345?h=a", "https://vimeo.com/12345"),
        ("https://maps.example/embed?pb=1", "https://maps.example/embed?pb=1"),
        ("http://[", ""),
    ],
)
def test_a_frame_is_the_page_where_people_watch(frame, page):
    assert page_of_frame(frame) == page


@pytest.mark.parametrize(
    "html",
    [
        '<iframe width="1" src="//www.youtube.com/embed/abcdefghijk"></iframe>',
        "<iframe src='https://www.youtube.com/embed/abcdefghijk' />",
        '<p><iframe data-lazy-src="https://www.youtube.com/embed/abcdefghijk"></iframe></p>',
        '<object width="1"><param name="movie" value="http://www.youtube.com/v/abcdefghijk"></param>'
        '<embed src="http://www.youtube.com/v/abcdefghijk" type="x"></embed></object>',
        '<embed src="http://www.youtube.com/v/abcdefghijk">',
    ],
)
def test_players_of_other_sites_become_cards(html):
    assert markdown(f"a\n{html}\nb") == "a\n\nhttps://www.youtube.com/watch?v=abcdefghijk\n\nb"


def test_scripts_styles_and_forms_are_dropped_with_what_is_in_them():
    post = converted(
        'a<script>var x = "</p>";\n\nif (a < b) {}</script> b<style>p {}</style> c'
        "<form action=/x><p>Name <input></p></form> d<noscript>e</noscript> f<iframe></iframe>"
    )
    assert " ".join(post.body.split()) == "a b c d f"
    assert post.losses == {"script": 1, "style": 1, "form": 1, "frame": 1}


def test_what_wordpress_hides_stays_hidden():
    assert markdown('<p><u>a</u><span style="display: none">b</span></p><p hidden>c</p>') == "<p><u>a</u></p>"


def test_control_characters_are_not_stored():
    assert markdown("a&#1;b\x02c") == "a\ufffdb\ufffdc"


def test_a_form_that_is_not_closed_takes_nothing_with_it():
    assert markdown("a <form> b") == "a b"


@pytest.mark.parametrize(
    "html",
    ['<a href="javascript:alert(1)">a</a>', '<p onclick="x()">a</p>', '<img src="javascript:x" alt="">a',
     '<a href="http://a.example" style="x" onmouseover=alert(1)>a</a>', "<svg onload=x></svg>a",
     '<a title="<script>x</script>" href=http://a.example>a</a>'],
)  # fmt: skip
def test_nothing_that_could_act_is_left(html):
    body = converted(html).body
    assert "a" in body
    assert not any(word in body for word in ("javascript:", "onclick", "onmouseover", "onload", "<script"))
