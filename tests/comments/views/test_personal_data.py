"""The admin's page of personal data: for administrators alone, and without the address in any URL or record."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from comments.models import Comment, Reader, RetentionNight
from tests import factories
from tests.comments.comment_pages import page

pytestmark = pytest.mark.django_db

PAGE = "/admin/personal-data/"
ADDRESS = "bahodir@example.net"


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(factories.user("root", group="Administrator"))
    return client


@pytest.fixture
def comment(post) -> Comment:
    return factories.comment(post, name="Bahodir", email=ADDRESS, body="Words.")


def test_an_address_is_looked_up_by_kind(root, comment):
    html = page(root.post(PAGE, {"address": "BAHODIR@example.net"}))
    assert f"Stored about <bdi>{ADDRESS}</bdi>" in html
    assert "<b>1</b> comments" in html
    html = page(root.post(PAGE, {"address": "nobody@example.net"}))
    assert "Nothing is stored about" in html
    assert "Download as JSON" not in html


def test_the_export_is_a_file(root, comment):
    response = root.post(PAGE, {"address": ADDRESS, "act": "export"})
    assert response["Content-Disposition"].startswith('attachment; filename="person-')
    assert "no-store" in response["Cache-Control"]
    assert [row["words"] for row in response.json()["comments"]] == ["Words."]


def test_erasing_is_asked_and_needs_a_choice(root, comment):
    html = page(root.post(PAGE, {"address": ADDRESS, "act": "ask"}))
    assert "This cannot be undone." in html
    assert Reader.objects.exists()
    root.post(PAGE, {"address": ADDRESS, "act": "erase"})
    assert Reader.objects.exists()
    response = root.post(PAGE, {"address": ADDRESS, "act": "erase", "words": "go"})
    assert (response.status_code, response["Location"]) == (303, PAGE)
    assert "Personal data erased: 2 entries." in page(root.get(PAGE))
    comment.refresh_from_db()
    assert (comment.name, comment.body) == ("", "")


def test_the_history_says_what_was_done_and_not_to_whom(root, comment):
    root.post(PAGE, {"address": ADDRESS, "act": "export"})
    root.post(PAGE, {"address": ADDRESS, "act": "erase", "words": "stay"})
    entries = list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))
    assert entries == ["Personal data exported.", "Personal data erased: 2 entries."]
    assert "bahodir" not in repr(list(LogEntry.objects.values())).casefold()
    assert root.get("/admin/").status_code == 200


@pytest.mark.parametrize("typed", ["", "Bahodir", "a@b\0c.example"])
def test_what_is_no_address_is_said(root, typed):
    assert root.post(PAGE, {"address": typed, "act": "erase", "words": "go"}).status_code == 400


@pytest.mark.parametrize("role", ["Editor", "Moderator", "Author"])
def test_nobody_else_may_look(role, comment):
    client = Client()
    client.force_login(factories.user("eve", group=role))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"address": ADDRESS, "act": "export"}).status_code == 403


def test_it_reports_the_nights_in_numbers(root):
    RetentionNight.objects.create(day="2026-03-20", addresses=312, browsers=4, sessions=5)
    html = page(root.get(PAGE))
    assert "<td>312</td><td>4</td><td>5</td>" in html
