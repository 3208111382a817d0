"""An export of WordPress imported into a new site gives the site that it came from"""

import io
import shutil
from contextlib import contextmanager
from pathlib import Path
from xml.parsers.expat import ParserCreate

import pytest
from django.db import transaction

from blog.models import Post
from registan.transfer.exports import write_wordpress
from tests.registan.transfer.exports.site_tree import differences, site_tree
from tests.registan.transfer.exports.whole_site import MARK, add_hidden_texts, build_site
from tests.registan.transfer.runs.importing import category, declared_category, run_command
from tests.registan.transfer.wxr import author, comment, item, write
from tests.registan.transfer.wxr import export as wordpress_export

pytestmark = pytest.mark.django_db


@contextmanager
def another_site():
    """What is stored within is gone afterwards, as if it had been in another database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def export(*, private: bool) -> bytes:
    stream = io.BytesIO()
    write_wordpress(stream, private=private)
    return stream.getvalue()


def test_everything_comes_back_as_it_was(tmp_path, settings):
    with another_site():
        build_site()
        add_hidden_texts()
        before = site_tree()
        (tmp_path / "export.xml").write_bytes(export(private=True))
        shutil.move(settings.MEDIA_ROOT, tmp_path / "old-media")
    assert not Post.everything.exists()
    run_command(tmp_path / "export.xml", "--media", tmp_path / "old-media")
    assert differences(before, site_tree()) == []


def test_what_readers_find_comes_back_as_they_found_it(tmp_path, settings):
    with another_site():
        build_site()
        add_hidden_texts()
        before = site_tree(public=True)
        (tmp_path / "export.xml").write_bytes(export(private=False))
        shutil.move(settings.MEDIA_ROOT, tmp_path / "old-media")
    run_command(tmp_path / "export.xml", "--media", tmp_path / "old-media")
    assert differences(before, site_tree(public=True)) == []


@pytest.mark.parametrize("private", [True, False])
def test_a_blog_that_moved_in_from_wordpress_moves_on_as_it_is(tmp_path, settings, private):
    with another_site():
        import_old_blog(tmp_path)
        before = site_tree(public=not private)
        (tmp_path / "export.xml").write_bytes(export(private=private))
    run_command(tmp_path / "export.xml")
    after = site_tree(public=not private)
    assert differences(before, after) == []
    assert len(after["posts"]) == (4 if private else 2)
    assert [comment["parent"] for post in after["posts"].values() for comment in post["thread"]["comments"]][:3] == [
        *(None, 0, 1)
    ]


def import_old_blog(folder: Path) -> None:
    """What WordPress writes and nobody types here: blocks, shortcodes, lines that are paragraphs, pings, notes."""
    classic = "One line.\n\nA [caption]picture[/caption] and <b>bold</b>\n<!--more-->\nThe rest."
    blocks = (
        "<!-- wp:heading --><h2>Tea</h2><!-- /wp:heading -->\n<!-- wp:list --><ul><li>One</li></ul><!-- /wp:list -->"
    )
    ping = comment(8, comment_type="pingback", comment_author_url="https://elsewhere.example/")
    run_command(
        write(
            folder,
            wordpress_export(
                author("alice", 1),
                declared_category(1, "tea", "Tea & coffee", description="What we drink"),
                item(
                    category("category", "tea", "Tea & coffee"),
                    *(comment(1), comment(2, 1), comment(3, 2, comment_content="<i>No</i> 1 < 2"), ping),
                    *(comment(4, comment_approved="0"), comment(5, 4), comment(6, comment_approved="spam")),
                    content=classic,
                    excerpt="In short",
                    post_id=1,
                ),
                item(content=blocks, post_id=2, post_name="blocks", is_sticky=1, comment_status="closed"),
                item(content="Not yet", post_id=3, post_name="later", status="draft"),
                item(content="For us", post_id=4, post_name="ours", status="private"),
                item(comment(7), content="Who we are", post_id=5, post_name="about", post_type="page"),
            ),
            "wordpress.xml",
        )
    )


def test_a_public_export_has_nothing_that_readers_do_not_find():
    build_site()
    add_hidden_texts()
    text = export(private=False).decode()
    assert MARK not in text
    assert "bob@example.net" not in text
    assert MARK in export(private=True).decode()


def test_an_export_is_well_formed_whatever_was_typed():
    build_site()
    channels = []
    parser = ParserCreate()
    parser.StartElementHandler = lambda name, attributes: channels.append(name) if name == "channel" else None
    parser.Parse(export(private=True), True)  # an error for what is not well formed
    assert channels == ["channel"]


def test_it_is_read_line_by_line_where_a_server_has_no_parser():
    """As WordPress's importer does: an author or term on one line, an item between lines of its own, texts in CDATA."""
    build_site()
    lines = export(private=False).decode().splitlines()
    for name in ("wp:author", "wp:tag", "wp:term"):
        found = [line for line in lines if line.startswith(f"<{name}>")]
        assert found
        assert all(line.endswith(f"</{name}>") for line in found)
    assert lines.count("<item>") == lines.count("</item>") > 3
    names = [line for line in lines if line.startswith("<wp:comment_author>")]
    assert "<wp:comment_author><![CDATA[Зафар &amp; Co]]></wp:comment_author>" in names
