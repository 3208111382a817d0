"""How a post is quoted: words to copy, a short address, an entry for programs."""

import datetime
import re
from html import unescape

import pytest

from blog.models import Post
from blog.sharing.bibtex import render_bibtex
from tests import factories

pytestmark = pytest.mark.django_db


def cited(visitor, post: Post) -> str:
    html = visitor.get(post.get_absolute_url()).content.decode()
    return unescape(re.sub(r"<[^>]*>", "", html.partition('<details class="cite">')[2].partition("</details>")[0]))


def test_a_post_is_ready_to_be_quoted(visitor):
    people = [factories.author("Alice"), factories.author("Bob")]
    post = factories.post("Tea & talk", slug="tea", authors=people)
    address = "http://127.0.0.1:8000/2026/03/20/tea/"
    assert f"Alice and Bob, “Tea & talk”, Registan, 20 March 2026, {address}" in cited(visitor, post)


def test_a_post_without_authors_begins_with_its_title(visitor):
    assert "\n“The tea house”, Registan" in re.sub(r"\n\s*", "\n", cited(visitor, factories.post(authors=[])))


def test_the_short_address_follows_the_post(visitor, post):
    short = f"http://127.0.0.1:8000/p/{post.pk}/"
    assert short in cited(visitor, post)
    response = visitor.get(f"/p/{post.pk}/")
    assert (response.status_code, response["Location"]) == (302, f"http://127.0.0.1:8000{post.get_absolute_url()}")
    post.slug = "renamed"
    post.save()
    assert visitor.get(f"/p/{post.pk}/")["Location"].endswith("/renamed/")
    for number in ("0", "999999", "9" * 18, "x", "-1"):
        assert visitor.get(f"/p/{number}/").status_code == 404


def test_an_entry_has_what_a_reference_needs(visitor, post):
    day = datetime.date(2026, 3, 20)
    entry = render_bibtex(
        key="[::1]-7", authors=["Alice Verey", "Bob"], title="Tea", site="Registan", day=day, url="https://x/"
    )
    assert entry.splitlines() == [
        "@online{1-7,",
        "  author = {{Alice Verey} and {Bob}},",
        "  title = {{Tea}},",
        "  organization = {{Registan}},",
        "  date = {2026-03-20},",
        "  url = {https://x/},",
        "}",
    ]


@pytest.mark.parametrize("title", ["}, url = {evil", "100 % & #1 _ $ ^ ~ \\end", "{{{", "\\}"])
def test_no_title_ends_the_entry(title):
    entry = render_bibtex(key="k", authors=[], title=title, site="S", day=datetime.date(2026, 1, 1), url="u")
    line = next(line for line in entry.splitlines() if line.startswith("  title"))
    bare = re.sub(r"\\text\w+\{\}|\\.", "", line)
    assert re.fullmatch(r"  title = \{\{[^{}%&#_$^~\\]*\}\},", bare)
