"""The cover of a post: chosen in its form, shown under its title, and the image that other sites and feeds show."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog import jobs
from blog.models import Post
from tests import factories
from tests.blog.images.uploads import picture, sent, uploaded

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"
MEDIA = "{http://search.yahoo.com/mrss/}"


def covered(size: tuple[int, int] = (2_000, 1_000), **words) -> Post:
    image = uploaded(picture(size=size), **{"alt": "A camel & a dog", **words})
    jobs.render_next_image()
    image.refresh_from_db()
    return factories.post(cover=image)


def page(client, post: Post) -> str:
    return client.get(post.get_absolute_url()).content.decode()


def test_the_cover_stands_under_the_title_with_its_size_caption_and_credit(visitor):
    post = covered(caption="At noon", credit="Ann")
    shown = page(visitor, post)
    figure = re.search(r'</header>\s*(<figure class="cover">.*?</figure>)', shown, re.DOTALL)[1]
    assert 'alt="A camel &amp; a dog" width="2000" height="1000"' in figure
    assert f"/media/images/{post.cover.name}-400.avif 400w" in figure
    assert '<figcaption dir="auto">At noon <small class="credit" dir="auto">Ann</small></figcaption>' in figure
    assert 'loading="lazy"' not in figure


def test_a_post_without_a_cover_has_no_figure_and_its_drawn_image(visitor, post):
    shown = page(visitor, post)
    assert 'class="cover"' not in shown
    assert re.search(r'<meta property="og:image" content="[^"]*/share-[0-9a-f]+\.png">', shown)


def test_the_cover_is_the_image_that_other_sites_show(visitor):
    post = covered()
    shown = page(visitor, post)
    url = f"{SITE}/media/images/{post.cover.name}-1200.jpg"
    assert f'<meta property="og:image" content="{url}">' in shown
    assert '<meta property="og:image:type" content="image/jpeg">' in shown
    assert '<meta property="og:image:width" content="1200">' in shown
    assert '<meta property="og:image:height" content="600">' in shown
    assert '<meta property="og:image:alt" content="A camel &amp; a dog">' in shown
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown)
    assert json.loads(data)["image"] == {"@type": "ImageObject", "url": url, "width": 1200, "height": 600}
    assert visitor.get(url.removeprefix(SITE)).headers["Content-Type"] == "image/jpeg"


def test_a_cover_without_renditions_yet_is_shown_as_it_was_stored(visitor):
    post = factories.post(cover=uploaded(picture("WEBP", (80, 60))))
    shown = page(visitor, post)
    assert f'<meta property="og:image" content="{SITE}/media/images/{post.cover.name}.webp">' in shown
    assert '<meta property="og:image:type" content="image/webp">' in shown


def test_feeds_show_the_cover_and_name_it_for_readers_that_draw_cards(visitor):
    post = covered()
    url = f"{SITE}/media/images/{post.cover.name}-1200.jpg"
    for address in ("/feed/", "/feed/atom/"):
        feed = visitor.get(address).content
        (media,) = ElementTree.fromstring(feed).iter(f"{MEDIA}content")  # noqa: S314  our own
        assert media.attrib == {"url": url, "type": "image/jpeg", "medium": "image", "width": "1200", "height": "600"}
        assert media.findtext(f"{MEDIA}description") == "A camel & a dog"
        assert f'&lt;img src="{url}"' in feed.decode()
    (item,) = visitor.get("/feed/json/").json()["items"]
    assert item["image"] == url


def test_a_cover_costs_no_query(visitor, empty_cache):
    first, plain, with_cover = factories.post(), factories.post(), covered()
    page(visitor, first)  # reads what all pages share

    def queries(post: Post) -> int:
        with CaptureQueriesContext(connection) as asked:
            page(visitor, post)
        return len(asked)

    assert queries(with_cover) == queries(plain)
    assert queries(with_cover) == 1


def test_a_cover_is_used_and_the_question_about_deleting_it_says_so(editor):
    post = covered()
    assert list(post.cover.uses.values_list("post", flat=True)) == [post.pk]
    assert f"is used in “{post.title}”" in editor.get(f"/admin/blog/image/{post.cover.pk}/delete/").text
    image, post.cover = post.cover, None
    post.save()
    assert not image.uses.exists()


def test_new_words_for_the_image_reach_the_cover(visitor, editor):
    post = covered()
    words = {"alt": "Two camels", "caption": "At dusk", "credit": ""}
    assert editor.post(f"/admin/blog/image/{post.cover.pk}/change/", words).status_code == 302
    assert 'alt="Two camels"' in page(visitor, post)
    assert "At dusk" in page(visitor, post)


def test_an_author_chooses_a_cover_in_the_form_of_the_post(alice):
    image = uploaded()
    form = alice.get("/admin/blog/post/add/").content.decode()
    assert f'<option value="{image.pk}">A camel</option>' in form
    alice.post("/admin/blog/post/add/", factories.post_form(cover=image.pk))
    post = Post.objects.get()
    assert post.cover == image
    form = alice.get(f"/admin/blog/post/{post.pk}/change/").content.decode()
    assert f'<img class="library__thumbnail" src="{image.thumbnail}"' in form


@pytest.mark.parametrize("pk", ["0", "999", "x", "1" * 40, "\0"])
def test_a_cover_that_does_not_exist_is_an_error_and_keeps_the_text(pk, alice):
    answer = alice.post("/admin/blog/post/add/", factories.post_form(cover=pk, body="Kept."))
    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()
    assert "Kept.</textarea>" in answer.content.decode()


def test_an_image_added_beside_the_field_is_chosen_there(alice):
    answer = alice.post("/admin/blog/image/add/", sent(picture(), _popup="1"))
    assert "popup_response" in answer.content.decode()
