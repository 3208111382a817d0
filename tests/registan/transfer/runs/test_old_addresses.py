"""Readers who come by an address of the old blog are led to what is here now, until the import is taken out"""

import pytest

from blog.models import OldAddress
from comments.models import Comment
from tests.registan.transfer.runs.importing import category, declared_category, import_export
from tests.registan.transfer.runs.test_import_files import attachment, uploads  # noqa: F401  a fixture
from tests.registan.transfer.runs.test_take_out import take_out
from tests.registan.transfer.wxr import HOME, author, comment, item, meta

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(tmp_path, uploads):  # noqa: F811
    head = declared_category(3, "world", "World") + declared_category(4, "asia", "Asia", "world")
    import_export(
        tmp_path,
        item(
            category("category", "asia", "Asia"),
            category("post_tag", "tea", "Tea"),
            meta("_wp_old_slug", "halo"),
            post_id=1,
            link=f"{HOME}/archives/hello/",
        ),
        item(post_id=2, post_type="page", post_name="about", title="About", link=f"{HOME}/company/about/"),
        attachment(5, "paper.pdf", link=f"{HOME}/archives/hello/paper/"),
        head=head + author("alice", 9),
        options=("--media", uploads),
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/archives/hello/", "/2020/05/01/hello/"),
        ("/archives/halo/", "/2020/05/01/hello/"),
        ("/?p=1", "/2020/05/01/hello/"),
        ("/company/about/", "/about/"),
        ("/?page_id=2", "/about/"),
        ("/category/asia/", "/tag/asia/"),
        ("/category/world/asia/", "/tag/asia/"),
        ("/?cat=4", "/tag/asia/"),
        ("/?author=9", "/author/alice/"),
        ("/wp-content/uploads/2020/05/paper.pdf", "/media/files/"),
        ("/archives/hello/paper/", "/media/files/"),
        ("/?attachment_id=5", "/media/files/"),
    ],
)
def test_an_old_address_leads_to_what_is_here(moved, client, old, new):
    response = client.get(old)
    assert response.status_code == 301
    assert response.url.startswith(new)


def test_the_anchor_of_a_comment_leads_to_it(tmp_path, client):
    import_export(tmp_path, item(comment(77), post_id=1))
    imported = Comment.objects.get()
    assert imported.old_number == 77
    assert imported.pk > 77
    assert 'id="comment-77"' in client.get("/2020/05/01/hello/").text


def test_they_are_forgotten_with_the_import(moved):
    assert OldAddress.objects.exists()
    take_out()
    assert not OldAddress.objects.exists()
