"""Links and pictures lead to the new site, however their old addresses are written."""

import pytest

from registan.transfer.wordpress_text.addresses import absolute_address, address_key, find_new_address
from tests.registan.transfer.wordpress_text.old_site import BOAT, SITE, UPLOADS, converted, markdown


@pytest.mark.parametrize(
    "spelling",
    [
        "http://www.old.example/2010/05/the-boat/",
        "https://old.example/2010/05/the-boat",
        "HTTP://OLD.example:80/2010/05/the%2Dboat/".replace(":80", ""),
        "//www.old.example/2010/05/the-boat/",
        "/2010/05/the-boat/",
        "2010/05/the-boat/",
        " http://old.example/2010/05/\nthe-boat/ ",
    ],
)
def test_one_page_has_one_new_address(spelling):
    assert find_new_address(absolute_address(spelling, SITE.base), SITE) == "/posts/the-boat/"


def test_a_fragment_stays_and_a_query_tells_pages_apart():
    assert find_new_address("http://old.example/?p=12#comment-3", SITE) == "/posts/the-boat/#comment-3"
    assert find_new_address("http://old.example/?p=13", SITE) is None


@pytest.mark.parametrize(
    "name", ["boat.jpg", "boat-300x200.jpg", "boat-scaled.jpg", "boat.jpg?w=300", "boat-1x1.jpg?a=b"]
)
def test_every_size_of_a_picture_is_the_picture(name):
    assert find_new_address(f"{UPLOADS}/{name}", SITE) == BOAT


@pytest.mark.parametrize(
    "odd", ["", "#a", "mailto:a@b.example", "http://[", "javascript:x", "http://", "data:,a", "tel:1"]
)
def test_what_is_no_page_of_the_web_has_no_key(odd):
    assert address_key(absolute_address(odd, "")) == ""


def test_a_text_has_new_addresses_and_tells_what_became_of_the_old_ones():
    post = converted(
        f'<a href="/?p=12">a</a> <a href="/gone/">b</a> <a href="#c">c</a> <a href="#">d</a> '
        f'<img src="{UPLOADS}/boat-9x9.jpg" width="9" height="9"> '
        '<img src="http://a.example/x.png" width="9" height="8">'
    )
    assert 'href="/posts/the-boat/"' in post.body
    assert 'href="#c"' in post.body
    assert f'<img src="{BOAT}" alt="">' in post.body
    assert '<img src="http://a.example/x.png" alt="" width="9" height="8">' in post.body
    assert post.links == {
        "http://www.old.example/?p=12": "/posts/the-boat/",
        "http://www.old.example/gone/": "http://www.old.example/gone/",
    }
    assert post.media == {f"{UPLOADS}/boat-9x9.jpg": BOAT, "http://a.example/x.png": "http://a.example/x.png"}


def test_an_address_alone_is_a_card_unless_its_page_has_moved_here():
    assert markdown("https://a.example/b_c%20d\n\nhttp://old.example/?p=12") == (
        "https://a.example/b_c%20d\n\n[http://old.example/?p=12](/posts/the-boat/)"
    )


def test_pictures_that_are_loaded_late_are_found_and_those_that_count_visitors_are_not():
    late = f'<img src="data:image/gif;base64,R0" data-src="{UPLOADS}/boat.jpg" alt="A [boat] | \\"x\\"">'
    assert markdown(late).startswith("![A \\[boat\\] \\| ")
    assert markdown('a<img src="http://a.example/count.gif" width="1" height="1">') == "a"
