"""Editors see every card, why one failed, and fetch a page again or refuse its card."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import jobs
from blog.models import LinkCard, Post
from tests import factories
from tests.blog.cards.pages import page
from tests.blog.conftest import turn_cards
from tests.blog.fetch.loopback import answer, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cards_on")]
LIST = "/admin/blog/linkcard/"


def act(editor, action: str) -> str:
    sent = {"action": action, "_selected_action": list(LinkCard.objects.values_list("pk", flat=True))}
    return editor.post(LIST, sent, follow=True).content.decode()


def test_what_failed_says_why(serve, editor):
    factories.post(body=f"{url(serve(answer(b'Tea.')))}\n\nhttp://192.168.0.1/\n\n{url(serve(b''))}")
    for _ in range(3):
        jobs.make_next_card()
    shown = editor.get(LIST).content.decode()
    assert "could not be read. The page does not say what it is called." in shown
    assert "could not be read. The address leads where this server does not go." in shown
    assert "192.168.0.1 is at 192.168.0.1, which is not a public address." in shown
    assert "waiting to be visited. No page came that could be read." in shown


def test_fetch_again_visits_the_page_again(serve, editor):
    replies = iter([answer(b"Tea."), page()])
    post = factories.post(body=url(serve(lambda request: [next(replies)])))
    jobs.make_next_card()
    assert "1 page will be visited in a moment." in act(editor, "fetch_again")
    jobs.make_next_card()
    assert "Tea in Samarkand" in Post.objects.get(pk=post.pk).body_html


def test_fetch_again_says_so_while_cards_are_off(editor):
    factories.link_card()
    turn_cards(on=False)
    assert "Cards for links are off: this server visits no pages." in act(editor, "fetch_again")
    assert LinkCard.objects.get().state == "ready"


def test_a_refused_card_is_a_plain_link_at_once_and_can_be_taken_back(serve, editor, visitor):
    post = factories.post(body=url(serve(page())))
    jobs.make_next_card()
    address = post.get_absolute_url()
    assert "Tea in Samarkand" in visitor.get(address).content.decode()
    assert "1 address stays a plain link." in act(editor, "never_show")
    assert "Tea in Samarkand" not in visitor.get(address).content.decode()
    act(editor, "fetch_again")
    jobs.make_next_card()
    assert "Tea in Samarkand" in visitor.get(address).content.decode()


def test_the_card_s_page_has_what_is_known_as_text(editor):
    card = factories.link_card(title="<b>Tea</b>", fetched_at=timezone.now())
    post = factories.post("<i>Samovars</i>", body=card.address)
    shown = editor.get(f"{LIST}{card.pk}/change/").content.decode()
    assert "&lt;b&gt;Tea&lt;/b&gt;" in shown
    assert "&lt;i&gt;Samovars&lt;/i&gt;" in shown
    assert post.link_cards.get() == card
    assert 'name="_save"' not in shown


def test_the_list_costs_as_much_for_many_cards_as_for_few(editor, django_assert_num_queries):
    factories.link_card()
    with CaptureQueriesContext(connection) as sent:
        editor.get(LIST)
    for number in range(20):
        factories.link_card(f"https://example.org/{number}")
    with django_assert_num_queries(len(sent)):
        editor.get(LIST)
