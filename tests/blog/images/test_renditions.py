"""Renditions: rendered by the worker and shown in the page, which knows the image's size before that."""

import re
from datetime import timedelta
from io import BytesIO, StringIO
from threading import Thread

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image as Pillow

from blog import jobs
from blog.images import embeds, processing
from blog.models import Author, Clock, Image, Page, Post, Rendition, illustrated
from blog.models import image as image_module
from tests import factories
from tests.blog.images.uploads import picture, uploaded, with_metadata
from tests.comments.processes import wait_until

pytestmark = pytest.mark.django_db


def drawn(image: Image) -> Image:
    assert jobs.render_next_image() == 1
    return Image.objects.get(pk=image.pk)


def opened(rendition: Rendition) -> Pillow.Image:
    return Pillow.open(BytesIO(rendition.file.open().read()))


def sizes(image: Image) -> set[tuple[str, int]]:
    return set(image.renditions.values_list("format", "width"))


def test_each_width_that_the_image_reaches_is_rendered_in_three_formats():
    image = drawn(uploaded(picture(size=(1_000, 500))))
    assert sizes(image) == {(kind, width) for kind in ("avif", "webp", "jpeg") for width in (400, 800, 1_000)}
    for rendition in image.renditions.all():
        with opened(rendition) as made:
            assert (made.format.lower(), made.size) == (rendition.format, (rendition.width, rendition.width // 2))
        assert rendition.bytes == rendition.file.size


def test_a_transparent_image_stays_png():
    image = drawn(uploaded(picture("PNG", mode="RGBA")))
    assert sizes(image) == {("avif", 80), ("webp", 80), ("png", 80)}


def test_renditions_are_upright_and_say_nothing_of_where():
    image = drawn(uploaded(with_metadata()))
    for rendition in image.renditions.all():
        with opened(rendition) as made:
            assert made.size == (60, 80)
            assert not made.getexif()
            assert "icc_profile" not in made.info
        assert b"telephone" not in rendition.file.open().read()


def test_a_post_reserves_the_images_space_before_there_are_renditions():
    image = uploaded(picture(size=(1_000, 500)))
    post = factories.post(body=image.markdown())
    assert f'<img src="{image.file.url}" alt="A camel" loading="lazy" width="1000" height="500">' in post.body_html


def test_when_renditions_are_rendered_the_post_shows_them_and_only_the_clock_moves(visitor):
    image = uploaded(picture(size=(1_000, 500)), caption="At noon", credit="Ann & Bob")
    post, other = factories.post(body=image.markdown()), factories.post(body="Tea.")
    page = visitor.get(post.get_absolute_url())
    assert b"<picture>" not in page.content
    before = Clock.read()
    drawn(image)
    after = Post.objects.get(pk=post.pk)
    assert (after.updated_at, after.body, after.revised_at) == (post.updated_at, post.body, None)
    assert Clock.read().site == before.site + 1
    assert Post.objects.get(pk=other.pk).body_html == other.body_html
    html = visitor.get(post.get_absolute_url(), headers={"If-None-Match": page["ETag"]}).content.decode()
    base = f"/media/images/{image.name}"
    for kind in ("avif", "webp"):
        srcset = ", ".join(f"{base}-{width}.{kind} {width}w" for width in (400, 800, 1_000))
        assert f'<source type="image/{kind}" srcset="{srcset}" sizes="{embeds.SIZES}">' in html
    assert f'<img src="{base}-1000.jpg" alt="A camel" loading="lazy" width="1000" height="500" srcset="' in html
    assert 'At noon <small class="credit" dir="auto">Ann &amp; Bob</small></figcaption>' in html
    assert visitor.get(f"{base}-400.avif")["Content-Type"] == "image/avif"


def test_a_page_is_rendered_again_too():
    image = uploaded()
    page = factories.page(body=image.markdown())
    drawn(image)
    assert "<picture>" in Page.objects.get(pk=page.pk).body_html


def test_an_image_in_a_profile_is_rendered_as_in_a_post_but_its_passages_have_no_names():
    image = uploaded(picture(size=(1_000, 500)), credit="Ann & Bob")
    author = factories.author(bio=f"Walks.\n\n{image.markdown()}")
    assert author.bio_html == (
        f'<p dir="auto">Walks.</p>\n<p dir="auto"><a href="{image.file.url}">'
        f'<img src="{image.file.url}" alt="A camel" loading="lazy" width="1000" height="500"></a>'
        '<small class="credit" dir="auto">Ann &amp; Bob</small></p>\n'
    )
    drawn(image)
    after = Author.objects.get(pk=author.pk)
    assert f"/media/images/{image.name}-400.avif 400w" in after.bio_html
    assert "id=" not in after.bio_html
    assert factories.author("Bob", bio=author.bio).bio_html == after.bio_html


def test_a_profile_is_rendered_again_where_it_is_shown(visitor):
    image = uploaded()
    author = factories.author(slug="ann", bio=image.markdown())
    pages = ["/author/ann/", factories.post(authors=[author]).get_absolute_url()]
    before = [visitor.get(page).content for page in pages]
    assert not any(b"<picture>" in page for page in before)
    clock = Clock.read().site
    drawn(image)
    assert Clock.read().site == clock + 1
    assert all(b"<picture>" in visitor.get(page).content for page in pages)


def test_a_post_written_after_the_renditions_has_them_at_once():
    image = drawn(uploaded())
    assert "<picture>" in factories.post(body=image.markdown()).body_html


def test_a_credit_is_shown_under_an_image_without_a_caption_too():
    image = uploaded(credit="<b>Ann</b>")
    html = factories.post(body=f"Look: {image.markdown()}").body_html
    assert 'height="60"><small class="credit" dir="auto">&lt;b&gt;Ann&lt;/b&gt;</small></p>' in html


def test_an_image_with_a_typed_size_keeps_it():
    image = drawn(uploaded())
    html = factories.post(body=f'<img src="{image.file.url}" width="40" alt="x">').body_html
    assert re.findall(r' (?:width|height)="\d+"', html) == [' width="40"']


OTHERS = [
    "![a](/media/camel.jpg)",
    '![a](https://example.org/media/images/0123456789abcdef0123456789abcdef.jpg "b")',
    "![a](/media/images/0123456789abcdef0123456789abcdef.jpg)",
    '<img src="data:image/png;base64,AAAA">',
    "`/media/images/0123456789abcdef0123456789abcdef.jpg`",
]


@pytest.mark.parametrize("body", OTHERS)
def test_other_images_look_as_before(body):
    from blog.markup import renderer

    assert factories.post(body=body).body_html == renderer.render_article(body)


def test_a_feed_has_the_plain_image_with_its_whole_address(visitor, settings):
    image = drawn(uploaded(caption="At noon"))
    factories.post(body=image.markdown())
    feed = visitor.get("/feed/").content.decode()
    assert f"{settings.SITE_URL}/media/images/{image.name}-80.jpg" in feed
    assert not re.search("srcset|picture&gt;|source ", feed)


def test_words_in_a_text_are_never_taken_for_what_was_added():
    text = 'He wrote <code>" srcset="a" sizes="b"></code> &lt;source x&gt; here.'
    assert embeds.strip_renditions(text) == text


def test_opening_and_search_see_no_addresses(visitor):
    image = drawn(uploaded(caption="At noon"))
    post = factories.post(body=f"{image.markdown()}\n\nWords.")
    assert post.opening == "At noon Words."


# The worker


def test_the_worker_renders_waiting_images():
    image = uploaded()
    call_command("worker", "--once")
    assert image.renditions.count() == 3
    assert jobs.render_next_image() == 0


def test_a_worker_that_died_half_way_leaves_its_work_to_the_next(monkeypatch):
    image = uploaded(picture(size=(1_000, 500)))
    post = factories.post(body=image.markdown())
    stored, store = [], image_module.save_to_storage

    def die_at_the_fourth(name, content):
        if len(stored) == 3:
            raise KeyboardInterrupt  # as SystemExit and a kill, no error that anybody catches
        stored.append(store(name, content))
        return stored[-1]

    monkeypatch.setattr(jobs, "save_to_storage", die_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        jobs.render_next_image()
    monkeypatch.undo()
    assert image.renditions.count() == 0
    assert "<picture>" not in Post.objects.get(pk=post.pk).body_html
    assert jobs.render_next_image() == 0  # still leased
    Image.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    assert jobs.render_next_image() == 1
    assert "<picture>" in Post.objects.get(pk=post.pk).body_html
    _folders, files = default_storage.listdir("images")
    assert len(files) == 1 + image.renditions.count() == 10


WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: nothing can meet")
def test_a_post_saved_while_its_image_is_rendered_shows_the_renditions_all_the_same():
    image = uploaded()
    leased = Image.objects.lease()

    def draw() -> None:
        jobs.render_image(leased)
        connection.close()

    worker = Thread(target=draw)
    with transaction.atomic(), connection.cursor() as cursor:
        html = illustrated.render_article_with_images(image.markdown())  # as a form does, before anything is stored
        worker.start()
        wait_until(lambda: cursor.execute(WAITS) or cursor.fetchone() != (0,), "the worker to wait for the post")
        post = factories.post(body=image.markdown())
    worker.join(10)
    assert "<picture>" not in html
    assert "<picture>" in Post.objects.get(pk=post.pk).body_html


def test_an_image_that_cannot_be_rendered_is_retried_and_stays_as_it_is():
    image = uploaded()
    post = factories.post(body=image.markdown())
    default_storage.delete(image.file.name)
    for _ in range(image_module.MAX_ATTEMPTS):
        assert jobs.render_next_image() == 1
        Image.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    assert jobs.render_next_image() == 0
    assert image.file.url in Post.objects.get(pk=post.pk).body_html


def test_an_image_deleted_while_it_is_rendered_leaves_nothing():
    image = uploaded()
    made = [
        (
            next(processing.encode_renditions(image.file.open())),
            image_module.save_to_storage("images/late.avif", b"late"),
        )
    ]
    leased = Image.objects.lease()
    image.delete()
    leased.add_renditions(made)
    assert (Image.objects.count(), Rendition.objects.count()) == (0, 0)
    assert not default_storage.exists("images/late.avif")


def test_a_text_that_is_too_costly_today_does_not_hold_the_others_back(monkeypatch):
    image = uploaded()
    costly, other = factories.post(body=image.markdown()), factories.post(body=image.markdown())
    Post.objects.filter(pk=costly.pk).update(body=image.markdown() + "x" * 200_000)
    drawn(image)
    assert "<picture>" not in Post.objects.get(pk=costly.pk).body_html
    assert "<picture>" in Post.objects.get(pk=other.pk).body_html


def test_rerender_and_redrawing_agree():
    image = uploaded()
    post = factories.post(body=image.markdown())
    drawn(image)
    before = Post.objects.get(pk=post.pk).body_html
    call_command("rerender", stdout=StringIO())
    assert Post.objects.get(pk=post.pk).body_html == before
