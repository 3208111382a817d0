"""A guest's device remembers their name if they tick it: the next form is filled in, and can forget them again."""

from urllib.parse import quote

import pytest
from django.test import Client, RequestFactory
from playwright.sync_api import expect

from comments.models import Comment
from comments.submission.remembered_name import MAX_COOKIE_LENGTH, NAME_COOKIE, read_name_cookie
from tests import factories
from tests.comments.browsers import expect_waiting, fill
from tests.comments.comment_pages import dangers, form_on, page, send

pytestmark = pytest.mark.django_db

BOB = {"name": "Bob|Ó'Neil, Жр", "email": "bob@example.net", "website": "https://bob.example/?a=1;b"}
LINE = '<div class="respond__who">'


def reads(value: str) -> dict[str, str]:
    request = RequestFactory().get("/")
    request.COOKIES[NAME_COOKIE] = value
    return read_name_cookie(request)


def reply_page(client: Client, post) -> str:
    """A page that no cache has."""
    return page(client.get(reply_url(post)))


def reply_url(post) -> str:
    return f"{post.get_absolute_url()}?reply={(post.comments.first() or factories.comment(post)).pk}"


@pytest.fixture
def known(visitor, post) -> Client:
    send(visitor, post, remember="on", **BOB)
    return visitor


def test_the_cookie_holds_what_was_typed_for_a_year_and_a_script_may_read_it(known):
    cookie = known.cookies[NAME_COOKIE]
    assert reads(cookie.value) == BOB
    assert cookie.value == cookie.coded_value  # as the script reads it
    assert (cookie["max-age"], cookie["samesite"], cookie["path"]) == (365 * 24 * 60 * 60, "Lax", "/")
    assert not cookie["httponly"]


def test_it_is_secure_where_the_others_are(visitor, post, settings):
    settings.SESSION_COOKIE_SECURE = True
    assert send(visitor, post, remember="on").cookies[NAME_COOKIE]["secure"]


@pytest.mark.parametrize(
    "fields",
    [{}, {"remember": "on", "body": ""}, {"remember": "on", "act": "preview"}, {"remember": "on", "email": "x"}],
)
def test_nothing_is_remembered_without_the_tick_or_before_a_comment_is_stored(visitor, post, fields):
    assert NAME_COOKIE not in send(visitor, post, **fields).cookies


def test_a_page_made_for_one_reader_says_as_whom_they_write(known, post):
    html = reply_page(known, post)
    assert LINE in html
    assert "Commenting as <bdi>Bob|Ó&#x27;Neil, Жр</bdi>" in html
    assert 'href="/you/#device">forget</a>' in html
    fields = form_on(known.get(reply_url(post)))
    assert {name: fields[name] for name in BOB} == BOB


def test_the_cached_page_is_the_same_to_the_byte(known, post):
    known.cookies = type(known.cookies)({NAME_COOKIE: known.cookies[NAME_COOKIE].value})
    responses = [client.get(post.get_absolute_url()) for client in (Client(), known)]
    assert responses[0].content == responses[1].content
    assert responses[1]["ETag"] == responses[0]["ETag"]
    assert "Bob|" not in page(responses[1])


def test_an_unticked_form_leaves_what_is_remembered(known, post):
    assert NAME_COOKIE not in send(known, post, name="Somebody else", body="Unticked.").cookies
    assert reads(known.cookies[NAME_COOKIE].value) == BOB


def test_a_mistake_shows_the_fields_open_with_what_was_typed(known, post):
    html = page(send(known, post, name="", body="A word."))
    assert LINE not in html
    assert "Not posted yet" in html


def test_a_reader_who_is_signed_in_is_not_asked(post):
    reader = factories.reader("ann@example.net")
    client = factories.reader_client(reader)
    client.cookies[NAME_COOKIE] = "Bob|bob@example.net|"
    html = page(client.get(post.get_absolute_url()))
    assert 'name="remember"' not in html
    assert "bob@example.net" not in html


HOSTILE = [
    "",
    "Bob",
    "||",
    "|a@b.org|",
    "a|b|c|d",
    "%00%0a|x|y",
    "%ff%fe|%|%u1234",
    '"><script>alert(1)</script>|"onfocus="alert(1)|javascript:alert(1)',
    quote("<img src=x onerror=alert(1)>", safe="") + "|x|javascript:alert(1)",
    quote("\u202eBob\u2028\r\nSet-Cookie: a=b", safe="") + "|a@b.org|",
    "A" * 5_000 + "|b|c",
    "\ud800|b|c",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_the_cookie_says_nothing_harms(visitor, post, value):
    found = reads(value)
    for name, limit in (("name", 80), ("email", 254), ("website", 200)):
        assert len(found.get(name, "")) <= limit
        assert not [letter for letter in found.get(name, "") if ord(letter) < 32]
    visitor.cookies[NAME_COOKIE] = value.encode("utf-8", "replace").decode()
    assert dangers(reply_page(visitor, post)) == []
    assert dangers(page(visitor.get("/you/"))) == []


def test_what_is_too_long_for_a_cookie_is_not_remembered(visitor, post):
    response = send(visitor, post, remember="on", name="Ж" * 80, website=f"https://b.example/{'ж' * 180}")
    assert response.status_code == 302
    assert len(response.cookies[NAME_COOKIE].value if NAME_COOKIE in response.cookies else "") <= MAX_COOKIE_LENGTH


def test_the_device_forgets_on_the_page_of_your_comments(known):
    html = page(known.get("/you/"))
    assert "On this device" in html
    response = known.post("/you/", {"act": "forget-name"})
    assert response["Location"] == "/you/?forgotten#device"
    assert not known.cookies[NAME_COOKIE].value
    assert "This device no longer remembers your name." in page(known.get(response["Location"]))
    assert "On this device" not in page(known.get("/you/"))


def test_another_site_cannot_make_it_forget(known):
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert known.post("/you/", {"act": "forget-name"}, headers=headers).status_code == 403
    assert known.cookies[NAME_COOKIE].value


def test_without_a_script_the_reply_page_is_filled_in_and_you_forgets(transactional_db, people):
    post = factories.post()
    factories.comment(post)
    tab = people.page(post.get_absolute_url(), java_script_enabled=False)
    tab.set_viewport_size({"width": 360, "height": 700})
    fill(tab, body="A word.", name="Rustam")
    tab.check("text=Remember my name")
    tab.click("text=Post comment")
    tab.goto(reply_url(post))
    expect(tab.get_by_text("Commenting as Rustam")).to_be_visible()
    tab.fill("[name=body]", "Another word.")
    tab.click("text=Post reply")
    assert list(Comment.objects.values_list("name", flat=True)) == ["Bob", "Rustam", "Rustam"]
    tab.goto(reply_url(post))
    tab.get_by_role("link", name="forget", exact=True).click()
    tab.get_by_role("button", name="Forget my name").click()
    tab.goto(reply_url(post))
    expect(tab.locator(".respond__who")).to_have_count(0)


def test_with_a_script_the_cached_page_is_filled_in_and_forgets(transactional_db, people):
    # Both posts are new: the guest's own waiting comment makes the first one's page theirs.
    post, other = factories.post(), factories.post()
    tab = people.page(post.get_absolute_url())
    tab.set_viewport_size({"width": 360, "height": 700})
    fill(tab, body="A word.", name="Rustam <i>", website="rustam.example")
    tab.check("text=Remember my name")
    tab.click("text=Post comment")
    expect_waiting(tab)
    expect(tab.locator("#respond .respond__who")).to_contain_text("Commenting as Rustam <i>")
    tab.goto(other.get_absolute_url())
    line = tab.locator(".respond__who")
    expect(line).to_contain_text("Commenting as Rustam <i>")
    expect(tab.locator("[name=name]")).to_be_hidden()
    tab.get_by_text("change", exact=True).click()
    expect(tab.locator("[name=website]")).to_have_value("https://rustam.example")
    tab.fill("[name=name]", "Rustam T.")
    tab.fill("[name=body]", "Another word.")
    tab.click("text=Post comment")
    expect_waiting(tab)
    assert Comment.objects.get(post=other).name == "Rustam T."
    tab.goto(factories.post().get_absolute_url())
    expect(line).to_contain_text("Commenting as Rustam T.")
    tab.fill("[name=body]", "Kept.")
    tab.get_by_role("link", name="forget", exact=True).click()
    expect(line).to_have_count(0)
    expect(tab.locator("[name=name]")).to_have_value("")
    expect(tab.locator("[name=name]")).to_be_focused()
    expect(tab.locator("[name=body]")).to_have_value("Kept.")
    assert not [cookie for cookie in tab.context.cookies() if cookie["name"] == NAME_COOKIE]
    tab.reload()
    expect(line).to_have_count(0)


@pytest.mark.parametrize("value", ["%", "%ff|b|c", "|a|b", "a|b", "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E|x|y"])
def test_a_script_survives_a_damaged_cookie(transactional_db, people, live_server, value):
    post = factories.post()
    context = people.context()
    context.add_cookies([{"name": NAME_COOKIE, "value": value, "url": live_server.url}])
    tab = context.new_page()
    tab.goto(post.get_absolute_url())
    expect(tab.locator("[name=body]")).to_be_visible()
    expect(tab.locator(".respond img")).to_have_count(0)
