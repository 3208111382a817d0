"""Records: every version and namespace, text decoded by its generation, and nothing public that is unknown."""

import datetime

import pytest

from registan.transfer.records.export_records import ExportedAuthor, Item, Meta, Term, TermReference
from registan.transfer.records.export_statuses import CommentKind, ExportedCommentStatus, ItemKind, ItemStatus
from registan.transfer.wordpress.reader import comment_spool
from tests.registan.transfer.wxr import (
    PREFIXES,
    author,
    cdata,
    comment,
    element,
    export,
    item,
    meta,
    read,
    read_channel,
    read_items,
)

OTHER_PREFIXES = {"a": PREFIXES["wp"], "b": PREFIXES["content"], "c": PREFIXES["excerpt"], "d": PREFIXES["dc"]}


def first_comment(*args, **values):
    return next(iter(read_items(export(item(comment(7, *args, **values))))[0].comments))


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_every_version_is_read(version):
    [read_item] = read_items(export(item(post_id=5), version=version))
    assert (read_item.id, read_item.content, read_item.creator) == (5, "Words.", "alice")


def test_an_address_of_the_namespace_with_https_is_the_same():
    secure = {prefix: address.replace("http:", "https:") for prefix, address in PREFIXES.items()}
    assert read_items(export(item(post_id=5), prefixes=secure))[0].id == 5


def test_prefixes_that_are_bound_to_nothing_mean_what_they_say():
    assert read_items(export(item(post_id=5, content="Words"), prefixes={}))[0].content == "Words"


def test_other_prefixes_mean_what_they_are_bound_to():
    document = export(item(post_id=5, excerpt="In short"), prefixes=OTHER_PREFIXES)
    for ours, theirs in {"wp:": "a:", "content:": "b:", "excerpt:": "c:", "dc:": "d:"}.items():
        document = document.replace(f"<{ours}", f"<{theirs}").replace(f"</{ours}", f"</{theirs}")
    [read_item] = read_items(document)
    assert (read_item.id, read_item.content, read_item.excerpt, read_item.creator) == (5, "Words.", "In short", "alice")


def test_the_channel_says_whose_blog_it_is_and_what_wrote_it():
    channel = read_channel(export(item(), head="<image><url>x</url><title>An icon</title></image>"))
    assert (channel.title, channel.home) == ("The old blog", "https://old.example")
    assert channel.generator == "WordPress/6.9.4"


def test_the_home_of_a_network_is_not_taken_for_the_blogs():
    network = "<wp:base_site_url>http://wordpress.com/</wp:base_site_url>"
    assert read_channel(export(head=network)).home == "https://old.example"
    oldest = export(version="1.0", head=network).replace("base_blog_url", "x")
    assert read_channel(oldest).home == "http://wordpress.com"


def test_what_is_not_known_is_named():
    _records, reader = read(export(item("<wp:strange>1</wp:strange>"), head="<cloud/>"))
    assert reader.unread == {"wp:strange": 1, "cloud": 1}


def test_authors_of_both_spellings_are_read():
    records, _reader = read(export(author("alice smith@home", 3), author("bob").replace("wp:author>", "wp:wp_author>")))
    logins = [record.login for record in records if isinstance(record, ExportedAuthor)]
    assert logins == ["alice smith@home", "bob"]


def test_terms_of_all_three_kinds_are_read():
    head = (
        element("wp:category", "<wp:term_id>2</wp:term_id>" + element("wp:category_nicename", cdata("news"))
        + element("wp:category_parent", cdata("all")) + element("wp:cat_name", cdata("News &amp; views")))
        + element("wp:tag", element("wp:tag_slug", "%d0%bc%d0%b8%d1%80") + element("wp:tag_name", cdata("Мир")))
        + element("wp:term", element("wp:term_taxonomy", "nav_menu") + element("wp:term_slug", "top"))
    )  # fmt: skip
    terms = [record for record in read(export(head=head))[0] if isinstance(record, Term)]
    assert [(term.taxonomy, term.slug, term.parent_slug, term.name) for term in terms] == [
        ("category", "news", "all", "News & views"),
        ("post_tag", "мир", "", "Мир"),
        ("nav_menu", "top", "", "top"),
    ]


def test_version_1_0_repeats_each_category_without_a_slug():
    [read_item] = read_items(
        export(
            item(
                "<category><![CDATA[News]]></category>"
                '<category domain="category" nicename="news"><![CDATA[News]]></category>'
                '<category domain="tag"><![CDATA[Peace]]></category>'
                '<category domain="tag" nicename="peace"><![CDATA[Peace]]></category>'
                '<category domain="tag"><![CDATA[Alone &amp; free]]></category>'
            ),
            version="1.0",
        )
    )
    assert read_item.terms == (
        TermReference("category", "news", "News"),
        TermReference("post_tag", "peace", "Peace"),
        TermReference("post_tag", "", "Alone & free"),
    )


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Tom &amp; Jerry &#8211; &lt;b&gt;", "Tom & Jerry – <b>"),  # bare: made into text before 5.7
        (cdata("Tom &amp; Jerry"), "Tom & Jerry"),
        (cdata("Tom & Jerry"), "Tom & Jerry"),
        (cdata("The <em>end</em><br/> of &lt;b&gt;"), "The end of <b>"),
        (cdata("List<String> and AT&copy"), "List<String> and AT&copy"),
        (cdata("Write &amp;amp; like this"), "Write &amp; like this"),
        ("\n\t\t" + cdata("Padded") + "\n", "Padded"),
        ("", ""),
    ],
)
def test_a_title_is_decoded_as_it_was_written(written, title):
    assert read_items(export(item(title="TITLE")).replace(cdata("TITLE"), written))[0].title == title


def test_a_slug_is_decoded_unless_it_was_cut_within_a_letter():
    assert read_items(export(item(post_name="%d0%bc%d0%b8%d1%80-1")))[0].slug == "мир-1"
    assert read_items(export(item(post_name="%d0%bc%d0")))[0].slug == "%d0%bc%d0"
    assert read_items(export(item(post_name="100%")))[0].slug == "100%"


def test_the_slug_of_what_is_in_the_trash_is_what_it_was():
    assert read_items(export(item(status="trash", post_name="hello__trashed")))[0].slug == "hello"


def test_custom_fields_are_kept_in_order_without_those_of_no_use():
    metas = [meta("_wp_old_slug", "a"), meta("_wp_old_slug", "b"), meta("_oembed_123", "x"), meta("_encloseme", "1")]
    [read_item] = read_items(export(item(*metas, meta("thesis_title", "A <b> title"))))
    assert read_item.metas == (
        Meta("_wp_old_slug", "a"),
        Meta("_wp_old_slug", "b"),
        Meta("thesis_title", "A <b> title"),
    )
    assert read_item.meta("_wp_old_slug") == "a"
    assert read_item.meta("nothing") == ""


def test_what_was_written_stays_as_it_is_in_a_text():
    text = (
        'One &amp; two\n\n[caption id="x"]\u00a0<img src=\'a.jpg\'/>[/caption]<!--more Go on-->\n<!-- wp:a {"b":1} -->'
    )
    assert read_items(export(item(content=text, excerpt=" In short ")))[0].content == text


@pytest.mark.parametrize(
    ("post_type", "kind"),
    [
        ("post", ItemKind.POST),
        ("page", ItemKind.PAGE),
        ("attachment", ItemKind.ATTACHMENT),
        ("nav_menu_item", ItemKind.MENU_ITEM),
        ("wp_block", ItemKind.OTHER),
        ("", ItemKind.OTHER),
    ],
)
def test_types_that_are_not_known_are_set_aside(post_type, kind):
    assert read_items(export(item(post_type=post_type)))[0].kind == kind


def test_a_status_that_is_not_known_is_no_known_one():
    statuses = ["publish", "future", "pending", "private", "inherit", "auto-draft", "archived"]
    assert [each.status for each in read_items(export(*(item(status=status) for status in statuses)))] == [
        ItemStatus.PUBLISHED,
        ItemStatus.SCHEDULED,
        ItemStatus.REVIEW,
        ItemStatus.PRIVATE,
        ItemStatus.INHERITED,
        ItemStatus.UNKNOWN,
        ItemStatus.UNKNOWN,
    ]


def test_an_attachment_without_an_address_has_it_in_its_guid():
    file = "https://old.example/wp-content/uploads/a.jpg"
    assert read_items(export(item(post_type="attachment", guid=file)))[0].file_url == file
    assert read_items(export(item(post_type="attachment", attachment_url=file)))[0].file_url == file


@pytest.mark.parametrize("approved", ["0", "hold", "", "2", "maybe", "APPROVE"])
def test_a_comment_whose_status_is_not_known_waits(approved):
    assert first_comment(comment_approved=approved).status == ExportedCommentStatus.PENDING
    assert not first_comment(comment_approved=approved).is_public


@pytest.mark.parametrize("approved", ["1", "approve", "approved"])
def test_approved_comments_are_public(approved):
    assert first_comment(comment_approved=approved).is_public


@pytest.mark.parametrize("approved", ["spam", "trash", "post-trashed"])
def test_spam_and_trash_are_not_public(approved):
    assert not first_comment(comment_approved=approved).is_public


def test_internal_notes_and_unknown_types_are_never_public():
    kinds = {kind: first_comment(comment_type=kind) for kind in ("note", "order_note", "review", "like")}
    assert not any(each.is_public for each in kinds.values())
    assert [each.kind for each in kinds.values()] == [CommentKind.NOTE, *[CommentKind.OTHER] * 3]


def test_pings_are_mentions():
    assert {first_comment(comment_type=kind).kind for kind in ("pingback", "trackback")} == {CommentKind.MENTION}
    assert {first_comment(comment_type=kind).kind for kind in ("", "comment")} == {CommentKind.COMMENT}


def test_a_commenters_name_is_unescaped_once():
    assert first_comment(comment_author="O&#039;Brien &raquo; A&amp;amp;B").author_name == "O'Brien » A&amp;B"


def test_what_a_visitors_browser_sent_is_left_in_the_file():
    fields = [meta("akismet_as_submitted", "secret", "wp:commentmeta"), meta("rating", "5", "wp:commentmeta")]
    read_comment = first_comment(0, *fields)
    assert read_comment.metas == (Meta("rating", "5"),)
    assert "192.0.2.1" not in repr(read_comment)


def test_what_comments_were_before_their_post_went_to_the_trash_is_remembered():
    trashed = meta("_wp_trash_meta_comments_status", 'a:2:{i:7;s:1:"1";i:8;s:1:"0";}')
    [read_item] = read_items(export(item(comment(7, comment_approved="post-trashed"), trashed, status="trash")))
    assert read_item.statuses_before_trash() == {7: ExportedCommentStatus.APPROVED, 8: ExportedCommentStatus.PENDING}


def test_an_object_in_place_of_those_statuses_says_nothing():
    [read_item] = read_items(export(item(meta("_wp_trash_meta_comments_status", 'O:1:"A":0:{}'))))
    assert read_item.statuses_before_trash() == {}


def test_times_have_no_zone_until_somebody_knows_it():
    [read_item] = read_items(export(item(post_date_gmt="0000-00-00 00:00:00")))
    assert (read_item.local, read_item.gmt) == (datetime.datetime(2020, 5, 1, 12), None)


def test_comments_can_be_read_again_and_within_each_other():
    [read_item] = read_items(export(item(*(comment(number, number - 1) for number in range(1, 6)))))
    replies = [(a.id, b.id) for a in read_item.comments for b in read_item.comments if a.id == b.parent_id]
    assert replies == [(1, 2), (2, 3), (3, 4), (4, 5)]


def test_a_conversation_that_does_not_fit_into_memory_is_the_same(monkeypatch):
    monkeypatch.setattr(comment_spool, "MAX_MEMORY_BYTES", 10_000)
    [read_item] = read_items(export(item(*(comment(number, number - 1) for number in range(1, 1001)))))
    assert len(read_item.comments) == 1000
    for _again in range(2):
        assert [(each.id, each.parent_id) for each in read_item.comments] == [(n, n - 1) for n in range(1, 1001)]


def test_fields_after_the_comments_are_read_too():
    [read_item] = read_items(export(item(comment(1), meta("late", "1"), post_id=9)))
    assert isinstance(read_item, Item)
    assert read_item.meta("late") == "1"
