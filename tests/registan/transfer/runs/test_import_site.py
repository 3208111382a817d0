"""manage.py import_site: every system, by the same ledger; a second run changes nothing; taken out, nothing is left"""

import io
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from blog.models import OldAddress, Page, Post, Site
from comments.models import Comment
from registan.transfer.content.import_plan import COMMENT_ELEMENTS, ITEM_ELEMENTS
from registan.transfer.models import Element, Run, Source
from tests import factories
from tests.registan.transfer.elsewhere import test_blogger as blogger
from tests.registan.transfer.elsewhere import test_disqus as disqus
from tests.registan.transfer.elsewhere import test_ghost as ghost
from tests.registan.transfer.elsewhere import test_isso as isso
from tests.registan.transfer.elsewhere import test_remark42 as remark42
from tests.registan.transfer.elsewhere.foreign import HOME, Export, pack, write
from tests.registan.transfer.elsewhere.test_subscriber_lists import GHOST as GHOST_MEMBERS
from tests.registan.transfer.elsewhere.test_substack import FILES as SUBSTACK_FILES
from tests.registan.transfer.runs.site_dump import dump_site
from tests.registan.transfer.runs.test_import_files import picture
from tests.registan.transfer.wxr import export as wordpress_export
from tests.registan.transfer.wxr import item as wordpress_item

pytestmark = pytest.mark.django_db


def import_site(system: str, path: Path, *options: object, home: str = HOME) -> str:
    """What the command prints."""
    out, address = io.StringIO(), ["--home", home] if home else []
    call_command("import_site", system, str(path), *address, *map(str, options), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def ghost_export(folder: Path) -> Path:
    comment = {"id": "c1", "post_id": "p1", "member_id": "m1", "html": "<p>Hi</p>", "status": "published"}
    member = {"id": "m1", "name": "Cy", "email": "cy@example.org", "created_at": "2019-01-01T00:00:00.000Z"}
    posts = [ghost.post("p1", html=f'<p>See <a href="{HOME}/hello-p2/">it</a>.</p>'), ghost.post("p2", type="page")]
    tags = {"posts_tags": [{"id": "a", "post_id": "p1", "tag_id": "t1", "sort_order": 0}]}
    authors = {"posts_authors": [{"id": "a", "post_id": "p1", "author_id": "u1", "sort_order": 0}]}
    wishes = {"members_newsletters": [{"id": "x", "member_id": "m1"}]}
    ghost.export(folder, *posts, comments=[comment], members=[member], **tags, **authors, **wishes)
    return folder / "ghost.json"


def disqus_export(folder: Path) -> Path:
    disqus.read(folder, disqus.thread(1), disqus.post(11), disqus.post(12, "<p>Yes</p>", parent=11))
    return folder / "disqus.xml"


def isso_export(folder: Path) -> Path:
    return isso.database(folder, isso.row(1), isso.row(2, parent=1))


def remark42_export(folder: Path) -> Path:
    return remark42.backup(folder, remark42.comment("a"), remark42.comment("b", "a"))


def blogger_export(folder: Path) -> Path:
    label = "<category scheme='http://www.blogger.com/atom/ns#' term='Green tea'/>"
    entries = [
        blogger.classic("post", 20, "<p>Hello</p>", blogger.LINK, label),
        blogger.classic("comment", 30, "Hi", blogger.reply(20)),
        blogger.classic("comment", 31, "Yes", blogger.reply(20, 30)),
    ]
    blogger.read(folder, *entries)
    return folder / "blog.xml"


def substack_export(folder: Path) -> Path:
    return pack(folder / "substack.zip", SUBSTACK_FILES)


def static_export(folder: Path) -> Path:
    head = "---\ntitle: Hello\ntags: [Tea]\nredirect_from: /old/hello/\n---\n"
    files = {
        "_config.yml": f"url: {HOME}\n",
        "_posts/2020-05-01-hello.md": f"{head}Words and *more*.\n",
        "about.md": "---\ntitle: About\n---\nUs.\n",
    }
    return write(folder / "site", files)


def subscriber_list(folder: Path) -> Path:
    path = folder / "members.csv"
    path.write_text(GHOST_MEMBERS)
    return path


# By system: how its export is made, and how many posts, pages and comments come in.
SYSTEMS = {
    "ghost": (ghost_export, (1, 1, 1)),
    "disqus": (disqus_export, (0, 0, 2)),
    "isso": (isso_export, (0, 0, 2)),
    "remark42": (remark42_export, (0, 0, 2)),
    "blogger": (blogger_export, (1, 0, 2)),
    "substack": (substack_export, (4, 1, 0)),
    "jekyll": (static_export, (1, 1, 0)),
    "subscribers": (subscriber_list, (0, 0, 0)),
}


@pytest.fixture
def tea():
    """A post of this site that was at /2020/tea/ of the old one."""
    post = factories.post("Tea", slug="tea")
    OldAddress.objects.remember([("/2020/tea/", "post", post.pk)], source="wordpress https://old.example")
    return post


def count_records(system: str, path: Path) -> Counter[str]:
    """How many elements of each kind there should be, from the records alone."""
    read, counts = Export(system, path), Counter[str]()
    counts.update(ITEM_ELEMENTS[item.kind] for item in read.items)
    for holder in (*read.items, *read.threads):
        counts.update(COMMENT_ELEMENTS[comment.kind] for comment in holder.comments)
    return +(counts + Counter({"thread": len(read.threads), "subscriber": len(read.subscribers)}))


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_site_comes_in_once_and_goes_out_again(tmp_path, tea, system):
    make, numbers = SYSTEMS[system]
    path, before = make(tmp_path), dump_site()
    import_site(system, path, home="" if system == "blogger" else HOME)
    found = Counter(Element.objects.exclude(kind__in=["author", "term"]).values_list("kind", flat=True))
    assert found == count_records(system, path)
    assert (Post.objects.count() - 1, Page.objects.count(), Comment.objects.count()) == numbers
    assert Run.objects.get().state == "finished"
    after = dump_site()
    import_site(system, path, home="" if system == "blogger" else HOME)
    assert dump_site() == after
    assert set(Element.objects.values_list("outcome", flat=True)) <= {"unchanged", "skipped"}
    call_command("remove_import", Source.objects.get().home, stdout=io.StringIO())
    assert dump_site() == before


def test_wordpress_is_one_of_them(tmp_path):
    path = tmp_path / "export.xml"
    path.write_text(wordpress_export(wordpress_item(post_id=1)))
    import_site("wordpress", path, home="")
    assert Source.objects.get().system == "wordpress"
    assert outcomes_of("post") == ["created"]


def outcomes_of(kind: str) -> list[str]:
    return list(Element.objects.filter(kind=kind).values_list("outcome", flat=True))


def test_links_tags_authors_and_addresses_of_ghost_find_their_way(tmp_path, client):
    import_site("ghost", ghost_export(tmp_path))
    post, page = Post.objects.get(), Page.objects.get()
    assert f"]({page.get_absolute_url()})" in post.body
    assert ([str(tag) for tag in post.tags.all()], [str(each) for each in post.author_list]) == (["Tea"], ["Ann Lee"])
    assert client.get("/hello-p1/").url == post.get_absolute_url()
    assert client.get("/p/00000000-p1/").url == post.get_absolute_url()
    assert not OldAddress.objects.filter(path__contains="?p=").exists()


def test_the_labels_of_blogger_lead_to_tags(tmp_path, client):
    import_site("blogger", blogger_export(tmp_path), home="")
    assert client.get("/search/label/Green%20tea").url == "/tag/green-tea/"
    assert client.get("/2011/05/hello.html").url == Post.objects.get().get_absolute_url()


def test_markdown_stays_as_it_was_typed_and_aliases_lead_to_it(tmp_path, client):
    import_site("jekyll", static_export(tmp_path))
    post = Post.objects.get()
    assert post.body.strip() == "Words and *more*."
    assert client.get("/old/hello/").url == post.get_absolute_url()


def test_pictures_come_from_the_folder_of_uploads(tmp_path):
    folder = write(tmp_path / "images", {"2020/05/cup.png": picture()})
    ghost.export(tmp_path, ghost.post("p1", feature_image="__GHOST_URL__/content/images/2020/05/cup.png"))
    import_site("ghost", tmp_path / "ghost.json", "--media", folder)
    assert Post.objects.get().cover is not None


def test_a_public_post_with_a_date_to_come_is_scheduled(tmp_path, client):
    ghost.export(tmp_path, ghost.post("p1", published_at="2999-05-01T10:00:00.000Z"))
    import_site("ghost", tmp_path / "ghost.json")
    post = Post.objects.get()
    assert (post.published_at.year, post.is_public) == (2999, False)
    assert client.get(post.get_absolute_url()).status_code == 404


def test_a_time_without_a_zone_is_one_of_this_site(tmp_path):
    Site.objects.update_or_create(pk=1, defaults={"time_zone": "Asia/Tashkent"})
    path = write(
        tmp_path / "site", {"_posts/2020-05-01-a.md": "---\ntitle: A\ndate: 2020-05-01 12:00:00\n---\nWords.\n"}
    )
    import_site("jekyll", path)
    assert Post.objects.get().published_at.hour == 12 - 5


def test_a_dry_run_stores_nothing_and_lists_the_conversations_without_a_page(tmp_path):
    said = import_site("disqus", disqus_export(tmp_path), "--dry-run")
    assert "Conversations whose address is not known here" in said
    assert "https://old.example/2020/tea/" in said
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    "home", ["old.example", "ftp://old.example", "https://", "https://old.example/?a=1", "https://["]
)
def test_a_home_that_is_no_address_is_refused(tmp_path, home):
    with pytest.raises(CommandError, match="is no address such as"):
        import_site("ghost", ghost_export(tmp_path), home=home)


def test_an_export_that_does_not_say_where_its_site_was_needs_the_address(tmp_path):
    with pytest.raises(CommandError, match="does not say where its site was"):
        import_site("ghost", ghost_export(tmp_path), home="")
    assert not Source.objects.exists()


@pytest.mark.parametrize("system", ["ghost", "disqus", "isso", "remark42", "blogger", "substack", "subscribers"])
def test_a_file_of_another_kind_is_refused_and_nothing_is_stored(tmp_path, system):
    path = tmp_path / "export.xml"
    path.write_bytes(b"\x00\x01 hello")
    with pytest.raises(CommandError):
        import_site(system, path)
    assert not Source.objects.exists()


def test_an_export_that_breaks_off_is_refused_before_anything_is_stored(tmp_path):
    path = disqus_export(tmp_path)
    path.write_text(path.read_text().removesuffix("</disqus>"))
    before = dump_site(with_ledger=True)
    with pytest.raises(CommandError):
        import_site("disqus", path)
    assert dump_site(with_ledger=True) == before


def test_hostile_names_come_in_as_text(tmp_path, client):
    name = "<script>alert(1)</script>"
    values = {"title": name, "slug": "../../admin", "html": "<p>Hi<script>alert(1)</script></p>"}
    ghost.export(tmp_path, ghost.post("p1", **values), tags=[{**ghost.TEA, "name": name, "slug": "../x"}])
    import_site("ghost", tmp_path / "ghost.json")
    post = Post.objects.get()
    page = client.get(post.get_absolute_url()).text
    assert "<script>alert" not in page
    assert "/.." not in post.get_absolute_url()


def test_links_to_single_comments_find_them(tmp_path, tea, client):
    import_site("isso", isso_export(tmp_path))
    import_site("remark42", remark42_export(tmp_path))
    import_site("blogger", blogger_export(tmp_path), home="")
    page = client.get(tea.get_absolute_url()).text
    posted = client.get(Post.objects.exclude(pk=tea.pk).get().get_absolute_url()).text
    for anchor in ("isso-1", "isso-2", "remark42__comment-a", "remark42__comment-b"):
        assert f'id="{anchor}"' in page
    assert 'id="c30"' in posted


def test_those_on_another_page_are_asked_for_by_the_end_of_the_link(tmp_path, tea, client):
    import_site("isso", isso_export(tmp_path))
    import_site("remark42", remark42_export(tmp_path))
    Comment.objects.filter(old_anchor="remark42__comment-a").update(old_anchor="c1234567890123456789")
    for name, anchor in {
        "1": "isso-1",
        "b": "remark42__comment-b",
        "1234567890123456789": "c1234567890123456789",
    }.items():
        comment = Comment.objects.get(old_anchor=anchor)
        asked = client.get(f"/comments/{name}/", {"at": tea.get_absolute_url()})
        assert asked["Location"] == f"{tea.get_absolute_url()}#comment-{comment.pk}"
        if name != "1":
            assert client.get(f"/comments/{name}/").status_code == 404


@pytest.mark.parametrize("name", ['"><script>', "a b", "é", "x" * 70, ""])
def test_a_fragment_that_could_be_something_else_is_left_out(tmp_path, tea, name):
    import_site("remark42", remark42.backup(tmp_path, remark42.comment(name)))
    assert set(Comment.objects.values_list("old_anchor", flat=True)) <= {None}
