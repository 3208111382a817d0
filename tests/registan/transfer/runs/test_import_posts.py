"""Posts come in as they were: status, date, address, tags, authors, and without a word to anybody"""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.utils import timezone

from blog.fulltext.tables import SearchEntry
from blog.models import Post, Quotation, ReviewStep, Site, TrashEntry
from comments.mail.fanout import start_post_fanouts
from comments.models import Message
from tests import factories
from tests.registan.transfer.runs.importing import category, import_export, outcome
from tests.registan.transfer.wxr import item, meta

pytestmark = pytest.mark.django_db


def imported(folder, *extra: str, **values) -> Post:
    import_export(folder, item(*extra, **{"post_id": 1, **values}))
    return Post.everything.get()


def test_a_post_is_at_its_day_and_slug_with_its_words(tmp_path, client):
    post = imported(
        tmp_path, title="On &amp; on", content="First.\n\nSecond <em>here</em>.", excerpt="A <b>summary</b>."
    )
    assert (post.title, post.summary) == ("On & on", "A summary.")
    assert post.published_at == post.updated_at == datetime(2020, 5, 1, 10, tzinfo=UTC)
    assert post.get_absolute_url() == "/2020/05/01/hello/"
    assert "First." in client.get("/2020/05/01/hello/").text
    assert outcome("post", 1)[1] == ""


@pytest.mark.parametrize(
    ("values", "status", "reason"),
    [
        ({"status": "publish"}, "published", ""),
        ({"status": "future", "post_date_gmt": "2020-05-01 10:00:00"}, "published", ""),
        ({"status": "draft"}, "draft", ""),
        ({"status": "pending"}, "review", ""),
        ({"status": "private"}, "draft", "private"),
        ({"status": "wc-processing"}, "draft", "unknown-status"),
        ({"status": "publish", "post_date": "", "post_date_gmt": ""}, "draft", "no-date"),
        ({"status": "trash"}, "trash", ""),
    ],
)
def test_a_status_is_never_more_public_than_it_was(tmp_path, values, status, reason):
    post = imported(tmp_path, **values)
    assert post.status == status
    assert outcome("post", 1)[:2] == ("created", reason)


def test_the_day_in_its_address_is_that_of_the_site(tmp_path):
    Site(name="Clocks", language="en", time_zone="Asia/Tashkent").save()
    assert imported(tmp_path, post_date_gmt="2020-05-01 22:00:00").get_absolute_url() == "/2020/05/02/hello/"


def test_a_scheduled_post_is_still_to_come(tmp_path, client):
    at = timezone.now() + timedelta(days=3)
    post = imported(tmp_path, status="future", post_date_gmt=f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}")
    assert post.status == Post.Status.PUBLISHED
    assert not post.is_public
    assert client.get(post.get_absolute_url()).status_code == 404


def test_a_private_post_keeps_its_date_and_a_draft_that_nobody_dated_has_none(tmp_path):
    import_export(
        tmp_path,
        item(post_id=1, status="private"),
        item(post_id=2, status="draft", post_date_gmt="0000-00-00 00:00:00"),
    )
    private, draft = Post.objects.order_by("pk")
    assert private.published_at == datetime(2020, 5, 1, 10, tzinfo=UTC)
    assert draft.published_at is None
    assert draft.updated_at == datetime(2020, 5, 1, 10, tzinfo=UTC)


def test_what_was_in_the_trash_is_in_the_trash(tmp_path):
    post = imported(tmp_path, status="trash", post_name="hello__trashed")
    assert TrashEntry.objects.get().post == post
    assert post.slug == "hello"


def test_a_post_with_a_password_asks_for_it(tmp_path, client):
    post = imported(tmp_path, post_password="melon", content="The secret.")
    assert check_password("melon", post.password_hash)
    assert "The secret." not in client.get(post.get_absolute_url()).text


def test_an_address_that_is_taken_gets_a_number_and_is_reported(tmp_path):
    factories.post(slug="hello", published_at=datetime(2020, 5, 1, 8, tzinfo=UTC))
    import_export(tmp_path, item(post_id=1), item(post_id=2))
    assert sorted(Post.objects.values_list("slug", flat=True)) == ["hello", "hello-2", "hello-3"]
    assert outcome("post", 1) == ("created", "address-taken", "hello → hello-2")


def test_a_slug_in_other_letters_is_written_in_ours(tmp_path):
    assert imported(tmp_path, post_name="%d0%bf%d1%80%d0%b8%d0%b2%d0%b5%d1%82").slug == "privet"


def test_texts_link_to_each_other_at_their_new_addresses_wherever_they_are(tmp_path):
    to_later = "See <a href='https://old.example/2020/later/'>this</a> and <a href='/?p=3'>that</a>."
    import_export(
        tmp_path,
        item(post_id=1, content=to_later),
        item(post_id=2, post_name="later", link="https://old.example/2020/later/"),
        item(post_id=3, post_type="page", post_name="about"),
    )
    body = Post.objects.order_by("pk")[0].body
    assert "(/2020/05/01/later/)" in body
    assert "(/about/)" in body


def test_tags_authors_and_counts_are_right(tmp_path, client):
    post = imported(
        tmp_path,
        category("category", "news", "News"),
        category("post_tag", "tea", "Tea"),
        category("author", "cap-bob", "bob"),
        category("author", "cap-carol", "carol"),
    )
    assert {tag.name: tag.post_count for tag in post.tags.all()} == {"News": 1, "Tea": 1}
    assert {author.name: author.post_count for author in post.authors.all()} == {"bob": 1, "carol": 1}
    assert "Hello" in client.get("/tag/news/").text


def test_pinned_search_titles_and_where_it_appeared_first(tmp_path):
    post = imported(
        tmp_path,
        meta("_yoast_wpseo_title", "For engines"),
        meta("_yoast_wpseo_canonical", "https://first.example/x"),
        meta("_yoast_wpseo_meta-robots-noindex", "1"),
        meta("_yoast_wpseo_metadesc", "What it is about."),
        is_sticky=1,
    )
    assert post.is_pinned
    assert (post.seo_title, post.canonical_url, post.is_noindex) == ("For engines", "https://first.example/x", True)
    assert post.summary == "What it is about."


def test_templates_of_seo_plugins_are_no_titles(tmp_path):
    assert (
        imported(tmp_path, meta("_yoast_wpseo_title", "%%title%% %%sep%%"), meta("thesis_title", "Mine")).seo_title
        == "Mine"
    )


def test_a_post_without_a_title_has_its_first_words(tmp_path):
    assert imported(tmp_path, title="", content="One two three.").title == "One two three."
    assert outcome("post", 1) == ("created", "no-title", "One two three.")


def test_a_title_that_is_too_long_is_shortened_and_kept_in_the_ledger(tmp_path):
    assert len(imported(tmp_path, title="x" * 300).title) == 250
    assert outcome("post", 1) == ("created", "shortened", "x" * 300)


def test_a_text_that_cannot_be_rendered_fails_alone(tmp_path):
    import_export(tmp_path, item(post_id=1, content="<b>" * 100_000), item(post_id=2))
    assert outcome("post", 1)[:2] == ("failed", "too-long")
    assert Post.objects.count() == 1


def test_shortcodes_that_nobody_knows_are_kept_and_listed(tmp_path):
    post = imported(tmp_path, content="Before [pricing plan=2] after.")
    assert "[pricing plan=2]" in post.body_html
    assert outcome("post", 1)[:2] == ("created", "unknown-shortcodes")


def test_the_file_of_an_episode_is_added_where_the_text_does_not_show_it(tmp_path):
    post = imported(tmp_path, meta("enclosure", "https://cdn.example/1.mp3\n123\naudio/mpeg"))
    assert post.body.rstrip().endswith("<https://cdn.example/1.mp3>")


def test_a_conversation_is_open_or_closed_as_it_was(tmp_path):
    import_export(tmp_path, item(post_id=1), item(post_id=2, comment_status="closed"))
    assert list(Post.objects.order_by("pk").values_list("conversation", flat=True)) == ["open", "closed"]


def test_search_finds_it_quotations_are_known_and_versions_begin(tmp_path):
    post = imported(tmp_path, content="<blockquote><p>Ask.</p><cite>Navoiy, <em>Xamsa</em>, 1483</cite></blockquote>")
    assert SearchEntry.objects.get(kind="post").object_id == post.pk
    assert Quotation.objects.get().source.post_count == 1
    assert post.versions.get().saved_by is None


def test_nobody_gets_email_about_what_was_published_elsewhere(tmp_path):
    a_minute_ago = f"{timezone.now() - timedelta(minutes=1):%Y-%m-%d %H:%M:%S}"
    imported(tmp_path, post_date_gmt=a_minute_ago)
    assert not ReviewStep.objects.exists()
    assert not start_post_fanouts()
    assert not Message.objects.exists()


def test_feed_readers_know_it_again_when_it_is_imported_anew(tmp_path):
    first = imported(tmp_path).uid
    Post.objects.all().delete()
    from registan.transfer.models import Source

    Source.objects.all().delete()
    assert imported(tmp_path).uid == first
