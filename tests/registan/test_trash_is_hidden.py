"""No public page, feed, search, sitemap or email names what is in the trash."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from blog.editing.trash_actions import move_to_trash, restore_entry
from blog.models import TrashEntry
from comments.models import Comment
from tests import factories
from tests.blog.images.uploads import picture, uploaded
from tests.registan import site_urls

pytestmark = pytest.mark.django_db
# Words of what is moved to the trash, which nothing else has.
MARKS = ("zumrad", "yoqut", "marvarid", "feruza", "lojuvard")
# A word that all of them have.
SEARCHED = "sayohat"
LINK = re.compile(r'(?:href|src|action)="(?:https?://testserver)?(/[^"#]*)"')
# Static files, and what needs an account or a private link.
NOT_CRAWLED = ("/static/", "/media/", "/admin/", "/accounts/")


@pytest.fixture
def things():
    """A site, and a post, page, tag and picture of which each has a word of its own, as a comment has."""
    site_post = site_urls.create_site()
    image = uploaded(picture(size=(91, 60)), alt="feruza", caption="feruza")
    tag = factories.tag("yoqut")
    author = site_post.authors.first()
    post = factories.post(
        "zumrad",
        body=SEARCHED,
        authors=[author],
        tags=[tag, *site_post.tags.all()],
        published_at=timezone.now(),
        is_pinned=True,
    )
    factories.comment(post, body=f"lojuvard {SEARCHED}")
    site_post.refresh_from_db()
    site_post.body += f"\n\nBeside it.\n\n{image.markdown()}"
    site_post.save(tags=[tag, *site_post.tags.all()])
    page = factories.page("marvarid", body=SEARCHED)
    return site_post, [post, page, tag, image]


def crawl(client: Client, starts: list[str]) -> dict[str, str]:
    """The text of every page that can be reached from these, by its address."""
    found, waiting = {}, [*starts]
    while waiting:
        where = waiting.pop()
        if where in found or where.startswith(NOT_CRAWLED) or len(found) > 400:
            continue
        response = client.get(where)
        found[where] = response.text if "text" in response["Content-Type"] or "xml" in response["Content-Type"] else ""
        waiting += [link.replace("&amp;", "&") for link in LINK.findall(found[where])]
    return found


def starts(post) -> list[str]:
    feeds = [f"{start}feed/{kind}" for start in ("/", "/tag/tea/") for kind in ("", "atom/", "json/")]
    lists = ["/sitemap.xml", "/robots.txt", "/page/2/", "/archive/", "/comments/feed/", f"/search/?q={SEARCHED}"]
    return [*site_urls.public_urls(post).values(), *feeds, *lists]


def named_in(pages: dict[str, str]) -> dict[str, list[str]]:
    """The addresses of the pages that have each of the marks."""
    found = {mark: [where for where, text in pages.items() if mark in text] for mark in MARKS}
    return {mark: pages for mark, pages in found.items() if pages}


def test_nothing_public_names_what_is_in_the_trash_and_all_of_it_comes_back(things, visitor):
    site_post, rows = things
    assert named_in(crawl(visitor, starts(site_post))).keys() == set(MARKS)
    entries = [move_to_trash(row, by=None) for row in rows]
    assert named_in(crawl(visitor, starts(site_post))) == {}
    for entry in reversed(entries):
        restore_entry(entry.pk, by=None)
    assert not TrashEntry.objects.exists()
    assert named_in(crawl(visitor, starts(site_post))).keys() == set(MARKS)


def test_no_email_names_what_is_in_the_trash(things):
    _site_post, rows = things
    post, _page, tag, _image = rows
    for target in (tag, post.authors.first(), post):
        factories.subscription(target)
    factories.subscription()
    for row in rows:
        move_to_trash(row, by=None)
    factories.comment(post, body="lojuvard again")
    call_command("worker", once=True)
    assert Comment.objects.filter(post=post).exists()
    written = " ".join(message.subject + message.body for message in mail.outbox)
    assert not [mark for mark in MARKS if mark in written]
