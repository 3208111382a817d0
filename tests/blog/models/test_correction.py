"""A change after publication can carry a dated note, shown to readers, in feeds and in JSON-LD."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Clock, Correction, Post
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin/blog/post/"
NOTE = "The melon was ripe in *June*."


def signed_in(group: str) -> Client:
    client = Client()
    client.force_login(factories.user(group.lower(), group=group))
    return client


def form(post: Post, **fields) -> dict:
    """What the post's own form sends."""
    at = timezone.localtime(post.published_at) if post.published_at else None
    day = {"published_at_0": f"{at:%Y-%m-%d}", "published_at_1": f"{at:%H:%M:%S}"} if at else {}
    names = ("title", "slug", "body", "summary", "epigraph", "epigraph_source", "status", "conversation")
    authors = list(post.authors.values_list("pk", flat=True))
    return {**{name: getattr(post, name) for name in names}, **day, "authors": authors, **fields}


def change(post: Post) -> str:
    return f"{LIST}{post.pk}/change/"


def corrected(**fields) -> Post:
    """A post whose text was corrected just now."""
    post = factories.post(body="Ripe in May.", **fields)
    post.body = "Ripe in June."
    post.save(correction=NOTE)
    return Post.objects.get(pk=post.pk)


def page(post: Post) -> str:
    return Client().get(post.get_absolute_url()).text


def day(moment) -> str:
    at = timezone.localtime(moment)
    return f"{at.day} {at:%B %Y}"


# In the form


def test_a_note_typed_with_a_change_is_kept_with_who_when_and_which_version(editor):
    post = factories.post()
    assert 'name="correction"' in editor.get(change(post)).text
    assert editor.post(change(post), form(post, body="Talk first.", correction=NOTE)).status_code == 302
    note = Correction.objects.get()
    assert (note.post, note.text, note.edition, note.by.username) == (post, NOTE, 2, "editor")
    assert abs(timezone.now() - note.corrected_at) < timedelta(minutes=1)
    assert Post.objects.get().corrected_at == note.corrected_at


def test_a_change_without_a_note_shows_readers_nothing(editor):
    post = factories.post()
    editor.post(change(post), form(post, body="Talk first."))
    assert Post.objects.get().body == "Talk first."
    assert not Correction.objects.exists()


def test_a_note_without_a_change_is_refused_and_not_lost(editor):
    post = factories.post()
    answer = editor.post(change(post), form(post, correction="The melon."))
    assert set(answer.context["adminform"].form.errors) == {"correction"}
    assert "The melon.</textarea>" in answer.text
    assert not Correction.objects.exists()


def test_a_change_of_settings_takes_no_correction_note(editor):
    post = factories.post()
    answer = editor.post(change(post), form(post, conversation="closed", correction=NOTE))
    assert "correction" in answer.context["adminform"].form.errors


def test_a_change_can_get_its_note_later_and_only_once(editor):
    post = factories.post()
    editor.post(change(post), form(post, body="Talk first."))
    post.refresh_from_db()
    assert editor.post(change(post), form(post, correction=NOTE)).status_code == 302
    assert Correction.objects.get().edition == 2
    assert editor.post(change(post), form(post, correction="Again.")).status_code == 200
    assert Correction.objects.count() == 1


@pytest.mark.parametrize("make", [factories.draft, factories.scheduled])
def test_an_unpublished_post_has_no_corrections(editor, make):
    post = make(authors=[])
    assert 'name="correction"' not in editor.get(change(post)).text
    editor.post(change(post), form(post, body="Better.", correction=NOTE))
    assert Post.objects.get().body == "Better."
    assert not Correction.objects.exists()


def test_so_can_one_that_was_public_before_versions_were_kept(editor):
    post = factories.post()
    Post.objects.update(edition=0)
    post.versions.all().delete()
    editor.post(LIST, {"action": "unpublish", "_selected_action": [post.pk]})
    taken_back = Post.objects.get()
    assert taken_back.edition == 1
    editor.post(change(post), form(taken_back, body="Ripe in June.", correction=NOTE))
    assert Correction.objects.get().text == NOTE


def test_an_unpublished_post_that_was_public_can_still_be_corrected(editor):
    post = factories.post()
    post.status = Post.Status.DRAFT
    post.save()
    assert 'name="correction"' in editor.get(change(post)).text
    editor.post(change(post), form(post, body="Talk first.", correction=NOTE))
    assert Correction.objects.exists()


def test_read_only_accounts_see_no_field_for_a_note():
    client = signed_in("Contributor")
    own = factories.author(user=factories.User.objects.get(username="contributor"))
    post = factories.post(authors=[own])
    answer = client.get(change(post))
    assert answer.status_code == 200
    assert 'name="correction"' not in answer.text


def test_a_note_that_costs_too_much_is_refused_on_its_field(editor):
    post = factories.post()
    answer = editor.post(change(post), form(post, body="Talk.", correction="> " * 3_000 + "deep"))
    assert set(answer.context["adminform"].form.errors) == {"correction"}
    assert Post.objects.get().body == "Tea first, then talk."


def test_a_post_read_before_a_correction_and_saved_after_it_keeps_its_date():
    post = factories.post()
    stale = Post.objects.get(pk=post.pk)
    post.body = "Other."
    post.save(correction=NOTE)
    stale.conversation = Post.ConversationStatus.HELD
    stale.save()
    assert Post.objects.get().corrected_at == Correction.objects.get().corrected_at
    assert Correction.objects.count() == 1


# Under the post


def test_the_note_stands_under_the_post_with_its_date_and_the_byline_leads_to_it():
    post = corrected()
    html = page(post)
    note = post.corrections.get()
    assert html.index("Ripe in June.") < html.index(f'id="correction-{note.pk}"') < html.index('id="comments"')
    assert "ripe in <em>June</em>" in html
    assert html.count(f"{day(note.corrected_at)}</time>") == 2
    assert re.search(r'<a href="#corrections">corrected on\s+<time', html)
    assert "updated <time" not in html  # said once


def test_a_later_change_without_a_note_is_dated_beside_it():
    post = corrected()
    Correction.objects.update(corrected_at=timezone.now() - timedelta(days=9))
    post.corrections.get().save()
    html = page(post)
    assert re.search(r"updated\s+<time", html)
    assert re.search(r"corrected on\s+<time", html)


def test_a_note_goes_through_the_readers_renderer():
    post = factories.post()
    post.body = "Other."
    post.save(correction="<script>alert(1)</script>\n\n## Heading[^1]\n\n[^1]: A note.")
    html = post.corrections.get().html
    assert "<script" not in html
    assert "<h2" not in html
    assert "id=" not in html


def test_a_post_without_corrections_shows_none_and_costs_no_query(visitor, django_assert_num_queries):
    post, other = factories.post(), corrected()
    assert "orrect" not in page(post).replace("autocorrect", "")
    page(other)
    for shown, number in [(post, 3), (other, 4)]:
        with django_assert_num_queries(number):
            visitor.get(shown.get_absolute_url() + "?since=1")


def test_adding_editing_and_deleting_a_correction_move_the_clock(visitor):
    post = corrected()
    note = post.corrections.get()
    for act in (lambda: note.save(), lambda: note.delete()):
        etag, before = visitor.get(post.get_absolute_url()).headers["ETag"], Clock.read().site
        act()
        assert Clock.read().site > before
        assert visitor.get(post.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 200
    assert 'id="corrections"' not in page(post)
    assert Post.objects.get().corrected_at is None


# For programs


def test_structured_data_describes_it():
    post = corrected()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page(post))[1])
    note = post.corrections.get()
    assert [
        (correction["@type"], correction["text"], correction["datePublished"]) for correction in data["correction"]
    ] == [("CorrectionComment", "The melon was ripe in June.", note.corrected_at.isoformat())]
    assert data["correction"][0]["url"].endswith(f"{post.get_absolute_url()}#correction-{note.pk}")
    assert data["dateModified"] == note.corrected_at.isoformat()


@pytest.mark.parametrize("kind", ["", "atom/", "json/"])
def test_feeds_carry_the_note_at_the_end_of_the_entry_and_keep_the_order(visitor, kind):
    older = corrected(title="Older")
    newer = factories.post("Newer", published_at=older.published_at + timedelta(hours=1))
    text = visitor.get(f"/feed/{kind}").text
    assert text.index(newer.title) < text.index(older.title)
    if kind == "json/":
        text = json.loads(text)["items"][1]["content_html"]
    assert text.index("Ripe in June.") < text.index("The melon was ripe in")


def test_atom_and_json_say_when_it_was_corrected_and_no_feed_moves_the_publication(visitor):
    post = corrected()
    at = post.corrected_at + timedelta(days=2)
    post.corrections.update(corrected_at=at)  # as if the note had been written two days after the change
    post.corrections.get().save()
    stamp, published = f"{at:%Y-%m-%dT%H:%M:%S}", f"{post.published_at:%Y-%m-%dT%H:%M:%S}"
    atom = visitor.get("/feed/atom/").text
    assert f"<updated>{stamp}" in atom
    assert f"<published>{published}" in atom
    (item,) = json.loads(visitor.get("/feed/json/").text)["items"]
    assert item["date_modified"].startswith(stamp)
    assert item["date_published"].startswith(published)
    assert f"<pubDate>{post.published_at:%a, %d %b %Y %H:%M:%S}" in visitor.get("/feed/").text
    assert f"{at:%Y-%m-%d}" in visitor.get("/sitemap-posts.xml").text


def test_a_feed_costs_one_query_for_all_notes_and_none_without(visitor, django_assert_num_queries):
    factories.post()
    with django_assert_num_queries(5):
        visitor.get("/feed/")
    for _ in range(3):
        corrected()
    with django_assert_num_queries(6):
        visitor.get("/feed/")


# Comments


def at(post: Post, moment, **fields):
    comment = factories.comment(post, **fields)
    type(comment).objects.filter(pk=comment.pk).update(created_at=moment)
    return comment


def row(html: str, comment) -> str:
    return html[html.index(f'id="comment-{comment.pk}"') :].split("</article>")[0]


def test_a_comment_older_than_the_correction_says_so_and_leads_to_it():
    post = corrected()
    note = post.corrections.get()
    older, same, younger = (at(post, note.corrected_at + timedelta(seconds=step)) for step in (-1, 0, 1))
    for address in ("", "discussion/"):
        html = Client().get(post.get_absolute_url() + address).text
        words = f'{post.get_absolute_url()}#correction-{note.pk}">Written before the correction of'
        assert words in row(html, older)
        assert day(note.corrected_at) in row(html, older)
        assert words not in row(html, same) + row(html, younger)


def test_of_several_corrections_a_comment_names_the_first_that_came_after_it():
    post = corrected()
    post.body = "Ripe in July."
    post.save(correction="In July.")
    first, second = post.corrections.all()
    for note, days in [(first, 20), (second, 10)]:
        note.corrected_at = timezone.now() - timedelta(days=days)
        note.save()
    comments = [at(post, timezone.now() - timedelta(days=days)) for days in (25, 15, 5)]
    html = page(post)
    assert [re.findall(r"#(correction-\d+)", row(html, comment)) for comment in comments] == [
        [first.anchor],
        [second.anchor],
        [],
    ]


def test_many_older_comments_cost_no_query_each(visitor, django_assert_num_queries):
    post = corrected()
    past = post.corrected_at - timedelta(days=1)
    for number in (1, 10):
        for _ in range(number):
            at(post, past)
        with django_assert_num_queries(8 if number == 1 else 7):  # the standing pages are known by now
            html = visitor.get(post.get_absolute_url()).text
    assert html.count("Written before the correction") == 11


# In the admin


def test_an_editor_corrects_the_wording_and_deletes_a_note(editor):
    post = corrected()
    note = post.corrections.get()
    where = f"/admin/blog/correction/{note.pk}"
    assert editor.post(f"{where}/change/", {"text": "It was ripe in **June**."}).status_code == 302
    assert "ripe in <strong>June</strong>" in page(post)
    assert editor.post(f"{where}/change/", {"text": " "}).status_code == 200
    assert editor.post(f"{where}/delete/", {"post": "yes"}).status_code == 302
    assert 'id="corrections"' not in page(post)


@pytest.mark.parametrize("group", ["Author", "Contributor", "Moderator"])
def test_nobody_else_opens_the_notes(group):
    note = corrected().corrections.get()
    client = signed_in(group)
    for way in ("", f"{note.pk}/change/", f"{note.pk}/delete/"):
        assert client.get(f"/admin/blog/correction/{way}").status_code in {403, 404}
