"""Collected static files have names with a digest, which scripts use too."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command

from registan.settings import STORAGES


@pytest.fixture
def collected(settings, tmp_path):
    settings.STORAGES = STORAGES
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_DIRS = [settings.BASE_DIR / "static"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_scripts_import_each_other_by_names_with_a_digest(collected):
    scripts = collected / "js"
    (reader,) = scripts.glob("reader.????????????.js")
    imported = re.findall(r'import\("\./([^"]+)"\)', reader.read_text())
    plain = {re.sub(r"\.[0-9a-f]{12}\.js$", "", name) for name in imported}
    assert plain == {"drafts", "form-time", "quote", "thread-shortcuts"}
    for name in imported:
        assert (scripts / name).is_file()
        assert (scripts / f"{name}.gz").is_file()


def test_the_editors_modules_import_each_other_by_names_with_a_digest(collected):
    editor = collected / "js" / "editor"
    hashed = [path for path in editor.glob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", path.name)]
    imported = [name for path in hashed for name in re.findall(r' from "\./([^"]+)"', path.read_text())]
    assert len(imported) > 10
    assert {name for name in imported if not (editor / name).is_file()} == set()
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in imported)


@pytest.mark.parametrize("name", ["site", "pages", "admin", "queue"])
def test_a_style_sheet_reaches_the_browser_with_its_parts_joined(collected, name):
    source = (settings.BASE_DIR / "static" / "css" / f"{name}.css").read_text()
    parts = re.findall(r'^@import "(.+)";$', source, re.MULTILINE)
    (sheet,) = (collected / "css").glob(f"{name}.????????????.css")
    joined = sheet.read_text()
    assert parts
    assert "@import" not in joined
    for part in parts:
        text = (settings.BASE_DIR / "static" / "css" / part).read_text()
        assert text.splitlines()[-2] in joined


def test_the_images_that_a_joined_part_names_have_a_digest(collected):
    (sheet,) = (collected / "css").glob("site.????????????.css")
    pictures = re.findall(r'url\("/static/([^"]+)"\)', sheet.read_text())
    assert len(pictures) == 2
    assert all((collected / picture).is_file() for picture in pictures)
    assert all(re.search(r"\.[0-9a-f]{12}\.svg$", picture) for picture in pictures)


def test_no_style_sheet_or_script_is_longer_than_three_hundred_lines():
    files = [file for kind in ("css", "js") for file in (settings.BASE_DIR / "static" / kind).rglob("*")]
    assert len(files) > 60
    assert [file.name for file in files if file.is_file() and len(file.read_text().splitlines()) > 300] == []


def test_the_one_script_of_a_posts_page_is_small():
    assert (settings.BASE_DIR / "static" / "js" / "reader.js").stat().st_size < 3_072
