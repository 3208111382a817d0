"""The image shown with a post where its address is shared."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from django.conf import settings as live
from PIL import Image, ImageChops

from blog.models import Post
from blog.sharing import fonts, og_image, open_graph
from blog.sharing.og_image import OgImage
from tests import factories

TITLES = [
    "Tea",
    "One sign, three alphabets",
    "Ўзбек ёзувининг учта алифбоси: қандай қилиб бир белги уч хил ўқилади",
    "نان و چای: سه الفبا برای یک کلمه و نامه‌ای از تاشکند",
    "The word نان on a door",
    "W" * 250,
    "é̀" * 120,
    "a " * 125,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft and more",
    "漢字かな交じり文" * 20,
    "☕🫖",
    "<script>alert(1)</script>",
]


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def ink(picture: Image.Image, top: int, bottom: int) -> tuple[int, int]:
    """The leftmost and rightmost column between two heights that is not paper."""
    part = picture.crop((0, top, og_image.WIDTH, bottom))
    paper = Image.new("RGB", part.size, og_image.PAPER)
    box = ImageChops.difference(part, paper).getbbox()
    return (box[0], box[2]) if box else (og_image.WIDTH // 2, og_image.WIDTH // 2)


def address(post: Post) -> str:
    return open_graph.post_og_image_url(post).removeprefix(live.SITE_URL)


@pytest.mark.parametrize("title", TITLES)
def test_no_title_leaves_the_margins_or_meets_another_line(title):
    content = og_image.render_og_image(OgImage("Registan " * 30, title, "Somebody with a long name, " * 8))
    picture = opened(content)
    assert picture.size == (1200, 630)
    assert len(content) < 60_000
    for top, bottom in ((0, og_image.BAND_TOP), (og_image.BAND_TOP + og_image.TILE, og_image.HEIGHT)):
        left, right = ink(picture, top, bottom)
        assert left >= og_image.MARGIN - 4
        assert right <= og_image.WIDTH - og_image.MARGIN + 4
    assert ink(picture, 505, 533) == (600, 600)  # between the title and the line under it
    assert ink(picture, 180, 203) == (600, 600)  # between the band and the title
    assert ink(picture, 590, 630) == (600, 600)


def test_a_title_that_runs_from_right_to_left_stands_at_the_right():
    left, right = ink(opened(og_image.render_og_image(OgImage("R", "نان", "A"))), 200, 500)
    assert left > 600
    assert right > 1100
    left, right = ink(opened(og_image.render_og_image(OgImage("R", "Tea", "A"))), 200, 500)
    assert left < 100
    assert right < 600


def test_lines_are_of_about_one_length():
    made, lines = og_image.fit_title("The wall and the page, and the people who wrote on either of them for ever", "")
    widths = [made.width(line) for line in lines]
    assert len(lines) > 1
    assert min(widths) > 0.6 * max(widths)


def test_a_title_too_long_for_the_smallest_letters_ends_with_an_ellipsis():
    _, lines = og_image.fit_title("W" * 250, "")
    assert lines[-1].endswith(("…", "..."))


@pytest.mark.skipif(
    not fonts.installed_fonts(), reason="No font of the list is installed: other scripts were not drawn"
)
def test_each_script_is_rendered_in_a_font_that_supports_it():
    for text in ("Tea", "Чайхона, ўрик, ғишт", "چای و نان"):
        path, kept = fonts.choose_font(text)
        assert kept == text
        assert all(fonts.has_glyph(path, letter) for letter in text)


def test_without_any_font_of_the_system_latin_is_rendered_and_the_rest_left_to_the_name_of_the_site(monkeypatch):
    monkeypatch.setattr(fonts, "installed_fonts", dict)
    plain = og_image.render_og_image(OgImage("Registan", "Registan", "A"))
    assert og_image.render_og_image(OgImage("Registan", "Чайхона", "A")) == plain
    assert og_image.render_og_image(OgImage("Registan", "Tea", "A")) != plain


def test_a_configured_font_is_preferred(settings):
    paths = list(fonts.installed_fonts().values())
    if len(paths) < 2:
        pytest.skip("Fewer than two fonts of the list are installed: nothing to choose from")
    assert fonts.choose_font("Tea")[0] == paths[0]
    assert fonts.choose_font("Tea", wanted=paths[-1])[0] == paths[-1]


@pytest.mark.django_db
class TestServed:
    def test_the_page_names_the_image_and_the_image_is_there(self, visitor, post):
        assert (
            f'content="{open_graph.post_og_image_url(post)}"' in visitor.get(post.get_absolute_url()).content.decode()
        )
        response = visitor.get(address(post))
        assert response.status_code == 200
        assert response["Content-Type"] == "image/png"
        assert response["Cache-Control"] == "public, max-age=31536000, s-maxage=1, immutable"
        assert opened(response.content).size == (1200, 630)
        again = visitor.get(address(post), headers={"If-None-Match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert visitor.head(address(post)).status_code == 200

    def test_it_costs_two_queries(self, visitor, post, django_assert_num_queries):
        picture = address(post)
        with django_assert_num_queries(2):
            visitor.get(picture)

    @pytest.mark.parametrize("change", ["title", "author", "site", "day"])
    def test_the_address_of_an_og_image_depends_on_its_content(self, post, settings, change):
        before = open_graph.post_og_image(post).version
        assert open_graph.post_og_image(Post.objects.get()).version == before
        if change == "title":
            post.title = "Another"
        elif change == "author":
            post.authors.first().delete()
            post = Post.objects.get()
        elif change == "site":
            settings.SITE_NAME = "Rasta"
        else:
            post.published_on = post.published_on.replace(year=2020)
        assert open_graph.post_og_image(post).version != before

    def test_every_other_version_leads_to_the_present_one_and_draws_nothing(self, visitor, post, settings):
        for version in ("0" * 16, "f" * 16):
            response = visitor.get(f"{post.get_absolute_url()}share-{version}.png")
            assert (response.status_code, response["Location"]) == (302, open_graph.post_og_image_url(post))
        assert not settings.SHARE_ROOT.exists()
        assert visitor.get(f"{post.get_absolute_url()}share-{'0' * 15}.png").status_code == 404

    def test_draft_scheduled_and_missing_posts_answer_alike(self, visitor, settings):
        draft, scheduled = factories.draft(published_at=factories.NOON), factories.scheduled()
        answers = set()
        for post in (draft, scheduled):
            answers.add(visitor.get(address(post)).content)
            answers.add(visitor.get(f"{post.get_absolute_url()}share-{'0' * 16}.png").content)
            assert visitor.get(f"/p/{post.pk}/").status_code == 404
        missing = visitor.get(f"/2026/03/20/missing/share-{'0' * 16}.png")
        assert missing.status_code == 404
        assert answers == {missing.content}
        assert not settings.SHARE_ROOT.exists()

    def test_an_unpublished_post_loses_its_og_image(self, visitor, post):
        picture = address(post)
        assert visitor.get(picture).status_code == 200
        post.status = Post.Status.DRAFT
        post.save()
        assert visitor.get(picture).status_code == 404

    def test_it_is_rendered_once_and_its_predecessor_is_deleted(self, visitor, post, settings):
        visitor.get(address(post))
        (file,) = settings.SHARE_ROOT.glob("*/*")
        file.write_bytes(b"drawn before")
        assert visitor.get(address(post)).content == b"drawn before"
        post.title = "Another"
        post.save()
        assert visitor.get(address(post)).content.startswith(b"\x89PNG")
        (now,) = settings.SHARE_ROOT.glob("*/*")
        assert now != file

    def test_several_at_once_make_one_whole_file(self, post, settings):
        card = open_graph.post_og_image(post)
        with ThreadPoolExecutor(4) as pool:
            made = set(pool.map(lambda _: open_graph.load_og_image(card, number=post.pk), range(8)))
        (file,) = settings.SHARE_ROOT.glob("*/*")
        assert made == {file.read_bytes()}

    def test_a_full_disk_loses_no_image(self, visitor, post, settings, tmp_path):
        settings.SHARE_ROOT = tmp_path / "file"
        settings.SHARE_ROOT.write_text("in the way")
        assert visitor.get(address(post)).content.startswith(b"\x89PNG")

    def test_the_site_has_one_for_its_other_pages(self, visitor, post):
        url = open_graph.site_og_image_url()
        assert f'content="{url}"' in visitor.get("/").content.decode()
        assert visitor.get(url.removeprefix(live.SITE_URL)).content.startswith(b"\x89PNG")
        response = visitor.get(f"/share-{'0' * 16}.png")
        assert (response.status_code, response["Location"]) == (302, url)
