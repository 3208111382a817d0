"""Redirects as CSV: all lines or none, a sentence for each that is wrong, and the export reads back as it was."""

import pytest
from django.conf import settings

from blog.models import OldAddress
from blog.old_addresses import csv_file
from blog.old_addresses.csv_file import csv_rows, decode_csv, read_csv, store_csv
from tests import factories
from tests.blog.old_addresses.old_blog import leads, move_in

pytestmark = pytest.mark.django_db


def faults(text: str) -> list[tuple[int, str]]:
    """The lines of a file that are wrong; nothing of it is stored then."""
    before = OldAddress.objects.count()
    found = store_csv(text).faults
    assert OldAddress.objects.count() == before or not found
    return [(fault.number, fault.sentence) for fault in found]


def test_each_line_is_stored_as_it_would_be_typed():
    post = factories.post(slug="tea")
    text = (
        "old,new,code\n"
        f"/2009/05/tea/,{post.get_absolute_url()}\n"
        f"http://old.example/chai/?utm=1,{settings.SITE_URL}/archive/,302\n"
        "/gone,,410\n"
        "\n"
        "/?p=12,/2026/03/20/tea/,301\n"
        "/blog/*,/,\n"
        "/shop,https://shop.example/\n"
    )
    assert faults(text) == []
    assert leads("/2009/05/tea/") == leads("/?p=12") == post.get_absolute_url()
    assert leads("/gone") == 410
    assert leads("/blog/2026/03/") == "/2026/03/"
    assert leads("/shop") == "https://shop.example/"
    assert OldAddress.objects.get(path="/2009/05/tea").post == post
    assert OldAddress.objects.get(path="/chai?utm=1").code == 302


def test_what_a_file_would_change_is_told_apart_from_what_is_stored():
    OldAddress.objects.create(path="/same", address="/archive/")
    OldAddress.objects.create(path="/other", address="/archive/", source="an import")
    plan = read_csv("/same,/archive/\n/other,/tags/\n/new,/tags/\n")
    changes = [(change.number, change.row.path, change.is_new, change.before) for change in plan.changes]
    assert changes == [(2, "/other", False, "/archive/"), (3, "/new", True, "")]
    assert plan.unchanged == 1
    assert OldAddress.objects.count() == 2
    store_csv("/other,/tags/\n")
    assert OldAddress.objects.get(path="/other").source == ""


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_spreadsheets_of_all_kinds_are_read(delimiter, end):
    text = end.join(
        delimiter.join(cells) for cells in (("Source URL", "Target"), ('"/a b"', "/archive/"), ("/c", "/tags/"))
    )
    assert faults(decode_csv(b"\xef\xbb\xbf" + text.encode())) == []
    assert OldAddress.objects.count() == 2


def test_lines_may_lead_to_each_other_and_are_stored_in_one_step():
    assert faults("/a,/b/\n/b,/c/\n/c,/archive/\n") == []
    assert {row.address for row in OldAddress.objects.all()} == {"/archive/"}


LIVE = "There is something at /archive on this site. Only what is missing can lead elsewhere."
WRONG = {
    "/a,/b/\n/b,/a/\n": [(1, "This leads in a circle."), (2, "This leads in a circle.")],
    "/a,/a/\n": [(1, "This leads in a circle.")],
    "/a/*,/a/b/\n": [(1, "This leads to the old address itself.")],
    "/archive/,/tags/\n": [(1, LIVE)],
    "/,/tags/\n": [(1, "The front page is in use. Enter an address below it, such as /2009/05/hello/.")],
    ",/tags/\n": [(1, "Enter the old address, such as /2009/05/hello/ or /?p=12.")],
    "/a,\n": [(1, "Enter where it leads, such as /archive/ or https://example.org/.")],
    "/a\n": [(1, "Enter where it leads, such as /archive/ or https://example.org/.")],
    "/a,/nowhere/\n": [(1, "There is nothing at /nowhere/ on this site.")],
    "/a,/tags/,200\n": [(1, "The code is one of 301, 302 and 410, or empty for 301.")],
    "/a,/tags/,٣٠١\n": [(1, "The code is one of 301, 302 and 410, or empty for 301.")],
    "/a,/tags/,410\n": [(1, "What is gone (410) has no new address.")],
    "/a,/tags/,301,x\n": [(1, "There are more than three cells.")],
    "/a,/tags/\n/a/,/archive/\n": [(2, "Line 1 has this old address already.")],
    '/a,"/tags/\n': [(1, "This line is not CSV: a quotation mark is missing.")],
    "": [(0, "There is no line in it. Each has an old address, a comma, and a new one.")],
    "old,new\n": [(0, "There is no line in it. Each has an old address, a comma, and a new one.")],
    "/b,/tags/\n/a,/tags/,x\n": [(2, "The code is one of 301, 302 and 410, or empty for 301.")],
}


@pytest.mark.parametrize("text", WRONG)
def test_one_wrong_line_keeps_all_from_being_stored(text):
    assert faults(text) == WRONG[text]


HOSTILE = (
    *("/a,javascript:alert(1)\n", "/a,//evil.example/\n", "/a,/\\evil.example\n", "/a,data:text/html\n"),
    *('/a,"https://x.example/""onload=1"\n', "/a,http://\n", "/a,https://x.example\u202e/\n", "/a,ftp://x.example/\n"),
    *(
        "/a\0b,/tags/\n",
        "/a,/tags/\0\n",
        "\0\n",
        "/a,=HYPERLINK(1)\n",
        f"/{'x' * 600},/tags/\n",
        f"/a,https://x.example/{'x' * 600}\n",
    ),
    *(f"/a,{'x' * 200_000}\n", "/a,http://[::1/\n", "\ud800,/tags/\n"),
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_lines_are_refused_with_a_sentence(text):
    found = faults(text)
    assert found
    assert all(sentence for _number, sentence in found)


def test_what_is_no_text_or_too_much_is_refused_at_once(monkeypatch, django_assert_num_queries):
    with pytest.raises(Exception, match="UTF-8"):
        decode_csv(b"\xff\xfe/\x00a\x00")
    monkeypatch.setattr(csv_file, "MAX_CSV_LINES", 3)
    with django_assert_num_queries(0):
        assert [fault.number for fault in read_csv("/a,/tags/\n" * 4).faults] == [0]
        assert [fault.number for fault in read_csv("x" * 1_000_001).faults] == [0]


def test_the_export_reads_back_as_it_was():
    move_in(home="http://old.example/blog")
    OldAddress.objects.create(path="/typed", address="https://x.example/", code=302)
    before = list(OldAddress.objects.order_by("path").values())
    text = "\n".join(",".join(cells) for cells in csv_rows(OldAddress.objects.all()))
    plan = read_csv(text)
    assert plan.faults == []
    # A file is led to by its address from then on.
    assert {change.row.path.rpartition("/")[2] for change in plan.changes} == {
        *("?attachment_id=13", "samovar", "samovar.jpg", "map-scaled.pdf")
    }
    assert list(OldAddress.objects.order_by("path").values()) == before


def test_no_cell_of_the_export_is_a_formula():
    move_in()
    OldAddress.objects.create(path="/=1+1", address="https://x.example/")
    cells = [cell for row in csv_rows(OldAddress.objects.all()) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
