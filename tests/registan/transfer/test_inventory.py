"""The inventory: everything counted once, across parts, and every trap of an old blog named."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from registan.transfer.wordpress.inventory.media_folder import MediaFolder
from registan.transfer.wordpress.inventory.parent_table import ParentTable
from tests.registan.transfer.wxr import HOME, author, cdata, comment, element, export, item, meta, take_inventory, write

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def inventory(tmp_path):
    """Takes the inventory of documents, each a file of its own."""

    def take(*documents: str, **options: object) -> dict:
        paths = [write(tmp_path, document, f"part-{number}.xml") for number, document in enumerate(documents, 1)]
        return take_inventory(*paths, now=NOW, **options)

    return take


def category(slug: str, name: str, domain: str = "category") -> str:
    return f'<category domain="{domain}" nicename="{slug}">{cdata(name)}</category>'


def declared_category(slug: str, parent: str = "") -> str:
    fields = {"wp:category_nicename": slug, "wp:category_parent": parent, "wp:cat_name": slug.title()}
    return element("wp:category", "".join(element(name, cdata(text)) for name, text in fields.items()))


def test_items_are_counted_by_kind_status_and_type(inventory):
    sections = inventory(
        export(
            item(), item(status="draft"), item(status="archived"), item(post_type="page", status="private"),
            item(post_type="wp_block"), item(post_type="wp_block"), item(post_type="attachment", status="inherit"),
        )
    )  # fmt: skip
    assert sections["Items by kind"] == {"post": 3, "other": 2, "attachment": 1, "page": 1}
    assert sections["Items set aside, by type"] == {"wp_block": 2}
    assert sections["Unknown statuses of items"] == {"archived": 1}
    assert sections["Status of posts"] == {"draft": 1, "published": 1, "unknown": 1}
    assert sections["Status of pages"] == {"private": 1}


def test_comments_are_counted_by_kind_status_and_item(inventory):
    sections = inventory(
        export(
            item(comment(1), comment(2, comment_approved="0"), comment(3, comment_type="pingback")),
            item(comment(4, comment_type="note", comment_approved="0"), comment(5, comment_type="like")),
            item(comment(6, comment_approved="post-trashed"), comment(7, comment_approved="2"), post_type="page"),
        )
    )
    assert sections["Comments"] == {"comments": 7, "items with comments": 3, "in the longest conversation": 3}
    assert sections["Comments by kind"] == {"comment": 4, "mention": 1, "note": 1, "other": 1}
    assert sections["Comments by the kind of their item"] == {"post": 5, "page": 2}
    assert sections["Status of comments"] == {"pending": 2, "approved": 1, "in the trash with its post": 1}
    assert sections["Comments set aside, by type"] == {"like": 1}
    assert sections["Unknown statuses of comments, which will wait for a moderator"] == {"2": 1}


def test_a_spam_era_thread_of_version_1_0_is_torn_where_spam_was(inventory):
    sections = inventory(
        export(
            item(
                *(comment(number, comment_approved="spam", comment_type="") for number in range(2, 22)),
                comment(1, comment_type=""),
                comment(30, 5, comment_type=""),
                comment(31, 99, comment_type=""),
            ),
            version="1.0",
        )
    )
    assert sections["Status of comments"] == {"spam": 20, "approved": 3}
    assert sections["Threads and ids of comments"] == {
        "replies": 2,
        "replies to nothing (deleted, spam, or in a file that is not here)": 1,
    }


def test_parents_in_other_parts_are_found_whichever_comes_first(inventory):
    sections = inventory(
        export(item(comment(2, 1), post_id=10, post_parent=11, post_type="page"), item(post_id=12, post_parent=99)),
        export(item(comment(1), post_id=11, post_type="page")),
    )
    assert sections["Ids of items"] == {"items whose parent is in another file": 1, "posts whose parent is nowhere": 1}
    assert sections["Threads and ids of comments"] == {
        "replies": 1,
        "replies to a comment in another file": 1,
        "replies to a comment under another item": 1,
    }


def test_circles_are_counted_once_each(inventory):
    sections = inventory(
        export(
            item(comment(1, 3), comment(2, 1), comment(3, 2), comment(4, 3), comment(5, 5), post_id=1, post_parent=2),
            item(post_id=2, post_parent=1),
        )
    )
    assert sections["Threads and ids of comments"]["circles of replies"] == 2
    assert sections["Ids of items"] == {"circles of parents": 1}


def test_ids_that_occur_twice_are_told_from_items_that_do(inventory):
    doubles = [item(post_id=number, title=title) for number in range(1, 19) for title in ("One", "Other")]
    sections = inventory(export(*doubles, item(post_id=50)), export(item(post_id=50), item(post_id="")))
    assert sections["Ids of items"] == {
        "items whose id another item has too": 18,
        "items that occur again, word for word": 1,
        "items without an id": 1,
    }


def test_two_posts_with_one_title_are_named(inventory):
    sections = inventory(
        export(item(title="Notes"), item(title="Notes"), item(title="Other"), item(title=""), item(title=""))
    )
    assert sections["Titles that other posts or pages have too"] == {"Notes": 1}
    assert sections["Posts and pages"]["without a title"] == 2


def test_three_hundred_authors_are_declared_synthesised_and_mapped(inventory):
    declared = "".join(author(f"user{number}", number) for number in range(1, 301))
    posts = [item(creator=f"user{number}") for number in range(2, 302)]
    author_map = {f"user{number}": "alice" for number in range(1, 300)} | {"nobody": "bob"}
    sections = inventory(export(*posts, item(creator=""), head=declared), author_map=author_map)
    assert sections["Authors"] == {
        "declared": 300,
        "only mentioned by items": 1,
        "declared, without an item": 1,
        "items without an author": 1,
    }
    assert sections["Authors that the map does not name"] == {"user300": 1, "user301": 1}
    assert sections["Names in the map that no file has"] == {"nobody": "bob"}
    assert len(sections["Items by author"]) == 300


def test_comments_by_unknown_accounts_are_counted(inventory):
    comments = [comment(1, comment_user_id=5), comment(2, comment_user_id=24783058)]
    sections = inventory(export(item(*comments), head=author("alice", 5)))
    assert sections["Threads and ids of comments"]["by accounts that no file declares"] == 1


def test_trees_of_terms_are_measured(inventory):
    head = "".join(
        declared_category(slug, parent)
        for slug, parent in {"a": "", "b": "a", "c": "b", "lost": "gone", "x": "y", "y": "x"}.items()
    )
    used = category("c", "C") + category("new", "New") + category("a", "a", "post_tag")
    sections = inventory(export(item(used), head=head))
    assert sections["Trees of terms"] == {
        "category: below another": 2,
        "category: below one that is not declared, or below themselves": 3,
        "category: levels": 3,
    }
    assert sections["Terms that only items mention"] == {"category": 1, "post_tag": 1}
    assert sections["Slugs of both a category and a tag"] == {"a": 2}


def test_two_names_that_differ_in_case_share_a_slug(inventory):
    sections = inventory(export(item(category("news", "News")), item(category("news", "news"))))
    assert sections["Terms with two names"] == {"News, news": 1}


def test_shortcodes_and_blocks_are_counted_by_name(inventory):
    text = '[caption id="a"]x[/caption] [gallery] [[escaped]] [1] [i] <!--[if IE]> <!-- wp:image {"a":1} -->'
    sections = inventory(export(item(content=text + "<!-- /wp:image --><!-- wp:acme/box /--> [caption]")))
    assert sections["Shortcodes, or words in square brackets"] == {"caption": 2, "gallery": 1}
    assert sections["Blocks"] == {"acme/box": 1, "image": 1}


@pytest.mark.parametrize(
    ("path", "structure"),
    [
        ("/2020/05/01/hello/", "/%year%/%monthnum%/%day%/%postname%/"),
        ("/2020/05/hello/", "/%year%/%monthnum%/%postname%/"),
        ("/2020/05/30/hello/", "/%year%/%monthnum%/%day%/%postname%/"),
        ("/archives/7", "/archives/%post_id%"),
        ("/news-and-views/hello.html", "/%category%/%postname%.html"),
        ("/alice/hello/", "/%author%/%postname%/"),
        ("/index.php/hello/", "/index.php/%postname%/"),
        ("/elsewhere/hello/", "/*/%postname%/"),
        ("/?p=7", "/?p=%post_id%"),
        ("/", "/"),
    ],
)
def test_the_permalink_structure_is_guessed(inventory, path, structure):
    post = item(category("news-and-views", "News"), post_id=7, link=HOME + path)
    assert inventory(export(post))["Permalink structures of published posts"] == {structure: 1}


def test_a_percent_encoded_slug_is_the_name_of_its_post(inventory):
    post = item(post_name="%d0%bc%d0%b8%d1%80", link=f"{HOME}/2020/%d0%bc%d0%b8%d1%80/")
    assert inventory(export(post))["Permalink structures of published posts"] == {"/%year%/%postname%/": 1}


def test_hosts_are_counted(inventory):
    text = '<img src="//cdn.example/a.jpg"><img src="http://Old.example/b.jpg"><a href="http://c.example">'
    sections = inventory(export(item(content=text, guid="http://me:secret@Older.example:80/?p=1", link="http://[half")))
    assert sections["Hosts of embedded files"] == {"cdn.example": 1, "old.example": 1}
    assert sections["Hosts of the blog's own addresses"] == {"older.example": 1}


@pytest.mark.parametrize("folder", ["", "uploads", "wp-content/uploads"])
def test_files_of_attachments_are_found_in_a_copy_of_the_uploads(inventory, tmp_path, folder):
    media = tmp_path / "media"
    (media / folder / "2020/05").mkdir(parents=True)
    for name in ("a b.jpg", "c.jpg", "d.jpg"):
        (media / folder / "2020/05" / name).write_bytes(b"cat")
    (tmp_path / "secret.jpg").write_bytes(b"not yours")
    uploads = f"{HOME}/wp-content/uploads"
    sizes = 'a:1:{s:4:"file";s:13:"2020/05/d.jpg";}'
    sections = inventory(
        export(
            item(post_type="attachment", attachment_url=f"{uploads}/2020/05/a%20b.jpg"),
            item(meta("_wp_attached_file", "2020/05/c.jpg"), post_type="attachment"),
            item(meta("_wp_attachment_metadata", sizes), post_type="attachment"),
            item(meta("_wp_attached_file", "../secret.jpg"), post_type="attachment", attachment_url=f"{uploads}/../x"),
            item(meta("_wp_attached_file", str(tmp_path / "secret.jpg")), post_type="attachment", guid="x" * 5000),
        ),
        media=MediaFolder(media),
    )
    assert sections["Files of attachments"] == {"found": 3, "missing": 2}
    assert f"{uploads}/../x" in sections["Missing files"]


def test_dates_are_counted_by_what_they_can_be_known_by(inventory):
    never = "0000-00-00 00:00:00"
    posts = [
        item(),
        item(post_date_gmt=never, post_date="2020-03-29 02:30:00"),
        item(post_date_gmt=never, post_date="2020-10-25 02:30:00"),
        item(post_date_gmt=never, post_date=never),
        item(post_date_gmt="2020-04-01 10:00:00"),
    ]
    assert inventory(export(*posts), zone=ZoneInfo("Europe/Vienna"))["Dates of items and comments"] == {
        "by GMT": 2,
        "by local time, in Europe/Vienna": 2,
        "local time and GMT contradict each other": 1,
        "of these, in an hour that the clocks repeated": 1,
        "of these, in an hour that the clocks skipped": 1,
        "without a date": 1,
    }
    assert inventory(export(*posts))["Offsets from GMT"] == {"+02:00": 1}


def test_scheduled_posts_that_are_due_are_counted(inventory):
    posts = [item(status="future", post_date_gmt=f"{year}-05-01 10:00:00") for year in (2025, 2027)]
    assert inventory(export(*posts))["Posts and pages"]["scheduled, and due already"] == 1


def test_dates_out_of_order_are_counted(inventory):
    early, late = "2019-01-01 00:00:00", "2021-01-01 00:00:00"
    thread = [comment(1, comment_date_gmt=late), comment(2, 1), comment(3, comment_date_gmt=early)]
    sections = inventory(export(item(*thread)))
    assert sections["Threads and ids of comments"] == {
        "comments older than their post": 1,
        "replies": 1,
        "replies older than what they answer": 1,
    }


def test_thesis_fields_a_password_and_other_marks_are_counted(inventory):
    post = item(meta("thesis_title", "T"), meta("_thumbnail_id", "5"), post_password="secret", is_sticky=1)
    sections = inventory(export(post, item(content="a<!--more-->b<!--nextpage-->c")))
    assert sections["Custom fields"] == {"_thumbnail_id": 1, "thesis_title": 1}
    marks = sections["Posts and pages"]
    assert [marks[mark] for mark in ("with a password", "sticky", "with a cover", "with <!--more-->")] == [1] * 4
    assert "secret" not in repr(sections)


def test_repairs_and_elements_that_were_not_read_are_summed_over_the_files(inventory):
    document = export(item(creator="alice>"), head="<cloud/>")
    sections = inventory(document, document)
    assert sections["Repaired"] == {"stray signs around authors' names": 2}
    assert sections["Elements that were not read"] == {"cloud": 2}
    assert sections["Items in each file"] == {"part-1.xml": 1, "part-2.xml": 1}


def test_a_thousand_comments_in_one_chain_are_one_conversation(inventory):
    sections = inventory(export(item(*(comment(number, number - 1) for number in range(1, 1001)))))
    assert sections["Comments"]["in the longest conversation"] == 1000
    assert sections["Threads and ids of comments"] == {"replies": 999}


def test_a_chain_of_any_length_is_walked_over_once():
    table = ParentTable()
    for number in range(200_000, 0, -1):
        table.add(number, number - 1, part=0)
    assert table.find().cycles == 0
    table.add(200_001, 200_001, part=0)
    assert table.find().cycles == 1
