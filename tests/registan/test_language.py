"""The site speaks its own language, or the one a reader chose; pages are kept for each, and differ by nothing else."""

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


def test_the_site_speaks_its_own_language_whatever_the_browser_would_like(visitor):
    assert '<html lang="en" dir="ltr">' in said(visitor, **{"Accept-Language": "ru"})
    assert visitor.get("/archive/")["Content-Language"] == "en"


@pytest.mark.parametrize(("language", "word"), [("ru", "Архив"), ("uz", "Arxiv"), ("en", "Archive")])
def test_a_reader_chooses_a_language_and_is_led_back_to_where_he_was(visitor, post, language, word):
    address = post.get_absolute_url()
    response = visitor.post("/language/", {"language": language}, headers={"Referer": f"http://testserver{address}"})
    assert (response.status_code, response["Location"]) == (303, f"http://testserver{address}")
    html = said(visitor, address)
    assert f'<html lang="{language}"' in html
    assert f">{word}</a>" in html


@pytest.mark.parametrize("language", ["xx", "", "ru-RU; path=/", "en" * 500])
def test_a_language_that_we_have_not_is_left_alone(visitor, language):
    visitor.post("/language/", {"language": language})
    assert "language" not in visitor.cookies
    assert '<html lang="en"' in said(speaking(language))


def test_no_other_site_chooses_and_nobody_is_led_elsewhere(visitor):
    foreign = visitor.post("/language/", {"language": "ru"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert "language" not in visitor.cookies
    for elsewhere in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        response = visitor.post("/language/", {"language": "ru", "next": elsewhere})
        assert response["Location"] == "/"
    assert visitor.get("/language/").status_code == 405


def test_kept_pages_are_kept_for_each_language_and_stay_as_they_were(visitor, post, django_assert_num_queries):
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
def test_numbers_bring_the_plural_of_the_language(language, counts):
    for number, words in zip((1, 2, 5, 21), counts, strict=True):
        post = factories.post()
        post.thread.comment_count = number
        post.thread.save()
        assert words in said(speaking(language), post.get_absolute_url())


def test_what_the_author_wrote_keeps_its_own_language(visitor, post):
    address = post.get_absolute_url()
    assert '<div class="prose" dir="auto" data-quotable="post" lang="en">' in said(speaking("ru"), address)
    assert 'lang="en">' not in said(visitor, address).split("<main", 1)[1].split("</main>")[0]


def test_the_choice_stands_at_the_foot_of_every_page_in_the_languages_themselves(visitor):
    html = said(visitor)
    assert '<span lang="en" aria-current="true">English</span>' in html
    for code, name in (("ru", "Русский"), ("uz", "Oʻzbekcha")):
        assert f'value="{code}" lang="{code}">{name}</button>' in html


def test_on_an_answer_to_a_form_no_language_is_offered_that_would_leave_the_text_behind(visitor, post):
    answer = visitor.post(f"{post.get_absolute_url()}comments/", factories.comment_form(name=""))
    assert answer.status_code == 400
    assert "/language/" not in answer.text


def test_a_page_that_hides_its_address_names_itself_as_the_way_back(visitor):
    where = f"/you/prove/{tokens.make_token(tokens.SIGN_IN, 'ann@example.net')}/"
    assert f'<input type="hidden" name="next" value="{where}">' in said(visitor, where)
    response = visitor.post("/language/", {"language": "ru", "next": where})
    assert response["Location"] == where


def test_the_public_account_is_kept_for_each_language(visitor):
    assert "Cookie" in visitor.get("/moderation/")["Vary"]
