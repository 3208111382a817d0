"""The public site as files: every page that readers find, linked from file to file, and nothing else"""

import os
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Post, Redirect
from comments.threads import layout
from registan.transfer.exports import write_static_site
from registan.transfer.exports.static.page_rewriting import DROPPED_TAGS
from tests import factories
from tests.registan.transfer.exports.archive_links import broken_links, read_pages
from tests.registan.transfer.exports.whole_site import MARK, add_hidden_texts, build_site

pytestmark = pytest.mark.django_db
CHAYKHANA = "2026/03/20/chaykhana/index.html"


@pytest.fixture
def short_pages(monkeypatch):
    """Three comments are a page of a conversation."""
    monkeypatch.setattr(layout, "COMMENTS_PER_PAGE", 3)


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "site"
    made.mkdir()
    return made


def test_every_page_is_there_and_every_link_leads_to_a_file(folder, short_pages):
    build_site()
    add_hidden_texts()
    numbers = write_static_site(folder)
    pages = read_pages(folder)
    assert broken_links(folder) == []
    assert len(pages) == numbers["pages"]
    names = {path.relative_to(folder.resolve()).as_posix() for path in pages}
    assert {"index.html", "archive/index.html", "tags/index.html", "authors/index.html", "search/index.html"} <= names
    assert {CHAYKHANA, "2026/03/20/chaykhana/comment-page-2/index.html", "tag/tea-talk/index.html"} <= names
    assert {"2026/index.html", "2026/03/20/index.html", "author/bob/index.html", "guests/index.html"} <= names
    assert (folder / "favicon.ico").is_file()


def test_nothing_of_it_needs_the_application(folder):
    build_site()
    write_static_site(folder)
    for page in read_pages(folder).values():
        assert not page.tags & DROPPED_TAGS
        assert not [link for link in page.links if link.startswith("/") or "?" in link]
    assert "This is an archive of Registan" in (folder / CHAYKHANA).read_text()


def test_what_readers_do_not_find_is_nowhere(folder):
    build_site()
    add_hidden_texts()
    write_static_site(folder)
    for path in folder.rglob("*"):
        assert MARK not in str(path)
        if path.is_file():
            content = path.read_bytes()
            assert MARK.encode() not in content
            assert b"bob@example.net" not in content


def test_files_that_pages_show_are_beside_them_and_no_others(folder, settings):
    post = build_site()
    unused = Path(settings.MEDIA_ROOT) / "images" / f"{'a' * 32}.png"
    unused.write_bytes(b"unused")
    write_static_site(folder)
    assert [path.name for path in (folder / "media/images").iterdir()] == [Path(post.cover.file.name).name]
    html = (folder / CHAYKHANA).read_text()
    assert f'src="../../../../media/{post.cover.file.name}"' in html
    sheets = list((folder / "static/css").iterdir())
    assert sheets
    assert "url(/" not in "".join(sheet.read_text() for sheet in sheets)


def test_links_in_texts_lead_to_files_or_to_the_site(folder, settings):
    build_site()
    post = factories.post(
        slug="links",
        body="[moved](/2026/03/20/old-slug/) [gone](/2020/01/01/nothing/) "
        f"[whole]({settings.SITE_URL}/about/) [search](/search/?q=tea) [elsewhere](https://example.org/about/)",
    )
    write_static_site(folder)
    html = (folder / post.get_absolute_url().strip("/") / "index.html").read_text()
    assert 'href="../chaykhana/index.html"' in html
    assert f'href="{settings.SITE_URL}/2020/01/01/nothing/"' in html
    assert 'href="../../../../about/index.html"' in html
    assert f'href="{settings.SITE_URL}/search/?q=tea"' in html
    assert 'href="https://example.org/about/"' in html


def test_a_link_to_a_comment_leads_to_its_page(folder, short_pages):
    post = factories.post(slug="talk")
    comments = [factories.comment(post) for _ in range(5)]
    factories.post(slug="about-it", body=f"As [she](/comments/{comments[-1].pk}/) said.")
    write_static_site(folder)
    html = (folder / "2026/03/20/about-it/index.html").read_text()
    assert f'href="../talk/comment-page-2/index.html#comment-{comments[-1].pk}"' in html
    assert f'href="#comment-{comments[0].pk}"' in (folder / "2026/03/20/talk/index.html").read_text()


def test_names_that_some_systems_of_files_do_not_have_are_shortened_and_told_apart(folder):
    long = "a" * 200
    Post.objects.filter(pk=factories.post(slug="x").pk).update(slug="ё" * 200)
    Post.objects.filter(pk=factories.post(slug="y").pk).update(slug="Upper")
    factories.post(slug="upper")
    factories.post(slug=long)
    write_static_site(folder)
    names = [path.name for path in (folder / "2026/03/20").iterdir()]
    assert {"upper", long} <= set(names)
    assert len(names) == len({name.lower() for name in names}) == 5
    assert all(len(os.fsencode(name)) <= 255 for name in names)
    assert broken_links(folder) == []


def test_nothing_is_written_to_the_site_and_its_caches_are_left_alone(folder):
    build_site()
    for name in ("pages", "fragments"):
        caches[name].set("before", name)
    with CaptureQueriesContext(connection) as queries:
        write_static_site(folder)
    assert not [query["sql"] for query in queries if not query["sql"].lstrip("( \n").startswith(("SELECT", "WITH"))]
    assert [caches[name].get("before") for name in ("pages", "fragments")] == ["pages", "fragments"]


def test_a_picture_that_is_lost_keeps_its_words(folder, settings):
    post = build_site()
    (Path(settings.MEDIA_ROOT) / post.cover.file.name).unlink()
    write_static_site(folder)
    assert broken_links(folder) == []
    assert 'alt="A samovar"' in (folder / CHAYKHANA).read_text()


def test_a_large_site_has_an_index_page_for_each_year(folder, monkeypatch):
    monkeypatch.setattr("registan.transfer.exports.static.index_pages.ONE_PAGE", 1)
    build_site()
    write_static_site(folder)
    assert 'href="2026/index.html"' in (folder / "search/index.html").read_text()
    assert "The second post" in (folder / "search/2026/index.html").read_text()
    assert "2026-03-20\t2026/03/20/second/index.html\tThe second post\t" in (folder / "posts.txt").read_text()
    assert broken_links(folder) == []


def test_an_old_address_of_a_draft_leads_nowhere(folder):
    build_site()
    hidden = factories.draft(slug="hidden")
    Redirect.objects.set_redirect("/2026/03/20/was-public/", to=hidden)
    factories.post(slug="pointing", body="[there](/2026/03/20/was-public/)")
    write_static_site(folder)
    assert broken_links(folder) == []
