"""Static files as they are served in earnest: under names with a digest, in scripts too."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command

from registan.settings import STORAGES


@pytest.fixture
def collected(settings, tmp_path):
    settings.STORAGES = STORAGES
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path / "js"


def test_scripts_that_import_each_other_do_so_by_names_with_a_digest(collected):
    (reader,) = collected.glob("reader.????????????.js")
    imported = re.findall(r'import\("\./([^"]+)"\)', reader.read_text())
    plain = {re.sub(r"\.[0-9a-f]{12}\.js$", "", name) for name in imported}
    assert plain == {"drafts", "stamp", "quote", "walk"}
    for name in imported:
        assert (collected / name).is_file()
        assert (collected / f"{name}.gz").is_file()


def test_the_modules_of_the_editor_find_each_other_by_names_with_a_digest(collected):
    hashed = [one for one in (collected / "editor").glob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", one.name)]
    imported = [name for one in hashed for name in re.findall(r' from "\./([^"]+)"', one.read_text())]
    assert len(imported) > 10
    assert {name for name in imported if not (collected / "editor" / name).is_file()} == set()
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in imported)


def test_the_one_script_of_a_posts_page_is_small():
    assert (settings.BASE_DIR / "static" / "js" / "reader.js").stat().st_size < 3_072
