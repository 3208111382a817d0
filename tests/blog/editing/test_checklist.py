"""Reminders before publication, which never block it."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from blog.editing.checklist import find_warnings, posts_titled
from blog.markup.proofreading import ProofreadingParser
from blog.models import Post
from tests import factories

pytestmark = pytest.mark.django_db


def told(**fields) -> str:
    post = factories.draft(**{"title": "The test", "summary": "Short.", "tags": [factories.tag()], **fields})
    return "\n".join(find_warnings(post))


def test_a_finished_post_gets_no_notes():
    assert told(body="Tea, and [more](https://example.org/).\n\n> Drink.\n>\n> — Bob\n\n![A cup](/cup.jpg)") == ""


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "T" * 71}, "The title has 71 characters. Other sites cut titles after about 70."),
        ({"slug": "s" * 61}, "The slug has 61 characters. Above 60, addresses break in emails and in print."),
        ({"summary": ""}, "There is no summary, so lists and feeds show the opening words."),
        ({"summary": "s" * 301}, "The summary has more than 300 characters."),
        ({"tags": []}, "The post has no tags."),
        ({"authors": []}, "This post names no author. Choose one, so that readers see who wrote it."),
        ({"body": "![](/cup.jpg)"}, "1 image has no alternative text. Describe it, unless it is only decorative."),
        ({"body": "> One\n\nand\n\n> two"}, "2 quotations have no source."),
    ],
)
def test_each_thing_that_an_editor_would_ask_about_is_one_sentence(fields, sentence):
    found = told(**fields)
    assert found.startswith(sentence)
    assert "\n" not in found


def test_a_title_is_looked_up_by_index():
    factories.post(title="On Tea")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows are sooner read than looked up
        assert "post_title" in posts_titled("on tea").explain()


def test_a_title_that_another_post_has_is_mentioned():
    factories.post(title="On Tea")
    assert told(title="on tea") == "Another post has the same title."


def test_a_quotation_within_an_attributed_quotation_needs_no_attribution():
    assert (
        ProofreadingParser(
            '<figure class="quotation"><blockquote><blockquote>a</blockquote></blockquote></figure>'
        ).quotations_without_source
        == 0
    )


def test_links_to_what_stands_are_fine():
    post, tag, author = factories.post(), factories.tag(), factories.author()
    page, old = factories.page(), factories.post(slug="old")
    old_address = old.get_absolute_url()
    old.slug = "new"
    old.save()
    cup = default_storage.save("cup.txt", ContentFile(b"cup"))
    own = [f"/media/{cup}", "/archive/", "/feed/", post.get_absolute_url(), tag.get_absolute_url(),
           author.get_absolute_url(), page.get_absolute_url(), old_address,
           f"{post.get_absolute_url()}#comments", "#below"]  # fmt: skip
    body = " ".join(f"[x]({address})" for address in own)
    assert told(body=body + f" [y](http://127.0.0.1:8000{post.get_absolute_url()})") == ""


@pytest.mark.parametrize(
    "path",
    ["/2026/03/20/nothing/", "/2026/99/99/nothing/", "/tag/nothing/", "/author/nobody/", "/no-page/", "/series/none/",
     "/sources/none/", "/tag/nothing/feed/", "/media/nothing.jpg", "/media/../secret_key", "/a/b/c/d/", "/a%00b/"],
)  # fmt: skip
def test_a_broken_link_is_named(path):
    assert told(body=f"[x]({path})").startswith("Nothing is published at /")


@pytest.mark.parametrize("path", ["/media/", "/media/images/nothing.jpg"])
def test_a_missing_image_is_named(path):
    assert told(body=f"![a cup]({path})") == f"Nothing is published at {path}. Check the link."


def test_a_link_to_a_draft_leads_nowhere_for_a_reader():
    hidden = factories.draft(slug="hidden", published_at=factories.NOON)
    assert "/2026/03/20/hidden/" in told(body="[x](/2026/03/20/hidden/)"), hidden


def test_dead_links_are_asked_for_in_few_queries(django_assert_max_num_queries):
    post = factories.draft(body=" ".join(f"[x](/tag/t{n}/)" for n in range(300)))
    with django_assert_max_num_queries(210):
        find_warnings(post)


# In the admin


def test_the_form_of_a_post_shows_the_list(editor):
    post = factories.draft()
    assert "There is no summary" in editor.get(f"/admin/blog/post/{post.pk}/change/").text


def test_publishing_goes_through_and_says_what_was_overlooked(editor):
    answer = editor.post("/admin/blog/post/add/", factories.post_form(status="published"), follow=True)
    assert Post.objects.get().is_public
    assert "There is no summary" in answer.text


def test_saving_a_draft_or_a_public_post_again_says_nothing(editor):
    editor.post("/admin/blog/post/add/", factories.post_form())
    post = factories.post(title="Out")
    moment = {"published_at_0": "2026-03-20", "published_at_1": "12:00:00"}
    sent = factories.post_form(title="Out", slug=post.slug, status="published", **moment)
    answer = editor.post(f"/admin/blog/post/{post.pk}/change/", sent, follow=True)
    assert "There is no summary" not in "".join(str(message) for message in answer.context["messages"])
