"""The language of a post, and posts that are translations of one another."""

import json
from xml.etree import ElementTree

import pytest

from blog.models import Post
from tests import factories

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ATOM = "{http://www.w3.org/2005/Atom}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def page(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def translated(*languages: str, **fields) -> list[Post]:
    """Published posts in these languages, the earliest first, which are translations of one another."""
    first, *others = (
        factories.post(f"Tea in {language}", slug=f"tea-{language.lower()}", language=language, **fields)
        for language in languages
    )
    for other in others:
        other.translation_of = first
        other.full_clean()
        other.save()
    return [Post.objects.get(pk=post.pk) for post in (first, *others)]


def test_the_language_of_a_post_is_on_its_texts_on_its_page_and_in_lists(visitor):
    post = factories.post("Чай", body="Сначала чай.", epigraph="Чай.", language="tg")
    shown = page(visitor.get(post.get_absolute_url()))
    assert '<h1 class="post__title" dir="auto" lang="tg">' in shown
    assert '<figure class="epigraph" dir="auto" lang="tg">' in shown
    assert shown.count('lang="tg"') == 3
    assert '"inLanguage":"tg"' in shown
    assert page(visitor.get("/")).count('lang="tg"') == 2


def test_a_post_without_a_language_of_its_own_is_in_that_of_the_site(visitor, post):
    shown = page(visitor.get(post.get_absolute_url()))
    assert '"inLanguage":"en"' in shown
    assert "hreflang" not in shown
    assert "Also in" not in shown


def test_feeds_name_the_language_of_an_entry_that_has_one(visitor):
    factories.post(language="uz-Cyrl", slug="one")
    factories.post(slug="two")
    rss = ElementTree.fromstring(visitor.get("/feed/").content)  # noqa: S314  our own
    atom = ElementTree.fromstring(visitor.get("/feed/atom/").content)  # noqa: S314
    assert {entry.get(XML_LANG) for entry in rss.iter("item")} == {"uz-Cyrl", None}
    assert {entry.get(XML_LANG) for entry in atom.iter(f"{ATOM}entry")} == {"uz-Cyrl", None}
    items = json.loads(visitor.get("/feed/json/").content)["items"]
    assert {item.get("language") for item in items} == {"uz-Cyrl", None}


def test_translations_lead_to_one_another(visitor):
    english, russian, uzbek = translated("", "ru", "uz")
    shown = page(visitor.get(english.get_absolute_url()))
    assert "Also in:" in shown
    assert f'<a href="{russian.get_absolute_url()}" hreflang="ru" lang="ru" dir="auto">Русский</a>' in shown
    assert 'dir="auto">Oʻzbekcha</a>' in shown
    assert 'dir="auto">English</a>' not in shown
    assert 'dir="auto">English</a>' in page(visitor.get(uzbek.get_absolute_url()))


def test_search_engines_learn_about_translations_in_the_head_and_in_the_sitemap(visitor):
    english, russian = translated("", "ru")
    expected = {
        "en": f"{SITE}{english.get_absolute_url()}",
        "ru": f"{SITE}{russian.get_absolute_url()}",
        "x-default": f"{SITE}{english.get_absolute_url()}",
    }
    for post in (english, russian):
        shown = page(visitor.get(post.get_absolute_url()))
        for language, address in expected.items():
            assert f'<link rel="alternate" hreflang="{language}" href="{address}">' in shown
    sitemap = ElementTree.fromstring(visitor.get("/sitemap-posts.xml").content)  # noqa: S314
    links = [{link.get("hreflang"): link.get("href") for link in url.iter(LINK)} for url in sitemap]
    assert links == [expected, expected]


def test_readers_of_other_languages_are_sent_to_the_earliest_where_none_is_in_the_sites_language(visitor):
    russian, uzbek = translated("ru", "uz")
    expected = f'hreflang="x-default" href="{SITE}{russian.get_absolute_url()}"'
    assert expected in page(visitor.get(uzbek.get_absolute_url()))


def test_only_what_readers_find_is_named(visitor):
    english, russian = translated("", "ru")
    Post.objects.get(pk=russian.pk).unpublish()
    shown = page(visitor.get(english.get_absolute_url()))
    assert "hreflang" not in shown
    assert russian.slug not in shown
    russian.refresh_from_db()
    russian.schedule(russian.published_at.replace(year=2999))
    assert russian.slug not in page(visitor.get(english.get_absolute_url()))
    assert russian.slug not in page(visitor.get("/sitemap-posts.xml"))


def test_a_repost_is_named_to_readers_and_not_to_search_engines(visitor):
    english, russian = translated("", "ru")
    russian.canonical_url = "https://first.example/"
    russian.save()
    shown = page(visitor.get(english.get_absolute_url()))
    assert 'hreflang="ru" lang="ru"' in shown
    assert 'rel="alternate" hreflang' not in shown


def test_a_post_without_translations_costs_its_page_no_query(visitor, post, django_assert_num_queries):
    found = Post.objects.for_page().get(pk=post.pk)
    with django_assert_num_queries(0):
        assert found.public_translations() == []


def test_translations_of_a_post_that_is_deleted_stay_translations_of_one_another(visitor):
    english, russian, uzbek = translated("", "ru", "uz")
    english.delete()
    assert uzbek.slug in page(visitor.get(russian.get_absolute_url()))
    assert russian.slug in page(visitor.get(uzbek.get_absolute_url()))


# The form

ADD = "/admin/blog/post/add/"


def errors(response) -> dict:
    assert response.status_code == 200
    return response.context["adminform"].form.errors


@pytest.mark.parametrize(("typed", "stored"), [("UZ-cyrl-uz", "uz-Cyrl-UZ"), ("pt-br", "pt-BR"), ("ru", "ru")])
def test_a_language_is_stored_in_its_usual_spelling(editor, typed, stored):
    assert editor.post(ADD, factories.post_form(language=typed)).status_code == 302
    assert Post.objects.get().language == stored


@pytest.mark.parametrize("typed", ["Russian language", "r", "ru_RU", '"><b>', "ru-", "-"])
def test_what_is_no_language_tag_is_refused(editor, typed):
    assert "language" in errors(editor.post(ADD, factories.post_form(language=typed)))


def test_a_translation_is_chosen_in_either_and_joins_all(editor):
    english, russian = translated("", "ru")
    form = factories.post_form(language="uz", translation_of=russian.pk)
    assert editor.post(ADD, form).status_code == 302
    assert set(Post.objects.values_list("translation_of", flat=True)) == {english.pk}


def test_a_language_has_one_translation(editor):
    english, _russian = translated("", "ru")
    form = factories.post_form(language="ru", translation_of=english.pk)
    assert "language" in errors(editor.post(ADD, form))


def test_the_post_that_its_translations_name_shows_none_and_stays_with_them(editor):
    english, russian = translated("", "ru")
    address = f"/admin/blog/post/{english.pk}/change/"
    opened = editor.get(address).context
    assert not opened["adminform"].form["translation_of"].value()
    form = factories.post_form(
        status="published",
        edition=english.edition,
        published_at_0="2026-03-20",
        published_at_1="12:00:00",
        chosen=opened["editing"].initial_choices,
    )
    assert editor.post(address, form).status_code == 302
    assert Post.objects.get(pk=english.pk).translation_of_id == english.pk
    assert Post.objects.get(pk=russian.pk).translation_of_id == english.pk


def test_a_translation_that_is_let_go_stands_alone(editor, visitor):
    english, russian = translated("", "ru")
    form = factories.post_form(
        language="ru",
        status="published",
        edition=russian.edition,
        published_at_0="2026-03-20",
        published_at_1="12:00:00",
    )
    assert editor.post(f"/admin/blog/post/{russian.pk}/change/", form).status_code == 302
    assert "Also in" not in page(visitor.get(english.get_absolute_url()))


def test_authors_choose_among_their_own_posts(alice):
    others = factories.post(authors=[factories.author("Bob")])
    form = factories.post_form(language="ru", translation_of=others.pk)
    assert "translation_of" in errors(alice.post(ADD, form))
    own = factories.post(authors=[alice.profile])
    assert alice.post(ADD, form | {"translation_of": own.pk}).status_code == 302
