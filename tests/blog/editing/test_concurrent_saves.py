"""Concurrent requests on PostgreSQL: no text is lost, and nobody sees an error."""

from threading import Thread

import pytest
from django.db import connection, transaction
from django.test import Client

from blog import jobs
from blog.admin.post import PostAdmin
from blog.editing import duplicates
from blog.editing.field_conflicts import serialize_choices
from blog.editing.forms import autosave
from blog.editing.forms.author import AuthorForm
from blog.editing.forms.post import PostForm
from blog.models import Author, Image, ImageUse, Post, Series, Tag, WorkingCopy
from tests import factories
from tests.blog.editing.test_autosave import ADD, LIST, autosaved, change, form
from tests.blog.images.uploads import picture, uploaded
from tests.comments.processes import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("empty_cache"),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: nothing can meet"),
]
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


class Elsewhere:
    """Something done by another process: its answer, or whatever it raised."""

    def __init__(self, do) -> None:
        self.do, self.answer, self.error = do, None, None
        self.thread = Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        try:
            self.answer = self.do()
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def done(self):
        self.thread.join(30)
        assert self.error is None, self.error
        return self.answer

    def waits(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(WAITS)
            return cursor.fetchone() != (0,)

    def until_it_waits(self) -> None:
        """Until it waits for what this process holds; or is done, since it needs nothing of that."""
        wait_until(lambda: self.waits() or not self.thread.is_alive(), "the other to wait")


def meanwhile(monkeypatch, place, name: str, do) -> None:
    """Once, just before `place.name` is called, another process does `do`, to its end."""
    real = getattr(place, name)

    def late(*args, **kwargs):
        monkeypatch.setattr(place, name, real)
        Elsewhere(do).done()
        return real(*args, **kwargs)

    monkeypatch.setattr(place, name, late)


def test_two_posts_that_join_a_series_at_once_are_two_parts(editor, monkeypatch):
    series = Series.objects.create(name="Walls", slug="walls")
    meanwhile(monkeypatch, Post, "save", lambda: factories.draft(series=series, part=1))
    assert editor.post(ADD, form(series=series.pk)).status_code == 302
    assert sorted(Post.objects.values_list("part", flat=True)) == [1, 2]


def test_two_posts_of_one_day_and_slug_are_distinguished_by_the_second_author(editor, monkeypatch):
    day = {"published_at_0": "2026-03-20", "published_at_1": "12:00:00", "status": "published"}
    meanwhile(monkeypatch, Post, "save", lambda: factories.post(slug="chai"))
    page = editor.post(ADD, form(**day, slug="chai", body="Typed for an hour."))
    assert "slug" in page.context["adminform"].form.errors
    assert "Typed for an hour." in page.text
    # The slug of the title, which nobody has typed, takes a number.
    meanwhile(monkeypatch, Post, "save", lambda: factories.post(slug="on-tea"))
    assert editor.post(ADD, form(**day, slug="")).status_code == 302
    assert set(Post.objects.values_list("slug", flat=True)) == {"chai", "on-tea", "on-tea-2"}


def test_a_tag_merged_during_editing_is_refused_and_no_text_is_lost(editor, monkeypatch):
    tea, chai = factories.tag("Tea"), factories.tag("Chai")
    meanwhile(monkeypatch, Post, "save", lambda: duplicates.merge_duplicates(tea, [chai]))
    page = editor.post(ADD, form(tags=[chai.pk], body="Typed for an hour."))
    assert "tags" in page.context["adminform"].form.errors
    assert "Typed for an hour." in page.text


def test_two_who_add_a_tag_at_once_get_one(editor, monkeypatch):
    meanwhile(monkeypatch, Tag, "save", lambda: factories.tag("Chai"))
    answer = editor.post("/admin/blog/tag/new/", {"name": "chai"})
    assert answer.json()["text"] == "Chai"
    assert Tag.objects.count() == 1


def test_a_tag_typed_with_a_post_may_be_added_by_another_in_that_moment(editor, monkeypatch):
    meanwhile(monkeypatch, Tag, "save", lambda: factories.tag("Chai"))
    assert editor.post(ADD, form(**{"tags-typed": "chai"})).status_code == 302
    assert Post.objects.get().tags.get().name == "Chai"


def test_unpublishing_from_the_list_takes_no_word_of_who_saves_at_that_moment(editor, monkeypatch):
    tea = factories.post(body="Old.")
    mine = Post.objects.get()

    with transaction.atomic():
        mine.body = "New."
        mine.save()
        other = Elsewhere(lambda: editor.post(LIST, {"action": "unpublish", "_selected_action": [tea.pk]}))
        other.until_it_waits()
    assert other.done().status_code == 302
    tea.refresh_from_db()
    assert (tea.status, tea.body) == ("draft", "New.")


def test_a_post_deleted_while_it_is_unpublished_is_no_error(editor):
    tea = factories.post()
    with transaction.atomic():
        Post.objects.get().delete()
        other = Elsewhere(lambda: editor.post(LIST, {"action": "unpublish", "_selected_action": [tea.pk]}))
        other.until_it_waits()
    assert other.done().status_code == 302


def restore(editor: Client, post: Post):
    return editor.post(f"{LIST}{post.pk}/history/1/restore/", {"edition": post.edition})


def save_again(editor: Client, post: Post):
    return editor.post(change(post), form(post, title="Again"))


def unpublish(editor: Client, post: Post):
    return editor.post(LIST, {"action": "unpublish", "_selected_action": [post.pk]})


@pytest.mark.parametrize("do", [restore, save_again, unpublish])
@pytest.mark.parametrize("number", [0, 1])
def test_an_image_may_be_finished_while_its_post_is_changed(editor, monkeypatch, do, number):
    pictures = [uploaded(), uploaded(picture(size=(90, 60)))]
    post = factories.post(body="\n\n".join(image.markdown() for image in pictures))
    post.title = "Another"
    post.save()
    redraw = jobs.rerender_texts
    others = []

    def late(image: Image) -> None:
        if not others:
            others.append(Elsewhere(lambda: do(editor, post)))
            others[0].until_it_waits()
        redraw(image)

    monkeypatch.setattr(jobs, "rerender_texts", late)
    jobs.render_image(pictures[number])
    assert others[0].done().status_code == 302
    post.refresh_from_db()
    assert post.body_html.count("<picture>") == 1


@pytest.mark.parametrize("number", [0, 1])
def test_an_image_may_be_finished_while_the_profile_with_it_is_saved(monkeypatch, number):
    pictures = [uploaded(), uploaded(picture(size=(90, 60)))]
    author = factories.author("Ann", slug="ann", bio="\n\n".join(image.markdown() for image in pictures))
    redraw = jobs.rerender_texts
    others = []

    @transaction.atomic
    def save() -> None:  # by the form alone: the admin would try again, which would hide the conflict
        sent = {"name": "Ann B", "slug": "ann", "bio": f"New.\n\n{author.bio}"}
        AuthorForm(sent, instance=Author.objects.get()).save()

    def late(image: Image) -> None:
        if not others:
            others.append(Elsewhere(save))
            others[0].until_it_waits()
        redraw(image)

    monkeypatch.setattr(jobs, "rerender_texts", late)
    jobs.render_image(pictures[number])
    others[0].done()
    author.refresh_from_db()
    assert author.name == "Ann B"
    assert "New." in author.bio_html
    assert author.bio_html.count("<picture>") == 1


def test_an_image_may_be_finished_while_a_post_drops_it_but_its_author_keeps_it(monkeypatch):
    # Both write the post, its entry and its author's row: in one order, or each would wait for the other.
    image = uploaded()
    author = factories.author(bio=image.markdown())
    tea = factories.post(body=image.markdown(), authors=[author])
    mine = Post.objects.get()
    with transaction.atomic():
        mine.body, mine.status = "Tea.", "draft"
        follow = ImageUse.sync
        others = []

        def late(text, *written) -> None:
            others.append(Elsewhere(lambda: jobs.render_image(image)))
            others[0].until_it_waits()
            follow(text, *written)

        monkeypatch.setattr(ImageUse, "sync", late)
        mine.save()
    others[0].done()
    tea.refresh_from_db()
    author.refresh_from_db()
    assert (tea.body, author.post_count) == ("Tea.", 0)
    assert "<picture>" in author.bio_html


def test_tags_may_be_merged_while_a_post_with_one_of_them_is_saved(editor, monkeypatch):
    tea, chai = factories.tag("Tea"), factories.tag("Chai")
    post = factories.post()
    absorb = duplicates.absorb_row
    others = []

    def late(into, row, **who):
        if not others:
            others.append(Elsewhere(lambda: editor.post(change(post), form(post, tags=[chai.pk]))))
            others[0].until_it_waits()
        return absorb(into, row, **who)

    monkeypatch.setattr(duplicates, "absorb_row", late)
    answer = factories.staff_client("other", "Editor").post(
        "/admin/blog/tag/", {"action": "merge", "_selected_action": [tea.pk, chai.pk], "confirmed": 1, "into": tea.pk}
    )
    assert answer.status_code == 302
    assert others[0].done().status_code in {200, 302}
    assert list(Tag.objects.all()) == [tea]


@pytest.mark.parametrize("edition", ["", "0", "1", "2"])
def test_contributors_cannot_unpublish_a_post_published_while_they_save(monkeypatch, edition):
    carol = factories.staff_client("carol", "Contributor")
    tea = factories.draft(authors=[carol.profile])

    def publish() -> None:
        post = Post.objects.get()
        post.status = "published"
        post.save()

    meanwhile(monkeypatch, PostAdmin, "get_object", publish)
    answer = carol.post(change(tea), form(tea, body="Other words.", edition=edition))
    assert answer.status_code in {403, 409}
    assert "Other words." in answer.text
    tea.refresh_from_db()
    assert (tea.status, tea.body) == ("published", "Tea first, then talk.")


def test_a_link_withdrawn_while_the_post_is_saved_stays_withdrawn(editor, monkeypatch):
    tea = factories.draft()
    old = tea.preview_token
    meanwhile(monkeypatch, PostAdmin, "get_object", lambda: Post.objects.get().renew_preview())
    assert editor.post(change(tea), form(tea, title="Again")).status_code == 302
    tea.refresh_from_db()
    assert tea.title == "Again"
    assert tea.preview_token != old


def test_a_field_that_the_form_lacks_keeps_the_other_authors_value(monkeypatch):
    alice = factories.staff_client("alice", "Author")
    tea = factories.post(authors=[alice.profile])
    meanwhile(monkeypatch, PostAdmin, "get_object", lambda: Post.objects.update(is_pinned=True))
    assert alice.post(change(tea), form(tea, title="Again")).status_code == 302
    tea.refresh_from_db()
    assert (tea.title, tea.is_pinned) == ("Again", True)


def test_a_form_sent_while_another_is_validated_waits_and_both_changes_stay(editor, monkeypatch):
    tea, other = factories.post(), factories.staff_client("other", "Editor")
    chosen = serialize_choices(tea)
    clean, others = PostForm.clean, []

    def late(sent: PostForm):
        if not others:
            hold = form(tea, chosen=chosen, conversation="held")
            others.append(Elsewhere(lambda: other.post(change(tea), hold)))
            others[0].until_it_waits()
        return clean(sent)

    monkeypatch.setattr(PostForm, "clean", late)
    assert editor.post(change(tea), form(tea, chosen=chosen, slow_minutes="5")).status_code == 302
    assert others[0].done().status_code == 302
    tea.refresh_from_db()
    assert (tea.slow_minutes, tea.conversation) == (5, "held")


def test_readers_comment_while_a_post_is_saved(editor, monkeypatch):
    tea = factories.post()
    meanwhile(monkeypatch, Post, "save", lambda: factories.comment(tea))
    assert editor.post(change(tea), form(tea, title="Again")).status_code == 302
    assert tea.comments.count() == 1


def test_an_image_that_is_used_while_it_is_deleted_is_not_shown_there(editor, monkeypatch):
    image = uploaded()
    meanwhile(monkeypatch, Image, "lock", lambda: factories.post(body=f"Tea.\n\n{image.markdown()}"))
    assert editor.post(f"/admin/blog/image/{image.pk}/delete/", {"post": "yes"}).status_code == 302
    assert image.name not in Post.objects.get().body_html
    assert Image.everything.get().uses.count() == 1


@pytest.mark.parametrize("first", [restore, save_again, unpublish])
@pytest.mark.parametrize("second", [restore, save_again, unpublish])
def test_of_two_who_change_a_post_at_once_the_second_overwrites_nothing(editor, first, second):
    post = factories.post(body="One.")
    post.body = "Two."
    post.save()
    others = factories.staff_client("other", "Editor")
    opened = Post.objects.get()
    with transaction.atomic():
        assert first(editor, opened).status_code == 302
        other = Elsewhere(lambda: second(others, opened))
        other.until_it_waits()
    status = other.done().status_code
    numbers = list(post.versions.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, Post.objects.get().edition + 1))
    assert status == (302 if second is unpublish or (first, second) == (save_again, save_again) else 409)


def test_a_post_that_is_deleted_while_it_is_restored_is_not_found(editor, monkeypatch):
    post = factories.post()
    meanwhile(monkeypatch, Post, "restore", post.delete)
    assert editor.post(f"{LIST}{post.pk}/history/1/restore/", {"edition": 1}).status_code == 404


def test_text_for_a_post_deleted_during_a_save_is_stored_for_a_new_one(editor, monkeypatch):
    post = factories.post()
    meanwhile(monkeypatch, autosave, "save_copy", post.delete)
    answer = autosaved(editor, post, body="Typed for an hour.")
    assert (answer.status_code, answer.json()["lost"]) == (404, True)
    assert WorkingCopy.objects.get().text("body") == "Typed for an hour."


def test_posts_may_be_deleted_while_one_of_them_is_saved(editor):
    tags = [factories.tag("A"), factories.tag("B")]
    posts = [factories.post(tags=[tag]) for tag in tags]
    with transaction.atomic():
        Post.objects.get(pk=posts[0].pk).lock()
        chosen = [post.pk for post in posts]
        sent = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
        other = Elsewhere(lambda: editor.post(LIST, sent))
        other.until_it_waits()
        posts[0].save(tags=[tags[1]])
    assert other.done().status_code == 302
    assert not Post.objects.exists()
