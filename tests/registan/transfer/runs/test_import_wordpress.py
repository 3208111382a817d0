"""manage.py import_wordpress: an inventory before anything is stored, a table of all elements, refusals in sentences"""

import io
import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from blog.models import Author, Page, Post, Tag
from registan.transfer.models import Element, Run, Source
from registan.transfer.wordpress.inventory.inventory_table import format_sections
from tests import factories
from tests.registan.transfer.runs.importing import category, import_export, outcome, run_command
from tests.registan.transfer.wxr import author, comment, export, item, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    """An export with one of everything that is counted."""
    terms = category("category", "news", "News")
    items = [
        item(terms, post_id=1, post_name="hello"),
        item(post_id=2, post_type="page", title="About", post_name="about"),
        item(post_id=3, post_type="attachment", status="inherit", attachment_url="https://old.example/a.jpg"),
        item(post_id=4, post_type="product"),
    ]
    return write(tmp_path, export(*items, head=author("alice", 1)))


def test_a_dry_run_is_a_table_and_stores_nothing(file):
    said = run_command(file, "--dry-run")
    assert "Items by kind\n  attachment" in said
    assert "Authors who get a byline\n  alice: alice\n" in said
    assert not any(model.objects.exists() for model in (Post, Page, Tag, Author, Source, Run, Element))


def test_a_dry_run_is_json_for_programs(file):
    assert json.loads(run_command(file, "--dry-run", "--json"))["Items by kind"]["post"] == 1


def test_a_dry_run_names_every_conflict_with_what_is_here(tmp_path):
    factories.post(slug="hello", published_at=datetime(2020, 5, 1, 8, tzinfo=UTC))
    factories.page("about")
    factories.tag("News", slug="news")
    factories.author("alice")
    file = write(
        tmp_path,
        export(
            item(category("category", "news", "NEWS"), post_name="hello", link="https://old.example/hello/"),
            item(post_type="page", post_name="about", title="About", link="https://old.example/about/"),
            item(post_type="page", post_name="secret", title="Secret", status="private"),
        ),
    )
    sections = json.loads(run_command(file, "--dry-run", "--json"))
    assert sections["Addresses that are taken here, and what is there instead"] == {
        "https://old.example/hello/": "/2020/05/01/hello-2/",
        "https://old.example/about/": "/about-2/",
    }
    assert sections["Pages that are not public, which become drafts of posts"] == {"Secret": "private"}
    assert sections["Authors who have the name of somebody here"] == {"alice": "alice"}
    assert sections["Categories and tags that this site has already"] == {"category NEWS": "News"}


def test_what_was_imported_is_no_conflict(file):
    run_command(file)
    titles = json.loads(run_command(file, "--dry-run", "--json")).keys()
    assert not [title for title in titles if "here" in title or "byline" in title]


def test_the_ledger_is_a_table_of_every_kind_outcome_and_reason(file):
    said = run_command(file)
    assert "post                                                                           1\n  created" in said
    assert "  skipped: no folder of files was given                                        1\n" in said


def test_the_ledger_is_json_for_programs(file):
    rows = json.loads(run_command(file, "--json"))
    assert {"kind": "post", "outcome": "created", "reason": "", "number": 1} in rows
    assert {"kind": "other", "outcome": "skipped", "reason": "other-type", "number": 1} in rows


def test_a_run_says_what_it_read_and_how_far_it_came(file):
    run_command(file)
    run = Run.objects.get()
    assert (run.state, run.item_count, run.items_done) == (Run.State.FINISHED, 4, 4)
    assert run.files[0][0] == "export.xml"
    assert run.started_at <= run.finished_at


def test_files_folder_map_and_zone_are_taken_into_account(tmp_path):
    factories.author("Alice", slug="alice-smith")
    first = write(tmp_path, export(item(), item(post_date_gmt="")), "a.xml")
    second = write(tmp_path, export(item(post_type="attachment")), "b.xml")
    authors = write(tmp_path, "\ufeff# Who is who\n\nalice = alice-smith\nx = y = Alice\n", "authors.txt")
    options = ["--dry-run", "--media", tmp_path, "--authors", authors, "--time-zone", "Europe/Vienna", "--json"]
    sections = json.loads(run_command(first, second, *options))
    assert sections["Items in each file"] == {"a.xml": 2, "b.xml": 1}
    assert sections["Files of attachments"] == {"missing": 1}
    assert sections["Names in the map that no file has"] == {"x = y": "Alice"}
    assert sections["Dates of items and comments"]["by local time, in Europe/Vienna"] == 1


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_one_refused_file_refuses_them_all_in_one_sentence_before_anything_is_stored(tmp_path, options):
    whole = write(tmp_path, export(item()))
    cut = write(tmp_path, export(item())[:-10], "cut.xml")
    with pytest.raises(
        CommandError, match=r"^cut\.xml ends in the middle, after item 1\. Download it again"
    ) as refused:
        run_command(whole, cut, *options)
    assert refused.value.returncode == 1
    assert not Source.objects.exists()
    assert not Post.objects.exists()


@pytest.mark.parametrize("line", ["alice", "= bob", "alice =", "alice = a\nalice = b"])
def test_a_map_that_is_unclear_is_refused_with_its_line(tmp_path, line):
    authors = write(tmp_path, line, "authors.txt")
    with pytest.raises(CommandError, match=r"Line [12] of the map of authors"):
        run_command(write(tmp_path, export(item())), "--authors", authors)


def test_a_map_that_names_nobody_here_is_refused(tmp_path):
    authors = write(tmp_path, "alice = nobody", "authors.txt")
    with pytest.raises(CommandError, match="names “nobody”, but this site has no such author"):
        run_command(write(tmp_path, export(item())), "--authors", authors)
    assert not Source.objects.exists()


def test_a_map_that_is_no_text_is_refused(tmp_path):
    export_file = write(tmp_path, export(item()))
    for path in (tmp_path / "nothing.txt", write(tmp_path, b"\xff\xfe", "binary.txt")):
        with pytest.raises(CommandError, match="cannot be read"):
            run_command(export_file, "--authors", path)


@pytest.mark.parametrize("option", [["--media", "/no/such/folder"], ["--time-zone", "Middle-earth"]])
def test_a_wrong_option_is_named(tmp_path, option):
    with pytest.raises(CommandError, match=option[1]):
        run_command(write(tmp_path, export(item())), *option)


def test_a_hostile_name_cannot_break_the_table(tmp_path):
    path = write(tmp_path, export(item(title="A\x1b[2J\u202eB\nC" + "x" * 500), item(title="A\u202eB")))
    for said in (run_command(path, "--dry-run"), run_command(path)):
        assert "\x1b" not in said
        assert "\u202e" not in said
        assert max(map(len, said.splitlines())) <= 120


def test_a_long_section_is_cut_in_the_table():
    said = format_sections({"Names": {f"name {number}": number for number in range(100)}})
    assert said.endswith("  … and 75 more (--json has all)\n")


def test_every_part_is_read_and_an_item_that_is_in_two_is_there_once(tmp_path):
    one, other = item(post_id=1, post_name="one"), item(post_id=2, post_name="two")
    first = write(tmp_path, export(one), "a.xml")
    second = write(tmp_path, export(one, other), "b.xml")
    run_command(first, second)
    assert Post.objects.count() == 2
    assert Element.objects.filter(kind="post", outcome="created").count() == 2
    assert Element.objects.get(outcome="skipped").reason == "repeated"


def test_items_that_only_share_their_id_both_come_in(tmp_path):
    import_export(
        tmp_path, item(post_id=7, title="One"), item(post_id=7, title="Two", guid="https://other.example/?p=7")
    )
    assert set(Post.objects.values_list("title", flat=True)) == {"One", "Two"}


def test_a_bad_item_ends_as_failed_and_the_others_come_in(tmp_path, monkeypatch, caplog):
    def refuse(*_args, **_options):
        raise ValueError("boom")

    monkeypatch.setattr(Page, "save", refuse)
    run = import_export(tmp_path, item(post_id=1), item(comment(5), post_id=2, post_type="page"), item(post_id=3))
    assert run.state == Run.State.FINISHED
    assert outcome("page", 2) == ("failed", "error", "ValueError: boom")
    assert Element.objects.get(kind="comment").reason == "item-set-aside"
    assert Post.objects.count() == 2
    assert "could not be imported" in caplog.text


def test_the_sums_are_those_of_the_inventory(tmp_path):
    items = [item(comment(1), comment(2), post_id=1), item(comment(3), post_type="product"), item(post_type="page")]
    path = write(tmp_path, export(*items, head=author("bob")))
    counted = json.loads(run_command(path, "--dry-run", "--json"))
    sums: dict[str, int] = {}
    for row in json.loads(run_command(path, "--json")):
        sums[row["kind"]] = sums.get(row["kind"], 0) + row["number"]
    assert sums["comment"] == counted["Comments"]["comments"] == 3
    assert {kind: sums[kind] for kind in ("post", "page")} == {"post": 1, "page": 1}
    assert sums["author"] == counted["Authors"]["declared"] + counted["Authors"]["only mentioned by items"]


def test_a_ledger_that_does_not_add_up_is_said_aloud(tmp_path, monkeypatch):
    path = write(tmp_path, export(item(post_id=1)))
    monkeypatch.setattr("registan.transfer.runs.text_stage.TextStage.steps", lambda self, items: ())
    with pytest.raises(CommandError, match="does not have every element of the files: post: 1 ≠ 0"):
        run_command(path)
    assert Run.objects.get().state == Run.State.FAILED


def test_progress_and_what_is_left_go_to_the_terminal(file, monkeypatch):
    monkeypatch.setattr("registan.transfer.runs.progress_lines.SECONDS", 0)
    progress = io.StringIO()
    call_command("import_wordpress", str(file), stdout=io.StringIO(), stderr=progress)
    assert "Reading: 1 items, 0 comments" in progress.getvalue()
    assert "Storing: 4 of 4 items, 0 of 0 comments" in progress.getvalue()
