"""A video is played on a page of its own, with a policy of its own; the post and its policy know nothing of it."""

import json

import pytest

from blog import jobs
from blog.cards import videos, visit
from blog.models import LinkCard, Post
from tests import factories
from tests.blog.cards.pages import page, picture_answer
from tests.blog.fetch.loopback import answer, url
from tests.blog.images.uploads import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cards_on")]

ADDRESS = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
OWN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; report-uri /csp"
)


@pytest.fixture
def tube(serve, monkeypatch):
    """The description of every video comes from this machine; what was asked is in its `requests`."""
    found = {
        "title": "Tea <b>& more</b>",
        "author_name": "Ann",
        "provider_name": "YouTube",
        "thumbnail_url": "/tea.jpg",
    }
    replies = {True: picture_answer(picture(size=(480, 360))), False: answer(
        json.dumps(found).encode(), b"Content-Type: application/json\r\n"
    )}  # fmt: skip
    server = serve(lambda request: [replies["/tea.jpg" in request]])

    def find(address):
        video = videos.find_video(address)
        return video and video._replace(description_url=url(server))

    monkeypatch.setattr(visit, "find_video", find)
    return server


@pytest.fixture
def post(tube) -> Post:
    made = factories.post(body=ADDRESS)
    assert jobs.make_next_card() == 1
    return Post.objects.get(pk=made.pk)


@pytest.fixture
def video_url(post) -> str:
    return LinkCard.objects.get().get_absolute_url()


def policy(response) -> str:
    return response.headers["Content-Security-Policy"]


def test_the_card_of_a_video_leads_to_our_page_and_to_its_own(post, video_url):
    assert f'<a href="{video_url}" rel="noopener">Tea &lt;b&gt;&amp; more&lt;/b&gt;</a>' in post.body_html
    assert f'Video · <a href="{ADDRESS}" rel="noopener"><bdi>youtube.com</bdi></a>' in post.body_html
    assert 'class="link-card link-card--video"' in post.body_html
    assert "<iframe" not in post.body_html


def test_the_player_is_on_the_page_only_after_a_click(visitor, post, video_url):
    before, after = (visitor.get(address).content.decode() for address in (video_url, f"{video_url}?play"))
    assert "<iframe" not in before
    assert "youtube-nocookie" not in before
    assert '<a class="video__play" href="?play">' in before
    assert 'src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"' in after
    assert 'referrerpolicy="strict-origin"' in after  # without any, the player refuses to play
    for shown in (before, after):
        assert "This video is from YouTube. When you play it, YouTube learns that you watch it" in shown
        assert f'href="{post.get_absolute_url()}"' in shown
        assert f'href="{ADDRESS}"' in shown
        assert '<meta name="robots" content="noindex">' in shown


def test_the_policy_of_its_page_lets_in_one_player_and_that_of_the_post_none(visitor, post, video_url):
    for address in (video_url, f"{video_url}?play"):
        answered = visitor.get(address)
        assert policy(answered) == f"{OWN_POLICY}; frame-src https://www.youtube-nocookie.com"
        assert answered.headers["X-Robots-Tag"] == "noindex"
        assert answered.headers["Cache-Control"] == "private, no-cache"
    assert policy(visitor.get(post.get_absolute_url())) == OWN_POLICY


def test_a_video_at_vimeo_has_the_policy_of_vimeo(visitor, tube):
    factories.post(body="https://vimeo.com/76979871")
    jobs.make_next_card()
    played = visitor.get(f"{LinkCard.objects.get().get_absolute_url()}?play")
    assert policy(played) == f"{OWN_POLICY}; frame-src https://player.vimeo.com"
    assert "dnt=1" in played.content.decode()


def test_only_posts_that_readers_find_are_named(visitor, tube):
    factories.draft(title="Not yet", body=ADDRESS)
    factories.post("Hidden", body=ADDRESS, visibility="unlisted")
    factories.post("Secret", body=ADDRESS, visibility="password")
    factories.scheduled(title="Tomorrow", body=ADDRESS)
    shown = factories.post("Shown", body=ADDRESS)
    about = factories.page(body=ADDRESS)
    jobs.make_next_card()
    named = visitor.get(LinkCard.objects.get().get_absolute_url()).content.decode()
    assert shown.title in named
    assert f'href="{about.get_absolute_url()}"' in named
    assert not [title for title in ("Not yet", "Hidden", "Secret", "Tomorrow") if title in named]


def test_other_addresses_answer_404(visitor, serve, video_url):
    assert visitor.get("/video/aaaaaaaaaaaaaaaaaaaaaa/").status_code == 404
    assert visitor.get(f"/video/{LinkCard.objects.get().pk}/").status_code == 404
    LinkCard.objects.get().never_show()
    assert visitor.get(video_url).status_code == 404
    factories.post(body=url(serve(page())))
    jobs.make_next_card()
    other = LinkCard.objects.get(state="ready")
    assert visitor.get(f"/video/{other.key}/").status_code == 404
    assert other.get_absolute_url() == ""


def test_a_video_whose_card_is_not_made_is_a_plain_link(tube):
    post = factories.post(body=ADDRESS)
    assert f'href="{ADDRESS}"' in post.body_html
    assert "/video/" not in post.body_html
    assert tube.requests == []


def test_feeds_lead_to_the_video_itself(visitor, post, video_url):
    feed = visitor.get("/feed/json/").content.decode()
    assert ADDRESS in feed
    assert video_url not in feed


def test_the_page_asks_the_database_little(visitor, video_url, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        visitor.get(video_url)
