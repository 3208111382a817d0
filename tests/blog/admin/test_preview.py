"""Previews of unsaved text: who gets them, how they are rendered, and that nothing is stored."""

import re

import pytest
from django.test import Client

from blog import jobs
from blog.markup.renderer import AUTHOR_LIMIT, render_author_markdown
from blog.models import Image, Post
from tests import factories
from tests.blog.images.uploads import uploaded

pytestmark = pytest.mark.django_db
POST, PAGE, AUTHOR = (f"/admin/blog/{kind}/preview/" for kind in ("post", "page", "author"))
MARK = re.compile(r'<span data-line="(\d+)"></span>')
EVERYTHING = """# Tea

A *claim*.[^a]
On two lines.

> First.
>
> > Inner.
>
> — Navoiy

![A camel](/media/camel.jpg "A caption")

| a | b |
|---|--:|
| 1 | 2 |

- one
- two

<div>

Typed.

</div>

```
code
```

[^a]: A note.
"""


def signed_in(group: str, **more) -> Client:
    client = Client(**more)
    client.force_login(factories.user(group.lower(), group=group))
    return client


@pytest.fixture
def alice() -> Client:
    return signed_in("Author")


def drawn(client: Client, address: str = POST, **sent) -> str:
    response = client.post(address, sent)
    assert response.status_code == 200
    return response.content.decode()


def test_the_form_is_shown_as_the_posts_page_will_be(alice):
    shown = drawn(
        alice, title="On <tea>", epigraph="Drink *slowly*.", epigraph_source="Navoiy", body="Tea[^1].\n\n[^1]: N"
    )
    assert "On &lt;tea&gt;</h1>" in shown
    assert "Drink <em>slowly</em>." in shown
    assert "<figcaption>Navoiy</figcaption>" in shown
    assert 'href="#fn-1"' in shown
    assert "nothing is saved" in shown
    assert "css/site.css" in shown


def test_it_is_exactly_what_the_published_page_holds(alice):
    post = factories.post(body=EVERYTHING)
    published = Client().get(post.get_absolute_url()).content.decode()
    shown = drawn(alice, body=EVERYTHING)
    prose = shown[shown.index('<div class="prose"') :].split(">", 1)[1].split("</article>")[0].strip()
    assert prose.removesuffix("</div>") in published


def test_the_text_alone_is_rendered_the_same_with_source_lines(alice):
    shown = drawn(alice, body=EVERYTHING, fragment="yes")
    assert render_author_markdown(EVERYTHING) in MARK.sub("", shown)
    lines = EVERYTHING.splitlines()
    assert [lines[int(number)] for number in MARK.findall(shown)] == [
        "# Tea", "A *claim*.[^a]", "> First.", '![A camel](/media/camel.jpg "A caption")', "| a | b |", "- one",
        "<div>", "Typed.", "</div>", "```",
    ]  # fmt: skip
    assert "<html" not in shown
    assert "css/site.css" not in shown


def test_no_published_text_shows_source_lines():
    typed = "One.\n\n\ufdd01\ufdd1 &#xFDD0;2&#xFDD1; <span data-line='3'>x</span>"
    assert "data-line" not in render_author_markdown(typed)
    assert MARK.findall(render_author_markdown(typed, with_lines=True))[:2] == ["0", "2"]


def test_a_typed_script_is_rendered_harmless_as_everywhere(alice):
    for fragment in ("", "yes"):
        shown = drawn(alice, body="<img src=x onerror=alert(1)>", epigraph="<script>a()</script>b",
                      epigraph_source="<i>x</i>", title="<b>", fragment=fragment)  # fmt: skip
        assert "onerror" not in shown
        assert "a()" not in shown
        assert "&lt;i&gt;x" in shown


def test_a_text_that_costs_too_much_gets_a_sentence(alice):
    for field in ("body", "epigraph"):
        for fragment in ("", "yes"):
            response = alice.post(POST, {field: "a" * (AUTHOR_LIMIT + 1), "fragment": fragment})
            assert response.status_code == 422
            assert "the limit is 160,000" in response.content.decode()


def test_an_empty_form_has_a_preview_too(alice):
    shown = drawn(alice)
    assert "Nothing written yet." in shown
    assert "Untitled" in shown


def test_nothing_is_stored_cached_or_found(alice):
    response = alice.post(POST, {"title": "Hush", "slug": "hush", "body": "Hushhush", "_save": "Save"})
    assert not Post.objects.exists()
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_it_asks_for_the_forms_token():
    client = signed_in("Author", enforce_csrf_checks=True)
    assert client.post(POST, {"body": "Tea."}).status_code == 403


@pytest.mark.parametrize(
    ("group", "allowed"),
    [("Contributor", {POST}), ("Author", {POST, AUTHOR}), ("Editor", {POST, PAGE, AUTHOR}), ("Moderator", set())],
)
def test_accounts_preview_what_they_may_write(group, allowed):
    client = signed_in(group)
    answers = {address: client.post(address, {"body": "Tea."}).status_code for address in (POST, PAGE, AUTHOR)}
    assert answers == {address: 200 if address in allowed else 403 for address in (POST, PAGE, AUTHOR)}
    assert {client.get(address).status_code for address in answers} == {405}


def test_a_guest_goes_to_the_sign_in_page_and_the_form_they_sent_is_kept():
    script = Client(headers={"Sec-Fetch-Mode": "cors"})
    assert script.post(POST, {"body": "Tea."}).url.startswith("/admin/login/")
    kept = Client().post(POST, {"body": "Tea, first of all."})
    assert kept.status_code == 403
    assert "Tea, first of all." in kept.text


def test_a_page_and_a_life_are_shown_by_their_own_fields():
    editor = signed_in("Editor")
    shown = drawn(editor, PAGE, title="About", body="We *write*.")
    assert "About</h1>" in shown
    assert "<em>write</em>" in shown
    shown = drawn(editor, AUTHOR, name="Alice", bio="She *writes*.", body="Not this.")
    assert "Alice</h1>" in shown
    assert "<em>writes</em>" in shown
    assert "Not this" not in shown


def test_without_script_the_form_holds_a_text_area_and_a_button_for_the_preview(alice):
    shown = alice.get("/admin/blog/post/add/").content.decode()
    assert re.search(rf'<button [^>]*type="submit"[^>]*formaction="{POST}"[^>]*formtarget="_blank"', shown)
    assert re.search(r'<textarea name="body"[^>]*required[^>]*id="id_body"', shown)
    assert re.search(r'role="toolbar"[^>]*hidden', shown)


def test_the_text_comes_back_into_the_form_letter_by_letter(alice):
    body = "\n  </textarea> & \"quotes\" 'and' {{ braces }}\n"
    shown = alice.post("/admin/blog/post/add/", {"body": body}).content.decode()
    inside = re.search(r'<textarea name="body"[^>]*>\n(.*?)</textarea>', shown, re.DOTALL)[1]
    assert inside == "\n  &lt;/textarea&gt; &amp; &quot;quotes&quot; &#x27;and&#x27; {{ braces }}\n"


@pytest.mark.parametrize("address", [POST, PAGE])
@pytest.mark.parametrize("fragment", ["", "1"])
def test_images_have_the_sizes_and_the_credit_that_readers_will_see(address, fragment):
    image = uploaded()
    jobs.render_next_image()
    Image.objects.update(credit="Ann")
    text = drawn(signed_in("Editor"), address, body=image.markdown(), fragment=fragment)
    assert "<picture>" in text
    assert 'width="80" height="60"' in text
    assert '<small class="credit" dir="auto">Ann</small>' in text
