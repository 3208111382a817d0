"""Terms of use and house rules begin as our draft, in the site's language, and are linked where they are looked for."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command

from blog.editing.page_drafts import CONTACT, DRAFTED_SLUGS, RISK_NOTE, TEXTS, page_draft
from blog.models import Page, Site
from registan.first_run import link
from tests import factories
from tests.registan.first_run.test_link import GOOD

pytestmark = pytest.mark.django_db


def add_missing(capsys) -> str:
    call_command("standing_pages")
    return capsys.readouterr().out


def test_there_is_a_draft_in_each_language_with_links_that_lead_somewhere(visitor, capsys):
    assert {file.name for file in TEXTS.iterdir()} == {
        f"{slug}.{code}.md" for slug in DRAFTED_SLUGS for code, _name in settings.LANGUAGES
    }
    add_missing(capsys)
    for code, _name in settings.LANGUAGES:
        site = Site.get()
        site.language = code
        site.save()
        for slug in DRAFTED_SLUGS:
            draft = page_draft(slug)
            assert len(draft.title) < 40
            draft.full_clean(exclude=["slug", "updated_at"])
            for address in re.findall(r"\]\((/[^)]*)\)", draft.body):
                assert visitor.get(address).status_code == 200


def test_the_command_adds_what_is_missing_and_leaves_what_there_is(visitor, capsys):
    factories.page("terms", body="Our own words.")
    assert "/house-rules/" in add_missing(capsys)
    assert Page.objects.get(slug="terms").body == "Our own words."
    assert "House rules" in visitor.get("/house-rules/").text
    assert add_missing(capsys) == "The site has both pages.\n"


def test_a_renamed_or_deleted_page_is_not_missing(capsys):
    add_missing(capsys)
    renamed = Page.objects.get(slug="terms")
    renamed.slug = "conditions"
    renamed.save()
    assert add_missing(capsys) == "The site has both pages.\n"


@pytest.mark.usefixtures("empty_cache")
def test_a_new_site_begins_with_both_in_its_language(visitor):
    path = link.first_run_url().removeprefix(settings.SITE_URL)
    assert visitor.post(path, {**GOOD, "site-language": "ru"}).status_code == 303
    assert set(Page.objects.values_list("slug", "title")) == {
        ("terms", "Условия использования"),
        ("house-rules", "Правила обсуждения"),
    }
    home = visitor.get("/").text
    assert 'href="/terms/"' in home
    assert 'href="/house-rules/"' in home


def test_the_comment_form_leads_to_the_house_rules_if_there_are_any(visitor, post, capsys):
    form = re.compile(r'<form class="respond".*?</form>', re.DOTALL)
    assert "/house-rules/" not in form.search(visitor.get(post.get_absolute_url()).text)[0]
    add_missing(capsys)
    assert 'href="/house-rules/">House rules</a>' in form.search(visitor.get(post.get_absolute_url()).text)[0]


def test_the_site_page_offers_the_draft_of_what_is_missing(client):
    client.force_login(factories.user("olga", group="Administrator"))
    offered = client.get("/admin/blog/site/1/change/").text
    assert 'href="/admin/blog/page/add/?draft=house-rules"' in offered
    form = client.get("/admin/blog/page/add/?draft=terms").context["adminform"].form
    assert (form.initial["slug"], form.initial["title"]) == ("terms", "Terms of use")
    assert form.initial["body"].startswith("This page says")
    page = factories.page("terms", title="Conditions")
    assert f'href="/admin/blog/page/{page.pk}/change/">Conditions</a>' in client.get("/admin/blog/site/1/change/").text


@pytest.mark.parametrize("slug", [CONTACT, RISK_NOTE])
def test_pages_with_gaps_to_fill_in_are_offered_and_never_shown_by_themselves(client, capsys, slug):
    add_missing(capsys)
    assert not Page.objects.filter(slug=slug).exists()
    client.force_login(factories.user("olga", group="Administrator"))
    assert f'href="/admin/blog/page/add/?draft={slug}"' in client.get("/admin/blog/site/1/change/").text
    form = client.get(f"/admin/blog/page/add/?draft={slug}").context["adminform"].form
    assert form.initial["slug"] == slug
    assert "[" in form.initial["body"]


def test_the_contact_page_has_what_articles_11_and_12_of_the_digital_services_act_ask_for():
    body = page_draft(CONTACT).body
    for words in ("For readers", "For authorities", "Member States", "in [languages]", "A person reads it"):
        assert words in body
    assert "It is no legal advice" in page_draft(RISK_NOTE).body


def test_words_of_ones_own_are_asked_for(client):
    client.force_login(factories.user("olga", group="Administrator"))
    sent = {"name": "x", "language": "en", "time_zone": "UTC", "links-TOTAL_FORMS": 0, "links-INITIAL_FORMS": 0}
    refused = client.post("/admin/blog/site/1/change/", {**sent, "licence": "own"})
    assert list(refused.context["adminform"].form.errors) == ["licence_words"]
    client.post("/admin/blog/site/1/change/", {**sent, "licence": "own", "licence_words": "Ask the cook."})
    assert (Site.get().licence, Site.get().licence_words) == ("own", "Ask the cook.")
