"""The admin speaks of posts, tags and accounts in our words, where Django's own speak like a machine."""

import re
from pathlib import Path

import django
import pytest
from django.contrib import admin
from django.test import Client
from django.utils import translation

from blog.models import Series, Tag
from registan.django_words import DJANGO_WORDS
from tests import factories

# What nobody says to anybody.
MACHINE_WORDS = re.compile(
    r"Select \w+ to (?:change|view)|successfully|Designates|Raw passwords|may edit it again|continue editing|"
    r"administration\b|Recent actions"
)


@pytest.fixture
def root(db) -> Client:
    client = Client()
    client.force_login(factories.user("root", group="Administrator", is_superuser=True))
    return client


def catalogue_of_django() -> str:
    """Every message of Django's own, in one line each."""
    files = Path(django.__file__).parent.glob("contrib/*/locale/en/LC_MESSAGES/django.po")
    return re.sub(r'"\n"', "", "\n".join(file.read_text() for file in files))


@pytest.mark.parametrize("words", DJANGO_WORDS)
def test_django_still_says_what_we_say_differently(words):
    assert f'msgid "{words}"' in re.sub('msgid ""(?=[A-Z%])', 'msgid "', catalogue_of_django())


@pytest.mark.parametrize("words", DJANGO_WORDS)
def test_english_says_it_in_our_words(words):
    with translation.override("en"):
        assert translation.gettext(words) != words


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_a_list_is_titled_by_what_it_lists(root, model):
    page = root.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/", follow=True).text
    if model._meta.model_name not in {"policy", "site", "archiveplan", "decision"}:  # they open their only row; a log
        with translation.override("en"):
            plural = str(model._meta.verbose_name_plural)
        assert f"<h1>{plural[0].upper()}{plural[1:]}</h1>" in page
    assert not MACHINE_WORDS.findall(page)


def test_no_form_speaks_like_a_machine(root, post):
    user = factories.user("eve", group="Author")
    addresses = [
        f"/admin/blog/post/{post.pk}/change/", "/admin/blog/post/add/", "/admin/blog/tag/add/",
        f"/admin/auth/user/{user.pk}/change/", "/admin/auth/user/add/", "/admin/auth/group/", "/admin/",
    ]  # fmt: skip
    found = {address: MACHINE_WORDS.findall(root.get(address).text) for address in addresses}
    assert not [address for address, words in found.items() if words]


def test_saving_and_deleting_are_told_in_a_few_words(editor):
    sent = {"name": "Tea", "slug": "tea", "redirects-TOTAL_FORMS": 0, "redirects-INITIAL_FORMS": 0}
    page = editor.post("/admin/blog/tag/add/", sent, follow=True).text
    assert "is saved." in page
    tag = Tag.objects.get()
    page = editor.post(f"/admin/blog/tag/{tag.pk}/delete/", {"post": "yes"}, follow=True).text
    assert "“Tea” is in the trash." in page
    series = Series.objects.create(name="Walls", slug="walls")
    page = editor.post(f"/admin/blog/series/{series.pk}/delete/", {"post": "yes"}, follow=True).text
    assert "“Walls” is deleted." in page


@pytest.mark.parametrize(("model", "several"), [("tag", True), ("post", False), ("page", False), ("series", False)])
def test_another_row_is_offered_where_people_add_several(editor, model, several):
    page = editor.get(f"/admin/blog/{model}/add/").text
    assert ('name="_addanother"' in page) is several
    assert 'name="_continue"' in page


def test_the_admin_in_russian_and_uzbek_has_our_words_too(root, post):
    for language, word in (("ru", "Роли"), ("uz", "Rollar")):
        root.cookies["language"] = language
        page = root.get("/admin/auth/group/").text
        assert f"<h1>{word}</h1>" in page
