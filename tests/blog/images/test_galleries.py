"""Galleries, wide figures and pictures in full size: our syntax, and what it becomes."""

import re

import pytest

from blog import jobs
from blog.markup.renderer import render_article
from tests import factories
from tests.blog.images.uploads import picture, uploaded


def plain(html: str) -> str:
    return re.sub(r' (?:id="p-[^"]*"|loading="lazy"|dir="auto")|\n', "", html)


A, B = '<img src="/a.jpg" alt="a">', '<img src="/b.jpg" alt="b">'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('![a](/a.jpg "One")', f'<figure class="figure">{A}<figcaption>One</figcaption></figure>'),
        ('![a](/a.jpg "One"){.wide}',
         f'<figure class="figure figure--wide">{A}<figcaption>One</figcaption></figure>'),
        ("![a](/a.jpg) {.wide}", f'<figure class="figure figure--wide">{A}</figure>'),
        ('![a](/a.jpg "One")\n![b](/b.jpg)',
         f'<div class="gallery"><figure class="figure">{A}<figcaption>One</figcaption></figure>'
         f'<figure class="figure">{B}</figure></div>'),
        ("![a](/a.jpg)![b](/b.jpg)\n{.wide}",
         f'<div class="gallery gallery--wide"><figure class="figure">{A}</figure>'
         f'<figure class="figure">{B}</figure></div>'),
        ("![a](/a.jpg)", f"<p>{A}</p>"),
        ("![a](/a.jpg) and ![b](/b.jpg)", f"<p>{A} and {B}</p>"),
        ("{.wide} ![a](/a.jpg)", f"<p>{{.wide}} {A}</p>"),
        ("![a](/a.jpg){.huge}", f"<p>{A}{{.huge}}</p>"),
        ("[![a](/a.jpg)](/b)\n![b](/b.jpg)", f'<p><a href="/b" rel="noopener">{A}</a>{B}</p>'),
        ("Words.{.wide}", "<p>Words.{.wide}</p>"),
    ],
)  # fmt: skip
def test_a_paragraph_of_images(text, html):
    assert plain(render_article(text)) == html


def test_a_class_that_is_not_ours_does_not_pass():
    assert 'class="gallery"' in render_article('<div class="gallery masthead">\n\nx\n\n</div>')


@pytest.mark.django_db
def test_a_picture_leads_to_its_file_in_full_size():
    image = uploaded(picture(size=(1_000, 800)))
    jobs.render_next_image()
    post = factories.post(body=f'{image.markdown()}\n\n{image.markdown()[:-1]} "One"){{.wide}}')
    assert post.body_html.count(f'<a href="{image.file.url}"><picture>') == 2
    assert post.body_html.count("</picture></a>") == 2
    assert "</a><figcaption" in post.body_html
    image.refresh_from_db()
    assert f'<a href="{image.file.url}"><picture>' in factories.post(cover=image).cover_html


@pytest.mark.django_db
@pytest.mark.parametrize("size", [(80, 60), (1_000, 800)])
def test_a_small_picture_and_one_that_is_a_link_already_lead_nowhere_new(size):
    line = uploaded(picture(size=size)).markdown()
    html = factories.post(body=f"[{line}](/elsewhere/)" if size[0] == 1_000 else line).body_html
    assert html.count("<a ") == (size[0] == 1_000)


@pytest.mark.django_db
def test_the_link_of_a_decorative_picture_has_a_name():
    image = uploaded(picture(size=(1_000, 800)), alt="", is_decorative="on")
    assert f'<a href="{image.file.url}" aria-label="Full size"><img' in factories.post(body=image.markdown()).body_html


@pytest.mark.django_db
def test_browsers_are_told_how_wide_a_picture_is_shown():
    image = uploaded(picture(size=(1_000, 800)))
    jobs.render_next_image()
    line = image.markdown()
    body = factories.post(body=f"{line}\n\n{line}{{.wide}}\n\n{line}\n{line}\n\n{line}").body_html
    sizes = re.findall(r'<img [^>]*sizes="\(min-width: [0-9]+rem\) ([0-9]+rem)', body)
    assert sizes == ["45rem", "64rem", "23rem", "23rem", "45rem"]


@pytest.mark.django_db
def test_a_feed_has_a_gallery_with_links_that_work_anywhere(visitor):
    line = uploaded(picture(size=(1_000, 800))).markdown()
    factories.post(body=f"{line}\n{line}")
    (item,) = visitor.get("/feed/json/").json()["items"]
    assert item["content_html"].count('<a href="http://127.0.0.1:8000/media/images/') == 2
    assert "srcset" not in item["content_html"]
