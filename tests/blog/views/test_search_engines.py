"""What search engines and other sites learn about a post."""

import pytest

from blog.models import Post
from tests import factories

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
ORIGIN = "https://first.example/tea?year=1"


def page(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_title_for_search_engines_replaces_the_title_where_the_post_is_shared_but_not_on_the_page(visitor):
    post = factories.post("The tea house", seo_title="Tea & talk in Bukhara")
    shown = page(visitor.get(post.get_absolute_url()))
    assert "<title>Tea &amp; talk in Bukhara · Registan</title>" in shown
    assert '<meta property="og:title" content="Tea &amp; talk in Bukhara">' in shown
    assert "The tea house</h1>" in shown
    assert "Tea &amp; talk" not in page(visitor.get("/"))


def test_a_repost_names_its_origin_to_readers_and_to_search_engines(visitor):
    post = factories.post(slug="tea", canonical_url=ORIGIN)
    shown = page(visitor.get(post.get_absolute_url()))
    assert f'<link rel="canonical" href="{ORIGIN}">' in shown
    assert f'First published at <a href="{ORIGIN}"><bdi>first.example</bdi></a>' in shown
    assert f'<meta property="og:url" content="{SITE}/2026/03/20/tea/">' in shown  # what is shared is this page


def test_only_a_repost_says_where_it_was_first_published(visitor, post):
    assert "First published" not in page(visitor.get(post.get_absolute_url()))


def test_sitemaps_leave_out_reposts_and_what_search_engines_are_not_to_list(visitor):
    factories.post(slug="own")
    factories.post(slug="repost", canonical_url=ORIGIN)
    factories.post(slug="hidden", is_noindex=True)
    shown = page(visitor.get("/sitemap-posts.xml"))
    assert "/own/" in shown
    assert "repost" not in shown
    assert "hidden" not in shown


def test_a_post_hidden_from_search_engines_says_so_and_stays_in_the_lists(visitor):
    post = factories.post("The tea house", is_noindex=True)
    for _turn in ("rendered", "from the page cache"):
        response = visitor.get(post.get_absolute_url())
        assert '<meta name="robots" content="noindex">' in page(response)
        assert response["X-Robots-Tag"] == "noindex"
    factories.comment(post)
    assert '<meta name="robots" content="noindex">' in page(visitor.get(f"{post.get_absolute_url()}discussion/"))
    for address in ("/", "/archive/", "/feed/"):
        assert "The tea house" in page(visitor.get(address))


def test_any_other_post_says_nothing_to_robots(visitor, post):
    response = visitor.get(post.get_absolute_url())
    assert "robots" not in page(response)
    assert "X-Robots-Tag" not in response


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://first.example/", 'https://a.example/"'])
def test_only_an_address_of_the_web_is_taken_for_the_origin(editor, address):
    form = factories.post_form(canonical_url=address)
    response = editor.post("/admin/blog/post/add/", form)
    assert response.status_code == 200
    assert "canonical_url" in response.context["adminform"].form.errors
    assert not Post.objects.exists()


def test_the_form_stores_all_three(editor):
    form = factories.post_form(seo_title="Tea in Bukhara", canonical_url=ORIGIN, is_noindex="on")
    assert editor.post("/admin/blog/post/add/", form).status_code == 302
    post = Post.objects.get()
    assert (post.seo_title, post.canonical_url, post.is_noindex) == ("Tea in Bukhara", ORIGIN, True)


def test_choices_that_another_has_made_meanwhile_are_kept(editor):
    post = factories.post()
    opened = editor.get(f"/admin/blog/post/{post.pk}/change/").context["editing"].initial_choices
    Post.objects.filter(pk=post.pk).update(seo_title="Theirs")
    form = factories.post_form(title="Mine", status="published", edition=post.edition, chosen=opened)
    editor.post(f"/admin/blog/post/{post.pk}/change/", form)
    post.refresh_from_db()
    assert (post.title, post.seo_title) == ("Mine", "Theirs")
