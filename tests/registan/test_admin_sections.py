"""The admin's front page: sections in place of apps, each role sees its own, and nothing is lost or shown twice."""

import re

import pytest
from django.contrib import admin
from django.test import Client

from registan import admin_sections
from tests import factories

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<th scope="row"[^>]*>\s*<a href="([^"]+)"')
SEEN = {
    "Contributor": {"Write": ["Posts", "Images", "Media files", "Tags", "Series", "Authors", "Trash"]},
    "Author": {"Write": ["Posts", "Images", "Media files", "Tags", "Series", "Authors", "Trash"]},
    "Moderator": {
        "Talk": ["Queue", "Comments", "Readers", "Mentions", "Rules", "Decisions", "Reasons", "Saved replies", "Policy"]
    },
    "Editor": {
        "Write": [
            *("Posts", "Pages", "Images", "Media files", "Tags", "Series", "Authors", "Sources"),
            *("Link cards", "Corrections", "Trash"),
        ],
        "Talk": [
            "Queue",
            "Comments",
            "Readers",
            "Mentions",
            "Rules",
            "Decisions",
            "Reasons",
            "Saved replies",
            "Policy",
        ],
        "Site": ["Redirects from old addresses", "Missing addresses"],
    },
}
SEEN["Administrator"] = {
    "Write": SEEN["Editor"]["Write"],
    "Talk": [*SEEN["Editor"]["Talk"], "Messages", "Webhooks"],
    "People": ["Accounts", "Roles"],
    "Site": [
        "Site settings",
        *SEEN["Editor"]["Site"],
        "Site health",
        "Imports",
        "Imported elements",
        "Subscribers to ask",
    ],
}


def signed_in(role: str, **fields) -> Client:
    client = Client()
    client.force_login(factories.user(role.lower(), group=role, **fields))
    return client


def sections(client: Client, address: str = "/admin/") -> dict[str, list[str]]:
    app_list = client.get(address).context["app_list"]
    return {str(section["name"]): [str(row["name"]) for row in section["models"]] for section in app_list}


@pytest.mark.parametrize("role", SEEN)
def test_each_role_sees_its_own_in_the_order_of_the_table(role):
    assert sections(signed_in(role)) == SEEN[role]


def test_every_link_of_the_front_page_can_be_opened():
    client = signed_in("Administrator", is_superuser=True)
    links = LINK.findall(client.get("/admin/").text)
    assert len(links) == 31
    assert {address: client.get(address, follow=True).status_code for address in links} == dict.fromkeys(links, 200)


def test_every_model_of_the_admin_has_its_place_and_none_has_two():
    placed = [entry.target for section in admin_sections.SECTIONS for entry in section.entries if not entry.is_page]
    assert sorted(placed) == sorted(model._meta.label_lower for model in admin.site._registry)


def test_a_model_that_nobody_has_placed_is_shown_with_those_of_its_app(monkeypatch):
    write, *others = admin_sections.SECTIONS
    monkeypatch.setattr(admin_sections, "SECTIONS", (write._replace(entries=write.entries[1:]), *others))
    assert sections(signed_in("Editor"))["Write"][-1] == "Posts"


def test_names_that_are_not_plain_are_explained():
    page = signed_in("Administrator").get("/admin/").text
    assert "Notes under a post that say what was corrected." in page
    assert "Emails to readers and staff, sent or waiting." in page


@pytest.mark.parametrize(("app", "title"), [("blog", "Write"), ("comments", "Talk"), ("auth", "People")])
def test_the_page_of_an_app_shows_its_section(app, title):
    client = signed_in("Administrator")
    assert list(sections(client, f"/admin/{app}/")) == [title]
    page = client.get(f"/admin/{app}/").text
    assert f"<h1>{title}</h1>" in page
    assert "administration" not in page


def test_lists_lead_back_to_their_section():
    page = signed_in("Editor").get("/admin/blog/tag/").text
    assert '<li><a href="/admin/blog/">Write</a></li>' in page
