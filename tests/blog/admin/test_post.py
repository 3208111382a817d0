"""Posts in the admin: permissions by role, and no typed text is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Author, Clock, Post
from tests import factories

LIST = "/admin/blog/post/"


def signed_in(name: str, group: str, **fields) -> Client:
    client = Client()
    client.user = factories.user(name, group=group, **fields)
    client.force_login(client.user)
    return client


def change(post: Post) -> str:
    return f"{LIST}{post.pk}/change/"


def stored(post: Post) -> Post:
    return Post.objects.get(pk=post.pk)


def errors(response) -> dict:
    return response.context["adminform"].form.errors


# An author


def test_an_authors_new_post_is_their_own(alice):
    alice.post(f"{LIST}add/", factories.post_form(status="published"))
    post = Post.objects.get()
    assert list(post.authors.all()) == [alice.profile]
    assert post.is_public
    alice.profile.refresh_from_db()
    assert alice.profile.post_count == 1


def test_authors_can_neither_give_their_post_away_nor_remove_themselves(alice):
    other = factories.author("Bob")
    alice.post(f"{LIST}add/", factories.post_form(authors=[other.pk]))
    post = Post.objects.get()
    alice.post(change(post), factories.post_form(title="New", authors=[other.pk]))
    assert list(post.authors.all()) == [alice.profile]
    assert stored(post).title == "New"


def test_an_author_without_a_profile_gets_one_that_hides_their_username(db):
    client = signed_in("s3cret-login", "Author")
    client.post(f"{LIST}add/", factories.post_form())
    author = Post.objects.get().authors.get()
    assert author.user == client.user
    assert "s3cret" not in author.name + author.slug


def test_a_new_profile_takes_the_name_of_the_account_and_a_free_address(db):
    factories.author("Zoe", slug="zoe-iqbal")
    client = signed_in("zoe", "Author", first_name="Zoe", last_name="Iqbal")
    client.post(f"{LIST}add/", factories.post_form())
    author = Author.objects.get(user=client.user)
    assert (author.name, author.slug) == ("Zoe Iqbal", "zoe-iqbal-2")


def test_an_author_neither_sees_nor_touches_what_others_wrote(alice):
    post = factories.post("Of another", authors=[factories.author("Bob")])
    assert b"Of another" not in alice.get(LIST).content
    for way in ("change", "history", "delete"):
        assert alice.get(f"{LIST}{post.pk}/{way}/").status_code == 404
        assert alice.post(f"{LIST}{post.pk}/{way}/", factories.post_form(title="Mine", post="yes")).status_code == 404
    alice.post(LIST, {"action": "delete_selected", "_selected_action": [post.pk], "post": "yes"})
    alice.post(LIST, {"action": "delete_selected", "select_across": "1", "_selected_action": [post.pk], "post": "yes"})
    assert stored(post).title == "Of another"


def test_authors_edit_posts_they_wrote_with_others(alice):
    post = factories.post(authors=[alice.profile, factories.author("Bob")])
    alice.post(change(post), factories.post_form(title="Together", status="published"))
    assert stored(post).title == "Together"
    assert post.authors.count() == 2


# A contributor


def test_a_contributors_new_post_is_a_draft_without_a_time(carol):
    tomorrow = timezone.now() + timedelta(days=1)
    sent = factories.post_form(published_at_0=f"{tomorrow:%Y-%m-%d}", published_at_1="12:00:00")
    assert carol.post(f"{LIST}add/", sent).status_code == 302
    post = Post.objects.get()
    assert (post.status, post.published_at) == (Post.Status.DRAFT, None)
    assert list(post.authors.all()) == [carol.profile]


def test_contributors_edit_their_drafts_but_cannot_publish_or_schedule_them(carol):
    post = factories.draft(authors=[carol.profile])
    sent = factories.post_form(title="Better", published_at_0="2026-01-01", published_at_1="12:00:00")
    assert "status" in errors(carol.post(change(post), sent | {"status": "published"}))
    assert carol.post(change(post), sent).status_code == 302
    assert (stored(post).title, stored(post).status, stored(post).published_at) == ("Better", Post.Status.DRAFT, None)


@pytest.mark.parametrize("make", [factories.post, factories.scheduled])
def test_contributors_cannot_edit_their_post_once_it_is_published(make, carol):
    post = make(title="Done", authors=[carol.profile])
    page = carol.get(change(post))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert carol.post(change(post), factories.post_form(title="Changed")).status_code == 403
    assert carol.post(f"{LIST}{post.pk}/delete/", {"post": "yes"}).status_code == 403
    assert stored(post).title == "Done"


# An editor


def test_an_editor_edits_every_post_and_says_who_wrote_it(editor):
    post = factories.draft(authors=[factories.author("Bob")])
    ann = factories.author("Ann")
    editor.post(change(post), factories.post_form(authors=[ann.pk], status="published"))
    assert list(post.authors.all()) == [ann]
    assert stored(post).is_public


def test_a_moderator_sees_no_post_form(db):
    client, post = signed_in("mona", "Moderator"), factories.post()
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.get(change(post)).status_code == 404
    assert client.get(LIST).status_code == 403


# The form


def test_a_text_that_costs_too_much_is_refused_on_its_field_and_kept(editor):
    hostile = "> " * 60 + "deep"
    response = editor.post(f"{LIST}add/", factories.post_form(body=hostile, epigraph=hostile))
    assert set(errors(response)) == {"body", "epigraph"}
    assert hostile.encode().replace(b">", b"&gt;") in response.content
    assert not Post.objects.exists()


def test_a_hidden_control_character_is_refused_on_its_field(editor):
    response = editor.post(f"{LIST}add/", factories.post_form(body="a\x01b", title="one\u202etwo"))
    assert set(errors(response)) == {"body", "title"}


def test_two_posts_of_a_day_cannot_share_an_address(editor):
    post = factories.post()
    day = {"published_at_0": "2026-03-20", "published_at_1": "15:00:00"}
    response = editor.post(f"{LIST}add/", factories.post_form(slug=post.slug, status="published", **day))
    assert "slug" in errors(response)


def test_a_text_keeps_its_first_spaces_and_has_plain_line_ends(editor):
    editor.post(f"{LIST}add/", factories.post_form(body="    code\r\n\r\ntext"))
    assert Post.objects.get().body == "    code\n\ntext"


def test_a_text_of_spaces_is_no_text(editor):
    assert "body" in errors(editor.post(f"{LIST}add/", factories.post_form(body=" \n ")))


def test_a_draft_offers_its_private_preview_and_a_public_post_its_address(editor):
    draft, public = factories.draft(), factories.post()
    page = editor.get(change(draft)).content.decode()
    assert draft.get_preview_url() in page
    assert "View on site" not in page
    assert public.get_absolute_url() in editor.get(change(public)).content.decode()


# Deleting


def test_deleting_many_posts_keeps_the_numbers_right_and_moves_the_clock(editor):
    ann, tea = factories.author("Ann"), factories.tag("tea")
    posts = [factories.post(authors=[ann], tags=[tea]) for _ in range(3)]
    before = Clock.read().site
    chosen = [post.pk for post in posts[:2]]
    editor.post(LIST, {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})
    ann.refresh_from_db()
    tea.refresh_from_db()
    assert (ann.post_count, tea.post_count) == (1, 1)
    assert Clock.read().site > before


# The list


def test_the_list_shows_status_authors_and_comments(editor):
    ann = factories.author("Ann")
    factories.comment(factories.post("Out", authors=[ann]))
    factories.draft(title="In hand")
    factories.scheduled(title="To come")
    page = editor.get(LIST).content.decode()
    for word in ("published", "draft", "scheduled", "Ann"):
        assert word in page
    for state, title in [("draft", "In hand"), ("scheduled", "To come"), ("published", "Out")]:
        assert [post.title for post in editor.get(f"{LIST}?state={state}").context["cl"].result_list] == [title]


def test_the_list_is_searched_by_title(editor):
    factories.post("The melon")
    factories.post("The tea house")
    assert [post.title for post in editor.get(f"{LIST}?q=melon").context["cl"].result_list] == ["The melon"]


@pytest.mark.parametrize("group", ["Editor", "Author"])
def test_the_list_takes_the_same_queries_for_fifty_posts_as_for_one(group, db):
    client = signed_in("somebody", group)
    profile = factories.author("Somebody", user=client.user)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(LIST).status_code == 200
        return len(asked)

    factories.post(authors=[profile], tags=[factories.tag()])
    few = queries()
    for _ in range(20):
        factories.post(authors=[profile, factories.author()], tags=[factories.tag()])
    assert queries() == few
    assert few <= 13


@pytest.mark.parametrize("query", ["o=99", "o=-1.x", "p=9999", "p=x", "state=what", "q=%00", "nonsense=1", "e=1",
                                   "conversation__exact=%00"])  # fmt: skip
def test_a_strange_query_breaks_nothing(query, editor):
    factories.post()
    assert editor.get(f"{LIST}?{query}", follow=True).status_code in {200, 400}


@pytest.mark.parametrize("field", ["authors", "tags", "series"])
def test_a_search_for_an_unknown_word_returns_nothing(field, editor):
    address = f"/admin/autocomplete/?app_label=blog&model_name=post&field_name={field}&term=%00x"
    assert editor.get(address).json()["results"] == []


@pytest.mark.parametrize("wrong", ["abc", "9" * 20, "-1", "\u0663"])
@pytest.mark.parametrize("field", ["authors", "tags"])
def test_an_impossible_choice_is_refused_on_its_field_and_the_text_stays(editor, field, wrong):
    post = factories.post(body="Kept as it was.")
    response = editor.post(change(post), factories.post_form(**{field: wrong, "body": "Typed for an hour."}))
    assert response.status_code == 200
    assert field in errors(response)
    assert "Typed for an hour." in response.text
    assert stored(post).body == "Kept as it was."


@pytest.mark.parametrize("query", ["authors=abc", "authors=99999999999999999999", "tags=x", "published_at=x"])
def test_an_address_fills_in_no_form(editor, query):
    assert editor.get(f"/admin/blog/post/add/?{query}").status_code == 200


@pytest.mark.parametrize("wrong", ["abc", "9" * 20])
def test_an_action_on_what_can_be_no_row_is_a_bad_request(editor, wrong):
    factories.post()
    response = editor.post("/admin/blog/post/", {"action": "delete_selected", "_selected_action": wrong})
    assert response.status_code == 400
    response = editor.post("/admin/comments/comment/", {"action": "approve", "_selected_action": wrong})
    assert response.status_code in {400, 302}


@pytest.mark.parametrize(("title", "slug"), [("The First Kettle!", "the-first-kettle"), ("Чай и рис", "chay-i-ris")])
def test_without_a_slug_the_address_is_made_from_the_title(alice, title, slug):
    alice.post(f"{LIST}add/", factories.post_form(title=title, slug=""))
    assert Post.objects.get().slug == slug


def test_a_title_of_which_no_address_can_be_made_asks_for_a_slug(alice):
    refused = alice.post(f"{LIST}add/", factories.post_form(title="！？", slug=""))
    assert errors(refused)["slug"] == ["No address can be made of this title. Enter a slug."]
    assert not Post.objects.exists()
