"""Icons and manifest stand where browsers look for them, with the owner's icon or else our star."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from blog.models import Site

pytestmark = pytest.mark.django_db
STAR = (14, 124, 123)
RED = (200, 30, 30)


def opened(answer) -> Image.Image:
    return Image.open(BytesIO(answer.content))


def owners_icon(settings, tmp_path) -> Site:
    """A site whose icon is a red rectangle, wider than it is high."""
    settings.MEDIA_ROOT = tmp_path
    out = BytesIO()
    Image.new("RGB", (200, 100), RED).save(out, "PNG")
    site = Site(name="The tea house of Rasta", tagline="Over tea", language="ru", time_zone="UTC")
    site.icon = default_storage.save(f"site/{uuid4().hex}.png", BytesIO(out.getvalue()))
    site.save()
    return site


@pytest.mark.parametrize(
    ("path", "kind", "size"),
    [("/favicon.ico", "image/vnd.microsoft.icon", (48, 48)), ("/apple-touch-icon.png", "image/png", (180, 180)),
     ("/icon-192.png", "image/png", (192, 192)), ("/icon-512.png", "image/png", (512, 512))],
)  # fmt: skip
def test_an_icon_is_our_star_until_the_owner_has_one(path, kind, size, visitor, settings, tmp_path):
    answer = visitor.get(path)
    assert (answer.status_code, answer["Content-Type"], opened(answer).size) == (200, kind, size)
    assert STAR in set(opened(answer).convert("RGB").get_flattened_data())
    assert "max-age=86400" in answer["Cache-Control"]
    again = visitor.get(path, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    owners_icon(settings, tmp_path)
    new = visitor.get(path, headers={"If-None-Match": answer["ETag"]})
    icon = opened(new)
    assert (new.status_code, icon.size) == (200, size)
    assert icon.convert("RGB").getpixel((size[0] // 2, size[1] // 2)) == RED


def test_a_tab_has_three_sizes_and_a_home_screen_no_holes(visitor):
    assert opened(visitor.get("/favicon.ico")).info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    assert opened(visitor.get("/apple-touch-icon.png")).mode == "RGB"


def test_a_lost_icon_is_our_star_for_this_once(visitor, settings, tmp_path):
    default_storage.delete(owners_icon(settings, tmp_path).icon)
    answer = visitor.get("/favicon.ico")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


def test_no_other_size_is_drawn(visitor):
    assert [visitor.get(f"/icon-{side}.png").status_code for side in (193, 16, 999)] == [404] * 3


def test_the_manifest_names_the_site_and_its_icons(visitor, settings, tmp_path):
    owners_icon(settings, tmp_path)
    answer = visitor.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert (told["name"], told["short_name"], told["lang"]) == ("The tea house of Rasta", "The tea", "ru")
    assert (told["start_url"], told["scope"], told["theme_color"]) == ("/", "/", "#fbf8f1")
    assert {visitor.get(icon["src"]).status_code for icon in told["icons"]} == {200}


def test_every_page_names_them(visitor):
    home = visitor.get("/").content.decode()
    assert '<link rel="apple-touch-icon" href="/apple-touch-icon.png">' in home
    assert '<link rel="manifest" href="/manifest.webmanifest">' in home
