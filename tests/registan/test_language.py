"""The site speaks its own language or the one that the reader chose; pages are cached for each."""

from datetime import timedelta

import pytest
from django.test import Client

from comments.web import tokens
from tests import factories

pytestmark = pytest.mark.django_db


def speaking(language: str) -> Client:
    client = Client()
    client.cookies["language"] = language
    return client


def said(client: Client, address: str = "/archive/", **headers) -> str:
    return client.get(address, headers=headers).text


def test_the_site_speaks_its_own_language_for_any_accept_language(visitor):
    assert '<html lang="en" dir="ltr">' in said(visitor, **{"Accept-Language": "ru"})
    assert visitor.get("/archive/")["Content-Language"] == "en"


@pytest.mark.parametrize(("language", "word"), [("ru", "Архив"), ("uz", "Arxiv"), ("en", "Archive")])
def test_choosing_a_language_leads_back_to_the_page(visitor, post, language, word):
    address = post.get_absolute_url()
    response = visitor.post("/language/", {"language": language}, headers={"Referer": f"http://testserver{address}"})
    assert (response.status_code, response["Location"]) == (303, f"http://testserver{address}")
    html = said(visitor, address)
    assert f'<html lang="{language}"' in html
    assert f">{word}</a>" in html


@pytest.mark.parametrize("language", ["xx", "", "ru-RU; path=/", "en" * 500])
def test_an_unknown_language_is_ignored(visitor, language):
    visitor.post("/language/", {"language": language})
    assert "language" not in visitor.cookies
    assert '<html lang="en"' in said(speaking(language))


def test_other_sites_can_neither_choose_nor_redirect(visitor):
    foreign = visitor.post("/language/", {"language": "ru"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert "language" not in visitor.cookies
    for elsewhere in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        response = visitor.post("/language/", {"language": "ru", "next": elsewhere})
        assert response["Location"] == "/"
    assert visitor.get("/language/").status_code == 405


def test_pages_are_cached_for_each_language(visitor, post, django_assert_num_queries):
    address = post.get_absolute_url()
    before = visitor.get(address)
    russian = speaking("ru").get(address)
    assert russian["ETag"] != before["ETag"]
    assert "max-age=0" in russian["Cache-Control"]
    with django_assert_num_queries(1):
        assert speaking("ru").get(address).content == russian.content
    with django_assert_num_queries(1):
        assert visitor.get(address).content == before.content


@pytest.mark.parametrize(
    ("language", "day"), [("en", "20 March 2026"), ("ru", "20 марта 2026"), ("uz", "2026-yil 20-mart")]
)
def test_days_are_written_as_the_language_writes_them(post, language, day):
    assert f">{day}</time>" in said(speaking(language), post.get_absolute_url())


@pytest.mark.parametrize(
    ("language", "counts"),
    [
        ("en", ["1 comment<", "2 comments<", "5 comments<", "21 comments<"]),
        ("ru", ["1 комментарий<", "2 комментария<", "5 комментариев<", "21 комментарий<"]),
        ("uz", ["1 ta izoh<", "2 ta izoh<", "5 ta izoh<", "21 ta izoh<"]),
    ],
)
def test_numbers_take_the_plural_of_the_language(language, counts):
    for number, words in zip((1, 2, 5, 21), counts, strict=True):
        post = factories.post()
        post.thread.comment_count = number
        post.thread.save()
        assert words in said(speaking(language), post.get_absolute_url())


def test_authors_text_keeps_its_own_language(visitor, post):
    address = post.get_absolute_url()
    assert '<div class="prose" dir="auto" data-quotable="post" lang="en">' in said(speaking("ru"), address)
    assert 'lang="en">' not in said(visitor, address).split("<main", 1)[1].split("</main>")[0]


def test_every_footer_offers_each_language_in_its_own_name(visitor):
    html = said(visitor)
    assert '<span lang="en" aria-current="true">English</span>' in html
    for code, name in (("ru", "Русский"), ("uz", "Oʻzbekcha")):
        assert f'value="{code}" lang="{code}">{name}</button>' in html


def test_an_answer_to_a_form_offers_no_language_since_the_text_would_be_lost(visitor, post):
    answer = visitor.post(f"{post.get_absolute_url()}comments/", factories.comment_form(name=""))
    assert answer.status_code == 400
    assert "/language/" not in answer.text


def test_a_page_without_a_referrer_names_its_own_address_to_return_to(visitor):
    where = f"/you/prove/{tokens.make_token(tokens.SIGN_IN, 'ann@example.net')}/"
    assert f'<input type="hidden" name="next" value="{where}">' in said(visitor, where)
    response = visitor.post("/language/", {"language": "ru", "next": where})
    assert response["Location"] == where


def test_the_transparency_page_is_cached_for_each_language(visitor):
    assert "Cookie" in visitor.get("/moderation/")["Vary"]


def test_texts_by_people_say_their_language_where_the_words_around_them_are_in_another(visitor):
    author = factories.author("Alice", bio="Walks far.")
    tag = factories.tag("Tea")
    older = factories.post("Older", authors=[author], tags=[tag], published_at=factories.NOON - timedelta(days=1))
    post = factories.post("Newer", authors=[author], tags=[tag], body="## Tea\n\nGreen.")
    factories.comment(post, body="Salom!")
    russian = said(speaking("ru"), post.get_absolute_url())
    for marked in (
        '<h1 class="post__title" dir="auto" lang="en">', '<div class="author__bio" dir="auto" lang="en">',
        '<li lang="en"><a href="/tag/tea/"', '<span class="neighbour__title" dir="auto" lang="en">Older',
        '<p class="masthead__tagline" dir="auto" lang="en">', '<div class="comment__body" dir="auto" lang=""',
    ):  # fmt: skip
        assert marked in russian
    english = said(visitor, post.get_absolute_url())
    assert 'lang="en"' not in english.partition('<footer class="colophon"')[0].replace('<html lang="en"', "")
    assert 'lang=""' not in english

    older.language = "ru"
    older.save()
    assert 'lang="ru">Older' in said(visitor, post.get_absolute_url())
    assert '<span class="neighbour__title" dir="auto">Older' in said(speaking("ru"), post.get_absolute_url())
