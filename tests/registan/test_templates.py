"""Rules for every template that no linter checks."""

import pytest

MAX_LINE = 160


@pytest.fixture
def templates(root):
    files = [file for file in (root / "templates").rglob("*.*") if "comments/mail" not in str(file)]
    assert {"base.html", "error.html", "_row.html"} <= {file.name for file in files}
    return files


def test_no_line_is_longer_than_160_characters(templates):
    long = [
        f"{file.name}:{number}"
        for file in templates
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if len(line) > MAX_LINE and "{% fast_include " not in line  # a tag cannot be broken
    ]
    assert long == []


def test_no_template_marks_text_as_safe(templates):
    assert [file.name for file in templates if "|safe" in file.read_text()] == []


def test_each_error_page_extends_one_of_two_templates(root):
    pages = sorted((root / "templates").glob("[45]*.html"))
    parents = {page.name: page.read_text().splitlines()[0] for page in pages}
    from_base = dict.fromkeys(
        ["403.html", "403_csrf.html", "404.html", "410.html", "429.html"], '{% extends "error.html" %}'
    )
    assert parents == from_base | dict.fromkeys(["400.html", "500.html", "503.html"], '{% extends "base_error.html" %}')
