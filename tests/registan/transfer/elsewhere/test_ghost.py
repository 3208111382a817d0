"""Ghost: posts, pages, tags and staff; members and comments where the owner asked for them; nothing hidden gets out."""

import datetime
import json

import pytest

from registan.transfer.elsewhere import json_lines
from registan.transfer.elsewhere.foreign_reader import EMPTIED, OLD_ADDRESS
from registan.transfer.records.export_records import ExportedAuthor, Term, TermReference
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.records.stable_ids import stable_id
from tests.registan.transfer.elsewhere.foreign import HOME, Export, refusal

ANN = {
    "id": "u1",
    "slug": "ann",
    "name": "Ann Lee",
    "email": "ann@example.org",
    "bio": "Writes.",
    "password": "$2a$10$x",
}
BOB = {"id": "u2", "slug": "bob", "name": "Bob", "email": "bob@example.org", "bio": None}
TEA = {"id": "t1", "slug": "tea", "name": "Tea", "description": "Leaves.", "visibility": "public"}
INTERNAL = {"id": "t2", "slug": "hash-wide", "name": "#wide", "description": None, "visibility": "internal"}


def post(number: str, **values) -> dict:
    return {
        "id": number,
        "uuid": f"00000000-{number}",
        "title": "Hello",
        "slug": f"hello-{number}",
        "html": "<p>Words.</p>",
        "lexical": '{"root":{"children":[]}}',
        "plaintext": "Words.",
        "feature_image": None,
        "featured": 0,
        "type": "post",
        "status": "published",
        "visibility": "public",
        "created_at": "2020-04-01T10:00:00.000Z",
        "updated_at": "2020-06-01T10:00:00.000Z",
        "published_at": "2020-05-01T10:00:00.000Z",
        "custom_excerpt": None,
        **values,
    }


def export(tmp_path, *posts: dict, home: str = HOME, **tables) -> Export:
    data = {"posts": list(posts), "users": [ANN, BOB], "tags": [TEA, INTERNAL], **tables}
    path = tmp_path / "ghost.json"
    path.write_text(json.dumps({"db": [{"meta": {"exported_on": 1, "version": "5.80.0"}, "data": data}]}, indent=1))
    return Export("ghost", path, home=home)


def test_a_post_is_read_with_its_times_its_address_and_its_html(tmp_path):
    settings = [{"key": "title", "value": "Tea and bread"}, {"key": "stripe_secret_key", "value": "sk"}]
    read = export(tmp_path, post("p1", custom_excerpt="Short.", featured=1), settings=settings)
    (item,) = read.items
    assert (item.title, item.content, item.excerpt, item.is_sticky) == ("Hello", "<p>Words.</p>", "Short.", True)
    assert (item.link, item.slug, item.content_format) == (f"{HOME}/hello-p1/", "hello-p1", ContentFormat.HTML)
    assert (item.gmt, item.local) == (datetime.datetime(2020, 5, 1, 10), None)
    assert item.modified_gmt == datetime.datetime(2020, 6, 1, 10)
    assert (read.channel.title, read.channel.home) == ("Tea and bread", HOME)


def test_ids_are_the_same_in_every_export(tmp_path):
    first, second = (export(tmp_path, post("5f0c1e")).items[0].id for _ in range(2))
    assert first == second == stable_id("5f0c1e")


def test_staff_become_authors_and_the_first_of_a_post_is_its_creator(tmp_path):
    relations = [
        {"id": "a", "post_id": "p1", "author_id": "u1", "sort_order": 1},
        {"id": "b", "post_id": "p1", "author_id": "u2", "sort_order": 0},
    ]
    read = export(tmp_path, post("p1"), posts_authors=relations)
    assert [(each.login, each.display_name, each.description) for each in read.of(ExportedAuthor)] == [
        ("ann", "Ann Lee", "Writes."),
        ("bob", "Bob", ""),
    ]
    assert read.items[0].creator == "bob"
    assert read.items[0].terms == (
        TermReference("author", "cap-bob", "Bob"),
        TermReference("author", "cap-ann", "Ann Lee"),
    )
    assert "$2a$10$x" not in repr(read.records)


def test_tags_keep_their_order_and_notes_of_the_theme_are_left_out(tmp_path):
    more = {"id": "t3", "slug": "bread", "name": "Bread", "description": None, "visibility": "public"}
    relations = [
        {"id": "a", "post_id": "p1", "tag_id": "t2", "sort_order": 0},
        {"id": "b", "post_id": "p1", "tag_id": "t3", "sort_order": 1},
        {"id": "c", "post_id": "p1", "tag_id": "t1", "sort_order": 2},
    ]
    read = export(tmp_path, post("p1"), tags=[TEA, INTERNAL, more], posts_tags=relations)
    assert [term.name for term in read.items[0].terms] == ["Bread", "Tea"]
    first = read.of(Term)[0]
    assert (first.taxonomy, first.slug, first.description) == ("post_tag", "tea", "Leaves.")
    assert read.reader.unread["internal tags"] == 1


@pytest.mark.parametrize(
    ("values", "kind", "status"),
    [
        ({}, "post", "publish"),
        ({"type": "page"}, "page", "publish"),
        ({"page": 1, "type": None}, "page", "publish"),
        ({"status": "draft", "published_at": None}, "post", "draft"),
        ({"status": "scheduled"}, "post", "future"),
        ({"visibility": "paid"}, "post", "private"),
        ({"visibility": "members"}, "post", "private"),
        ({"status": "draft", "visibility": "paid"}, "post", "draft"),
        ({"status": "sent"}, "post", "private"),
        ({"status": "strange"}, "post", "strange"),
    ],
)
def test_what_was_not_public_is_not_public(tmp_path, values, kind, status):
    (item,) = export(tmp_path, post("p1", **values)).items
    assert (item.post_type, item.post_status) == (kind, status)


def test_the_picture_of_a_post_is_an_attachment_with_its_words(tmp_path):
    extras = [{"post_id": "p1", "feature_image_alt": "A cup", "feature_image_caption": "Our cup", "meta_title": "SEO"}]
    values = {"feature_image": "__GHOST_URL__/content/images/cup.jpg", "html": '<img src="__GHOST_URL__/a.png">'}
    picture, item = export(tmp_path, post("p1", **values), posts_meta=extras).items
    assert (picture.post_type, picture.file_url) == ("attachment", f"{HOME}/content/images/cup.jpg")
    assert (picture.meta("_wp_attachment_image_alt"), picture.excerpt) == ("A cup", "Our cup")
    assert item.meta("_thumbnail_id") == str(picture.id)
    assert item.content == f'<img src="{HOME}/a.png">'
    assert item.meta("_yoast_wpseo_title") == "SEO"
    assert item.meta(OLD_ADDRESS) == "/p/00000000-p1/"
    assert (picture.number, item.number) == (1, 2)


def test_a_picture_of_several_posts_is_one_attachment(tmp_path):
    posts = [post(f"p{n}", feature_image="https://a.example/cup.jpg") for n in range(2)]
    picture, first, second = export(tmp_path, *posts).items
    assert first.meta("_thumbnail_id") == second.meta("_thumbnail_id") == str(picture.id)


def test_without_an_address_links_begin_at_the_root(tmp_path):
    (item,) = export(tmp_path, post("p1", html='<a href="__GHOST_URL__/b/">b</a>'), home="").items
    assert (item.link, item.content) == ("/hello-p1/", '<a href="/b/">b</a>')


@pytest.mark.parametrize(
    ("values", "content", "form"),
    [
        ({"html": None}, "<p>One &lt;b&gt;</p><p>Two</p>", ContentFormat.HTML),
        ({"html": None, "markdown": "*One*"}, "*One*", ContentFormat.MARKDOWN),
        ({"html": None, "plaintext": None}, "", ContentFormat.HTML),
    ],
)
def test_a_post_without_its_html_has_at_least_its_words(tmp_path, values, content, form):
    (item,) = export(tmp_path, post("p1", **{"plaintext": "One <b>\n\nTwo", **values})).items
    assert (item.content, item.content_format) == (content, form)


@pytest.mark.parametrize("created", ["2020-05-01 10:00:00", "2020-05-01T10:00:00.000Z", 1588327200000, 1588327200])
def test_times_are_read_in_every_form_that_ghost_ever_wrote(tmp_path, created):
    assert export(tmp_path, post("p1", published_at=created)).items[0].gmt == datetime.datetime(2020, 5, 1, 10)


def test_comments_are_read_with_their_writers_if_they_are_in_the_file(tmp_path):
    members = [{"id": "m1", "name": "Cy", "email": "cy@example.org", "created_at": "2019-01-01T00:00:00.000Z"}]
    comments = [
        {"id": "c1", "post_id": "p1", "member_id": "m1", "html": "<p>Hi</p>", "status": "published"},
        {"id": "c2", "post_id": "p1", "member_id": None, "parent_id": "c1", "html": "<p>x</p>", "status": "deleted"},
        {"id": "c3", "post_id": "p1", "member_id": "m1", "parent_id": "c1", "in_reply_to_id": "c2",
         "html": "<p>y</p>", "status": "published", "created_at": "2020-05-02T00:00:00.000Z"},
        {"id": "c4", "post_id": "p1", "member_id": "m1", "html": "<p>z</p>", "status": "hidden"},
    ]  # fmt: skip
    first, deleted, reply, hidden = export(tmp_path, post("p1"), comments=comments, members=members).items[0].comments
    assert (first.author_name, first.author_email, first.approved) == ("Cy", "cy@example.org", "1")
    assert (deleted.approved, deleted.content, deleted.parent_id) == ("trash", EMPTIED, first.id)
    assert (reply.parent_id, reply.gmt) == (deleted.id, datetime.datetime(2020, 5, 2))
    assert hidden.is_public is False


def test_only_members_who_get_a_newsletter_wish_for_one(tmp_path):
    members = [
        {"id": f"m{n}", "name": "", "email": f"m{n}@example.org", "created_at": "2019-01-01T00:00:00.000Z"}
        for n in range(4)
    ]
    members[3]["subscribed"] = 1
    wishes = [{"id": "x", "member_id": "m1"}, {"id": "y", "member_id": "m2"}]
    read = export(tmp_path, members=members, members_newsletters=wishes, suppressions=[{"email": "M2@example.org"}])
    assert [each.email for each in read.subscribers] == ["m1@example.org", "m3@example.org"]
    assert read.subscribers[0].since == datetime.datetime(2019, 1, 1)


def test_a_file_is_read_a_record_at_a_time_however_it_is_cut(tmp_path, monkeypatch):
    posts = [post(f"p{n}", html=f"<p>{'“quoted” \\ [ { ' * n}</p>", title='"]}[{"') for n in range(30)]
    whole = [item.content for item in export(tmp_path, *posts).items]
    for size in (1, 7, 1_000):
        monkeypatch.setattr(json_lines, "BLOCK_CHARACTERS", size)
        monkeypatch.setattr("registan.transfer.wordpress.reader.export_files.CHUNK_BYTES", max(size, 50))
        assert [item.content for item in export(tmp_path, *posts).items] == whole


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"a": 1}', "no export of Ghost"),
        ('{"db": [{"data": {"posts": [{"id": "1"}', "is damaged"),
        ('{"db": [{"data": {"posts": [{"id": 1,}]}}]}', "is damaged"),
        ("[" * 200, "is damaged"),
        ('{"posts": [' + '{"a":' * 200 + "1" + "}" * 200 + "]}", "is damaged"),
        ("", "is damaged"),
        ("hello", "is damaged"),
        ("]", "is damaged"),
    ],
)
def test_what_is_broken_or_foreign_is_refused(tmp_path, text, sentence):
    path = tmp_path / "ghost.json"
    path.write_text(text)
    assert sentence in refusal("ghost", path)


def test_a_record_larger_than_any_post_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(json_lines, "MAX_RECORD_CHARACTERS", 100_000)
    monkeypatch.setattr(json_lines, "BLOCK_CHARACTERS", 10_000)
    path = tmp_path / "ghost.json"
    path.write_text(json.dumps({"data": {"posts": [post("p1", html="a" * 500_000)]}}))
    assert "holds more than an export has" in refusal("ghost", path)
