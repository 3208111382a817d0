"""HTML of other systems: no paragraphs are made and no shortcodes read; cards and widgets become what people write."""

import pytest

from blog.markup.renderer import render_author_markdown
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.wordpress_text.contract import Converted, OldSite
from registan.transfer.wordpress_text.foreign_texts import convert_comment_text, convert_html_post, convert_text
from registan.transfer.wordpress_text.visible import first_difference
from tests.registan.transfer.wordpress_text.old_site import BOAT, SITE, UPLOADS


def converted(html: str, site: OldSite = SITE) -> Converted:
    """A post, after a check that it shows the words of the old one."""
    post = convert_html_post(html, site)
    assert first_difference(post.shown, render_author_markdown(post.body)) == ""
    return post


def markdown(html: str) -> str:
    return converted(html).body


def test_lines_are_no_paragraphs_and_square_brackets_no_shortcodes():
    post = converted("<p>one\ntwo</p>\n\nthree\n<p>[gallery ids=1]</p>")
    assert post.body == "one two\n\nthree\n\n\\[gallery ids=1\\]"
    assert not post.unknown_shortcodes


def test_links_and_pictures_lead_to_the_new_site():
    post = converted(
        f'<p><a href="/2010/05/the-boat/">a</a></p><figure><img src="{UPLOADS}/boat.jpg" alt="B"></figure>'
    )
    assert post.body == f"[a](/posts/the-boat/)\n\n![B]({BOAT})"
    assert post.media[f"{UPLOADS}/boat.jpg"] == BOAT


def test_the_opening_ends_at_its_mark():
    post = converted("<p>Come in.</p><!--more--><p>Here we are.</p>")
    assert (post.opening, post.body) == ("Come in.", "Come in.\n\nHere we are.")


# Ghost


def test_a_bookmark_is_the_address_of_a_page():
    card = (
        '<figure class="kg-card kg-bookmark-card kg-card-hascaption"><a class="kg-bookmark-container"'
        ' href="https://a.example/b/"><div class="kg-bookmark-content"><div class="kg-bookmark-title">Title</div>'
        '<div class="kg-bookmark-metadata"><img class="kg-bookmark-icon" src="https://a.example/i.png"></div></div>'
        "</a><figcaption>Read this</figcaption></figure>"
    )
    assert markdown(f"<p>One</p>{card}<p>Two</p>") == "One\n\nhttps://a.example/b/\n\nRead this\n\nTwo"


def test_a_callout_is_a_paragraph_and_a_toggle_has_its_heading():
    callout = (
        '<div class="kg-card kg-callout-card kg-callout-card-blue"><div class="kg-callout-emoji">💡</div>'
        '<div class="kg-callout-text">Did <b>you</b> know?</div></div>'
    )
    assert markdown(callout) == "💡 Did **you** know?"
    toggle = (
        '<div class="kg-card kg-toggle-card" data-kg-toggle-state="close"><div class="kg-toggle-heading">'
        '<h4 class="kg-toggle-heading-text">More?</h4><button class="kg-toggle-card-icon"><svg><path d="M"/></svg>'
        '</button></div><div class="kg-toggle-content"><p>Yes.</p></div></div>'
    )
    html = render_author_markdown(markdown(toggle))
    assert "<summary>More?</summary>" in html
    assert "Yes." in html
    assert "<details>" in html


def test_players_come_without_their_buttons():
    audio = (
        '<div class="kg-card kg-audio-card"><img src="https://a.example/t.png" class="kg-audio-thumbnail">'
        '<div class="kg-audio-player-container"><audio src="https://a.example/song.mp3" preload="metadata"></audio>'
        '<div class="kg-audio-title">A song</div><div class="kg-audio-player"><span>0:00</span><span>1:30</span>'
        '<button class="kg-audio-mute-icon">M</button></div></div></div>'
    )
    assert "0:00" not in markdown(audio)
    assert '<a href="https://a.example/song.mp3">song.mp3</a><figcaption>A song</figcaption>' in markdown(audio)
    video = (
        '<figure class="kg-card kg-video-card"><div class="kg-video-container"><video src="https://a.example/f.mp4">'
        '</video><div class="kg-video-overlay">0:00</div></div><figcaption>A film</figcaption></figure>'
    )
    assert "0:00" not in markdown(video)
    assert "https://a.example/f.mp4" in markdown(video)


def test_a_file_is_a_link_and_a_gallery_a_gallery():
    card = (
        '<div class="kg-card kg-file-card"><a class="kg-file-card-container" href="https://a.example/a.zip" title="x">'
        '<div class="kg-file-card-contents"><div class="kg-file-card-title">The file</div>'
        '<div class="kg-file-card-caption">All of it</div><div class="kg-file-card-metadata">'
        '<div class="kg-file-card-filename">a.zip</div><div class="kg-file-card-filesize">2 MB</div></div></div>'
        '<div class="kg-file-card-icon"><svg></svg></div></a></div>'
    )
    assert markdown(card) == "[The file](https://a.example/a.zip)\n\nAll of it"
    images = "".join(f'<div class="kg-gallery-image"><img src="https://a.example/{n}.jpg"></div>' for n in range(3))
    gallery = (
        '<figure class="kg-card kg-gallery-card kg-width-wide"><div class="kg-gallery-container">'
        f'<div class="kg-gallery-row">{images}</div></div></figure>'
    )
    assert markdown(gallery) == "\n".join(f"![](https://a.example/{n}.jpg)" for n in range(3))


def test_buttons_embeds_and_cards_of_html_keep_what_is_in_them():
    html = (
        '<div class="kg-card kg-button-card"><a href="https://a.example/" class="kg-btn">Go</a></div>'
        '<figure class="kg-card kg-embed-card"><iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe></figure>'
        "<!--kg-card-begin: html--><p>Raw</p><!--kg-card-end: html--><!--members-only-->"
        '<div class="kg-card kg-signup-card"><h2>Sign up</h2><form><input></form></div>'
    )
    post = converted(html)
    assert post.body == "[Go](https://a.example/)\n\nhttps://www.youtube.com/watch?v=abcdefghijk\n\nRaw"
    assert post.losses == {"subscribe-button": 1, "form": 1}


# Substack


def test_a_picture_of_substack_is_the_original_without_a_link_to_itself():
    inner = "https%3A%2F%2Fsubstack-post-media.s3.amazonaws.com%2Fpublic%2Fimages%2Fcup.jpeg"
    html = (
        '<div class="captioned-image-container"><figure><a class="image-link image2" target="_blank"'
        f' href="https://substackcdn.com/image/fetch/f_auto/{inner}"><div class="image2-inset"><picture>'
        f'<source type="image/webp" srcset="https://substackcdn.com/image/fetch/w_424/{inner} 424w">'
        f'<img src="https://substackcdn.com/image/fetch/w_1456,c_limit/{inner}" alt="A cup" width="1456">'
        '</picture></div></a><figcaption class="image-caption">Ours</figcaption></figure></div>'
    )
    assert markdown(html) == '![A cup](https://substack-post-media.s3.amazonaws.com/public/images/cup.jpeg "Ours")'


def test_what_asks_readers_to_subscribe_is_left_out_and_counted():
    html = (
        '<p>Words</p><div class="subscription-widget-wrap-editor" data-attrs="{}"><p>Join us!</p><form></form></div>'
        '<p class="button-wrapper"><a class="button" href="%%checkout_url%%"><span>Subscribe</span></a></p>'
        '<p class="button-wrapper"><a class="button" href="https://a.example/"><span>Our shop</span></a></p>'
    )
    post = converted(html)
    assert post.body == "Words\n\n[Our shop](https://a.example/)"
    assert post.losses == {"subscribe-button": 2, "form": 1}


def test_a_widget_that_only_a_script_fills_is_its_address():
    widget = '<div class="tweet" data-attrs="{&quot;url&quot;:&quot;https://twitter.com/a/status/1&quot;}"></div>'
    assert markdown(f"<p>One</p>{widget}") == "One\n\nhttps://twitter.com/a/status/1"


def test_footnotes_of_substack_are_footnotes():
    html = (
        '<p>A claim.<a class="footnote-anchor" id="footnote-anchor-1" href="#footnote-1" target="_self">1</a></p>'
        '<div class="footnote"><a id="footnote-1" href="#footnote-anchor-1" class="footnote-number">1</a>'
        '<div class="footnote-content"><p>The source.</p></div></div>'
    )
    assert markdown(html) == "A claim.[^1]\n\n[^1]: The source."


# Comments


@pytest.mark.parametrize(
    ("html", "body"),
    [
        ("<p>One\ntwo<br>three</p><p>Four</p>", "One two\\\nthree\n\nFour"),
        ("One\n\ntwo <b>three</b>", "One\n\ntwo **three**"),
        ("<blockquote>Said</blockquote><p>No</p>", "> Said\n\nNo"),
        ("just *words* > here", "just \\*words\\* > here"),
        ("a &amp; b", "a & b"),
    ],
)
def test_a_comment_in_html_has_the_paragraphs_that_readers_saw(html, body):
    assert [*convert_comment_text(html, ContentFormat.HTML, SITE).bodies] == [body]


def test_the_format_decides_how_a_text_is_read():
    texts = {form: convert_text("a\n\n[b]", form, SITE).body for form in ContentFormat}
    assert texts[ContentFormat.WORDPRESS] == "a\n\n\\[b\\]"
    assert texts[ContentFormat.HTML] == "a \\[b\\]"
    assert texts[ContentFormat.MARKDOWN] == "a\n\n[b]"


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("https://old.example/2020/tea/", "https://old.example/2020/tea/cup.jpg"),
        ("https://old.example/2020/tea.html", "https://old.example/2020/cup.jpg"),
        ("/2020/tea/", "http://www.old.example/2020/tea/cup.jpg"),
        ("", "http://www.old.example/cup.jpg"),
    ],
)
@pytest.mark.parametrize(
    ("text", "form"), [('<img src="cup.jpg">', ContentFormat.HTML), ("![](cup.jpg)", ContentFormat.MARKDOWN)]
)
def test_relative_addresses_start_from_the_page(page, address, text, form):
    assert convert_text(text, form, SITE, page=page).body == f"![]({address})"
