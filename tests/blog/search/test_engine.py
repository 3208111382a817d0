"""Search results and their order, the same on both databases."""

import re
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
import Stemmer
from django.core.management import call_command
from django.db import connection, transaction

from blog.fulltext import postgres, stems
from blog.fulltext.query import MAX_TERMS, parse_query
from blog.models import Post, SearchEntry, SearchWord
from blog.search import engine, providers
from blog.text.site_values import defaults
from blog.text.tokens import token_keys
from tests import factories
from tests.blog.search.results_page import addresses, found, marked, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    """Four posts of four years, by two authors, with tags."""
    alice, bob = factories.author("Alice Verey", slug="alice"), factories.author("Bob Stone", slug="bob")
    tea, roads = factories.tag("Tea"), factories.tag("Silk Road", slug="silk")
    texts = [
        ("The tea house", "Green leaves in a blue pot.", [alice], [tea]),
        ("On minarets", "A minaret of blue brick, and tea below.", [bob], [roads]),
        ("Café Sózi", "The silk road begins here. Roads end.", [alice, bob], [roads]),
        ("Rice", "A road of silk, an argument about rice.", [bob], []),
    ]
    for year, (title, body, authors, tags) in enumerate(texts, 2010):
        factories.post(title, body=body, authors=authors, tags=tags, published_at=datetime(year, 5, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("minaret", ["On minarets"]),
        ("blue tea", ["The tea house", "On minarets"]),
        ('"silk road"', ["Café Sózi"]),
        ('"road of silk"', ["Rice"]),
        ('"house green"', []),
        ("silk -road", []),
        ("blue -minaret", ["The tea house"]),
        ('silk -"silk road"', ["Rice"]),
        ("minaret OR argument", ["On minarets", "Rice"]),
        ("blue minaret OR leaves", ["The tea house", "On minarets"]),
        ("minar*", ["On minarets"]),
        ('"silk road" roa*', ["Café Sózi"]),
        ('"road of sil*"', ["Rice"]),
        ('rice OR "silk road"', ["Rice", "Café Sózi"]),
        ('"silk road" OR "blue brick" -"tea below"', ["Café Sózi"]),
        ('-"silk road" -"blue pot"', ["Rice", "On minarets"]),
        ("author:alice", ["Café Sózi", "The tea house"]),
        ('author:"bob stone"', ["Rice", "Café Sózi", "On minarets"]),
        ("author:stone blue", ["On minarets"]),
        ("author:ver*", ["Café Sózi", "The tea house"]),
        ("author:carol", []),
        ('tag:"silk road"', ["Café Sózi", "On minarets"]),
        ("tag:silk", ["Café Sózi", "On minarets"]),
        ("tag:tea", ["The tea house"]),
        ("tag:none", []),
        ("-tag:silk -author:alice", ["Rice"]),
        ("year:2012", ["Café Sózi"]),
        ("year:2012 OR year:2010", ["Café Sózi", "The tea house"]),
        ("road year:2013", ["Rice"]),
        ("-blue", ["Rice", "Café Sózi"]),
        ("CAFE sozi", ["Café Sózi"]),
        ("cafe\u0301 SÓZİ", ["Café Sózi"]),
        ("nothing", []),
    ],
)
def test_a_query_finds_what_it_says(visitor, shelf, words, titles):
    assert sorted(found(visitor, words)) == sorted(titles)


def test_words_in_the_title_come_first_then_many_mentions_then_the_newest(visitor):
    old, new = factories.NOON, factories.NOON + timedelta(days=9)
    for title, body, at in [
        ("Once, lately", f"Tea. {'Nothing more is said here. ' * 9}", new),
        ("Often", f"Tea, tea and tea. {'Nothing more is said here. ' * 9}", old),
        ("Tea", "A long silence.", old - timedelta(days=9)),
        ("Once, long ago", f"Tea. {'Nothing more is said here. ' * 9}", old),
    ]:
        factories.post(title, body=body, published_at=at)
    assert found(visitor, "tea") == ["Tea", "Often", "Once, lately", "Once, long ago"]


def test_a_long_text_is_weighed_by_the_part_in_which_its_words_are_counted(visitor):
    start = "Tea first. " + "Something else. " * 200
    factories.post("Short", body=start)
    factories.post("Long", body=start * 9, published_at=factories.NOON + timedelta(minutes=1))
    assert found(visitor, "tea") == ["Long", "Short"]


def test_a_post_is_found_by_summary_epigraph_and_its_source(visitor):
    factories.post("Whole", summary="In short", epigraph="Leave one *brick*.", epigraph_source="A proverb")
    for words in ("short", "brick", "proverb"):
        assert found(visitor, words) == ["Whole"]


def test_markdown_signs_and_link_addresses_are_no_words(visitor):
    factories.post(body="A [bridge](https://hidden.example/secretword) **over** water.")
    assert found(visitor, '"bridge over water"') == ["The tea house"]
    assert found(visitor, "secretword") == found(visitor, "strong") == []


def test_pages_are_found(visitor):
    factories.page("about", title="About us", body="We like pomegranates.")
    assert found(visitor, "pomegranates") == ["About us"]
    assert addresses(visitor, "pomegranates", **{"in": "posts"}) == ["/about/"]
    assert found(visitor, "pomegranates", **{"in": "comments"}) == []


# Right at once


def test_a_changed_text_is_found_by_its_new_words_alone(visitor):
    post = factories.post("First", body="Old words.")
    post.title, post.body = "Second", "New words."
    post.save()
    assert found(visitor, "words") == found(visitor, "second new") == ["Second"]
    assert found(visitor, "old") == found(visitor, "first") == []


def test_posts_are_found_only_while_they_are_published(visitor):
    post = factories.draft(title="Secret")
    assert found(visitor, "secret") == []
    post.status = post.Status.PUBLISHED
    post.save()
    assert found(visitor, "secret") == ["Secret"]
    post.status = post.Status.DRAFT
    post.save()
    assert found(visitor, "secret") == []


def test_a_scheduled_post_is_found_when_its_time_has_come_without_any_worker(visitor, monkeypatch):
    post = factories.scheduled(title="Tomorrow")
    assert found(visitor, "tomorrow") == []
    assert "Tomorrow" not in visitor.get("/search/feed/?q=tomorrow").content.decode()
    later = post.published_at + timedelta(seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert found(visitor, "tomorrow") == ["Tomorrow"]


def test_a_deleted_post_or_page_is_forgotten(visitor):
    factories.post("Gone").delete()
    factories.page("gone", title="Gone").delete()
    assert found(visitor, "gone") == []
    assert not SearchEntry.objects.exists()


def test_authors_and_tags_are_found_under_their_present_names_on_their_present_posts(visitor):
    alice, tea = factories.author("Alice"), factories.tag("Tea")
    post = factories.post("Mine", authors=[alice], tags=[tea])
    alice.name, tea.name = "Zulfiya", "Coffee"
    alice.save()
    tea.save()
    assert found(visitor, "author:zulfiya tag:coffee") == ["Mine"]
    assert found(visitor, "author:alice") == []
    assert found(visitor, "-tag:coffee") == []
    post.save(tags=[])
    assert found(visitor, "tag:coffee") == []
    post.save(tags=[tea])
    assert found(visitor, "tag:coffee") == ["Mine"]
    post.save(authors=[])
    assert found(visitor, "author:zulfiya") == []
    tea.delete()
    assert found(visitor, "tag:coffee") == []


def test_a_change_that_is_rolled_back_leaves_the_search_as_it_was(visitor):
    post = factories.post("Before")

    def change():
        with transaction.atomic():
            post.title = "After"
            post.save()
            raise KeyError

    with pytest.raises(KeyError):
        change()
    assert found(visitor, "before") == ["Before"]
    assert found(visitor, "after") == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: nothing can meet")
def test_two_changes_of_one_post_in_the_same_moment_are_both_found(visitor):
    factories.post("Mine")
    tags = [factories.tag(f"tag{n}") for n in range(4)]
    together, failures = Barrier(len(tags)), []

    def add(tag) -> None:
        try:
            together.wait(10)
            with transaction.atomic():
                mine = Post.objects.select_for_update(no_key=True).get()
                mine.save(tags=[*mine.tags.all(), tag])
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=add, args=[tag]) for tag in tags]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert found(visitor, "tag:tag0 tag:tag1 tag:tag2 tag:tag3") == ["Mine"]


# Bounds


def many(number: int, body: str = "Tea for all.") -> None:
    posts = [factories.post(f"Post {n}", body=body, authors=[]) for n in range(number)]
    assert len(posts) == number


def test_of_more_than_the_limit_the_newest_and_those_with_the_words_in_the_title_are_found(visitor, monkeypatch):
    monkeypatch.setattr(engine, "MAX_RESULTS", 3)
    monkeypatch.setattr(engine, "FETCH_LIMITS", (3, 12))
    monkeypatch.setattr(engine, "MAX_RANKED", 2)
    factories.post("Tea itself", body="Nothing.", published_at=factories.NOON - timedelta(days=99))
    many(6)
    assert found(visitor, "tea") == ["Tea itself", "Post 5", "Post 4"]
    assert "More than 3 results" in page(visitor, "tea")
    assert found(visitor, '"tea itself"') == ["Tea itself"]


def test_words_side_by_side_are_looked_for_in_a_bounded_number_of_texts_and_the_page_says_so(visitor, monkeypatch):
    factories.post("Old", body="Tea for all of us.")
    many(4, "All for tea.")
    assert found(visitor, '"tea for all"') == ["Old"]
    monkeypatch.setattr(engine, "MAX_EXAMINED", 4)
    assert found(visitor, '"tea for all"') == []
    assert "only the newest texts were searched" in page(visitor, '"tea for all"')
    monkeypatch.setattr(engine, "MAX_EXAMINED", 6)
    assert found(visitor, '"tea for all"') == ["Old"]
    assert "only the newest texts were searched" not in page(visitor, '"tea for all"')


def test_the_longest_question_is_answered(visitor):
    for n in range(engine.MAX_NAMESAKES + 2):
        factories.author("Alice Verey", slug=f"alice{n}")
    factories.post("Hers", body="Tea for all.", authors=[factories.author("Alice Verey", slug="she")])
    anybody = " OR ".join(['author:"alice verey"'] * (MAX_TERMS - 1))
    assert found(visitor, f'{anybody} "for all"') == ["Hers"]
    assert found(visitor, f'{anybody} OR "for all"') == ["Hers"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Blocks of entries are PostgreSQL's")
def test_the_database_counts_blocks_of_the_sizes_that_are_asked_for(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'blog_search_vector'")
        assert f"ARRAY{[*postgres.BLOCK_SIZES]}" in cursor.fetchone()[0]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Blocks of entries are PostgreSQL's")
def test_blocks_hide_nothing(visitor, monkeypatch):
    monkeypatch.setattr(postgres, "BLOCK_SIZES", (1, 2, 3))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('blog_search_vector'::regproc)")
        definition = cursor.fetchone()[0]
        cursor.execute(definition.replace("ARRAY[10, 12, 14, 16, 18]", "ARRAY[1, 2, 3]"))
    try:
        many(20)
        factories.post("Last", body="Coffee for all, and rice.")
        found_tea, found_all = (
            engine.find_texts(parse_query("tea")),
            engine.find_texts(parse_query('"for all" -coffee')),
        )
        assert len(found_tea.rows) == len(found_all.rows) == 20
        assert found(visitor, "rice") == ["Last"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute(definition)


@pytest.mark.parametrize("top", [1, 5_000, 1_918_000])
@pytest.mark.parametrize("span", [1_024, 5_000, 20_000, 1_000_000])
def test_the_newest_blocks_reach_from_the_newest_entry_as_far_back_as_is_asked(top, span):
    start = postgres.first_block_start(top, span)
    named = [
        (int(size), int(number)) for size, number in re.findall(r"%(\d+):(\d+)", postgres.block_expression(top, span))
    ]
    assert start == 0 or top - start >= span
    assert [number << size for size, number in named] == list(range(start, top + 1, 1 << named[0][0]))


def test_a_search_costs_a_fixed_number_of_queries(visitor, django_assert_max_num_queries):
    many(25)
    visitor.get("/search/?q=tea")
    with django_assert_max_num_queries(11):
        visitor.get("/search/?q=tea for all&page=2")
    with django_assert_max_num_queries(2):
        visitor.get("/search/")


# The index rebuilt


def contents() -> list[tuple]:
    return sorted(SearchEntry.objects.values_list("kind", "object_id", "version", "at", "keys"))


def test_reindexing_finds_the_same_in_order_of_time_and_forgets_what_is_gone(visitor, shelf, capsys):
    post = factories.post("Old", published_at=factories.NOON - timedelta(days=9999))
    factories.comment(post, body="A word.")
    factories.page("about")
    before = contents()
    SearchEntry.objects.create(kind="post", object_id=10**9, at=factories.NOON, keys="nowhere")
    call_command("reindex")
    assert contents() == before
    order = SearchEntry.objects.order_by("pk").values_list("at", flat=True)
    assert list(order) == sorted(order)
    assert "7 texts indexed" in capsys.readouterr().out
    SearchEntry.objects.all().delete()
    call_command("reindex", alone=True)
    assert contents() == before
    assert found(visitor, "minaret") == ["On minarets"]


def test_texts_are_read_in_batches_and_none_of_one_moment_is_missed(post, monkeypatch):
    comments = [factories.comment(post, created_at=factories.NOON) for _ in range(5)]
    comments.append(factories.comment(post, created_at=factories.NOON + timedelta(days=1)))
    monkeypatch.setattr(providers, "BATCH_SIZE", 2)
    read = [pk for _at, pk in providers.PROVIDERS["comment"].by_age()]
    assert read == [comment.pk for comment in comments]


def test_reindexing_learns_the_words_there_are_and_forgets_all_others(shelf, django_capture_on_commit_callbacks):
    SearchWord.objects.create(word="xylophone", backwards="enohpolyx")
    with django_capture_on_commit_callbacks(execute=True):
        call_command("reindex")
    known = set(SearchWord.objects.values_list("word", flat=True))
    assert {"minaret", "sozi", "silk"} <= known
    assert "xylophone" not in known


# The language of the site


@pytest.fixture
def english(settings):
    settings.SEARCH_LANGUAGE = "english"


def test_without_a_language_words_are_found_as_they_are(visitor, settings, shelf):
    settings.SEARCH_LANGUAGE = "simple"
    call_command("reindex")
    assert found(visitor, "minarets") == ["On minarets"]
    assert found(visitor, "arguments") == []


def test_in_english_words_are_found_in_all_their_forms(visitor, english, shelf):
    assert found(visitor, "arguments") == ["Rice"]
    assert found(visitor, "minaret") == ["On minarets"]
    assert found(visitor, '"silk roads"') == ["Café Sózi"]
    assert marked(visitor, "arguments") == ["argument"]
    assert found(visitor, "argu*") == ["Rice"]
    assert found(visitor, "arguments*") == ["Rice"]
    assert found(visitor, "the house") == ["The tea house"]


def test_a_full_cache_drops_no_stem_of_the_current_text(english, monkeypatch):
    monkeypatch.setattr(stems, "CACHE_SIZE", 1)
    for words in (["roads", "domes"], ["roads", "domes", "camels"], ["roads"]):
        assert stems.stem_keys(words) == {word: word.removesuffix("s") for word in words}


# The same on both databases: a text in each language, and searches that find it.
FORMS = {
    "english": ("The old roads were ruined by argument.", ("road", "ruins", "arguments", '"old road"', "-camels road")),
    "russian": (
        "Старые дороги ведут к базару, says the road sign.",
        ("дорога", "дорогах базары", "БАЗАРАМИ", "roads", "дорогами*", '"старая дорога"'),
    ),
    "german": ("Die alten Häuser der Stadt.", ("haus", "Städte", "alte")),
    "french": ("Les maisons de la médina.", ("maison", "médinas")),
    "spanish": ("Las canciones del camino.", ("canción", "caminos")),
    "turkish": ("Eski kitaplar ve yollar.", ("kitap", "kitabı")),
    "persian": ("کتاب‌های کهنه", ("کتاب",)),
    "simple": ("Eski kitaplar.", ("kitaplar",)),
}


@pytest.mark.parametrize("language", FORMS)
def test_each_language_finds_its_words_in_all_their_forms(visitor, settings, language):
    settings.SEARCH_LANGUAGE = language
    text, searches = FORMS[language]
    factories.post("Found", body=text)
    factories.post("Other", body="Something else, чай.")
    for words in searches:
        assert found(visitor, words) == ["Found"], words


@pytest.mark.parametrize(
    ("language", "stem"), [("en", "road"), ("en-gb", "road"), ("ru", "road"), ("uz", "roads"), ("de", "road")]
)
def test_the_language_is_that_of_the_site(settings, monkeypatch, language, stem):
    settings.SEARCH_LANGUAGE = "site"
    monkeypatch.setattr(stems, "site", lambda: defaults()._replace(language=language))
    assert stems.stem_keys(["roads"]) == {"roads": stem}


def test_there_is_an_algorithm_for_each_language_named():
    assert set(stems.ALGORITHMS.values()) | stems.OTHER_SCRIPTS <= set(Stemmer.algorithms())


def test_what_no_algorithm_knows_stays_whole_in_every_language():
    odd = ["茶館", "0", "7up", "e", "дом", "x" * 64, "й"]
    for language in Stemmer.algorithms():
        for key, stem in stems.compute_stems(odd, language).items():
            assert stem, (language, key)
            assert token_keys(stem) == [stem], (language, key)
