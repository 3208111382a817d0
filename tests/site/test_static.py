"""Static files as they are collected for a real site: names that change with the content, also inside scripts."""

import re

from django.core.management import call_command


def test_a_script_imports_others_by_the_names_under_which_they_are_kept(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "registan.static.StaticStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    (script,) = (tmp_path / "js").glob("reader.*.js")
    imported = re.findall(r"import\(\"\./([^\"]+)\"\)", script.read_text())
    assert imported
    for name in imported:
        assert re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name)
        assert (tmp_path / "js" / name).is_file()
