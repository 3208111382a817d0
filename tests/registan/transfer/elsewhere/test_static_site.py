"""Folders of Jekyll, Hugo and Eleventy: what is a post, where it was seen, and what is no text at all."""

import datetime

import pytest

from registan.transfer.elsewhere import foreign_files
from registan.transfer.elsewhere.foreign_reader import OLD_ADDRESS
from registan.transfer.records.export_records import ExportedAuthor
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.records.stable_ids import stable_id
from tests.registan.transfer.elsewhere.foreign import HOME, Export, pack, refusal, write

BARE = "---\ntitle: Hello\n---\nWords.\n"


def read(tmp_path, files: dict, home: str = "") -> Export:
    return Export("static", write(tmp_path / "site", files), home=home)


def post_of(tmp_path, front: str, name: str = "_posts/2020-05-01-hello.md", config: str = ""):
    files = {name: f"---\n{front}\n---\nWords.\n"} | ({"_config.yml": config} if config else {})
    return read(tmp_path, files).posts[0]


# Jekyll


def test_a_post_of_jekyll_has_its_text_its_date_and_its_address(tmp_path):
    files = {
        "_config.yml": "title: Tea\nurl: https://tea.example\nbaseurl: /blog\n",
        "_posts/2020-05-01-Green-tea.md": "---\ntitle: Green tea\ntags: [leaf, 2020]\n---\n# One\n\nWords.\n",
    }
    export = read(tmp_path, files)
    (item,) = export.items
    assert (item.title, item.content, item.slug) == ("Green tea", "# One\n\nWords.\n", "Green-tea")
    assert item.link == "https://tea.example/blog/2020/05/01/Green-tea.html"
    assert (item.local, item.gmt) == (datetime.datetime(2020, 5, 1), None)
    assert (item.post_type, item.post_status, item.content_format) == ("post", "publish", ContentFormat.MARKDOWN)
    assert [(term.taxonomy, term.name) for term in item.terms] == [("post_tag", "leaf"), ("post_tag", "2020")]
    assert item.id == stable_id("_posts/2020-05-01-Green-tea.md")
    assert (export.channel.title, export.channel.home) == ("Tea", "https://tea.example/blog")


@pytest.mark.parametrize(
    ("permalink", "path"),
    [
        ("pretty", "/food/2020/05/01/hello/"),
        ("ordinal", "/food/2020/122/hello.html"),
        ("none", "/food/hello.html"),
        ("/:year/:i_month/:title/", "/2020/5/hello/"),
        ("/blog/:categories/:slug", "/blog/food/hello"),
        ("/:title:output_ext", "/hello.html"),
    ],
)
def test_jekylls_forms_of_addresses_are_filled_in(tmp_path, permalink, path):
    assert post_of(tmp_path, "category: Food", config=f"permalink: {permalink}").link == path


@pytest.mark.parametrize(
    ("front", "path"),
    [
        ("permalink: /mine/", "/mine/"),
        ("permalink: /:year/x/", "/2020/x/"),
        ("permalink: /{{ page.x }}/", "/2020/05/01/hello.html"),
        ("slug: other", "/2020/05/01/other.html"),
        ("date: 2019-12-31 23:00:00 +0300", "/2019/12/31/hello.html"),
    ],
)
def test_a_post_may_say_its_own_address(tmp_path, front, path):
    assert post_of(tmp_path, front).link == path


def test_a_time_with_a_zone_has_both_clocks_and_one_without_takes_that_of_the_site(tmp_path):
    zoned = post_of(tmp_path / "a", "date: 2020-05-01 12:00:00 +0300")
    assert (zoned.local, zoned.gmt) == (datetime.datetime(2020, 5, 1, 12), datetime.datetime(2020, 5, 1, 9))
    placed = post_of(tmp_path / "b", "date: 2020-05-01 12:00:00", config="timezone: Europe/Vienna")
    assert placed.gmt == datetime.datetime(2020, 5, 1, 10)
    assert post_of(tmp_path / "c", "date: soon").local is None


@pytest.mark.parametrize(
    ("front", "name", "status"),
    [
        ("published: false", "_posts/2020-05-01-a.md", "draft"),
        ("title: A", "_drafts/a.md", "draft"),
        ("draft: yes", "_posts/2020-05-01-a.md", "draft"),
        ("published: true", "_posts/2020-05-01-a.md", "publish"),
    ],
)
def test_drafts_stay_drafts(tmp_path, front, name, status):
    assert post_of(tmp_path, front, name).post_status == status


def test_categories_come_from_folders_and_words(tmp_path):
    item = post_of(tmp_path, "categories: tea bread\ntags: one two", "food/_posts/2020-05-01-a.md")
    assert [term.name for term in item.terms if term.taxonomy == "category"] == ["food", "tea", "bread"]
    assert [term.name for term in item.terms if term.taxonomy == "post_tag"] == ["one", "two"]
    assert item.link == "/food/tea/bread/2020/05/01/a.html"


def test_links_between_pages_become_addresses(tmp_path):
    text = (
        "---\n---\n[a]({% post_url 2020-05-01-hello %}#x) [b]({{ site.baseurl }}{% link about.md %})"
        " [c]({{ '/feed/' | relative_url }}) [d]({{ site.url }}{{ site.baseurl }}/e/) {% post_url gone %} {{ other }}\n"
    )
    files = {"_posts/2020-05-01-hello.md": BARE, "_posts/2020-05-02-two.md": text, "about.md": BARE}
    two = next(item for item in read(tmp_path, files).items if item.slug == "two")
    assert two.content == (
        "[a](/2020/05/01/hello.html#x) [b](/about.html) [c](/feed/) [d](/e/) {% post_url gone %} {{ other }}\n"
    )


def test_pages_keep_their_place_and_templates_are_left_out(tmp_path):
    files = {
        "_posts/2020-05-01-hello.md": BARE,
        "about.md": BARE,
        "more/index.md": BARE,
        "tags.html": "---\nlayout: x\n---\n{% for tag in site.tags %}{% endfor %}",
        "plain.html": "---\ntitle: Plain\n---\n<p>Hi</p>",
        "_layouts/post.html": BARE,
        "_recipes/soup.md": BARE,
        "README.md": "# Read me",
        "notes.md": "# No front matter",
        "_site/about.html": BARE,
        "node_modules/a/b.md": BARE,
    }
    export = read(tmp_path, files)
    pages = {item.link: item.content_format for item in export.items if item.post_type == "page"}
    assert pages == {
        "/about.html": ContentFormat.MARKDOWN,
        "/more/": ContentFormat.MARKDOWN,
        "/plain.html": ContentFormat.HTML,
    }
    assert export.reader.unread == {
        "pages that are templates": 1,
        "files that are no pages": 2,
        "texts of the collection _recipes": 1,
        "texts with nothing above them": 1,
    }


def test_a_picture_old_addresses_authors_and_closed_comments_are_read(tmp_path):
    front = (
        "author: Ann Lee\nimage: /img/cup.jpg\nredirect_from:\n  - /old/\n  - /older/\ncomments: false\n"
        "description: About tea\nexcerpt: Short"
    )
    export = read(tmp_path, {"_posts/2020-05-01-a.md": f"---\n{front}\n---\nWords"}, home=HOME)
    picture, item = export.items
    assert (picture.file_url, item.meta("_thumbnail_id")) == (f"{HOME}/img/cup.jpg", str(picture.id))
    assert [meta.value for meta in item.metas if meta.key == OLD_ADDRESS] == ["/old/", "/older/"]
    assert (item.creator, item.comment_status, item.excerpt) == ("Ann Lee", "closed", "Short")
    assert [author.login for author in export.of(ExportedAuthor)] == ["Ann Lee"]
    assert export.records.index(export.of(ExportedAuthor)[0]) < export.records.index(item)


def test_several_authors_are_all_named(tmp_path):
    item = post_of(tmp_path, "authors: [Ann, Bob]")
    assert item.creator == "Ann"
    assert [term.slug for term in item.terms if term.taxonomy == "author"] == ["cap-Ann", "cap-Bob"]


# Hugo


def hugo(tmp_path, files: dict, config: str = 'baseURL = "https://tea.example/"\ntitle = "Tea"\n') -> Export:
    return read(tmp_path, {"hugo.toml": config, **files})


def test_a_post_of_hugo_is_read_from_toml_yaml_or_json(tmp_path):
    files = {
        "content/posts/One Two.md": '+++\ntitle = "One"\ndate = 2020-05-01T12:00:00+02:00\ntags = ["a b"]\n+++\nWords',
        "content/posts/yaml.md": "---\ntitle: Yaml\ndate: 2020-05-01\n---\nWords",
        "content/posts/json.md": '{"title": "Json", "date": "2020-05-01", "draft": true}\nWords',
    }
    items = {item.title: item for item in hugo(tmp_path, files).items}
    assert items["One"].link == "https://tea.example/posts/one-two/"
    assert items["One"].gmt == datetime.datetime(2020, 5, 1, 10)
    assert [term.name for term in items["One"].terms] == ["a b"]
    assert (items["Yaml"].local, items["Json"].post_status) == (datetime.datetime(2020, 5, 1), "draft")
    assert {item.content for item in items.values()} == {"Words"}


def test_hugos_bundles_sections_forms_and_aliases(tmp_path):
    config = 'baseURL = "https://tea.example"\n[permalinks]\nposts = "/:year/:month/:slug/"\n'
    files = {
        "content/posts/first/index.md": "---\ntitle: First\ndate: 2020-05-01\naliases: [/old/]\n---\nA",
        "content/posts/second.md": "---\ntitle: Second\ndate: 2020-05-01\nslug: Zwei\n---\nB",
        "content/posts/_index.md": "---\ntitle: Posts\n---\nAll posts",
        "content/about.md": '---\ntitle: About\n---\nC [first]({{< ref "posts/first" >}})',
        "content/fixed.md": "---\ntitle: Fixed\nurl: /anywhere/\n---\nD",
        "themes/x/content/posts/x.md": BARE,
    }
    export = hugo(tmp_path, files, config)
    assert {item.title: (item.post_type, item.link.removeprefix("https://tea.example")) for item in export.items} == {
        "First": ("post", "/2020/05/first/"),
        "Second": ("post", "/2020/05/zwei/"),
        "About": ("page", "/about/"),
        "Fixed": ("page", "/anywhere/"),
    }
    about = next(item for item in export.items if item.title == "About")
    assert about.content == "C [first](/2020/05/first/)"
    assert export.reader.unread["introductions of lists"] == 1


# Eleventy


def test_eleventy_has_folders_for_addresses_and_tags_for_posts(tmp_path):
    files = {
        ".eleventy.js": "module.exports = () => process.exit(1)",
        "src/posts/2020-05-01-hello.md": "---\ntitle: Hello\ntags: [posts, tea]\n---\nA",
        "src/about.md": "---\ntitle: About\npermalink: /me/\n---\nB",
        "src/hidden.md": "---\ntitle: Hidden\npermalink: false\n---\nC",
    }
    items = {item.title: item for item in read(tmp_path, files).items}
    assert (items["Hello"].link, items["Hello"].post_type) == ("/posts/hello/", "post")
    assert [term.name for term in items["Hello"].terms] == ["tea"]
    assert (items["About"].link, items["About"].post_type) == ("/me/", "page")
    assert items["Hidden"].post_status == "draft"


# What is hostile or broken


@pytest.mark.parametrize(
    "front",
    [
        "a: [b",
        "[" * 5_000,
        "- a list",
        "x: " + "a" * 70_000,
        "a: \x01",
        "a: &a [*a]",
        "title: *missing",
    ],
)
def test_a_text_whose_head_cannot_be_read_is_named_and_the_others_are_read(tmp_path, front):
    files = {"_posts/2020-05-01-bad.md": f"---\n{front}\n---\nA", "_posts/2020-05-02-good.md": BARE}
    export = read(tmp_path, files)
    assert [item.slug for item in export.items] == ["good"]
    assert export.reader.unread == {"_posts/2020-05-01-bad.md: what is above its text cannot be read": 1}


def test_aliases_of_yaml_are_no_bomb_and_its_tags_run_nothing(tmp_path):
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    front = f"{bomb}tags: *a59\ntitle: T\nauthor: !!python/object/apply:os.system ['exit 1']"
    export = read(tmp_path, {"_posts/2020-05-01-a.md": f"---\n{front}\n---\nA"})
    (item,) = export.items
    assert (item.title, item.terms, item.creator) == ("T", (), "exit 1")


def test_links_are_not_followed_in_folders_or_archives(tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: Secret\n---\nkey")
    folder = write(tmp_path / "site", {"_posts/2020-05-01-a.md": BARE})
    (folder / "_posts" / "2020-05-02-b.md").symlink_to(secret)
    (folder / "more").symlink_to(tmp_path)
    assert [item.slug for item in Export("static", folder).items] == ["a"]
    archive = pack(tmp_path / "site.zip", {"_posts/2020-05-01-a.md": BARE, "../up.md": BARE, "/root.md": BARE})
    assert [item.slug for item in Export("static", archive).items] == ["a"]


def test_an_archive_is_read_within_its_own_folder(tmp_path):
    files = {
        "tea-main/_config.yml": "url: https://tea.example\npermalink: pretty",
        "tea-main/_posts/2020-05-01-a.md": BARE,
    }
    export = Export("static", pack(tmp_path / "site.zip", files), home="")
    assert [item.link for item in export.items] == ["https://tea.example/2020/05/01/a/"]


def test_bombs_and_texts_that_are_too_long_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(foreign_files, "HARMLESS_BYTES", 10_000)
    archive = pack(tmp_path / "site.zip", {"a.md": "a" * 5_000_000})
    assert "holds more than an export has" in refusal("static", archive)
    monkeypatch.setattr(foreign_files, "MAX_TEXT_BYTES", 1_000)
    assert "holds more" in refusal("static", write(tmp_path / "site", {"a.md": BARE + "a" * 2_000}))
    monkeypatch.setattr(foreign_files, "MAX_FILES", 1)
    assert "holds more" in refusal("static", write(tmp_path / "many", {"a.md": BARE, "b.md": BARE}))


def test_a_folder_without_texts_is_refused(tmp_path):
    assert "no export of Jekyll" in refusal("static", write(tmp_path / "site", {"a.txt": "x"}))


def test_a_text_in_another_encoding_is_read(tmp_path):
    export = read(tmp_path, {"_posts/2020-05-01-a.md": "---\ntitle: Zoë\n---\r\nTea–bread".encode("cp1252")})
    assert (export.items[0].title, export.items[0].content) == ("Zoë", "Tea–bread")
