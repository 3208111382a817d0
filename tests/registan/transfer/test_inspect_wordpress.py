"""manage.py inspect_wordpress: a table or JSON, nothing stored, and one sentence for what is refused."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from registan.transfer.wordpress.inventory.inventory_table import format_sections
from tests.registan.transfer.wxr import author, comment, export, item, write


@pytest.fixture
def run(capsys):
    """What the command prints for these arguments; it must not ask the database, or the test fails."""

    def run_command(*arguments: object) -> str:
        out = io.StringIO()
        call_command("inspect_wordpress", *map(str, arguments), stdout=out, stderr=io.StringIO())
        return out.getvalue()

    return run_command


def test_the_inventory_is_a_table(run, tmp_path):
    said = run(write(tmp_path, export(item(comment(1)), head=author("alice"))))
    assert "Items by kind\n  post" in said
    assert "  home: https://old.example\n" in said
    assert "  items with comments                                                          1\n" in said


def test_the_inventory_is_json_for_programs(run, tmp_path):
    path = write(tmp_path, export(item(title="Тест")))
    assert json.loads(run(path, "--json"))["Items by kind"] == {"post": 1}


def test_files_folder_map_and_zone_are_taken_into_account(run, tmp_path):
    first = write(tmp_path, export(item(), item(post_date_gmt="")), "a.xml")
    second = write(tmp_path, export(item(post_type="attachment")), "b.xml")
    authors = write(tmp_path, "\ufeff# Who is who\n\nalice = alice-smith\nx = y = z\n", "authors.txt")
    options = ["--media", tmp_path, "--authors", authors, "--time-zone", "Europe/Vienna", "--json"]
    sections = json.loads(run(first, second, *options))
    assert sections["Items in each file"] == {"a.xml": 2, "b.xml": 1}
    assert sections["Files of attachments"] == {"missing": 1}
    assert sections["Names in the map that no file has"] == {"x = y": "z"}
    assert sections["Dates of items and comments"]["by local time, in Europe/Vienna"] == 1


def test_one_refused_file_refuses_them_all_in_one_sentence(run, tmp_path):
    whole = write(tmp_path, export(item()))
    cut = write(tmp_path, export(item())[:-10], "cut.xml")
    with pytest.raises(
        CommandError, match=r"^cut\.xml ends in the middle, after item 1\. Download it again"
    ) as refused:
        run(whole, cut)
    assert refused.value.returncode == 1


@pytest.mark.parametrize("line", ["alice", "= bob", "alice =", "alice = a\nalice = b"])
def test_a_map_that_is_unclear_is_refused_with_its_line(run, tmp_path, line):
    authors = write(tmp_path, line, "authors.txt")
    with pytest.raises(CommandError, match=r"Line [12] of the map of authors"):
        run(write(tmp_path, export(item())), "--authors", authors)


def test_a_map_that_is_no_text_is_refused(run, tmp_path):
    export_file = write(tmp_path, export(item()))
    for path in (tmp_path / "nothing.txt", write(tmp_path, b"\xff\xfe", "binary.txt")):
        with pytest.raises(CommandError, match="cannot be read"):
            run(export_file, "--authors", path)


@pytest.mark.parametrize("option", [["--media", "/no/such/folder"], ["--time-zone", "Middle-earth"]])
def test_a_wrong_option_is_named(run, tmp_path, option):
    with pytest.raises(CommandError, match=option[1]):
        run(write(tmp_path, export(item())), *option)


def test_a_hostile_name_cannot_break_the_table(run, tmp_path):
    said = run(write(tmp_path, export(item(title="A\x1b[2J\u202eB\nC" + "x" * 500), item(title="A\u202eB"))))
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert max(map(len, said.splitlines())) <= 120


def test_a_long_section_is_cut_in_the_table():
    said = format_sections({"Names": {f"name {number}": number for number in range(100)}})
    assert said.endswith("  … and 75 more (--json has all)\n")
