"""manage.py rerender renders stored HTML again and changes nothing else."""

from io import StringIO

import pytest
from django.core.management import call_command

from blog import jobs
from blog.management.commands import rerender
from blog.models import Author, Clock, Page, Post, fields
from tests import factories
from tests.blog.images.uploads import uploaded

pytestmark = pytest.mark.django_db


def run(**options) -> str:
    out = StringIO()
    call_command("rerender", stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.fixture
def old():
    """Three posts and a page with HTML as an earlier release made it."""
    posts = [factories.post(f"Post {number}", body=f"Tea {number}.") for number in range(3)]
    page = factories.page("about")
    Post.objects.update(body_html="<p>old</p>", opening="old")
    Page.objects.update(body_html="<p>old</p>")
    return posts, page


def test_posts_and_pages_get_the_html_of_today(old):
    assert "Done: 4 texts have new HTML." in run()
    for post in Post.objects.order_by("pk"):
        assert post.body_html.startswith('<p id="p-')
        assert post.opening == post.body
    assert 'id="p-' in Page.objects.get().body_html
    assert "Done: 0 texts have new HTML." in run()


def test_profiles_get_the_html_of_today_with_their_images():
    image = uploaded(credit="Ann")
    author = factories.author(bio=image.markdown())
    Author.objects.update(bio_html="<p>old</p>", post_count=7)
    before = Author.objects.values().get()
    assert "Done: 1 texts have new HTML." in run()
    after = Author.objects.values().get()
    assert after == {**before, "bio_html": author.bio_html}
    assert "Ann</small>" in after["bio_html"]


def test_nothing_but_what_is_derived_changes_and_the_clock_moves_once(old):
    columns = [field.attname for field in Post._meta.concrete_fields if field.attname not in {"body_html", "opening"}]
    before, clock = list(Post.objects.order_by("pk").values(*columns)), Clock.read().site
    pages = list(Page.objects.values("updated_at"))
    run()
    assert list(Post.objects.order_by("pk").values(*columns)) == before
    assert list(Page.objects.values("updated_at")) == pages
    assert Clock.read().site == clock + 1


def test_it_goes_on_after_the_post_where_it_was_stopped(old):
    posts, _ = old
    assert "Done: 2 texts" in run(after=posts[1].pk)
    assert Post.objects.get(pk=posts[1].pk).body_html == "<p>old</p>"


def test_batches_leave_nothing_out(old, monkeypatch):
    monkeypatch.setattr(rerender, "BATCH_SIZE", 2)
    said = run()
    assert said.count("Posts up to") == 2
    assert not Post.objects.filter(body_html="<p>old</p>").exists()


def test_a_save_by_an_author_meanwhile_is_kept(old):
    posts, _ = old
    command = rerender.Command()
    rows = list(Post.objects.filter(pk=posts[0].pk))
    posts[0].body = "Coffee."
    posts[0].save()
    assert not command.rerender(rows[0])
    assert "Coffee" in Post.objects.get(pk=posts[0].pk).body_html


def test_a_text_refused_today_keeps_the_html_it_has(old):
    Post.objects.filter(title="Post 1").update(body="> " * 200 + "deep")
    assert "is left as it is" in run()
    assert Post.objects.get(title="Post 1").body_html == "<p>old</p>"
    assert Post.objects.get(title="Post 2").body_html != "<p>old</p>"


def test_an_image_that_a_worker_finishes_meanwhile_stays(monkeypatch):
    post = factories.post(body=uploaded().markdown())
    Post.objects.update(body_html="<p>Of another day.</p>")
    real = fields.recompute_fields

    def late(row):
        new = real(row)
        jobs.render_next_image()
        return new

    monkeypatch.setattr(fields, "recompute_fields", late)
    run()
    post.refresh_from_db()
    assert "<picture>" in post.body_html
