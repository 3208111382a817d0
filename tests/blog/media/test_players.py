"""Audio, video and PDF files in a text: the browser's players, links with sizes, and enclosures in feeds."""

import re
from xml.etree import ElementTree

import pytest

from tests import factories
from tests.blog.media.uploads import mp3, mp4, pdf, stored_file

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"
NOWHERE = "/media/files/00000000000000000000000000000000.mp3"


def shown(body: str) -> str:
    return re.sub(
        r' (?:id="p-[^"]*"|rel="noopener"|dir="auto"|data-\w+="[^"]*")|\n', "", factories.post(body=body).body_html
    )


def test_audio_alone_in_its_paragraph_gets_a_player_a_caption_and_a_download():
    url = stored_file(mp3(3)).file.url
    assert shown(f'![A *talk*]({url} "In June")') == (
        '<figure class="figure figure--media">'
        f'<audio controls preload="none" src="{url}" aria-label="A talk"></audio>'
        f'<p class="media-file"><a href="{url}" download>A <em>talk</em></a>'
        ' <small class="file-size">MP3, 46.4\xa0KB, 0:03</small></p><figcaption>In June</figcaption></figure>'
    )


def test_video_likewise():
    url = stored_file(mp4()).file.url
    player = f'<video controls preload="none" src="{url}" aria-label="A “talk”"></video>'
    assert player in shown(f'![A "talk"]({url})')


def test_a_pdf_and_a_file_within_a_sentence_are_links_with_their_size():
    url, audio = stored_file(pdf()).file.url, stored_file(mp3()).file.url
    size = '<small class="file-size">PDF, 71\xa0bytes</small>'
    assert shown(f"![Report]({url})") == (
        f'<figure class="figure figure--media"><a href="{url}" download>Report</a> {size}</figure>'
    )
    assert shown(f"See ![the report]({url}).") == f'<p>See <a href="{url}" download>the report</a> {size}.</p>'
    assert f'<a href="{audio}" download>here</a> <small' in shown(f"Listen [here]({audio}).")


def test_a_file_that_does_not_exist_stays_a_link():
    assert (
        shown(f"![A talk]({NOWHERE})")
        == f'<figure class="figure figure--media"><a href="{NOWHERE}">A talk</a></figure>'
    )


def test_typed_players_and_files_elsewhere_do_not_pass():
    url = stored_file(mp3()).file.url
    assert "<audio" not in shown(f'<audio controls autoplay src="{url}"></audio>')
    assert "<audio" not in shown("![A talk](https://elsewhere.example/a.mp3)")
    tags = re.findall("<[^>]*>", shown(f'![" onplay="alert(1)]({url})'))
    assert not any(re.search(r"\sonplay=", re.sub('"[^"]*"', "", tag)) for tag in tags)


def test_the_size_of_a_file_is_not_part_of_the_opening_words():
    post = factories.post(body=f"![A talk]({stored_file(mp3()).file.url})\n\nListen.")
    assert post.opening == "A talk Listen."


def test_the_policy_of_a_page_lets_its_own_media_play(visitor, post):
    assert "media-src 'self'" in visitor.get(post.get_absolute_url()).headers["Content-Security-Policy"]


def test_feeds_enclose_the_audio_of_a_post(visitor):
    row = stored_file(mp3(3))
    url, size = SITE + row.file.url, str(row.bytes)
    factories.post(body=row.markdown())
    rss = ElementTree.fromstring(visitor.get("/feed/").content)  # noqa: S314  our own
    (enclosure,) = rss.iter("enclosure")
    assert enclosure.attrib == {"url": url, "type": "audio/mpeg", "length": size}
    assert [item.text for item in rss.iter("{http://www.itunes.com/dtds/podcast-1.0.dtd}duration")] == ["3"]
    atom = ElementTree.fromstring(visitor.get("/feed/atom/").content)  # noqa: S314  our own
    links = [link.attrib for link in atom.iter("{http://www.w3.org/2005/Atom}link") if link.get("rel") == "enclosure"]
    assert links == [{"rel": "enclosure", "href": url, "type": "audio/mpeg", "length": size}]
    (item,) = visitor.get("/feed/json/").json()["items"]
    assert item["attachments"] == [
        {"url": url, "mime_type": "audio/mpeg", "size_in_bytes": row.bytes, "duration_in_seconds": 3}
    ]
    assert f'<audio controls preload="none" src="{url}" aria-label="A talk">' in item["content_html"]
