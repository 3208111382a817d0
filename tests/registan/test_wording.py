"""Words that we do not use, in what people read: pages, emails, documents, messages, docstrings, comments, tests."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

# Pattern, what to say instead. Every one of them stood in this project once.
BANNED = {
    r"\b(?:he|him|his|himself)\b": "they, them, their",
    r"\be-mails?\b": "email",
    r"\bmails\b": "emails",
    r"\bby mail\b": "by email",
    r"\bmail address": "email address",
    r"\bstencils?\b": "fast template",
    r"\bthe gate\b": "the renderer",
    r"\bdoors?\b": "page, access",
    r"\bthe desk\b": "the admin, the queue",
    r"\bkept pages?\b": "cached page",
    r"\bin vain\b": "returned nothing",
    r"\bat one stroke\b": "in one batch",
    r"\bdrawn anew\b": "rendered again",
    r"\bonce more\b": "again",
    r"\btold of\b": "notified of, shown",
    r"\bwhoever\b.*\bwhoever\b": "one clause",
    r"\bsecond thoughts\b": "edit, withdraw",
    r"\bproven?\b": "verified, confirmed",
    r"\bpasses?\b(?= of (?:his|their|a reader))": "session",
    r"\bturned down\b": "rejected",
}
# Whole sentences or words in which a banned word is right, with the reason.
ALLOWED = {
    "proven_at": "a key of the documented export",
    "not *he*": "the rule itself",
    "`mails`": "a key of the documented export",
    "Prove it": "a proverb in an example",
}
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/**/*.md")
# Demo content is prose about people, by people.
CODE = ("blog/**/*.py", "comments/**/*.py", "registan/**/*.py", "bench/**/*.py", "tests/**/*.py")
PATTERN = re.compile("|".join(f"(?P<p{number}>{pattern})" for number, pattern in enumerate(BANNED)), re.IGNORECASE)


def faults(text: str) -> Iterator[str]:
    """Each banned word in `text`, with what to say instead."""
    for allowed in ALLOWED:
        text = text.replace(allowed, "")
    for match in PATTERN.finditer(text):
        say = list(BANNED.values())[int((match.lastgroup or "p0")[1:])]
        yield f"“{match[0]}” in “…{text[max(0, match.start() - 40) : match.end() + 20]}…”: say {say}"


def tracked(root: Path, *patterns: str) -> list[Path]:
    """The files of the repository that match."""
    names = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.split("\n")
    known = {root / name for name in names}
    return sorted(path for pattern in patterns for path in root.glob(pattern) if path in known)


def words_of_code(source: str) -> Iterator[str]:
    """The comments and docstrings of a Python file, and the names of its tests as sentences."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (words := ast.get_docstring(node)):
            yield words
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name.replace("_", " ")


def words_of_template(source: str) -> str:
    """What a template says: without tags, attributes' names and variables, with the strings that it translates."""
    said = re.findall(r"""{%\s*(?:translate|trans)\s+["'](.*?)["']""", source)
    plain = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", source, flags=re.DOTALL)
    return "\n".join([*said, plain])


def messages(catalogue: Path) -> list[str]:
    """The English messages of a gettext catalogue."""
    source = catalogue.read_text()
    found = re.findall(r'^msgid(?:_plural)? ((?:".*"\n?)+)', source, flags=re.MULTILINE)
    return ["".join(re.findall(r'"(.*)"', message)) for message in found]


@pytest.fixture(scope="module")
def top(request) -> Path:
    return Path(request.config.rootpath)


def test_documents_are_in_plain_english(top):
    found = {str(path.relative_to(top)): list(faults(path.read_text())) for path in tracked(top, *DOCUMENTS)}
    assert len(found) > 30
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_templates_are_in_plain_english(top):
    paths = tracked(top, "templates/**/*.html", "templates/**/*.txt")
    found = {str(path.relative_to(top)): list(faults(words_of_template(path.read_text()))) for path in paths}
    assert len(found) > 100
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_messages_are_in_plain_english(top):
    found = {message: list(faults(message)) for message in messages(top / "locale/ru/LC_MESSAGES/django.po")}
    assert len(found) > 1000
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_docstrings_comments_and_test_names_are_in_plain_english(top):
    paths = [path for path in tracked(top, *CODE) if "migrations" not in path.parts]
    found = {str(path.relative_to(top)): [*faults("\n".join(words_of_code(path.read_text())))] for path in paths}
    assert len(found) > 500
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("source", ["def test_he_waits(): pass", "x = 1  # by mail", 'def f():\n    """His."""'])
def test_a_banned_word_in_code_is_found(source):
    assert list(faults("\n".join(words_of_code(source))))


@pytest.mark.parametrize("sentence", ["He proved it.", "Send it by mail.", "Look through the gate.", "12 mails wait."])
def test_a_banned_word_is_found(sentence):
    assert list(faults(sentence))


@pytest.mark.parametrize("sentence", ["They verified it.", "the header", "this", "History", "Send it by email."])
def test_plain_words_are_accepted(sentence):
    assert list(faults(sentence)) == []
