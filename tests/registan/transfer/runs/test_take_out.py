"""manage.py remove_import: the site is what it was before the import, but for what people here have made of it"""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from blog.models import Author, Image, MediaFile, MenuLink, Page, Post, Tag
from registan.transfer.models import Element, Source
from tests import factories
from tests.registan.transfer.runs.importing import category, declared_category, import_export
from tests.registan.transfer.runs.site_dump import dump_site
from tests.registan.transfer.runs.test_import_files import attachment, uploads  # noqa: F401  a fixture
from tests.registan.transfer.runs.test_import_menu import link
from tests.registan.transfer.wxr import HOME, comment, item, meta

pytestmark = pytest.mark.django_db


def take_out(*options: str, home: str = HOME) -> str:
    out = io.StringIO()
    call_command("remove_import", home, *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def site():
    """A site that has all kinds of things before the import."""
    author, tag = factories.author("alice"), factories.tag("Tea", slug="tea")
    quotation = "> Ask.\n>\n> — Navoiy, *Xamsa*"
    post = factories.post(
        slug="mine", authors=[author], tags=[tag], body=f"Mine.\n\n{quotation}\n\nhttps://a.example/\n"
    )
    factories.comment(post)
    factories.page("about")
    factories.draft(authors=[author])
    return post


@pytest.fixture
def everything(uploads):  # noqa: F811
    """Items of all kinds, and the options to import them with."""
    quoted = "<blockquote><p>Ask.</p><cite>Navoiy, <em>Xamsa</em></cite></blockquote>"
    other = "<blockquote><p>Go.</p><cite>Bobur, <em>Boburnoma</em></cite></blockquote>\n\nhttps://b.example/\n"
    tea = category("post_tag", "tea", "Tea")
    items = [
        item(tea, comment(1), meta("_thumbnail_id", "5"), post_id=1, content=quoted + other, post_password="x"),
        item(tea, category("category", "news", "News"), post_id=2, status="trash", creator="bob"),
        item(comment(2), post_id=3, post_type="page", post_name="about", content="https://c.example/"),
        item(post_id=4, post_type="page", status="draft"),
        attachment(5, "boat.png"),
        attachment(6, "paper.pdf"),
        link(7, title="Home", url="/"),
        item(post_id=8, post_type="product"),
    ]
    return items, ("--media", uploads)


def test_the_site_is_what_it_was(tmp_path, site, everything, django_capture_on_commit_callbacks):
    before = dump_site()
    items, options = everything
    import_export(tmp_path, *items, head=declared_category(9, "news", "News"), options=options)
    assert dump_site() != before
    files = [Image.objects.get().file.name, MediaFile.objects.get().file.name]
    with django_capture_on_commit_callbacks(execute=True):
        take_out()
    assert dump_site() == before
    assert not Source.objects.exists()
    assert not Element.objects.exists()
    assert not any(default_storage.exists(name) for name in files)


def test_it_can_be_moved_in_again(tmp_path, site, everything):
    items, options = everything
    import_export(tmp_path, *items, options=options)
    first = dump_site(with_ids=False)
    take_out()
    import_export(tmp_path, *items, options=options)
    assert len(dump_site(with_ids=False)) == len(first)


def test_what_was_here_before_and_was_used_stays(tmp_path, site):
    import_export(tmp_path, item(category("post_tag", "tea", "Tea"), post_id=1))
    take_out()
    assert Tag.objects.get().post_count == 1
    assert Author.objects.get().name == "alice"
    assert Post.objects.count() == 2


def test_what_was_changed_here_stays_unless_it_is_asked_for(tmp_path):
    import_export(tmp_path, item(post_id=1), item(post_id=2, post_type="page"))
    for row in (Post.objects.get(), Page.objects.get()):
        row.title = "Mine"
        row.save()
    said = take_out()
    assert said.count("Stays: Mine (changed here") == 2
    assert (Post.objects.count(), Page.objects.count()) == (1, 1)
    take_out("--also-changed")
    assert not Post.objects.exists()
    assert not Page.objects.exists()
    assert not Source.objects.exists()


def test_what_readers_have_commented_on_stays_with_what_it_needs(tmp_path):
    import_export(tmp_path, item(category("category", "news", "News"), post_id=1))
    factories.comment(Post.objects.get())
    assert "Stays: Hello (has comments that were not imported)" in take_out("--also-changed")
    assert (Post.objects.count(), Tag.objects.count(), Author.objects.count()) == (1, 1, 1)
    assert set(Element.objects.values_list("kind", flat=True)) == {"post", "term", "author"}


def test_tags_authors_and_pictures_that_are_used_here_stay(tmp_path, uploads):  # noqa: F811
    import_export(
        tmp_path,
        item(category("category", "news", "News"), post_id=1),
        attachment(2, "boat.png"),
        options=("--media", uploads),
    )
    factories.post(tags=[Tag.objects.get()], authors=[Author.objects.get()], cover=Image.objects.get())
    take_out()
    assert (Post.objects.count(), Tag.objects.count(), Author.objects.count(), Image.objects.count()) == (1, 1, 1, 1)
    assert Tag.objects.get().post_count == 1


def test_a_menu_is_taken_out_and_the_standard_one_is_there_again(tmp_path):
    import_export(tmp_path, link(1, title="Home", url="/"))
    take_out()
    assert not MenuLink.objects.exists()


def test_a_blog_that_was_never_moved_in_is_named_with_those_that_were(tmp_path):
    import_export(tmp_path, item(post_id=1))
    with pytest.raises(
        CommandError, match=r"Nothing was moved in from https://x\.example\. From: https://old\.example"
    ):
        take_out(home="https://x.example")
