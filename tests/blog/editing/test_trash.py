"""The trash: what is moved there is found nowhere and comes back as it was; after thirty days it is deleted."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.editing.trash_actions import MAX_EXPIRED, delete_expired, delete_for_good, move_to_trash, restore_entry
from blog.models import Clock, Image, ImageUse, Page, Post, Redirect, SearchEntry, Series, Tag, TrashEntry
from blog.models.menu import MenuLink, read_links
from blog.models.trash import TRASH_DAYS
from blog.search.rebuild import rebuild_index
from comments.models import Comment, Subscription
from comments.privacy import erasure
from comments.status import Status
from tests import factories
from tests.blog.images.uploads import picture, uploaded

pytestmark = pytest.mark.django_db


def trash(row, by=None) -> TrashEntry:
    return move_to_trash(row, by=by)


def bring_back(entry: TrashEntry) -> list[str]:
    return restore_entry(entry.pk, by=None)[1]


def make_older(*entries: TrashEntry, days: int = TRASH_DAYS) -> None:
    before = timezone.now() - timedelta(days=days, minutes=1)
    TrashEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(trashed_at=before)


def stored(model, pk):
    return model.everything.filter(pk=pk).values().get()


# Posts


def test_a_post_in_the_trash_has_no_page_and_is_in_no_list(visitor):
    tag = factories.tag("Tea")
    post = factories.post("Samovar", tags=[tag])
    author = post.authors.get()
    where = post.get_absolute_url()
    trash(post)
    assert visitor.get(where).status_code == 404
    for page in ("/", "/archive/", "/feed/", "/sitemap.xml", "/search/?q=samovar", "/tags/", author.get_absolute_url()):
        assert "Samovar" not in visitor.get(page).text, page
    tag.refresh_from_db()
    author.refresh_from_db()
    assert (tag.post_count, author.post_count) == (0, 0)
    assert not Post.objects.filter(pk=post.pk).exists()


@pytest.mark.parametrize("status", ["draft", "review", "published"])
def test_a_post_comes_back_with_the_status_that_it_had(status):
    post = factories.post(status=status, tags=[factories.tag()])
    before = stored(Post, post.pk)
    bring_back(trash(post))
    assert stored(Post, post.pk) == before | {"edition": before["edition"] + 2}


def test_a_post_comes_back_whole(visitor):
    series = Series.objects.create(name="Walls", slug="walls")
    tag = factories.tag("Tea")
    post = factories.post("Samovar", tags=[tag], series=series, part=1, body="Tea first.")
    post.body = "Tea at once."
    post.save(correction="It was *once*.")
    comment = factories.comment(post, body="So be it.")
    factories.remove(factories.comment(post), via="desk")
    entry = trash(post)
    bring_back(entry)
    shown = visitor.get(post.get_absolute_url()).text
    assert all(words in shown for words in ("Samovar", "Tea at once.", "It was", "So be it."))
    assert "Samovar" in visitor.get("/search/?q=samovar").text
    assert str(comment.pk) in visitor.get("/comments/feed/").text
    post.refresh_from_db()
    tag.refresh_from_db()
    assert (post.part, tag.post_count, post.comment_count) == (1, 1, 1)
    assert not TrashEntry.objects.exists()


def test_moving_a_post_to_the_trash_and_back_is_in_its_history(editor):
    post = factories.post()
    restore_entry(move_to_trash(post, by=editor.user).pk, by=editor.user)
    assert [version.status for version in post.versions.order_by("number")] == ["published", "trash", "published"]
    page = editor.get(f"/admin/blog/post/{post.pk}/history/").text
    assert "moved to the trash" in page
    assert "restored from the trash" in page


def test_the_clock_moves_once_for_each_way(post):
    clock = Clock.read().site
    entry = trash(post)
    assert Clock.read().site == clock + 1
    bring_back(entry)
    assert Clock.read().site == clock + 2


def test_a_scheduled_post_does_not_appear_from_the_trash(visitor):
    post = factories.scheduled(title="Later")
    entry = trash(post)
    Post.everything.filter(pk=post.pk).update(published_at=factories.NOON)
    assert "Later" not in visitor.get("/").text
    assert bring_back(entry) == ["“Later” was to appear meanwhile. It is a draft now: publish it when you like."]
    assert Post.objects.get(pk=post.pk).status == Post.Status.DRAFT


def test_a_private_link_to_a_draft_in_the_trash_stops_working(visitor):
    draft = factories.draft()
    where = draft.get_preview_url()
    assert visitor.get(where).status_code == 200
    entry = trash(draft)
    assert visitor.get(where).status_code == 404
    bring_back(entry)
    assert visitor.get(where).status_code == 200


def test_an_old_address_of_a_post_leads_nowhere_meanwhile(visitor, post):
    old = post.get_absolute_url()
    post.slug = "tea"
    post.save()
    entry = trash(post)
    assert visitor.get(old).status_code == 404
    bring_back(entry)
    assert visitor.get(old).status_code == 301


def test_its_address_and_its_part_stay_taken_and_forms_say_by_what():
    series = Series.objects.create(name="Walls", slug="walls")
    post = factories.post(slug="tea", series=series, part=1)
    trash(post)
    other = Post(title="Other", slug="tea", body="Tea.", status="published", published_at=factories.NOON, series=series)
    with pytest.raises(Exception, match="A post in the trash has this slug and day"):
        other.full_clean()
    other.slug = "bread"
    other.full_clean()
    assert other.part == 2


def test_comments_of_a_post_in_the_trash_are_out_of_the_queue_and_of_lists(visitor):
    moderator = factories.moderator_client("mona")
    post = factories.post("Samovar")
    factories.comment(post, status=Status.PENDING, body="A waiting word.")
    comment = factories.comment(post, body="An approved word.")
    Comment.objects.filter(pk=comment.pk).update(open_report_count=2)
    queue = "/admin/comments/comment/queue/"
    assert "A waiting word." in moderator.get(queue).text
    entry = trash(post)
    assert Comment.objects.waiting().count() == Comment.objects.count_waiting() == 0
    assert Comment.objects.reported().count() == 0
    assert "A waiting word." not in moderator.get(queue).text
    where = f"/comments/{comment.pk}/"
    for page in ("/comments/feed/", "/search/?q=approved", where, f"{where}report/"):
        assert "An approved word." not in visitor.get(page).text, page
    assert visitor.post(f"{post.get_absolute_url()}comments/", factories.comment_form()).status_code == 404
    bring_back(entry)
    assert Comment.objects.waiting().count() == Comment.objects.count_waiting() == 1
    assert Comment.objects.reported().count() == 1


def test_a_reader_does_not_see_their_comments_under_it_and_can_erase_them():
    reader = factories.reader("ann@example.net")
    post = factories.post("Samovar")
    comment = factories.comment(post, name="Ann", email=reader.email, body="My own words.")
    Comment.objects.filter(pk=comment.pk).update(reader=reader, is_verified=True)
    client = factories.reader_client(reader)
    assert "Samovar" in client.get("/you/").text
    trash(post)
    assert "Samovar" not in client.get("/you/").text
    erasure.begin_erasure(reader, keeps_words=False, sender="x")
    while erasure.continue_erasures():
        pass
    comment.refresh_from_db()
    assert comment.body == comment.name == ""


def test_nobody_gets_an_email_about_a_post_in_the_trash():
    author = factories.author()
    factories.subscription(author)
    post = factories.post("Samovar", authors=[author], published_at=timezone.now())
    trash(post)
    call_command("worker", once=True)
    assert not any("Samovar" in message.subject + message.body for message in mail.outbox)


def test_an_index_built_again_knows_nothing_of_the_trash():
    post, draft, page = factories.post(), factories.draft(), factories.page()
    for row in (post, draft, page):
        trash(row)
    assert SearchEntry.objects.count() == 0
    rebuild_index()
    assert SearchEntry.objects.count() == 0


# Pages


def test_a_page_in_the_trash_answers_nobody_and_leaves_the_menu(visitor):
    page = factories.page("samovar", body="About tea.")
    MenuLink.objects.create(page=page)
    MenuLink.objects.create(part="blog:archive")
    entry = trash(page)
    assert visitor.get("/samovar/").status_code == 404
    assert "amovar" not in visitor.get("/").text
    assert "amovar" not in visitor.get("/search/?q=tea").text
    assert [link.url for link in read_links().menu] == ["/archive/"]
    bring_back(entry)
    assert visitor.get("/samovar/").status_code == 200
    assert "/samovar/" in [link.url for link in read_links().menu]
    assert "Samovar" in visitor.get("/search/?q=tea").text


# Tags


def test_a_tag_in_the_trash_leaves_its_posts_and_comes_back_to_them(visitor):
    tea, bread = factories.tag("Tea"), factories.tag("Bread")
    post, gone, draft = factories.post(tags=[tea, bread]), factories.post(tags=[tea]), factories.draft(tags=[tea])
    factories.subscription(tea)
    entry = trash(tea)
    assert visitor.get("/tag/tea/").status_code == 404
    assert "/tag/tea/" not in visitor.get(post.get_absolute_url()).text + visitor.get("/tags/").text
    assert list(Post.objects.get(pk=post.pk).tags.all()) == [bread]
    gone.delete()
    bring_back(entry)
    tea.refresh_from_db()
    assert (tea.post_count, set(tea.posts.all()), Subscription.objects.get().tag) == (1, {post, draft}, tea)
    assert visitor.get("/tag/tea/").status_code == 200


def test_a_post_saved_meanwhile_is_found_by_the_tag_again(visitor):
    tea = factories.tag("Tea")
    post = factories.post("Samovar", tags=[tea])
    entry = trash(tea)
    post = Post.objects.get(pk=post.pk)
    post.body = "Another text."
    post.save()
    bring_back(entry)
    assert "Samovar" in visitor.get("/search/?q=another+tag:tea").text
    keys = SearchEntry.objects.get(kind="post").keys.split()
    assert len(keys) == len(set(keys))


def test_followers_of_a_tag_in_the_trash_get_no_email():
    tea = factories.tag("Tea")
    factories.subscription(tea)
    factories.post("Samovar", tags=[tea], published_at=timezone.now())
    trash(tea)
    call_command("worker", once=True)
    assert not mail.outbox


def test_a_new_tag_gets_another_slug_than_one_in_the_trash():
    trash(factories.tag("Tea"))
    assert Tag.make_unique_slug("Tea") == "tea-2"


# Pictures


def test_a_picture_in_the_trash_is_shown_in_no_text_and_comes_back(visitor):
    image = uploaded(alt="A samovar", caption="In Termez")
    post = factories.post(body=f"Before.\n\n{image.markdown()}\n\nAfter.", cover=image)
    page = factories.page(body=image.markdown() + " and words.")
    shown = {text.get_absolute_url(): visitor.get(text.get_absolute_url()).text for text in (post, page)}
    entry = trash(image)
    for where in shown:
        text = visitor.get(where).text
        assert not any(words in text for words in (image.name, "samovar", "Termez"))
    assert "<figure" not in Post.objects.get(pk=post.pk).body_html
    assert default_storage.exists(image.file.name)
    bring_back(entry)
    for where, before in shown.items():
        assert image.name in visitor.get(where).text
        assert visitor.get(where).text.count("<img") == before.count("<img")
    assert Post.objects.get(pk=post.pk).cover == image


def test_a_text_saved_while_its_picture_is_in_the_trash_shows_it_on_return():
    image = uploaded(alt="A samovar")
    post = factories.post(body=f"Before.\n\n{image.markdown()}")
    entry = trash(image)
    post = Post.objects.get(pk=post.pk)
    post.body = f"Now.\n\n{image.markdown()}"
    post.save()
    assert image.name not in post.body_html
    assert ImageUse.objects.filter(image=image, post=post).exists()
    bring_back(entry)
    assert image.name in Post.objects.get(pk=post.pk).body_html


def test_a_text_in_the_trash_itself_comes_back_with_its_picture():
    image = uploaded(alt="A samovar")
    post = factories.post(body=image.markdown())
    of_image, of_post = trash(image), trash(post)
    bring_back(of_image)
    bring_back(of_post)
    assert image.name in Post.objects.get(pk=post.pk).body_html


def test_a_cover_chosen_meanwhile_stays():
    image, other = uploaded(alt="A samovar"), uploaded(picture(size=(90, 60)), alt="A cup")
    post = factories.post(cover=image)
    entry = trash(image)
    post = Post.objects.get(pk=post.pk)
    assert post.cover is None
    post.cover = other
    post.save()
    bring_back(entry)
    assert Post.objects.get(pk=post.pk).cover == other


def test_deleted_for_good_a_picture_is_gone_though_a_text_names_it(visitor, django_capture_on_commit_callbacks):
    image = uploaded(alt="A samovar")
    post = factories.post(body=f"Before.\n\n{image.markdown()}", cover=image)
    entry = trash(image)
    with django_capture_on_commit_callbacks(execute=True):
        delete_for_good(TrashEntry.objects.get(pk=entry.pk))
    assert not Image.everything.exists()
    assert not default_storage.exists(image.file.name)
    assert image.name not in visitor.get(post.get_absolute_url()).text


# For good


def test_after_thirty_days_everything_but_posts_with_comments_is_deleted():
    post, page, tag = factories.post(), factories.page(), factories.tag()
    discussed = factories.post("Discussed")
    factories.comment(discussed)
    entries = [trash(row) for row in (post, page, tag, discussed)]
    make_older(*entries, days=TRASH_DAYS - 1)
    assert delete_expired() == 0
    make_older(*entries)
    assert delete_expired() == 3
    assert [entry.row for entry in TrashEntry.objects.all()] == [discussed]
    assert (Page.everything.count(), Tag.everything.count(), Post.everything.count()) == (0, 0, 1)
    assert delete_expired() == 0


def test_the_worker_deletes_a_bounded_number_at_a_time():
    make_older(*(trash(factories.page(f"page-{number}")) for number in range(MAX_EXPIRED + 1)))
    assert delete_expired() == MAX_EXPIRED
    assert delete_expired() == 1


def test_the_tags_of_a_post_deleted_for_good_are_counted():
    tag = factories.tag()
    other = factories.post(tags=[tag])
    post = factories.post(tags=[tag])
    delete_for_good(trash(post))
    tag.refresh_from_db()
    assert tag.post_count == 1
    assert list(Post.everything.all()) == [other]


def test_what_is_not_there_cannot_be_restored(post):
    entry = trash(post)
    bring_back(entry)
    with pytest.raises(TrashEntry.DoesNotExist):
        bring_back(entry)
    trash(post)
    with pytest.raises(Post.DoesNotExist):
        trash(post)


def test_moving_a_tag_costs_the_same_however_many_posts_have_it():
    tags = factories.tag(), factories.tag()
    for number in range(12):
        factories.post(tags=tags[:1] if number else tags)
    costs = []
    for tag in tags:
        with CaptureQueriesContext(connection) as queries:
            bring_back(trash(tag))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_redirects_of_a_tag_lead_to_it_again(visitor):
    tag = factories.tag("Tea")
    factories.post(tags=[tag])
    Redirect.objects.create(path="/tag/chai/", tag=tag)
    entry = trash(tag)
    assert visitor.get("/tag/chai/").status_code == 404
    bring_back(entry)
    assert visitor.get("/tag/chai/")["Location"] == "/tag/tea/"
