"""Which addresses are videos, and where their players are: a small table; every other page is simply a card."""

import pytest

from blog.cards.videos import find_video

TUBE = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"
VIMEO = "https://player.vimeo.com/video/76979871?autoplay=1&dnt=1"


@pytest.mark.parametrize(
    ("address", "player"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", TUBE),
        ("https://youtube.com/watch?list=a&v=dQw4w9WgXcQ&t=1m30s", f"{TUBE}&start=90"),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc&t=90", f"{TUBE}&start=90"),
        ("https://youtu.be/dQw4w9WgXcQ?t=9e9", TUBE),
        ("https://m.youtube.com/shorts/dQw4w9WgXcQ", TUBE),
        ("https://www.youtube.com/live/dQw4w9WgXcQ?start=1h2m3s", f"{TUBE}&start=3723"),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", TUBE),
        ("https://vimeo.com/76979871", VIMEO),
        ("https://player.vimeo.com/video/76979871?h=8272103f6e", f"{VIMEO}&h=8272103f6e"),
        ("https://vimeo.com/76979871/8272103f6e", f"{VIMEO}&h=8272103f6e"),
        ("https://vimeo.com/channels/staffpicks/76979871", VIMEO),
    ],
)
def test_a_video_is_played_on_the_host_that_asks_least(address, player):
    assert find_video(address).player_url == player
    assert player.startswith(f"{find_video(address).player_origin}/")


@pytest.mark.parametrize(
    "address",
    ["https://www.youtube.com/", "https://www.youtube.com/@ann", "https://www.youtube.com/watch?v=short", "https://vimeo.com/about",
     "https://www.youtube.com/watch?v=dQw4w9WgXcQ%22onload", "https://youtube.com.example.org/watch?v=dQw4w9WgXcQ",
     "https://example.org/watch?v=dQw4w9WgXcQ", "https://vimeo.com/76979871/../a", "https://youtu.be/dQw4w9WgXcQ;a",
     "https://tube.example/w/9c9de5e8-0a1e-484a-b099-e80766180a6d"],
)  # fmt: skip
def test_every_other_page_is_none(address):
    assert find_video(address) is None


def test_what_is_typed_never_reaches_the_player_but_as_a_number_or_key():
    video = find_video("https://player.vimeo.com/video/1234?h=a%26autopause%3D0%22")
    assert video.player_url.endswith("h=a%26autopause%3D0%22")
