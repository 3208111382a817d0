"""Blogger: both of its Atom files, comments before or after their posts, and what was removed."""

import datetime
from html import escape

import pytest

from registan.transfer.elsewhere.foreign_reader import EMPTIED
from registan.transfer.records.export_records import ExportedAuthor
from tests.registan.transfer.elsewhere.foreign import HOME, Export, pack, refusal

CLASSIC = (
    "<?xml version='1.0' encoding='UTF-8'?><?xml-stylesheet href='http://www.blogger.com/styles/atom.css'?>"
    "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0'>"
    "<id>tag:blogger.com,1999:blog-7</id><title type='text'>Tea</title><subtitle type='html'>And bread</subtitle>"
    "<link rel='self' href='http://www.blogger.com/feeds/7/archive'/><link rel='alternate' href='http://tea.example/'/>"
)
TAKEOUT = (
    "<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'"
    " xmlns:blogger='http://schemas.google.com/blogger/2018'><id>tag:blogger.com,1999:blog-7</id><title>Tea</title>"
)
KIND = (
    "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{}'/>"
)
AUTHOR = (
    "<author><name>Ann</name><uri>http://www.blogger.com/profile/1</uri><email>noreply@blogger.com</email></author>"
)
PUBLISHED = "<published>2011-05-11T21:46:00.000+02:00</published><updated>2011-05-12T00:00:00.000+02:00</updated>"


def classic(kind: str, number: int, content: str = "<p>Hello</p>", *extra: str) -> str:
    return (
        f"<entry><id>tag:blogger.com,1999:blog-7.post-{number}</id>{PUBLISHED}{KIND.format(kind)}{''.join(extra)}"
        f"<title type='text'>Hello &amp; you</title><content type='html'>{escape(content)}</content>{AUTHOR}</entry>"
    )


def takeout(kind: str, number: int, *extra: str, status: str = "LIVE", content: str = "<p>Hello</p>") -> str:
    return (
        f"<entry><id>tag:blogger.com,1999:blog-7.post-{number}</id><blogger:type>{kind}</blogger:type>"
        f"<blogger:status>{status}</blogger:status><author><name>Ann</name><uri></uri><blogger:type>BLOGGER</blogger:type>"
        f"</author><title>Hello</title><content type='html'>{escape(content)}</content>"
        f"<published>2011-05-11T19:46:00Z</published>{''.join(extra)}</entry>"
    )


def reply(post: int, comment: int = 0) -> str:
    related = f"<link rel='related' href='http://www.blogger.com/feeds/7/{post}/comments/default/{comment}'/>"
    return (
        f"<thr:in-reply-to href='http://tea.example/2011/05/hello.html' ref='tag:blogger.com,1999:blog-7.post-{post}'/>"
        + (related if comment else "")
    )


def read(tmp_path, *entries: str, head: str = CLASSIC) -> Export:
    path = tmp_path / "blog.xml"
    path.write_text(f"{head}{''.join(entries)}</feed>")
    return Export("blogger", path, home="" if head == CLASSIC else HOME)


LINK = "<link rel='alternate' type='text/html' href='http://tea.example/2011/05/hello.html'/>"


def test_a_post_has_its_address_its_labels_and_its_time_with_the_zone(tmp_path):
    label = "<category scheme='http://www.blogger.com/atom/ns#' term='Green tea'/>"
    export = read(tmp_path, classic("post", 20, "<p>a</p><a name='more'></a><p>b</p>", LINK, label))
    (item,) = export.items
    assert (item.id, item.title, item.link, item.slug) == (
        20,
        "Hello & you",
        "http://tea.example/2011/05/hello.html",
        "hello",
    )
    assert (item.local, item.gmt) == (datetime.datetime(2011, 5, 11, 21, 46), datetime.datetime(2011, 5, 11, 19, 46))
    assert [term.name for term in item.terms] == ["Green tea"]
    assert item.content == "<p>a</p><!--more--><p>b</p>"
    assert (export.channel.title, export.channel.description) == ("Tea", "And bread")
    assert export.channel.home == "http://tea.example"
    assert [(each.login, each.email) for each in export.of(ExportedAuthor)] == [("Ann", "")]


def test_comments_are_found_before_and_after_their_post_and_answer_each_other(tmp_path):
    export = read(
        tmp_path,
        classic("comment", 31, "<b>First</b>", reply(20)),
        classic("post", 20, "x", LINK),
        classic("comment", 32, "Second", reply(20, 31)),
    )
    first, second = export.items[0].comments
    assert (first.id, first.content, first.author_email) == (31, "<b>First</b>", "")
    assert (second.parent_id, second.metas[0].value) == (31, "c32")


def test_a_removed_comment_keeps_its_place(tmp_path):
    removed = '<span class="deleted-comment">This comment has been removed by the author.</span>'
    export = read(tmp_path, classic("post", 20, "x", LINK), classic("comment", 31, removed, reply(20)))
    (comment,) = export.items[0].comments
    assert (comment.approved, comment.content) == ("trash", EMPTIED)


def test_comments_of_a_post_that_is_not_in_the_file_wait_for_its_address(tmp_path):
    export = read(tmp_path, classic("comment", 31, "x", reply(99)))
    assert [(each.address, len(each.comments)) for each in export.threads] == [
        ("http://tea.example/2011/05/hello.html", 1)
    ]


def test_drafts_pages_and_settings_are_told_apart(tmp_path):
    draft = "<app:control xmlns:app='http://purl.org/atom/app#'><app:draft>yes</app:draft></app:control>"
    newer = draft.replace("http://purl.org/atom/app#", "http://www.w3.org/2007/app")
    export = read(
        tmp_path,
        classic("settings", 1),
        classic("post", 20, "x", draft),
        classic("post", 21, "x", newer),
        classic("page", 22, "x"),
    )
    assert [(item.post_type, item.post_status) for item in export.items] == [
        ("post", "draft"),
        ("post", "draft"),
        ("page", "publish"),
    ]
    assert export.reader.unread["entries of the kind settings"] == 1


def test_the_file_of_takeout_is_read_from_its_archive(tmp_path):
    entries = (
        takeout("POST", 20, "<blogger:filename>/2011/05/hello.html</blogger:filename><blogger:trashed/>"
                "<category scheme='tag:blogger.com,1999:blog-7' term='News'/>"),
        takeout("COMMENT", 31, "<blogger:parent>tag:blogger.com,1999:blog-7.post-20</blogger:parent>"
                "<blogger:inReplyTo/>"),
        takeout("COMMENT", 32, "<blogger:parent>tag:blogger.com,1999:blog-7.post-20</blogger:parent>"
                "<blogger:inReplyTo>tag:blogger.com,1999:blog-7.post-31</blogger:inReplyTo>"),
    )  # fmt: skip
    members = {
        "Takeout/Blogger/Blogs/Tea/feed.atom": f"{TAKEOUT}{''.join(entries)}</feed>",
        "Takeout/Blogger/Blogs/Tea/theme-layouts.xml": "<a/>",
        "__MACOSX/Takeout/._feed.atom": "x",
    }
    export = Export("blogger", pack(tmp_path / "takeout.zip", members))
    (item,) = export.items
    assert (item.link, item.slug, item.post_status) == (f"{HOME}/2011/05/hello.html", "hello", "publish")
    assert [term.name for term in item.terms] == ["News"]
    assert [(each.id, each.parent_id) for each in item.comments] == [(31, 0), (32, 31)]


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("POST", "DRAFT", "draft"),
        ("POST", "SCHEDULED", "future"),
        ("POST", "SOFT_TRASHED", "trash"),
        ("POST", "STRANGE", "strange"),
        ("COMMENT", "PENDING", "0"),
        ("COMMENT", "SPAM", "spam"),
        ("COMMENT", "EMPTIED", "trash"),
        ("COMMENT", "GHOSTED", "0"),
    ],
)
def test_what_is_not_live_is_not_public(tmp_path, kind, status, expected):
    parent = "<blogger:parent>tag:blogger.com,1999:blog-7.post-20</blogger:parent>"
    entries = [takeout("POST", 20)] if kind == "COMMENT" else []
    export = read(tmp_path, *entries, takeout(kind, 31, parent, status=status), head=TAKEOUT)
    item = export.items[0]
    assert [each.approved for each in item.comments] == [expected] if entries else item.post_status == expected


def test_what_is_in_the_trash_stays_there(tmp_path):
    export = read(tmp_path, takeout("POST", 20, "<blogger:trashed>2020-01-01</blogger:trashed>"), head=TAKEOUT)
    assert export.items[0].post_status == "trash"


def test_a_feed_cut_off_and_another_file_are_refused(tmp_path):
    path = tmp_path / "blog.xml"
    path.write_text(CLASSIC + classic("post", 20))
    assert "cut off or malformed" in refusal("blogger", path)
    path.write_text("<?xml version='1.0'?><disqus/>")
    assert "no export of Blogger" in refusal("blogger", path)
    assert "There is no export in" in refusal("blogger", pack(tmp_path / "a.zip", {"a.jpg": "x"}))
