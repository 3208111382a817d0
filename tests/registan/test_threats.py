"""docs/threats.md names, for each threat, tests that exist."""

import ast
import re

import pytest


@pytest.fixture
def rows(root) -> dict[int, list[tuple[str, str]]]:
    """The file and the name of each test, by the number of its threat."""
    found = re.findall(r"^\| (\d+) \|.*$", text := (root / "docs/threats.md").read_text(), re.MULTILINE)
    lines = [line for line in text.splitlines() if re.match(r"\| \d+ \|", line)]
    return {
        int(number): re.findall(r"`(tests/[\w/.]+)::(\w+)`", line) for number, line in zip(found, lines, strict=True)
    }


def functions_in(path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_each_of_thirty_threats_has_a_test(rows):
    assert sorted(rows) == [*range(1, 31)]
    assert all(rows.values())


def test_each_test_that_is_named_exists(rows, root):
    named = {test for tests in rows.values() for test in tests}
    assert [f"{file}::{name}" for file, name in sorted(named) if name not in functions_in(root / file)] == []
