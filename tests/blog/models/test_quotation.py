"""Quoted sources: recorded when a post is saved, listed for readers, corrected by editors."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Clock, Post, Quotation, Source
from tests import factories

pytestmark = pytest.mark.django_db

QUOTE = "> The one who seeks, finds.\n>\n> — {}\n\nSo he says.\n\n"


def quoting_post(*lines: str, **fields) -> Post:
    return factories.post(body="".join(QUOTE.format(line) for line in lines) or "Nothing.", **fields)


def resaved(post: Post, **changes) -> Post:
    post = Post.objects.get(pk=post.pk)
    for name, value in changes.items():
        setattr(post, name, value)
    post.save()
    return post


def counts() -> dict[str, int]:
    return {str(source): source.post_count for source in Source.objects.all()}


# What a post leaves


def test_a_post_notes_what_it_quotes_and_where():
    post = quoting_post(
        "Navoiy, *Xamsa*, 1485, p. 3", "Pole, *A Slow Ride*", "[navoiy](https://example.org/x), *XAMSA*, ch. 2",
        epigraph="Be brief.", epigraph_source="Pole, *A Slow Ride*, p. 1",
    )  # fmt: skip
    rows = [
        (str(quotation.source), quotation.place, quotation.locator, quotation.address)
        for quotation in post.quotations.all()
    ]
    assert rows == [
        ("Pole, A Slow Ride", "epigraph", "p. 1", ""),
        ("Navoiy, Xamsa", "body", "p. 3", ""),
        ("Pole, A Slow Ride", "body", "", ""),
        ("Navoiy, Xamsa", "body", "ch. 2", "https://example.org/x"),
    ]
    assert Source.objects.get(author="Navoiy").year == "1485"
    assert f'id="{post.quotations.last().passage}"' in post.body_html
    assert counts() == {"Navoiy, Xamsa": 1, "Pole, A Slow Ride": 1}


def test_a_text_saved_again_notes_what_changed_and_keeps_what_did_not():
    post = quoting_post("Navoiy, *Xamsa*", "Pole")
    kept = Source.objects.get(author="Navoiy")
    resaved(post, body=QUOTE.format("Navoiy, *Xamsa*, p. 7"))
    assert [(quotation.source, quotation.locator) for quotation in Quotation.objects.all()] == [(kept, "p. 7")]
    assert counts() == {"Navoiy, Xamsa": 1, "Pole": 0}


def test_an_epigraph_taken_away_takes_its_source_along():
    post = factories.post(epigraph="Be brief.", epigraph_source="Pole")
    assert counts() == {"Pole": 1}
    resaved(post, epigraph="")
    assert counts() == {"Pole": 0}


def test_the_same_quotes_again_cost_no_more_queries():
    plain, quotes = factories.post(), quoting_post("Navoiy, *Xamsa*", "Pole", epigraph="x", epigraph_source="Bob")
    factories.post(title="Another")  # or the word would be new to the search the first time
    costs = []
    for post in (plain, quotes):
        resaved(post)
        with CaptureQueriesContext(
            connection,
        ) as said:
            resaved(post, title="Another")
        costs.append(len(said))
    assert costs[0] == costs[1]


def test_an_unchanged_quotation_is_left_alone(django_assert_num_queries):
    post = quoting_post("Navoiy, *Xamsa*", "Pole")
    rows = list(Quotation.objects.values())
    with django_assert_num_queries(2):  # sources, rows
        assert Quotation.objects.store(post) == []
    assert list(Quotation.objects.values()) == rows


def test_a_post_of_before_is_noted_by_rerender(capsys):
    post, draft = quoting_post("Navoiy, *Xamsa*"), factories.draft(body=QUOTE.format("Pole"))
    Quotation.objects.all().delete()
    Source.objects.all().delete()
    call_command("rerender")
    assert [post.quotations.count(), draft.quotations.count()] == [1, 1]
    assert counts() == {"Navoiy, Xamsa": 1, "Pole": 0}


# Counting, and what nobody may see


def test_only_published_posts_are_counted_each_once():
    quoting_post("Pole", "Pole, p. 3")
    factories.draft(body=QUOTE.format("Pole"))
    factories.scheduled(body=QUOTE.format("Pole"))
    assert counts() == {"Pole": 1}


def test_the_number_follows_publishing_putting_off_and_deleting():
    post = factories.draft(body=QUOTE.format("Pole"))
    assert counts() == {"Pole": 0}
    post = resaved(post, status="published")
    assert counts() == {"Pole": 1}
    post = resaved(post, published_at=timezone.now() + timedelta(days=1))
    assert counts() == {"Pole": 0}
    resaved(post, published_at=factories.NOON, body=QUOTE.format("Bob"))
    assert counts() == {"Bob": 1, "Pole": 0}
    post.delete()
    assert counts() == {"Bob": 0, "Pole": 0}


def test_a_scheduled_post_counts_when_its_time_has_come(visitor):
    post = factories.scheduled(body=QUOTE.format("Pole"))
    Post.objects.filter(pk=post.pk).update(published_at=timezone.now() - timedelta(minutes=1))
    Clock.objects.filter(name=Clock.SITE).update(due=timezone.now() - timedelta(minutes=2))
    assert b"Pole" in visitor.get("/sources/").content
    assert counts() == {"Pole": 1}


@pytest.mark.parametrize("make", [factories.draft, factories.scheduled])
def test_an_unpublished_post_is_on_no_page_of_sources(make, visitor):
    quoting_post("Navoiy, *Xamsa*, p. 3")
    make(title="The secret", body=QUOTE.format("Pole, *Hidden*") + QUOTE.format("Navoiy, *Xamsa*, p. 99"))
    assert "Pole" not in visitor.get("/sources/").content.decode()
    shown = visitor.get("/sources/navoiy-xamsa/").content.decode()
    assert "p. 3" in shown
    assert "secret" not in shown
    assert "p. 99" not in shown
    assert visitor.get("/sources/pole-hidden/").status_code == 404
    assert "pole" not in visitor.get("/sitemap-sources.xml").content.decode()


# Pages


def test_the_list_has_every_source_by_author_and_work(visitor):
    quoting_post(
        "pole, *Ride*", "*Anonymous work*", "Navoiy, *Xamsa* (1485)", "Çelebi, *Travels*", "Navoiy, *Gʻazallar*"
    )
    quoting_post("Navoiy, *Xamsa*")
    shown = visitor.get("/sources/").content.decode()
    places = [shown.index(words) for words in ("Anonymous work", "Çelebi", "Gʻazallar", "<cite>Xamsa</cite>", "pole")]
    assert places == sorted(places)
    assert "(1485)" in shown
    assert "2 posts" in shown


def test_a_source_leads_to_its_passages_and_to_where_it_stands(visitor):
    post = quoting_post("Navoiy, [Xamsa](https://example.org/x?a=1&b=2), p. 12", epigraph="x", epigraph_source="Pole")
    shown = visitor.get("/sources/navoiy-xamsa/").content.decode()
    assert f'href="{post.get_absolute_url()}#{post.quotations.last().passage}"' in shown
    assert "p. 12" in shown
    assert 'href="https://example.org/x?a=1&amp;b=2"' in shown
    assert f'href="{post.get_absolute_url()}"' in visitor.get("/sources/pole/").content.decode()


def test_typed_text_is_only_text(visitor):
    line = '<script>alert(1)</script> & "x", *<img src=x>*, 1907'
    post = factories.post(epigraph="x", epigraph_source=line, body="x")
    for address in ("/sources/", Source.objects.get().get_absolute_url(), post.get_absolute_url()):
        shown = visitor.get(address).content.decode()
        assert "&lt;script&gt;" in shown
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
    assert "<cite>&lt;img src=x&gt;</cite>" in shown


@pytest.mark.parametrize("address", ["/sources/", "/sources/pole/"])
def test_pages_cost_the_same_however_much_is_on_them(address, visitor, django_assert_num_queries):
    costs = []
    for number in range(2):
        for n in range(1 + 3 * number):
            quoting_post("Pole", f"Author {number} {n}", "Pole, p. 3")
        with CaptureQueriesContext(connection) as said:
            assert visitor.get(address).status_code == 200
        costs.append(len(said))
    assert costs[0] == costs[1] <= 6


def test_long_lists_go_on_at_numbered_pages(visitor, monkeypatch):
    monkeypatch.setattr("blog.views.lists.NAMES_PER_PAGE", 2)
    monkeypatch.setattr("blog.views.source.TITLES_PER_PAGE", 2)
    for n in range(3):
        quoting_post("Pole", f"Author {n}", title=f"Post {n}", published_at=factories.NOON + timedelta(days=n))
    assert "Pole" in visitor.get("/sources/page/2/").content.decode()
    assert "Post 0" in visitor.get("/sources/pole/page/2/").content.decode()
    assert visitor.get("/sources/page/9/").status_code == visitor.get("/sources/pole/page/9/").status_code == 404
    assert visitor.get("/sources/pole/page/1/").url == "/sources/pole/"


def test_an_empty_list_says_so(visitor):
    assert "There are no quoted sources yet." in visitor.get("/sources/").content.decode()


# Corrections


def mend(editor: Client, source: Source, **changes):
    fields = {"author": source.author, "work": source.work, "year": source.year, "slug": source.slug, **changes}
    return editor.post(f"/admin/blog/source/{source.pk}/change/", fields)


def test_an_editors_correction_stays_when_the_post_is_saved_again(editor, visitor):
    post = quoting_post("Navoi, *Hamsa*")
    (source,) = Source.objects.all()
    mend(editor, source, author="Navoiy", work="Xamsa", year="1485", slug="navoiy-xamsa")
    resaved(post, body=post.body + QUOTE.format("Navoi, *Hamsa*, p. 3") + QUOTE.format("Navoiy, *Xamsa*, p. 4"))
    (source,) = Source.objects.all()
    assert (str(source), source.year, source.quotations.count()) == ("Navoiy, Xamsa", "1485", 3)
    assert visitor.get("/sources/navoi-hamsa/").url == "/sources/navoiy-xamsa/"


def test_a_source_cannot_be_renamed_to_another_nor_to_nothing(editor):
    quoting_post("Navoiy, *Xamsa*", "Pole")
    pole = Source.objects.get(author="Pole")
    refused = mend(editor, pole, author="NAVOIY", work="xamsa")
    assert "merge them" in str(refused.context["errors"])
    assert "Enter an author or a work" in str(mend(editor, pole, author="—", work="").context["errors"])
    pole.refresh_from_db()
    assert pole.author == "Pole"


def test_merged_sources_stay_merged_with_their_addresses(editor, visitor):
    post, _other = quoting_post("Navoi, *Hamsa*", "Pole"), quoting_post("Navoiy, *Xamsa*", "Navoi, *Hamsa*")
    wrong, right = Source.objects.get(author="Navoi"), Source.objects.get(author="Navoiy")
    chosen = {"action": "merge", "_selected_action": [wrong.pk, right.pk]}
    assert "What will happen" in editor.post("/admin/blog/source/", chosen).content.decode()
    assert Source.objects.count() == 3
    editor.post("/admin/blog/source/", {**chosen, "confirmed": "yes", "into": right.pk}, follow=True)
    resaved(post, body=post.body + QUOTE.format("Navoi, *Hamsa*, p. 3"))
    assert counts() == {"Navoiy, Xamsa": 2, "Pole": 1}
    assert visitor.get("/sources/navoi-hamsa/").url == "/sources/navoiy-xamsa/"


def test_a_quoted_source_cannot_be_deleted_and_an_unused_one_can(editor):
    post = quoting_post("Pole")
    (source,) = Source.objects.all()
    address = f"/admin/blog/source/{source.pk}/delete/"
    editor.post(address, {"post": "yes"})
    assert Source.objects.exists()
    resaved(post, body="Nothing.")
    assert "Pole" in editor.get("/admin/blog/source/?use=none").content.decode()
    editor.post(address, {"post": "yes"})
    assert not Source.objects.exists()
