"""An address alone on its line becomes a card: made once by the worker, stored here, shown wherever it stands."""

import gzip
import re
import time
from datetime import timedelta
from html import unescape
from io import BytesIO, StringIO

import pytest
from django.core.cache import caches
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from blog import jobs
from blog.cards import visit
from blog.models import Clock, LinkCard, Page, Post, Site
from blog.models.illustrated import rerender_texts_with_card
from blog.models.link_card import CARD_LEASE_TIME, MAX_VISITS, RETRY_GAPS, UNUSED_RETENTION
from blog.text.site_values import Memo
from tests import factories
from tests.blog.cards.pages import page, picture_answer
from tests.blog.conftest import turn_cards
from tests.blog.fetch.loopback import ALLOWED, HTML, answer, redirect, url
from tests.blog.images.uploads import HOSTILE, picture, png_claiming

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cards_on")]


def html_of(text) -> str:
    return type(text).objects.get(pk=text.pk).body_html


def plain(text) -> bool:
    """Is the address a link and no card?"""
    return 'class="link-card' not in html_of(text) and "<a " in html_of(text)


def due_again() -> None:
    """As if the time until the next visit had passed."""
    LinkCard.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))


def test_the_post_is_saved_with_a_link_and_the_worker_makes_the_card(serve, visitor):
    server = serve(page())
    post = factories.post(body=f"Before.\n\n{url(server)}\n\nAfter.")
    assert server.requests == []
    assert plain(post)
    before = Clock.read().site
    assert jobs.make_next_card() == 1
    shown = html_of(post)
    assert f'<a href="{url(server)}" rel="noopener">Tea in Samarkand</a>' in shown
    assert '<span dir="auto">How it is drunk there.</span>' in shown
    assert f"<bdi>The Samovar</bdi> · <bdi>{ALLOWED}</bdi>" in shown
    assert re.search(r'<p id="p-\w{6}" class="link-card" dir="auto">', shown)
    after = Post.objects.get()
    assert (after.updated_at, after.edition, after.revised_at) == (post.updated_at, post.edition, None)
    assert Clock.read().site == before + 1
    assert "Tea in Samarkand" in visitor.get(post.get_absolute_url()).content.decode()
    assert jobs.make_next_card() == 0
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "text",
    ["{}", "<{}>", "   {}", "Words.\n\n{}\n\n- a list", "<details>\n<summary>More</summary>\n\n{}\n\n</details>"],
)
def test_an_address_alone_in_its_paragraph_has_a_card(serve, text):
    server = serve(page())
    post = factories.post(body=text.format(url(server)))
    jobs.make_next_card()
    assert "Tea in Samarkand" in html_of(post)


@pytest.mark.parametrize(
    "text",
    ["See {}", "{}\n{}", "- {}", "- {}\n\n- b", "> {}", "[words]({})", "[{0}]({0})", "*{}*", "`{}`", "    {}", "{}.",
     "| a |\n|---|\n| {} |", "a[^1]\n\n[^1]: {}", "![]({})", "# {}", "a[^1]\n\n[^1]:\n    {}\n\n    b"],
)  # fmt: skip
def test_every_other_address_stays_what_it_is(serve, text):
    server = serve(page())
    address = url(server)
    factories.post(body=text.format(address, address))
    assert jobs.make_next_card() == 0
    assert LinkCard.objects.count() == 0


def test_a_page_of_the_site_has_cards_and_a_comment_a_profile_and_an_epigraph_have_none(serve):
    server = serve(page())
    about = factories.page(body=url(server))
    post = factories.post(body="Tea.", epigraph=url(server))
    comment = factories.comment(post, body=url(server))
    author = factories.author(bio=url(server))
    assert jobs.make_next_card() == 1
    assert "Tea in Samarkand" in html_of(about)
    for row in (post, comment, author):
        row.refresh_from_db()
    assert "Samarkand" not in f"{post.epigraph_html}{comment.html}{author.bio_html}"


def test_while_cards_are_off_nothing_is_connected_to_and_those_that_are_made_stay(serve, settings):
    made, other = serve(page()), serve(page())
    post = factories.post(body=url(made))
    jobs.make_next_card()
    turn_cards(on=False)
    shown = factories.post(body=f"{url(made)}\n\n{url(other)}")
    assert jobs.make_next_card() == 0
    assert other.requests == []
    assert html_of(post).count("Tea in Samarkand") == html_of(shown).count("Tea in Samarkand") == 1
    turn_cards(on=True)
    settings.LINK_CARDS = False
    assert jobs.make_next_card() == 0
    assert other.requests == []
    settings.LINK_CARDS = True
    assert jobs.make_next_card() == 1
    assert html_of(shown).count("Tea in Samarkand") == 2


def test_a_new_site_visits_nobody(serve):
    Memo.values = None
    Site.objects.all().delete()
    server = serve(page())
    factories.post(body=url(server))
    call_command("worker", "--once", stdout=StringIO())
    assert server.requests == []


def test_ten_posts_with_the_same_address_fetch_it_once_and_all_show_it(serve):
    server = serve(page())
    address = url(server)
    spellings = [address, f"{address}#part", address.replace("http:", "HTTP:"), f"<{address}>"]
    posts = [factories.post(body=spellings[number % 4]) for number in range(10)]
    call_command("worker", "--once", stdout=StringIO())
    assert len(server.requests) == 1
    assert all("Tea in Samarkand" in html_of(post) for post in posts)
    assert f'href="{address}#part"' in html_of(posts[1])
    later = factories.post(body=address)
    assert "Tea in Samarkand" in later.body_html
    assert jobs.make_next_card() == 0


def slowly(request):
    yield b"HTTP/1.1 200 OK\r\n" + HTML + b"\r\n"
    while True:
        time.sleep(0.02)
        yield b" "


def endlessly(request):
    yield b"HTTP/1.1 200 OK\r\n" + HTML + b"\r\n"
    while True:
        yield b"<p>" * 10_000


def bomb(request):
    yield answer(gzip.compress(bytes(30_000_000)), HTML + b"Content-Encoding: gzip\r\n")


def to_a_private_address(request):
    yield redirect("http://169.254.169.254/latest/meta-data/")


def to_this_site(request):
    yield redirect("http://testserver/")


@pytest.mark.parametrize(
    ("hostile", "state", "reason"),
    [
        (slowly, "waiting", "no answer"),
        (endlessly, "waiting", "no answer"),
        (bomb, "waiting", "no answer"),
        (to_a_private_address, "failed", "refused"),
        (to_this_site, "failed", "refused"),
        (answer(status=b"404 Not Found"), "waiting", "no answer"),
        (answer(b"Tea", b"Content-Type: application/pdf\r\n"), "waiting", "no answer"),
        (answer(b"<p>Words</p>"), "failed", "no title"),
        (answer(b"\x00\xff" * 9_000), "failed", "no title"),
        (b"", "waiting", "no answer"),
    ],
)
def test_what_cannot_be_read_leaves_a_plain_link_and_says_why(serve, monkeypatch, hostile, state, reason):
    monkeypatch.setattr(visit, "VISIT_SECONDS", 0.5)
    server = serve(hostile)
    post = factories.post(body=url(server))
    assert jobs.make_next_card() == 1
    assert plain(post)
    card = LinkCard.objects.get()
    assert (card.state, card.reason) == (state, reason)
    assert card.get_reason_display()


def test_a_page_that_fails_is_visited_a_few_times_with_growing_gaps(serve):
    server = serve(answer(status=b"503 Busy"))
    factories.post(body=url(server))
    gaps = []
    for _ in range(MAX_VISITS):
        asked = timezone.now()
        assert jobs.make_next_card() == 1
        gaps.append(LinkCard.objects.get().next_try_at - asked)
        assert jobs.make_next_card() == 0
        due_again()
    assert jobs.make_next_card() == 0
    assert len(server.requests) == MAX_VISITS
    assert all(gap >= wanted for gap, wanted in zip(gaps, RETRY_GAPS, strict=False))
    assert LinkCard.objects.get().state == "failed"
    assert "503" in LinkCard.objects.get().detail


def test_a_worker_that_is_killed_during_the_visit_leaves_it_to_another(serve, monkeypatch):
    server = serve(page())
    post = factories.post(body=url(server))

    def die(address):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "visit_page", die)
        with pytest.raises(KeyboardInterrupt):
            jobs.make_next_card()
    assert jobs.make_next_card() == 0
    LinkCard.objects.update(next_try_at=timezone.now() - CARD_LEASE_TIME)
    assert jobs.make_next_card() == 1
    assert "Tea in Samarkand" in html_of(post)


def test_a_page_that_kills_every_worker_is_given_up(serve, monkeypatch):
    factories.post(body=url(serve(page())))

    def die(address):
        raise MemoryError

    monkeypatch.setattr(jobs, "visit_page", die)
    for _ in range(MAX_VISITS + 1):
        jobs.make_next_card()
        due_again()
    card = LinkCard.objects.get()
    assert (card.state, card.reason, card.attempts) == ("failed", "interrupted", MAX_VISITS)


def test_an_address_that_left_all_texts_is_not_visited(serve):
    server = serve(page())
    post = factories.post(body=url(server))
    post.body = "Tea."
    post.save()
    assert jobs.make_next_card() == 0
    factories.draft(body=url(server)).delete()
    assert jobs.make_next_card() == 0
    assert server.requests == []


def test_a_text_has_a_bounded_number_of_cards(serve):
    factories.post(body="\n\n".join(f"https://example.org/{number}" for number in range(80)))
    assert LinkCard.objects.count() == 50


@pytest.mark.parametrize("own", ["http://testserver/2026/", "http://TESTSERVER/", "http://127.0.0.1:8000/about/"])
def test_an_address_of_this_site_is_a_plain_link(own):
    post = factories.post(body=own)
    assert LinkCard.objects.count() == 0
    assert plain(post)


# What the page says


MARKUP = "&lt;script&gt;alert(1)&lt;/script&gt; &quot;&gt;&lt;img src=x onerror=alert(1)&gt;"


def test_markup_in_a_title_is_text(serve):
    server = serve(page(MARKUP))
    post = factories.post(body=url(server))
    jobs.make_next_card()
    shown = html_of(post)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script" not in shown
    assert "<img" not in shown


def test_titles_are_cut_and_freed_from_controls_and_marks_that_change_the_direction(serve):
    server = serve(page("A\u202e\u2066b\x07\n\tc " + "word " * 200))
    post = factories.post(body=url(server))
    jobs.make_next_card()
    card = LinkCard.objects.get()
    assert card.title.startswith("Ab c word")
    assert card.title.endswith("word…")
    assert len(card.title) <= 200
    assert "\u202e" not in html_of(post)


# Its picture


def with_picture(serve, content: bytes, kind: bytes = b"image/jpeg"):
    """A post with the address of a page that has this picture, after the worker was there."""
    server = serve(
        lambda request: [picture_answer(content, kind) if "/tea.jpg" in request else page(picture="/tea.jpg")]
    )
    post = factories.post(body=url(server))
    jobs.make_next_card()
    return post


def test_the_picture_is_encoded_again_small_and_served_from_here(serve, visitor):
    original = picture(size=(1_200, 630), comment=b"secret words")
    post = with_picture(serve, original)
    card = LinkCard.objects.get()
    source, attributes = re.search(r'<img src="(/media/cards/[0-9a-f]{32}\.webp)" ([^>]*)>', html_of(post)).groups()
    assert attributes == f'alt="" width="{card.picture_width}" height="{card.picture_height}" loading="lazy"'
    stored = default_storage.open(card.picture).read()
    assert b"secret" not in stored
    with Image.open(BytesIO(stored)) as made:
        assert (made.format, made.size) == ("WEBP", (528, 277))
    assert visitor.get(source).headers["Content-Type"] == "image/webp"


@pytest.mark.parametrize("content", [sent for sent, *_ in HOSTILE.values() if len(sent) < 5_000_000], ids=[
    name for name, (sent, *_) in HOSTILE.items() if len(sent) < 5_000_000
])  # fmt: skip
def test_a_hostile_picture_is_left_out_and_nothing_of_it_stored(serve, content):
    post = with_picture(serve, content)
    assert "Tea in Samarkand" in html_of(post)
    assert "<img" not in html_of(post)
    assert not default_storage.exists("cards") or default_storage.listdir("cards")[1] == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [(picture(), b"image/svg+xml"), (png_claiming(1, 1), b"image/png"), (picture(size=(40, 40)), b"image/jpeg")],
)
def test_a_picture_of_another_type_or_of_no_size_is_left_out(serve, content, kind):
    assert "<img" not in html_of(with_picture(serve, content, kind))


@pytest.mark.parametrize(
    "elsewhere", ["http://127.0.0.1/a.jpg", "http://testserver/a.jpg", "file:///etc/passwd", "data:image/png;base64,aa"]
)
def test_a_picture_is_fetched_from_public_addresses_alone(serve, elsewhere):
    post = factories.post(body=url(serve(page(picture=elsewhere))))
    jobs.make_next_card()
    assert "Tea in Samarkand" in html_of(post)
    assert "<img" not in html_of(post)


# Later


def test_a_card_that_editors_refuse_is_a_link_for_ever_and_its_picture_is_gone(
    serve, django_capture_on_commit_callbacks
):
    post = with_picture(serve, picture(size=(300, 200)))
    card = LinkCard.objects.get()
    file = card.picture
    with django_capture_on_commit_callbacks(execute=True):
        card.never_show()
        rerender_texts_with_card(card)
    assert not default_storage.exists(file)
    assert plain(post)
    post.body += "\n\nMore."
    post.save()
    assert plain(post)
    assert jobs.make_next_card() == 0


def test_a_card_refused_while_its_page_is_visited_does_not_come_back(serve):
    server = serve(page())
    factories.post(body=url(server))
    card = LinkCard.objects.lease()
    found = visit.visit_page(card.address)
    LinkCard.objects.get().never_show()
    jobs.show_card(card, found)
    assert LinkCard.objects.get().state == "never"
    assert plain(Post.objects.get())


def test_a_page_that_is_gone_when_it_is_visited_again_keeps_the_card_it_had(serve):
    replies = iter([page(), answer(status=b"410 Gone"), page("Later")])
    post = factories.post(body=url(serve(lambda request: [next(replies)])))
    jobs.make_next_card()
    for title in ("Tea in Samarkand", "Later"):
        LinkCard.objects.get().visit_again()
        assert jobs.make_next_card() == 1
        assert title in html_of(post)


def test_texts_of_before_get_their_cards_by_the_command_that_renders_again(serve):
    server = serve(page())
    post = factories.post(body=url(server))
    Post.objects.update(body_html="<p>As it was rendered once</p>")
    LinkCard.objects.all().delete()
    call_command("rerender", stdout=StringIO())
    assert jobs.make_next_card() == 1
    assert "Tea in Samarkand" in html_of(post)


def test_a_visit_deletes_cards_that_were_long_in_no_text(serve, django_capture_on_commit_callbacks):
    post = with_picture(serve, picture(size=(300, 200)))
    file = LinkCard.objects.get().picture
    post.body = "Tea."
    post.save()
    assert LinkCard.objects.delete_unused() == 0
    LinkCard.objects.update(next_try_at=timezone.now() - UNUSED_RETENTION)
    never = factories.link_card(state="never", title="", next_try_at=timezone.now() - UNUSED_RETENTION)
    other = factories.post(body=url(serve(page())))
    with django_capture_on_commit_callbacks(execute=True):
        jobs.make_next_card()
    assert not default_storage.exists(file)
    assert set(LinkCard.objects.all()) == {never, other.link_cards.get()}


# Where else the text is shown


def test_search_and_openings_have_the_title_and_none_of_the_other_sites_words(serve, visitor):
    post = factories.post(body=f"Before.\n\n{url(serve(page()))}")
    jobs.make_next_card()
    assert Post.objects.get().opening == "Before. Tea in Samarkand"
    assert post.title in visitor.get("/search/?q=Samarkand").content.decode()


@pytest.mark.parametrize("path", ["/feed/", "/feed/atom/", "/feed/json/"])
def test_feeds_have_a_plain_link_with_the_title(serve, visitor, path):
    post = with_picture(serve, picture(size=(300, 200)))
    address = LinkCard.objects.get().address
    feed = visitor.get(path).content.decode()
    assert "link-card" not in feed
    assert "How it is drunk" not in feed
    link = f'<p dir="auto"><a href="{address}" rel="noopener">Tea in Samarkand</a> (<bdi>{ALLOWED}</bdi>)</p>'
    assert link in unescape(feed).replace('\\"', '"')
    assert post.title in feed


def test_the_preview_of_the_writing_page_shows_cards_that_are_known_and_visits_nobody(serve, editor):
    known, unknown = serve(page()), serve(page("Nobody knows"))
    factories.post(body=url(known))
    jobs.make_next_card()
    sent = {"title": "A", "body": f"{url(known)}\n\n{url(unknown)}"}
    for fragment in ({}, {"fragment": "1"}):
        shown = editor.post("/admin/blog/post/preview/", sent | fragment).content.decode()
        assert shown.count("Tea in Samarkand") == 1
    assert unknown.requests == []
    assert LinkCard.objects.count() == 1


def test_a_page_with_cards_costs_no_query_more(serve, visitor):
    with_card, without = factories.post(body=url(serve(page()))), factories.post()
    jobs.make_next_card()

    def queries(post) -> int:
        caches["pages"].clear()
        caches["fragments"].clear()
        with CaptureQueriesContext(connection) as sent:
            visitor.get(post.get_absolute_url())
        return len(sent)

    assert queries(with_card) == queries(without)


def test_nobody_can_type_a_card():
    post = factories.post(body='<p class="link-card"><a href="https://example.org/">Bank</a></p>')
    assert "link-card" not in post.body_html


def test_the_cards_of_a_page_are_kept_in_step(serve):
    server = serve(page())
    about = Page.objects.get(pk=factories.page(body=url(server)).pk)
    about.body = "Nothing."
    about.save()
    assert about.link_cards.count() == 0
