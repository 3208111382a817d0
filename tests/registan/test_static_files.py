"""Static files as browsers get them: collected under names with a digest, scripts and sheets joined."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from registan.bundles import BUNDLES
from registan.settings import STORAGES

CSS = settings.BASE_DIR / "static" / "css"
SHEETS = ["site", "pages", "error", "admin", "queue"]


OWN_FILES = settings.STATICFILES_FINDERS[:1]


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STORAGES=STORAGES, STATIC_ROOT=folder, STATICFILES_FINDERS=OWN_FILES):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


def hashed(collected, name: str) -> str:
    """The text of the file whose name with a digest is made of `name`."""
    stem, kind = name.rsplit(".", 1)
    (file,) = collected.glob(f"{stem}.????????????.{kind}")
    return file.read_text()


@pytest.mark.parametrize("name", sorted(BUNDLES))
def test_a_bundle_imports_nothing_and_loads_more_by_names_with_a_digest(collected, name):
    script = hashed(collected, name)
    assert "from " not in re.sub(r'".*?"', "", script)
    for other in re.findall(r'import\("\./([^"]+)"\)', script):
        assert re.search(r"\.[0-9a-f]{12}\.js$", other)
        assert (collected / "js" / f"{other}.gz").is_file()


def test_a_posts_script_loads_what_only_some_readers_need_when_they_need_it(collected):
    loaded = re.findall(r'import\("\./([\w-]+)\.[0-9a-f]{12}\.js"\)', hashed(collected, "js/reader.js"))
    wanted = ["format", "in-place", "language-line", "new-comments", "quote", "remembered", "thread-shortcuts"]
    assert sorted(loaded) == wanted


def test_the_editors_modules_import_each_other_by_names_with_a_digest(collected):
    editor = collected / "js" / "editor"
    modules = [path for path in editor.glob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", path.name)]
    imported = [name for path in modules for name in re.findall(r' from "\./([^"]+)"', path.read_text())]
    assert len(imported) > 10
    assert {name for name in imported if not (editor / name).is_file()} == set()
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in imported)


@pytest.mark.parametrize("name", SHEETS)
def test_a_style_sheet_reaches_the_browser_with_its_parts_joined(collected, name):
    parts = parts_of(name)
    joined = hashed(collected, f"css/{name}.css")
    assert parts
    assert "@import" not in joined
    for text in parts:
        assert squeeze(text.splitlines()[-2]) in squeeze(joined)


def squeeze(sheet: str) -> str:
    return "".join(sheet.split()).replace(";}", "}")


def parts_of(name: str) -> list[str]:
    """The texts of all parts of a sheet that import nothing."""
    source = (CSS / f"{name}.css").read_text()
    names = re.findall(r'^@import "(.+)\.css";$', source, re.MULTILINE)
    return [text for part in names for text in parts_of(part) or [(CSS / f"{part}.css").read_text()]]


def test_the_images_that_a_joined_part_names_have_a_digest(collected):
    pictures = re.findall(r'url\("/static/([^"]+)"\)', hashed(collected, "css/site.css"))
    assert len(pictures) == 2
    assert all((collected / picture).is_file() for picture in pictures)
    assert all(re.search(r"\.[0-9a-f]{12}\.svg$", picture) for picture in pictures)


def test_error_pages_find_their_files_under_plain_names(collected, root):
    names = re.findall(r'"/static/([^"]+)"', (root / "templates" / "base_error.html").read_text())
    assert names == ["js/theme.js", "css/error.css", "img/star.svg"]
    assert "@import" not in (collected / "css" / "error.css").read_text()
    assert all((collected / name).is_file() for name in names)


@pytest.mark.parametrize("name", ["js/reader.js", "js/autosave.js", "css/pages.css"])
def test_no_comment_or_indentation_is_sent(collected, name):
    assert re.findall(r"^(?:\s+.*|//.*|.*/\*.*)\n", hashed(collected, name), re.MULTILINE) == []


@pytest.mark.parametrize("name", ["js/reader.js", "css/admin.css"])
def test_what_the_tests_are_served_is_what_is_collected(collected, name):
    assert Path(finders.find(name)).read_text() == (collected / name).read_text()


def test_a_changed_part_is_collected_although_the_file_that_imports_it_is_old(settings, tmp_path):
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "site.css").write_text('@import "part.css";\n')
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [folder], tmp_path / "collected"
    settings.DATA_DIR, settings.STATICFILES_FINDERS = tmp_path, OWN_FILES
    for colour in ("red", "blue"):
        (folder / "css" / "part.css").write_text(f"a {{ color: {colour} }}\n")
        call_command("collectstatic", interactive=False, verbosity=0)
        assert colour in (tmp_path / "collected" / "css" / "site.css").read_text()
        for file in tmp_path.rglob("*.css"):
            os.utime(file, (0, 0))


def test_no_style_sheet_or_script_is_longer_than_three_hundred_lines():
    files = [file for kind in ("css", "js") for file in (settings.BASE_DIR / "static" / kind).rglob("*")]
    assert len(files) > 60
    assert [file.name for file in files if file.is_file() and len(file.read_text().splitlines()) > 300] == []


def test_the_conversation_happens_in_place_with_few_lines_of_script(root):
    names = ("in-place", "load-page", "reply-form", "stored-comment", "format")
    lines = [line.strip() for name in names for line in (root / f"static/js/{name}.js").read_text().splitlines()]
    assert 100 < len([line for line in lines if line and not line.startswith("//")]) <= 200
