"""The demo: small, complete, and safe to run again."""

import re
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from blog.models import Author, Page, Post, Redirect, Tag
from comments.models import Comment, Decision
from registan.roles import ROLES

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a\b[^>]* href="(?:http://127\.0\.0\.1:8000)?(/[^"#]*)')
# One for each comment, all alike.
ANSWERS = re.compile(r"\?reply=|^/comments/\d+/|^/static/")


@pytest.fixture
def said() -> str:
    """The command's output on an empty site."""
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def counted() -> dict[str, int]:
    return {
        model.__name__: model.objects.count() for model in (User, Author, Tag, Page, Post, Comment, Decision, Redirect)
    }


def test_running_it_again_changes_nothing_even_what_people_have_changed(said):
    post = Post.objects.published().latest_first().first()
    post.title = "My own title"
    post.save()
    before, posts = counted(), list(Post.objects.order_by("pk").values("pk", "updated_at", "title"))
    out = StringIO()
    call_command("demo", stdout=out)
    assert counted() == before
    assert list(Post.objects.order_by("pk").values("pk", "updated_at", "title")) == posts
    assert "its password unchanged" in out.getvalue()


def test_there_is_an_account_for_each_role_and_its_password_works(said):
    accounts = dict(re.findall(r"^  (\w+) +password (\S+)$", said, re.MULTILINE))
    assert set(accounts) == {role.lower() for role in ROLES}
    for name, password in accounts.items():
        user = User.objects.get(username=name)
        assert [group.name.lower() for group in user.groups.all()] == [name]
        assert user.groups.exists()
        assert not user.is_superuser
        client = Client()
        assert client.login(username=name, password=password)
        assert client.get("/admin/").status_code == 200


def test_it_has_conversations_of_every_shape_and_its_numbers_are_right(said):
    assert Post.objects.published().count() >= 12
    assert Author.objects.count() >= 4
    assert max(post.comment_count for post in Post.objects.select_related("thread")) >= 60
    assert Comment.objects.approved().order_by("-depth").first().depth >= 7
    assert Comment.objects.approved().filter(author__isnull=False).exists()
    assert Comment.objects.waiting().count() >= 2
    assert Comment.objects.waiting().filter(body__contains="FREE SPINS").count() == 1  # for a moderator to call spam
    assert any(post.is_closed for post in Post.objects.published())
    assert Post.objects.filter(status="draft").exists()
    for counted in [*Author.objects.all(), *Tag.objects.all()]:
        assert counted.post_count == counted.posts.published().count(), counted
    for post in Post.objects.select_related("thread"):
        assert post.comment_count == Comment.objects.approved().filter(post=post).count(), post
        assert post.thread.shown_count == Comment.objects.filter(post=post, shown=True).count(), post


def test_its_editor_has_every_kind_of_work_to_do(said):
    client = Client()
    editor = User.objects.get(username="editor")
    client.force_login(editor)
    front, talk = (client.get("/admin/").context[part] for part in ("dashboard", "inbox"))
    assert all(front[part] for part in ("drafts", "reviews", "scheduled"))
    assert front["reviews"][0].review_notes.get().written_by.username == "contributor"
    assert talk.count
    assert editor.author not in [comment.author for comment in talk.comments]


def test_every_page_answers_and_no_link_is_broken(said):
    visitor, seen = Client(), {"/", "/sitemap.xml", "/robots.txt", "/comments/feed/", "/feed/atom/", "/feed/json/"}
    todo = sorted(seen)
    while todo:
        address = todo.pop()
        response = visitor.get(address, follow=True)
        assert response.status_code == 200, address
        if not response["Content-Type"].startswith("text/html"):
            continue
        new = {link for link in LINK.findall(response.content.decode()) if not ANSWERS.search(link)} - seen
        seen |= new
        todo += new
    posts = {post.get_absolute_url() for post in Post.objects.published()}
    assert posts <= seen
