"""The tile of a commenter: the same for a person everywhere, another for everybody else in the thread."""

import re
from importlib import import_module

import pytest
from playwright.sync_api import expect

from comments.status import Status
from comments.web.tiles import COLOURS, FRAMES, GROUNDS, KINDS, SHAPES, Tile, hash_to_tile
from tests import factories
from tests.comments.comment_pages import page

PEOPLE, THREADS = 20, 1_000
TILE = re.compile(r'<svg class="tile ([^"]*)" aria-hidden="true">(.*?)</svg>')


def test_every_number_has_a_tile_of_its_own():
    tiles = {Tile.from_number(number) for number in range(KINDS)}
    assert len(tiles) == KINDS >= 4_096
    assert {tile.shape for tile in tiles} == set(range(SHAPES))
    assert {tile.frame for tile in tiles} == set(range(FRAMES))
    assert {tile.colour for tile in tiles} == set(range(COLOURS))
    assert {tile.ground for tile in tiles} == set(range(GROUNDS))


def test_fewer_than_one_thread_of_twenty_people_in_twenty_has_two_with_the_same_tile(settings):
    settings.SECRET_KEY = "a key that does not change, so that this count does not either"
    threads = [
        {hash_to_tile(f"reader{person}@{thread}.example.net") for person in range(PEOPLE)} for thread in range(THREADS)
    ]
    assert sum(len(tiles) < PEOPLE for tiles in threads) < THREADS / 20


@pytest.mark.django_db
def test_a_person_has_one_tile_in_every_thread_and_in_the_queue(visitor, editor):
    posts = [factories.post() for _ in range(2)]
    drawn = set()
    for post in posts:
        factories.comment(post, name="Nodira", email="Nodira@example.net")
        drawn.update(TILE.findall(page(visitor.get(post.get_absolute_url()))))
    factories.comment(posts[0], name="N.", email="nodira@example.net", status=Status.PENDING)
    drawn.update(TILE.findall(page(editor.get("/moderation/"))))
    assert len(drawn) == 1


@pytest.mark.django_db
def test_a_page_draws_every_shape_and_frame_that_a_tile_names(visitor, post):
    for number in range(80):
        factories.comment(post, email=f"reader{number}@example.net")
    html = page(visitor.get(post.get_absolute_url()))
    wanted = set(re.findall(r'<use href="#(\w+)"', html))
    assert len(wanted) > SHAPES
    assert wanted <= set(re.findall(r'<symbol id="(\w+)"', html))


@pytest.mark.django_db
def test_the_upgrade_draws_the_tiles_of_older_comments_anew(post):
    new_tile = import_module("comments.migrations.0003_more_tiles").new_tile
    by_email = factories.comment(post, email="nodira@example.net")
    by_name = factories.comment(post, name="Otabek", email="")
    for comment in (by_email, by_name):
        row = (comment.author_id, comment.email, comment.name, comment.fingerprint, post.pk, 7)
        assert new_tile(*row) == comment.tile != 7
    erased = (None, "", "A former reader", "erased 1", post.pk, 7)
    assert new_tile(*erased) == new_tile(*erased[:3], "erased 2", *erased[4:]) not in (7, by_email.tile, by_name.tile)
    assert new_tile(None, "", "", "erased 3", post.pk, 0) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_shape_stands_out_from_its_ground(scheme, browser, live_server, post):
    for number in range(60):
        factories.comment(post, email=f"reader{number}@example.net")
    window = browser.new_page(color_scheme=scheme)
    window.goto(live_server.url + post.get_absolute_url())
    expect(window.locator(".comment .tile").first).to_be_visible()
    contrasts = window.evaluate(CONTRASTS)
    window.context.close()
    assert len(contrasts) > 30
    assert min(contrasts) >= 3


# The contrast (WCAG 2.2) of each tile's shape to its ground, as the browser draws them.
CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const luminance = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll('.comment .tile')].map((tile) => {
    const style = getComputedStyle(tile);
    const [a, b] = [style.fill, style.backgroundColor].map(luminance).sort((x, y) => x - y);
    return (b + 0.05) / (a + 0.05);
  });
}"""
