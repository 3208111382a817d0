"""Readers' text stays text: on the page, in feeds, on the receipt, in refused forms."""

import json
import re
from xml.etree import ElementTree

import pytest

from comments.models import Comment, Policy
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import dangers, page, send

pytestmark = pytest.mark.django_db

BODIES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</div></article><script>alert(1)</script>",
    "[press](javascript:alert(1))",
    "[press](JaVaScRiPt:alert(1))",
    "[press](java\tscript:alert(1))",
    "[press](data:text/html;base64,PHNjcmlwdD4=)",
    "[press](vbscript:x)",
    "<javascript:alert(1)>",
    "![x](https://tracker.example/pixel.gif)",
    '[a](https://example.net/"onmouseover="alert(1))',
    '[a](https://example.net/ "\\" onmouseover=\\"alert(1)")',
    "`<script>alert(1)</script>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "<iframe src=javascript:alert(1)></iframe>",
    "<style>body{display:none}</style>",
    "<base href=https://evil.example/>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<!--<script>-->alert(1)<!--</script>-->",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href='x' onclick='alert(1)'>a</a>",
    "{{ 7|add:7 }} {% load x %}",
]
NAMES = [
    "<script>alert(1)</script>",
    '"><svg/onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</bdi><img src=x onerror=alert(1)>",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;",
    "{{ settings.SECRET_KEY }}",
]
WEBSITES = [
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/",
    'https://example.net/"onmouseover="alert(1)',
    "https://example.net/'onmouseover='alert(1)",
    "https://example.net/><script>alert(1)</script>",
    "https://example.net/`x`",
    "https://javascript:alert(1)@example.net/",
]


def everywhere(visitor, comment: Comment) -> dict[str, str]:
    """The HTML of every public place where an approved comment stands."""
    post = comment.post.get_absolute_url()
    receipt = f"/comments/receipt/{tokens.make_token(tokens.RECEIPT, comment.pk)}/"
    places = {where: page(visitor.get(where)) for where in (post, f"{post}?reply={comment.pk}", receipt)}
    for feed in ("/comments/feed/", f"{post}feed/"):
        for element in ElementTree.fromstring(visitor.get(feed).content).iter():  # noqa: S314
            places[f"{feed} {element.tag}"] = places.get(f"{feed} {element.tag}", "") + (element.text or "")
        for element in ElementTree.fromstring(visitor.get(f"{feed}atom/").content).iter():  # noqa: S314
            if element.tag.endswith("content"):
                places[f"{feed}atom/ {element.tag}"] = element.text or ""
        for item in json.loads(visitor.get(f"{feed}json/").content)["items"]:
            places[f"{feed}json/"] = item["content_html"]
    return {
        where: html for where, html in places.items() if "encoded" in where or "content" in where or " " not in where
    }


def assert_inert(visitor, comment: Comment) -> None:
    for where, html in everywhere(visitor, comment).items():
        assert dangers(html) == [], where
        assert not re.search(r"<img[^>]*tracker", html)


@pytest.mark.parametrize("body", BODIES)
def test_a_body_runs_nothing_anywhere(visitor, post, body):
    assert dangers(page(send(visitor, post, body=body, email="wrong"))) == []
    assert dangers(page(send(visitor, post, body=body, act="preview"))) == []
    send(visitor, post, body=body)
    comment = Comment.objects.get()
    assert comment.body == body
    assert_inert(visitor, comment)
    factories.approve(comment, via="desk")
    assert_inert(visitor, comment)


@pytest.mark.parametrize("website", ["", "https://bob.example.net/"])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_runs_nothing_anywhere(visitor, post, name, website):
    assert dangers(page(send(visitor, post, name=name, email="wrong"))) == []
    send(visitor, post, name=name, website=website)
    comment = Comment.objects.get()
    assert comment.name == name
    factories.approve(comment, via="desk")
    factories.comment(post, parent=comment)
    assert_inert(visitor, comment)


@pytest.mark.parametrize("website", WEBSITES)
def test_a_website_is_refused_or_inert(visitor, post, website):
    response = send(visitor, post, website=website)
    if response.status_code == 302:
        comment = Comment.objects.get()
        factories.approve(comment, via="desk")
        assert_inert(visitor, comment)
        assert comment.website.startswith("https://")
    else:
        assert response.status_code == 400
        assert dangers(page(response)) == []
        assert not Comment.objects.exists()


def test_a_readers_link_verifies_nothing(visitor, post):
    Policy.objects.update_or_create(pk=1, defaults={"regular_after": 1})
    factories.comment(post, website="https://bob.example.net/", body="[one](https://example.net/)")
    html = page(visitor.get(post.get_absolute_url()))
    assert '<a href="https://bob.example.net/" rel="nofollow ugc noopener">' in html
    assert '<a href="https://example.net/" rel="nofollow ugc noopener">one</a>' in html


def test_the_oracle_of_these_tests_sees_what_runs():
    assert dangers('<a href=" javascript:x">') == ["a href= javascript:x"]
    assert dangers("<p onclick=x><script>1</script><img src=x>") == ["p onclick", "script", "img"]
    assert dangers('<script src="/static/js/theme.js"></script><a href="/x">') == []
