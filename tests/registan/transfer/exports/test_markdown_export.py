"""Markdown with front matter: posts, pages, their comments and files, as other systems read them and ours, too"""

import json

import pytest
import yaml
from django.core.management import CommandError, call_command

from blog.models import Post
from registan.transfer.exports import write_markdown
from tests.registan.transfer.exports.test_wordpress_round_trip import another_site
from tests.registan.transfer.exports.whole_site import MARK, add_hidden_texts, build_site

pytestmark = pytest.mark.django_db
CHAYKHANA = "2026/2026-03-20-chaykhana"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "exported"
    made.mkdir()
    return made


def front_matter(path) -> tuple[dict, str]:
    _, head, body = path.read_text().split("---\n", 2)
    return yaml.safe_load(head), body


def test_a_post_has_what_it_is_above_its_text_as_it_was_typed(folder):
    post = build_site()
    count = write_markdown(folder)
    head, body = front_matter(folder / f"posts/{CHAYKHANA}.md")
    assert body.strip("\n") == post.body
    assert (head["title"], head["slug"], head["url"]) == (post.title, "chaykhana", "/2026/03/20/chaykhana/")
    assert head["date"] == "2026-03-20T12:00:00+00:00"
    assert (head["authors"], head["tags"]) == (["Alice", "Боб"], ["Tea & talk", "Чай"])
    assert head["aliases"] == ["/2026/03/20/old-slug/"]
    assert (head["epigraph"], head["series"], head["part"], head["language"]) == (
        "Drink *slowly*.", "Tea in parts", 2, "ru",
    )  # fmt: skip
    assert (folder / head["cover"].strip("/")).is_file()
    assert count == sum(path.is_file() for path in folder.rglob("*"))


def test_comments_are_lines_beside_it_in_the_order_in_which_they_were_written(folder):
    build_site()
    write_markdown(folder)
    lines = (folder / f"comments/posts/{CHAYKHANA}.jsonl").read_text().splitlines()
    comments = [json.loads(line) for line in lines]
    assert [one["name"] for one in comments] == ["Зафар & Co", "Bob", "Alice", "Bob"]
    assert comments[1]["parent"] == comments[0]["id"]
    # What it replied to is not there: what that replied to is.
    assert comments[3]["parent"] == comments[0]["id"]
    assert "email" not in comments[0]


def test_what_readers_do_not_find_is_nowhere_unless_it_is_asked_for(folder):
    build_site()
    add_hidden_texts()
    write_markdown(folder / "public")
    write_markdown(folder / "private", private=True)
    for path in (folder / "public").rglob("*"):
        assert MARK not in path.name
        assert path.is_dir() or MARK.encode() not in path.read_bytes()
    drafts = [path for path in (folder / "private/drafts").iterdir() if MARK in path.read_text()]
    assert len(drafts) == 2


def test_our_own_importer_reads_it(folder):
    with another_site():
        build_site()
        write_markdown(folder)
    call_command("import_site", "static", folder, verbosity=0)
    post = Post.objects.get(slug="chaykhana")
    assert (post.get_absolute_url(), post.language) == ("/2026/03/20/chaykhana/", "")
    assert post.body.startswith("A *first* line.")
    assert [tag.name for tag in post.tag_list] == ["Tea & talk", "Чай"]


def test_a_folder_with_something_in_it_is_left_alone(folder):
    (folder / "letter.md").write_text("Dear Bob")
    with pytest.raises(CommandError, match="is not empty"):
        call_command("export_markdown", folder)
    assert [path.name for path in folder.iterdir()] == ["letter.md"]
