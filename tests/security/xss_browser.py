"""Hostile texts through every field into every page, email, feed and view of the admin, judged by Chromium.

    python -m pytest tests/security/xss_browser.py        (make security runs it; it takes some minutes)

Chromium's own parser reads every page, and says what could run or is no reader's or author's to write; a page of each
address is opened as well, and must neither show a dialog nor be stopped by the Content-Security-Policy. The last tests
are the control: with one protection taken out, the same has to find something.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from html import unescape
from itertools import batched
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.template import engines
from django.test import Client
from django.urls import resolve
from playwright.sync_api import Error

from blog.markup import renderer
from tests import factories
from tests.blog.markup.safe_html import AUTHOR_SAFE, READER_SAFE
from tests.security.crawl import crawl
from tests.security.fuzz_targets import without_sanitiser
from tests.security.payloads import OWN, payloads, sources
from tests.security.planting import Planter, approve, mails

ORACLE = Path(__file__).with_name("oracle.js").read_text()
# What the site itself adds to an author's text: players, links to passages, buttons of cards.
ADDED = ["audio", "video", "source", "button", "svg", "path", "use", "picture"]
ALLOWED = {"reader": [*READER_SAFE], "author": [*AUTHOR_SAFE, *ADDED]}
READ = f"""(pages) => pages.map(([where, html, staff]) => {{
  const found = ({ORACLE})(new DOMParser().parseFromString(html, "text/html"), {{ ...{json.dumps(ALLOWED)}, staff }});
  return found.length ? `${{where}}: ${{found.slice(0, 3).join("; ")}}` : "";
}}).filter(Boolean)"""
LISTEN = "addEventListener('securitypolicyviolation', (event) => (window.refused ||= []).push(event.violatedDirective))"
ENTRY = re.compile(r"<(?:content:encoded|description|content|summary)\b[^>]*>(.*?)</", re.DOTALL)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def window(browser):
    """An empty page of Chromium in which nothing may happen; dialogs are in `said`."""
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page = context.new_page()
    page.said = []

    def hear(dialog) -> None:
        page.said.append(f"a dialog on {page.url}")
        dialog.dismiss()

    page.on("dialog", hear)
    yield page
    context.close()


@pytest.fixture
def root():
    client = Client()
    client.force_login(factories.user("root", is_superuser=True, group="Administrator"))
    return client


def judge(window, pages: dict[str, str], *, staff: bool = False) -> list[str]:
    """What Chromium's parser finds on these pages, the same only once."""
    found = {}
    for group in batched(pages.items(), 25, strict=False):
        for line in window.evaluate(READ, [[where, html, staff] for where, html in group]):
            found.setdefault(line.partition(": ")[2], line)
    return [*found.values()]


def entries(others: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The HTML in feeds, as a reader of feeds takes it out."""
    for path, text in others.items():
        if text.startswith("{"):
            for number, item in enumerate(json.loads(text).get("items", [])):
                yield f"{path} {number}", item.get("content_html", "")
        else:
            for number, html in enumerate(ENTRY.findall(text)):
                yield f"{path} {number}", unescape(html.removeprefix("<![CDATA[").removesuffix("]]>"))


def open_one_of_each(window, live_server, client: Client, paths: list[str]) -> list[str]:
    """Open a page of each address, signed in as `client`; what the policy stopped, or what was said."""
    session = client.cookies.get(django_settings.SESSION_COOKIE_NAME)
    if session:
        window.context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
    found, names = [], set()
    for path in paths:
        name = resolve(path.partition("?")[0]).view_name
        if name in names:
            continue
        names.add(name)
        try:
            window.goto(live_server.url + path, wait_until="load", timeout=120_000)
        except Error as error:
            if "Download is starting" not in str(error):
                raise
            continue  # for browsers it is no page
        # An author may show a picture of another site in Markdown; the policy keeps browsers from asking for it.
        # Chromium shows XML with a style sheet of its own, which the policy refuses, too.
        is_page = window.evaluate("document.contentType") == "text/html"
        refused = {*(window.evaluate("window.refused || []") if is_page else [])} - {"img-src", "media-src"}
        found += [f"{path}: the policy refused {directive}" for directive in sorted(refused)]
    window.context.clear_cookies()
    return found + window.said


def test_no_text_becomes_markup_anywhere(window, live_server, root, tmp_path, capsys):
    planter = Planter()
    planter.plant(tmp_path, payloads()[:: int(os.environ.get("EVERY", 1))])
    public, others = crawl(Client(), "/", "/search/?q=alert", "/sitemap.xml", "/tags/", "/authors/", "/archive/")
    staff, _ = crawl(root, "/admin/", *(path for path in public if "20" in path))
    fragments = dict(entries(others))
    with capsys.disabled():
        counted = {name: len(texts) for name, texts in sources().items()}
        print(
            f"\nxss: {counted}, {planter.planted} fields filled; {len(planter.answers)} answers, {len(public)} pages,"
        )
        print(f"xss: {len(staff)} pages of the staff, {len(fragments)} entries of feeds, {len(mails())} emails")
    assert min(len(public), len(staff), len(fragments)) > 30
    assert len(mails()) > 5
    assert judge(window, planter.answers | public | fragments | mails()) == []
    assert "\n".join(judge(window, staff, staff=True)) == ""
    assert open_one_of_each(window, live_server, Client(), [*public, *others]) == []
    assert open_one_of_each(window, live_server, root, [*staff]) == []


# The control: the same, with a protection taken out


@pytest.fixture
def commented():
    """A post with our own texts as comments, stored while one protection is missing."""

    def store():
        post = factories.post()
        planter = Planter()
        planter.plant_comments(post, tuple(OWN))
        approve(post)
        return post

    return store


def test_control_without_the_sanitiser_bodies_are_found(window, live_server, commented):
    renderer._reader_parser.options["html"] = True
    renderer._reader_parser.enable(["html_block", "html_inline"])
    try:
        with without_sanitiser():
            renderer.render_reader_markdown.cache_clear()
            post = commented()
    finally:
        renderer._reader_parser.options["html"] = False
        renderer._reader_parser.disable(["html_block", "html_inline"])
        renderer.render_reader_markdown.cache_clear()
    address = f"{post.get_absolute_url()}discussion/"
    assert judge(window, {address: Client().get(address).content.decode()})
    assert any(
        "the policy refused script-src" in found for found in open_one_of_each(window, live_server, Client(), [address])
    )


def test_control_without_escaping_in_templates_names_are_found(window, monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "autoescape", False)
    text = "\"'></title><img src=x onerror=alert(1)>"
    assert judge(window, {"search": Client().get("/search/", {"q": text}).content.decode()})


def test_control_without_the_policy_a_dialog_is_seen(browser, window):
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    seen = []
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.set_content("<img src=x onerror=alert(1)>")
    page.wait_for_function("document.images[0].complete")
    page.evaluate("0")
    context.close()
    assert seen == ["1"]
