"""Captions of quotations name the writer, and say when the source has changed or is gone."""

import re

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import Post
from comments.lifecycle import edits
from comments.models import Comment, Quotation
from comments.privacy.retention import ERASED_COLUMNS
from comments.status import Status, Via
from comments.threads.layout import COMMENTS_PER_PAGE
from tests import factories
from tests.comments.comment_pages import long_thread, page, send

pytestmark = pytest.mark.django_db

SALT = "Salt goes in first, always."
MARK = re.compile(r'<figure class="said-by">.*?<figcaption>(.*?)</figcaption></figure>', re.DOTALL)


@pytest.fixture
def bob(post) -> Comment:
    return factories.comment(post, name="Bahrom", body=SALT)


def marks(post, number: int = 1, client: Client | None = None) -> list[str]:
    """The captions on that page of the thread, as HTML."""
    address = post.get_absolute_url() + (f"comment-page-{number}/" if number > 1 else "")
    return MARK.findall(page((client or Client()).get(address)))


def quoting(post, words: str = "Salt goes in first", **fields) -> Comment:
    return factories.comment(post, body=f"> {words}\n\nIndeed.", **{"name": "Eve", **fields})


# The writer


def test_a_quotation_of_a_comment_names_its_writer_and_time_and_leads_there(post, bob):
    quoting(post, parent=bob)
    (mark,) = marks(post)
    assert f'<a href="#comment-{bob.pk}"><bdi>Bahrom</bdi>, <time datetime="{bob.moment}" data-local' in mark
    assert "20" in mark


def test_a_quotation_of_the_post_leads_to_the_very_passage():
    post = factories.post(authors=[factories.author("Alice"), factories.author("Anna")], body="Tea *first*, then talk.")
    quoting(post, "Tea first, then talk.")
    (mark,) = marks(post)
    assert 'href="#main:~:text=Tea%20first%2C%20then%20talk."' in mark
    assert "<bdi>Alice and Anna, in the post</bdi>" in mark
    assert "20 March 2026" in mark


def test_a_post_without_authors_is_a_source_too():
    post = factories.post(authors=[], epigraph="Leave one brick unlaid.")
    quoting(post, "Leave one brick unlaid.")
    assert "<bdi>The post</bdi>" in marks(post)[0]


def test_a_quotation_found_nowhere_stays_plain(post, bob):
    quoting(post, "Sugar goes in first, always", parent=bob)
    assert marks(post) == []
    assert "<blockquote" in page(Client().get(post.get_absolute_url()))


@pytest.mark.parametrize("status", [status for status in Status if status != Status.APPROVED])
def test_a_hidden_comment_is_no_source_so_that_nobody_can_probe_it(post, status):
    hidden = factories.comment(post, status=status, name="Hidden Hamid", body=SALT)
    send(Client(), post, body=f"> {SALT}", sources=str(hidden.pk))
    factories.approve(Comment.objects.latest("id"), via=Via.DESK)
    assert marks(post) == []
    assert Quotation.objects.count() == 0


def test_comments_of_another_post_are_no_source(post, bob):
    other = factories.post()
    send(Client(), other, body=f"> {SALT}", sources=str(bob.pk))
    assert Quotation.objects.count() == 0


def test_a_source_is_found_among_those_answered_however_old_it_is(post, bob):
    long_thread(post, 60)
    answer = factories.comment(post, parent=factories.comment(post, parent=bob))
    quoting(post, parent=answer)
    assert Quotation.objects.get().source == bob


def test_a_source_from_afar_is_found_when_the_form_names_it(post, bob):
    long_thread(post, 60)
    quoting(post)
    assert Quotation.objects.count() == 0
    send(Client(), post, body=f"> {SALT}", sources=f"post abc 9999999999999999999 {bob.pk}")
    assert Quotation.objects.get().source == bob


@pytest.mark.parametrize("named", ["post", "7 post", "x" * 5_000, "\u0661", "-1", "1 " * 3_000])
def test_a_wrong_source_in_a_form_is_not_trusted(post, bob, named):
    response = send(Client(), post, body="> Nobody said these words.", sources=named)
    assert response.status_code == 302
    assert Quotation.objects.count() == 0


def test_on_another_page_of_the_thread_the_mark_leads_by_permalink(post, bob):
    long_thread(post, COMMENTS_PER_PAGE)
    quoting(post, created_at=factories.NOON)
    comment = Comment.objects.latest("path")
    edits.edit(comment, f"> {SALT}\n\nYes.", by=None)
    Quotation.objects.all().delete()
    Quotation.replace_for(comment, Quotation.find_in(comment, html=comment.html, named=[str(bob.pk)]))
    Comment.objects.filter(pk=comment.pk).update(quote_count=1)
    assert f'href="/comments/{bob.pk}/"' in marks(post, 2)[0]


def test_a_name_is_shown_as_it_was_typed_and_never_as_a_tag(post):
    eve = factories.comment(post, name="<b>Eve</b>", body=SALT)
    quoting(post, parent=eve)
    assert "<bdi>&lt;b&gt;Eve&lt;/b&gt;</bdi>" in marks(post)[0]


def test_everyone_gets_the_same_mark_and_feeds_get_the_plain_quotation(post, bob):
    quoting(post, parent=bob)
    moderator = Client()
    moderator.force_login(factories.user("mona", group="Moderator"))
    assert marks(post) == marks(post, client=moderator)
    assert "said-by" not in page(Client().get(f"{post.get_absolute_url()}feed/"))


# Changes of the source


def test_when_the_source_was_edited_the_mark_says_so(post, bob):
    quoting(post, parent=bob)
    assert "changed since" not in marks(post)[0]
    edits.edit(bob, "Salt goes in last.", by=None)
    (mark,) = marks(post)
    assert "(changed since)" in mark
    assert f"#comment-{bob.pk}" in mark


def test_when_the_post_was_edited_the_mark_says_so_and_leads_to_its_beginning(post):
    quoting(post, "Tea first, then talk.")
    post.title = "Another title"
    post.save()
    assert "changed since" not in marks(post)[0]
    post.body = "Talk first, then tea."
    post.save()
    (mark,) = marks(post)
    assert "(changed since)" in mark
    assert 'href="#main"' in mark


def test_a_change_elsewhere_in_the_source_does_not_change_the_mark(post, bob):
    edits.edit(bob, f"{SALT} Or so I was told.", by=None)
    quoting(post, SALT, parent=bob)
    quoting(post, "Or so I was told.", parent=bob)
    quoting(post, "Tea first, then talk.")
    edits.edit(bob, f"Listen: {SALT} So I was told.", by=None)
    post.body = f"{post.body}\n\nAn afterthought."
    post.save()
    first, second, third = marks(post)
    assert "(changed since)" not in first + third
    assert "#main:~:text=" in third
    assert "(changed since)" in second


@pytest.mark.parametrize("verb", ["hold", "mark_spam", "remove", "withdraw"])
def test_when_the_source_is_hidden_the_mark_neither_names_it_nor_leads_there(post, bob, verb):
    quoting(post, parent=bob)
    getattr(factories, verb)(bob, via=Via.DESK)
    (mark,) = marks(post)
    assert "From a comment that is no longer shown." in mark
    assert "<a" not in mark
    assert "Bahrom" not in page(Client().get(post.get_absolute_url()))


def test_when_the_source_comes_back_so_does_its_mark(post, bob):
    quoting(post, parent=bob)
    factories.remove(bob, via=Via.DESK)
    factories.approve(bob, via=Via.DESK)
    assert "Bahrom" in marks(post)[0]


def test_an_erased_source_is_not_named_in_any_status(post, bob):
    quoting(post, parent=bob)
    Comment.objects.filter(pk=bob.pk).update(**{**ERASED_COLUMNS, "version": 1})
    post.thread.record_change(post.thread_id)
    assert "<bdi>a comment</bdi>" in marks(post)[0]
    assert "Bahrom" not in page(Client().get(post.get_absolute_url()))


def test_a_renamed_source_is_named_as_it_is_now(post, bob):
    quoting(post, parent=bob)
    Comment.objects.filter(pk=bob.pk).update(name="Bahrom aka")
    post.thread.record_change(post.thread_id)
    assert "<bdi>Bahrom aka</bdi>" in marks(post)[0]


# Edited quotations


def test_an_edited_comment_is_screened_again(post, bob):
    eve = quoting(post, parent=bob)
    edits.edit(eve, "No quotation any more.", by=None)
    assert (marks(post), Quotation.objects.count(), Comment.objects.get(pk=eve.pk).quote_count) == ([], 0, 0)
    edits.edit(eve, f"> {SALT}", by=None)
    assert "Bahrom" in marks(post)[0]


def test_an_edit_does_not_launder_words_that_were_hidden_meanwhile(post, bob):
    eve = quoting(post, parent=bob)
    factories.remove(bob, via=Via.DESK)
    edits.edit(eve, "> Salt goes in first\n\nIndeed!", by=None)
    assert Quotation.objects.get().source == bob
    assert "no longer shown" in marks(post)[0]


def test_an_edit_elsewhere_leaves_each_mark_to_the_source_it_named(post, bob):
    said = factories.comment(post, name="Anna", body="Tea first, then talk.\n\nNothing else is true.")
    long_thread(post, 60)
    words = f"> Tea first, then talk.\n\n> {SALT}\n\n> Nothing else is true."
    send(Client(), post, body=words, sources=f"post {bob.pk} {said.pk}")
    comment = Comment.objects.get(quote_count=3)
    Quotation.objects.filter(comment=comment, place=0).update(source=None)  # as long as only the post had said it
    before = list(comment.quotations.order_by("place").values_list("source"))
    assert before == [(None,), (bob.pk,), (said.pk,)]
    edits.edit(comment, f"{words}\n\nI agree with all three.", by=None)
    assert list(comment.quotations.order_by("place").values_list("source")) == before


def test_nobody_quotes_a_later_comment(post):
    eve = factories.comment(post, body="Nothing yet.")
    factories.comment(post, body=SALT)
    edits.edit(eve, f"> {SALT}", by=None)
    assert Quotation.objects.count() == 0


# What it costs


def queries(post) -> int:
    """Of a page of the thread that is in no memory yet, nor is any part of it."""
    caches["fragments"].clear()
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(post.get_absolute_url()).status_code == 200
    return len(asked)


def test_a_thread_that_quotes_costs_one_query_more_than_one_that_does_not(post, bob):
    plain = queries(post)
    quoting(post, parent=bob)
    assert queries(post) == plain + 1 <= 8
    for number in range(30):
        factories.comment(post, parent=bob, body=f"> Salt goes in first\n\n{number}\n\n> Tea first, then talk.")
    assert len(marks(post)) == 61
    edits.edit(bob, f"Listen: {SALT}", by=None)
    assert queries(post) == plain + 1


def test_a_closed_conversation_still_names_the_writers_of_quotes(post, bob):
    quoting(post, parent=bob)
    post.conversation = Post.ConversationStatus.CLOSED
    post.save()
    assert "Bahrom" in marks(post)[0]


def test_imported_comments_are_marked_by_a_command_that_can_be_repeated(post, bob, capsys):
    eve = quoting(post, parent=bob)
    Quotation.objects.all().delete()
    Comment.objects.update(quote_count=0, is_quoted=False)
    quoting(post, "Nobody said these words")
    assert marks(post) == []
    call_command("find_quotations")
    assert "found: 1." in capsys.readouterr().out
    assert "Bahrom" in marks(post)[0]
    assert Comment.objects.get(pk=eve.pk).quote_count == 1
    call_command("find_quotations")
    assert "found: 0." in capsys.readouterr().out
