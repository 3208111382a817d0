"""The admin of old addresses: typed one by one or as a file, and missing ones led somewhere with one button."""

import re

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from blog.models import AddressMiss, OldAddress
from tests import factories
from tests.blog.old_addresses.old_blog import POST, leads, move_in

pytestmark = pytest.mark.django_db
ADD, LIST = "/admin/blog/oldaddress/add/", "/admin/blog/oldaddress/"
IMPORT, MISSES = "/admin/blog/oldaddress/import/", "/admin/blog/addressmiss/"


@pytest.fixture
def editor(db):
    return factories.staff_client("edith", "Editor")


def form(**fields) -> dict[str, str]:
    return {"path": "/old/", "leads_to": "", "post": "", "page": "", "code": "301", **fields}


def errors(response) -> dict[str, list[str]]:
    assert response.status_code == 200
    return {name: list(said) for name, said in response.context["adminform"].form.errors.items()}


def missed(path: str, count: int = 1) -> AddressMiss:
    now = timezone.now()
    return AddressMiss.objects.create(path=path, count=count, first_at=now, last_at=now)


# Typed


def test_what_is_typed_leads_there_and_follows_it(editor):
    post = factories.post(slug="tea")
    editor.post(ADD, form(path="http://old.example/2009/05/tea.html", leads_to=f"{settings.SITE_URL}/2026/03/20/tea/"))
    row = OldAddress.objects.get()
    assert (row.path, row.post, row.address, row.source) == ("/2009/05/tea.html", post, "", "")
    post.slug = "chai"
    post.save()
    assert leads("/2009/05/tea.html") == post.get_absolute_url()


def test_a_post_or_a_page_is_chosen(editor):
    post, page = factories.post(), factories.page()
    editor.post(ADD, form(path="/a/", post=str(post.pk)))
    editor.post(ADD, form(path="/b/", page=str(page.pk), code="302"))
    assert [leads("/a/"), leads("/b/")] == [post.get_absolute_url(), "302 /about/"]


def test_other_addresses_are_kept_as_they_are(editor):
    editor.post(ADD, form(path="/a/", leads_to="/search/?q=tea"))
    editor.post(ADD, form(path="/b/", leads_to="https://x.example/b?c=d#e"))
    editor.post(ADD, form(path="/c/", code="410"))
    editor.post(ADD, form(path="/d/", leads_to="/", with_below="on"))
    assert [leads(path) for path in ("/a/", "/b/", "/c/", "/d/2026/03/")] == [
        *("/search/?q=tea", "https://x.example/b?c=d#e", 410, "/2026/03/"),
    ]


WRONG = {
    "nothing": ({"leads_to": ""}, "leads_to"),
    "two at once": ({"leads_to": "/archive/", "post": "1"}, "post"),
    "gone, but leading somewhere": ({"leads_to": "/archive/", "code": "410"}, "leads_to"),
    "to itself": ({"leads_to": "/old/"}, "leads_to"),
    "below itself": ({"leads_to": "/old/er/", "with_below": "on"}, "leads_to"),
    "to nothing": ({"leads_to": "/nowhere/"}, "leads_to"),
    "to another scheme": ({"leads_to": "javascript:alert(1)"}, "leads_to"),
    "to another site, disguised": ({"leads_to": "//evil.example/"}, "leads_to"),
    "from what is there": ({"path": "/archive/", "leads_to": "/tags/"}, "path"),
    "from the admin": ({"path": "/admin/x/", "leads_to": "/tags/"}, "path"),
    "from the front page": ({"path": "/", "leads_to": "/tags/"}, "path"),
    "from what is no address": ({"path": "http://[::1/", "leads_to": "/tags/"}, "path"),
    "a code that there is not": ({"leads_to": "/tags/", "code": "200"}, "code"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_at_its_field(editor, case):
    fields, name = WRONG[case]
    if "post" in fields:
        fields = {**fields, "post": str(factories.post().pk)}
    assert name in errors(editor.post(ADD, form(**fields)))
    assert not OldAddress.objects.exists()


def test_what_leads_on_is_stored_in_one_step(editor):
    move_in()
    editor.post(ADD, form(path="/older/", leads_to="/2009/05/tea-houses/"))
    assert OldAddress.objects.get(path="/older").post.get_absolute_url() == POST


def test_one_address_has_one_redirect(editor):
    OldAddress.objects.create(path="/old", address="/archive/")
    assert "path" in errors(editor.post(ADD, form(leads_to="/tags/")))


def test_a_changed_one_belongs_to_no_import_any_more_and_the_rest_stays_as_it_is(editor):
    rows = move_in()
    row = OldAddress.objects.get(path="/?attachment_id=13")
    page = editor.get(f"{LIST}{row.pk}/change/")
    assert page.context["adminform"].form.initial["leads_to"] == rows["picture"].file.url
    editor.post(f"{LIST}{row.pk}/change/", form(path=row.path, leads_to=rows["picture"].file.url, code="302"))
    row.refresh_from_db()
    assert (row.image, row.code, row.source) == (rows["picture"], 302, "")


def test_the_list_is_searched_and_filtered_at_a_fixed_number_of_queries(editor, django_assert_max_num_queries):
    move_in()
    OldAddress.objects.create(path="/typed", address="/archive/")
    with django_assert_max_num_queries(12):
        page = editor.get(LIST)
    assert POST in page.text
    assert "/typed" in editor.get(f"{LIST}?origin=typed").text
    assert "/archives/12" not in editor.get(f"{LIST}?origin=typed").text
    assert "/typed" not in editor.get(f"{LIST}?origin=import").text
    assert "/archives/12" in editor.get(f"{LIST}?q=Tea+houses").text


def test_a_deleted_one_leads_nowhere(editor):
    row = OldAddress.objects.create(path="/old", address="/archive/")
    editor.post(f"{LIST}{row.pk}/delete/", {"post": "yes"})
    assert leads("/old/") == 404


# Files


def test_a_file_is_shown_before_it_is_stored(editor):
    missed("/a")
    file = SimpleUploadedFile("redirects.csv", "old,new\n/a,/archive/\n/чай,/tags/\n".encode())
    shown = editor.post(IMPORT, {"file": file})
    assert not OldAddress.objects.exists()
    assert "Store 2 redirects" in shown.text
    lines = shown.context["text"]
    answer = editor.post(IMPORT, {"lines": lines, "confirmed": "yes"}, follow=True)
    assert "2 redirects were stored." in answer.text
    assert [leads("/a/"), leads("/чай/")] == ["/archive/", "/tags/"]
    assert not AddressMiss.objects.exists()


def test_a_wrong_line_is_named_and_nothing_is_stored_even_if_it_was_confirmed(editor):
    for more in ({}, {"confirmed": "yes"}):
        answer = editor.post(IMPORT, {"lines": "/a,/archive/\n/<b>,/nowhere/\n", **more})
        assert answer.status_code == 400
        assert "Line 2:" in answer.text
        assert "<b>," not in answer.text.replace("&lt;b&gt;,", "")
        assert not OldAddress.objects.exists()


def test_a_file_that_is_no_text_is_refused_with_a_sentence(editor):
    answer = editor.post(IMPORT, {"file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00")})
    assert answer.status_code == 400
    assert "UTF-8" in answer.text


def test_the_export_is_a_file_that_the_import_reads(editor):
    move_in()
    answer = editor.get("/admin/blog/oldaddress/export/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == "old,new,code"
    assert f"/archives/12,{POST},301" in lines
    assert "/2008/01/nothing,,410" in lines


# Missing addresses


def buttons(page) -> list[tuple[str, str]]:
    return re.findall(r'<button class="admin-button" formaction="([^"]*)" name="choice" value="([^"]*)"', page.text)


def test_the_most_wanted_stand_first_each_with_what_has_its_slug(editor, django_assert_max_num_queries):
    post, page = factories.post(slug="tea-houses"), factories.page("about-us")
    wanted = missed("/2009/05/tea_houses.html", 9)
    other, unknown = missed("/old/about-us", 5), missed("/archives/12", 7)
    with django_assert_max_num_queries(14):
        found = buttons(editor.get(MISSES))
    lead = "/admin/blog/addressmiss/{}/lead/"
    assert found == [
        (lead.format(wanted.pk), f"post:{post.pk}"), (lead.format(wanted.pk), "gone"),
        (lead.format(unknown.pk), "gone"),
        (lead.format(other.pk), f"page:{page.pk}"), (lead.format(other.pk), "gone"),
    ]  # fmt: skip


def test_one_button_leads_it_there(editor):
    post = factories.post("Tea <houses>", slug="tea-houses")
    miss = missed("/2009/05/tea-houses", 9)
    ((address, value), _gone) = buttons(editor.get(MISSES))
    answer = editor.post(address, {"choice": value}, follow=True)
    assert "/2009/05/tea-houses leads to “Tea &lt;houses&gt;” now." in answer.text
    assert leads("/2009/05/tea-houses/") == post.get_absolute_url()
    assert not AddressMiss.objects.filter(pk=miss.pk).exists()
    assert LogEntry.objects.filter(object_repr="/2009/05/tea-houses").exists()


def test_another_says_that_it_is_gone(editor):
    miss = missed("/2009/05/tea-houses")
    editor.post(f"{MISSES}{miss.pk}/lead/", {"choice": "gone"})
    assert leads("/2009/05/tea-houses/") == 410
    many = [missed("/a-b-c"), missed("/d-e-f")]
    chosen = {"action": "mark_gone", "_selected_action": [row.pk for row in many]}
    assert "2 addresses are gone for good." in editor.post(MISSES, chosen, follow=True).text
    assert leads("/a-b-c/") == 410


def test_anything_else_is_chosen_in_the_form_which_knows_the_address(editor):
    miss = missed("/?p=99")
    link = f"{ADD}?miss={miss.pk}"
    assert link in editor.get(MISSES).text
    assert 'value="/?p=99"' in editor.get(link).text
    editor.post(link, form(path="/?p=99", leads_to="/archive/"))
    assert leads("/?p=99") == "/archive/"
    assert not AddressMiss.objects.exists()
    assert 'name="path" value' not in editor.get(f"{ADD}?miss=abc").text


@pytest.mark.parametrize("choice", ["", "post:", "post:x", "post:999", "author:1", "gone:1", "post:" + "9" * 40])
def test_a_choice_that_there_is_not_leads_to_the_form(editor, choice):
    miss = missed("/lost/tea")
    assert editor.post(f"{MISSES}{miss.pk}/lead/", {"choice": choice})["Location"] == f"{ADD}?miss={miss.pk}"
    assert editor.post(f"{MISSES}999/lead/", {"choice": "gone"}).status_code == 404
    assert editor.post(f"{MISSES}x/lead/", {"choice": "gone"}).status_code == 404
    assert not OldAddress.objects.exists()


def test_what_has_been_written_there_meanwhile_is_said_and_nothing_is_stored(editor):
    miss = missed("/tea-houses")
    factories.page("tea-houses")
    answer = editor.post(f"{MISSES}{miss.pk}/lead/", {"choice": "gone"}, follow=True)
    assert "There is something at /tea-houses on this site." in answer.text
    assert not OldAddress.objects.exists()


def test_with_debug_the_list_of_missing_addresses_says_why_it_does_not_grow(editor, monkeypatch):
    assert "DEBUG" not in editor.get(MISSES).text
    monkeypatch.setattr(settings, "DEBUG", True)
    assert "Nothing is counted now, since DEBUG is on" in editor.get(MISSES).text
