"""Disqus: threads by the addresses of pages, comments with their place, whatever became of them."""

import datetime

import pytest

from registan.transfer.elsewhere import xml_elements
from registan.transfer.records.export_statuses import ContentFormat
from tests.registan.transfer.elsewhere.foreign import Export, refusal

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com" '
    'xmlns:dsq="http://disqus.com/disqus-internals" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<category dsq:id="1"><forum>tea</forum><title>General</title><isDefault>true</isDefault></category>'
)


def thread(number: int, link: str = "https://old.example/2020/tea/", *extra: str) -> str:
    return (
        f'<thread dsq:id="{number}"><id>{number} x</id><forum>tea</forum><category dsq:id="1"/><link>{link}</link>'
        f"<title>Tea &amp;amp; bread</title><message/><createdAt>2020-01-01T00:00:00Z</createdAt>"
        f"<author><name>Ann</name></author><ipAddress>192.0.2.1</ipAddress>{''.join(extra)}</thread>"
    )


def post(number: int, message: str = "<p>Hello</p>", *extra: str, under: int = 1, parent: int = 0) -> str:
    reply = f'<parent dsq:id="{parent}"/>' if parent else ""
    return (
        f'<post dsq:id="{number}"><id>wp_id=1</id><message><![CDATA[{message}]]></message>'
        f"<createdAt>2020-05-01T12:00:00Z</createdAt>{''.join(extra)}"
        "<author><email>bob@example.org</email><name>Bob</name><isAnonymous>false</isAnonymous></author>"
        f'<ipAddress>192.0.2.9</ipAddress><thread dsq:id="{under}"/>{reply}</post>'
    )


def read(tmp_path, *elements: str, head: str = HEAD) -> Export:
    path = tmp_path / "disqus.xml"
    path.write_text(f"{head}{''.join(elements)}</disqus>")
    return Export("disqus", path)


def test_comments_are_sorted_by_thread_and_keep_their_order_and_their_parents(tmp_path):
    export = read(
        tmp_path,
        thread(1),
        thread(2, "https://old.example/bread/"),
        post(11),
        post(12, under=2),
        post(13, parent=11),
    )
    assert [(each.address, len(each.comments)) for each in export.threads] == [
        ("https://old.example/2020/tea/", 2),
        ("https://old.example/bread/", 1),
    ]
    first, reply = export.threads[0].comments
    assert (first.id, reply.id, reply.parent_id) == (11, 13, 11)
    assert (first.author_name, first.author_email) == ("Bob", "bob@example.org")
    assert (first.gmt, first.local) == (datetime.datetime(2020, 5, 1, 12), None)
    assert export.threads[0].title == "Tea & bread"
    assert export.threads[0].content_format == ContentFormat.HTML


def test_a_thread_is_an_item_without_a_type_for_whoever_stores_comments(tmp_path):
    item = read(tmp_path, thread(1), post(11)).threads[0].item
    assert (item.post_type, item.link, len(item.comments)) == ("", "https://old.example/2020/tea/", 1)


def test_the_same_comments_are_read_as_often_as_needed(tmp_path):
    comments = read(tmp_path, thread(1), post(11), post(12)).threads[0].comments
    assert [each.id for each in comments] == [each.id for each in comments] == [11, 12]


@pytest.mark.parametrize(
    ("state", "approved"),
    [
        ("<isDeleted>false</isDeleted><isSpam>false</isSpam>", "1"),
        ("", "1"),
        ("<isDeleted>true</isDeleted><isSpam>false</isSpam>", "trash"),
        ("<isDeleted>true</isDeleted><isSpam>true</isSpam>", "spam"),
        ("<isApproved>false</isApproved>", "0"),
    ],
)
def test_a_comment_keeps_its_state(tmp_path, state, approved):
    export = read(tmp_path, thread(1), post(11, "<p>Hi</p>", state))
    assert [each.approved for each in export.threads[0].comments] == [approved]


def test_a_deleted_comment_stays_in_its_place_for_the_sake_of_its_replies(tmp_path):
    export = read(tmp_path, thread(1), post(11, "", "<isDeleted>true</isDeleted>"), post(12, parent=11))
    assert [(each.id, each.parent_id) for each in export.threads[0].comments] == [(11, 0), (12, 11)]


def test_nothing_under_a_deleted_thread_is_public(tmp_path):
    export = read(tmp_path, thread(1, "https://old.example/a/", "<isDeleted>true</isDeleted>"), post(11))
    assert [each.is_public for each in export.threads[0].comments] == [False]
    assert export.threads[0].comment_status == "closed"


def test_a_closed_thread_stays_closed_and_an_empty_one_is_left_out(tmp_path):
    export = read(tmp_path, thread(1, "https://old.example/a/", "<isClosed>true</isClosed>"), thread(2), post(11))
    assert [each.comment_status for each in export.threads] == ["closed"]


def test_links_lead_past_the_counter_and_mentions_are_names(tmp_path):
    counted = (
        '<p>@ann_b:disqus see <a href="https://disq.us/url?url=https%3A%2F%2Fa.example%2F%3Fb%3D1%26c%3D2%3AxYz-9&amp;'
        'cuid=7" rel="nofollow noopener">this</a></p>'
    )
    comment = next(iter(read(tmp_path, thread(1), post(11, counted)).threads[0].comments))
    assert comment.content == (
        '<p>@ann_b see <a href="https://a.example/?b=1&amp;c=2" rel="nofollow noopener">this</a></p>'
    )


def test_comments_of_a_thread_that_is_not_in_the_file_are_counted(tmp_path):
    export = read(tmp_path, thread(1), post(11), post(12, under=9), post(13, under=9))
    assert export.reader.unread["comments of threads that are not in the file"] == 2


def test_a_comment_without_a_number_has_one_of_its_own_that_stays_the_same(tmp_path):
    nameless = post(11).replace(' dsq:id="11"', "", 1)
    ids = [[each.id for each in read(tmp_path, thread(1), nameless, post(12)).threads[0].comments] for _ in range(2)]
    assert ids[0] == ids[1]
    assert ids[0][0] > 2**62


def test_control_characters_and_bare_ampersands_are_repaired(tmp_path):
    export = read(tmp_path, thread(1, "https://old.example/?a=1&b=2"), post(11, "<p>one\x08two</p>"))
    assert export.threads[0].address == "https://old.example/?a=1&b=2"
    assert next(iter(export.threads[0].comments)).content == "<p>onetwo</p>"
    assert sum(export.reader.repairs.values()) == 2


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (HEAD + thread(1), "cut off or malformed"),
        (HEAD.replace("<disqus", '<!DOCTYPE a [<!ENTITY b "c">]><disqus') + "</disqus>", "document type or entities"),
        ("<?xml version='1.0'?><rss><channel/></rss>", "no export of Disqus"),
        (HEAD + "<a>" * 40 + "</a>" * 40 + "</disqus>", "cut off or malformed"),
        ("", "is empty"),
    ],
)
def test_what_is_broken_hostile_or_foreign_is_refused_in_one_sentence(tmp_path, document, sentence):
    path = tmp_path / "disqus.xml"
    path.write_text(document)
    assert sentence in refusal("disqus", path)


def test_an_element_without_an_end_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(xml_elements, "MAX_ELEMENT_CHARACTERS", 100_000)
    path = tmp_path / "disqus.xml"
    path.write_text(f"{HEAD}<post><message>{'word ' * 200_000}")
    assert "holds more than an export has" in refusal("disqus", path)
