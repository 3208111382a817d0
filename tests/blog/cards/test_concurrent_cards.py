"""Cards come while texts are saved and pictures are made, on PostgreSQL: nothing is lost, and nobody waits for ever."""

import pytest
from django.db import connection, transaction

from blog import jobs
from blog.cards.page_words import PageWords
from blog.cards.visit import Visit
from blog.models import LinkCard, Post
from tests import factories
from tests.blog.editing.test_concurrent_saves import Elsewhere
from tests.blog.images.uploads import picture, uploaded

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("empty_cache"),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: nothing can meet"),
]
ADDRESSES = ["https://example.org/a", "https://example.org/b"]


def make(card: LinkCard, title: str) -> None:
    jobs.show_card(card, Visit(PageWords(title), None))


@pytest.fixture
def post() -> Post:
    image = uploaded(picture(size=(90, 60)))
    return factories.post(body="\n\n".join([*ADDRESSES, image.markdown()]))


def cards() -> list[LinkCard]:
    return list(LinkCard.objects.order_by("pk"))


def meet(monkeypatch, first, second) -> None:
    """Do `first`, and `second` elsewhere, which begins when the first is about to render texts again."""
    redraw, others = jobs.rerender_texts_with_card, []

    def late(card):
        if not others:
            others.append(Elsewhere(second))
            others[0].until_it_waits()
        redraw(card)

    monkeypatch.setattr(jobs, "rerender_texts_with_card", late)
    first()
    others[0].done()


def test_two_cards_of_one_text_that_come_at_once_are_both_shown(monkeypatch, post):
    one, two = cards()
    meet(monkeypatch, lambda: make(one, "Tea"), lambda: make(two, "Bread"))
    post.refresh_from_db()
    assert post.body_html.count('class="link-card"') == 2


def test_a_second_card_waits_for_the_text_that_the_first_renders():
    post = factories.post(body="\n\n".join(ADDRESSES))  # without a picture, for which it would wait anyway
    one, two = cards()
    with transaction.atomic():
        one.lock()
        one.show(PageWords("Tea"), None, "")
        jobs.rerender_texts_with_card(one)
        other = Elsewhere(lambda: make(two, "Bread"))
        other.until_it_waits()
    other.done()
    post.refresh_from_db()
    assert post.body_html.count('class="link-card"') == 2


def test_a_card_may_come_while_its_text_is_saved(monkeypatch, post):
    def save():
        mine = Post.objects.get()
        mine.body += "\n\nMore."
        mine.save()

    meet(monkeypatch, lambda: make(cards()[1], "Bread"), save)
    post.refresh_from_db()
    assert "More." in post.body_html
    assert "Bread" in post.body_html


def test_a_card_may_come_while_another_text_takes_its_address(monkeypatch, post):
    meet(monkeypatch, lambda: make(cards()[0], "Tea"), lambda: factories.post("Another", body=ADDRESSES[0]))
    assert "Tea" in Post.objects.get(title="Another").body_html


def test_a_text_that_was_begun_before_its_card_came_shows_it(post):
    with transaction.atomic():
        factories.post("Another", body=ADDRESSES[0])
        other = Elsewhere(lambda: make(cards()[0], "Tea"))
        other.until_it_waits()
    other.done()
    assert "Tea" in Post.objects.get(title="Another").body_html
    assert "Tea" in Post.objects.get(pk=post.pk).body_html


def test_a_card_may_come_while_a_picture_beside_it_is_made(monkeypatch, post):
    meet(monkeypatch, lambda: make(cards()[0], "Tea"), jobs.render_next_image)
    post.refresh_from_db()
    assert "Tea" in post.body_html
    assert "<picture>" in post.body_html


def test_two_who_save_the_same_new_addresses_store_each_once(post):
    both = "\n\n".join(["https://example.net/1", "https://example.net/2"])
    with transaction.atomic():
        factories.post("One", body=both)
        other = Elsewhere(lambda: factories.post("Two", body="\n\n".join(reversed(both.split("\n\n")))))
        other.until_it_waits()
    other.done()
    assert LinkCard.objects.filter(address__contains="example.net").count() == 2
    assert all(text.link_cards.count() == 2 for text in Post.objects.exclude(pk=post.pk))


def test_two_workers_never_visit_one_page_at_once(post):
    with transaction.atomic():
        first = LinkCard.objects.lease()
        other = Elsewhere(LinkCard.objects.lease)
        assert other.done() != first
