"""Every message is translated into Russian and Uzbek, with the same placeholders and markup."""

import gettext
import re
import shutil
import subprocess
import sys

import pytest

LANGUAGES = ["ru", "uz"]
# Django's English in ours: registan/django_words.py.
CATALOGUES = [*LANGUAGES, "en"]
FOLDERS = ["blog", "comments", "registan", "templates", "locale"]
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|</?[a-z]+|href=\"[^\"]*\"")

needs_gettext = pytest.mark.skipif(
    not shutil.which("xgettext"), reason="gettext is not installed: the catalogues were not compared with the code"
)


def catalogue(path) -> dict:
    """The translations in a compiled catalogue, by message with its context and plural form."""
    with path.open("rb") as compiled:
        return gettext.GNUTranslations(compiled)._catalog


def file_of(folder, language: str, kind: str):
    return folder / "locale" / language / "LC_MESSAGES" / f"django.{kind}"


@needs_gettext
@pytest.mark.parametrize("language", CATALOGUES)
def test_the_compiled_catalogue_is_up_to_date(root, tmp_path, language):
    fresh = tmp_path / "fresh.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", fresh, file_of(root, language, "po")], check=True)
    assert catalogue(fresh) == catalogue(file_of(root, language, "mo")), "run make messages"


@needs_gettext
def test_every_message_of_the_code_is_translated(root, tmp_path):
    for folder in FOLDERS:
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "manage.py", tmp_path)
    ways = [f"--locale={language}" for language in LANGUAGES]
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", *ways, "--no-location", "--no-wrap", "--no-obsolete"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    for language in LANGUAGES:
        file = file_of(tmp_path, language, "po")
        for kind in ("--untranslated", "--only-fuzzy"):
            found = subprocess.run(["msgattrib", kind, "--no-wrap", file], check=True, capture_output=True, text=True)
            missing = re.findall(r'^msgid (".+")', found.stdout, re.MULTILINE)
            assert not missing, f"{language}, {kind}: {', '.join(missing)}"


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_translation_has_the_same_placeholders_and_markup(root, language):
    wrong = []
    for key, words in catalogue(file_of(root, language, "mo")).items():
        message = (key[0] if isinstance(key, tuple) else key).rpartition("\x04")[2]
        # A plural form may say its number in words, and every form of it stands for the plural too.
        missing = set(PLACES.findall(message)) ^ set(PLACES.findall(words))
        if message and missing - ({"%d", "%s"} if isinstance(key, tuple) else set()):
            wrong.append(f"{message!r}: {sorted(missing)}")
    assert not wrong, "\n".join(wrong)
