"""From a contributor to an editor and back: submission, notes, publication, unpublishing."""

from django.test import Client

from blog.models import Post
from tests import factories

LIST = "/admin/blog/post/"


def change(post: Post) -> str:
    return f"{LIST}{post.pk}/change/"


def test_contributors_hand_in_their_posts_with_a_note(carol):
    post = factories.draft(authors=[carol.profile])
    carol.post(change(post), factories.post_form(status="review", review_note="Is the ending too long?"))
    post.refresh_from_db()
    assert post.status == Post.Status.REVIEW
    assert [(note.written_by, note.text) for note in post.review_notes.all()] == [
        (carol.user, "Is the ending too long?")
    ]


def test_an_editor_finds_what_waits_and_its_note(carol, editor):
    factories.draft(title="In hand")
    post = factories.draft(title="Handed in", authors=[carol.profile], status="review")
    post.review_notes.create(written_by=carol.user, text="Is the <ending> too long?")
    assert [post.title for post in editor.get(f"{LIST}?state=review").context["cl"].result_list] == ["Handed in"]
    page = editor.get(change(post)).text
    assert "Is the &lt;ending&gt; too long?" in page
    assert "carol" in page


def test_an_editor_gives_it_back_with_a_note_which_the_contributor_reads(carol, editor):
    post = factories.draft(authors=[carol.profile], status="review")
    editor.post(
        change(post), factories.post_form(authors=[carol.profile.pk], status="draft", review_note="Shorten it by half.")
    )
    post.refresh_from_db()
    assert post.status == Post.Status.DRAFT
    assert "Shorten it by half." in carol.get(change(post)).text


def test_an_editor_publishes_it_and_then_its_contributor_can_only_read(carol, editor):
    post = factories.draft(authors=[carol.profile], status="review")
    editor.post(change(post), factories.post_form(authors=[carol.profile.pk], status="published"))
    assert Client().get(Post.objects.get().get_absolute_url()).status_code == 200
    page = carol.get(change(post))
    assert page.status_code == 200
    assert 'name="_save"' not in page.text


def test_contributors_can_edit_while_their_post_waits(carol):
    post = factories.draft(authors=[carol.profile], status="review")
    carol.post(change(post), factories.post_form(title="Better", status="review"))
    post.refresh_from_db()
    assert (post.title, post.status) == ("Better", Post.Status.REVIEW)


def test_a_contributor_is_not_offered_to_publish(carol):
    post = factories.draft(authors=[carol.profile])
    choices = carol.get(change(post)).context["adminform"].form.fields["status"].choices
    assert [value for value, _ in choices] == ["draft", "review"]


def test_readers_see_neither_the_post_that_waits_nor_any_note(editor):
    post = factories.post(body="The zanzibar of tea.")
    post.review_notes.create(written_by=editor.user, text="marker-of-a-note")
    waiting = factories.draft(title="marker-of-waiting", status="review", published_at=factories.NOON)
    guest = Client()
    for address in ("/", "/feed/", "/archive/", "/sitemap-posts.xml", "/search/?q=marker", post.get_absolute_url()):
        assert "marker-of" not in guest.get(address).text.replace("q=marker", ""), address
    assert guest.get(f"/2026/03/20/{waiting.slug}/").status_code == 404


def test_an_empty_note_is_no_note(editor):
    post = factories.draft()
    editor.post(change(post), factories.post_form(review_note="  "))
    assert not post.review_notes.exists()


def test_a_note_that_is_too_long_is_refused_on_its_field_and_nothing_is_saved(editor):
    post = factories.draft(title="As it was")
    answer = editor.post(change(post), factories.post_form(title="New", review_note="x" * 4_001))
    assert "review_note" in answer.context["adminform"].form.errors
    post.refresh_from_db()
    assert post.title == "As it was"


# Unpublishing


def test_published_posts_are_made_drafts_from_the_list(editor):
    posts = [factories.post(), factories.scheduled(), factories.draft()]
    answer = editor.post(LIST, {"action": "unpublish", "_selected_action": [post.pk for post in posts]}, follow=True)
    assert "2 posts are drafts again." in answer.text
    assert set(Post.objects.values_list("status", flat=True)) == {"draft"}
    assert Client().get(posts[0].get_absolute_url()).status_code == 404
    assert posts[0].versions.latest_first()[0].saved_by == editor.user


def test_accounts_that_may_not_publish_may_not_unpublish(carol):
    post = factories.post(authors=[carol.profile])
    carol.post(LIST, {"action": "unpublish", "_selected_action": [post.pk]})
    post.refresh_from_db()
    assert post.is_public


def test_authors_unpublish_only_their_own_posts(db):
    alice, others = factories.staff_client("alice", "Author"), factories.post()
    alice.post(LIST, {"action": "unpublish", "_selected_action": [others.pk]})
    others.refresh_from_db()
    assert others.is_public


# The private link


def test_a_withdrawn_private_link_leads_nowhere_and_the_new_one_to_the_post(carol):
    post = factories.draft(title="In hand", authors=[carol.profile])
    old = post.get_preview_url()
    carol.post(change(post), factories.post_form(title="In hand", renew_preview="on"))
    post.refresh_from_db()
    guest = Client()
    assert post.get_preview_url() != old
    assert guest.get(old).status_code == 404
    assert guest.get(post.get_preview_url()).status_code == 200


def test_an_ordinary_save_keeps_the_private_link(carol):
    post = factories.draft(authors=[carol.profile])
    carol.post(change(post), factories.post_form())
    assert Post.objects.get().preview_token == post.preview_token


def test_a_new_post_offers_no_link_to_withdraw(carol):
    assert "renew_preview" not in carol.get(f"{LIST}add/").text
