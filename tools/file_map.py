"""Writes the last part of docs/architecture.md: every file with the first sentence that it says of itself.

python tools/file_map.py            # write it
python tools/file_map.py --check    # end with 1 when it is out of date
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

DOCUMENT = Path("docs/architecture.md")
START = "\n## Every file\n"
INTRODUCTION = """
From here on this is an index, to search and not to read. `make file-map` writes it from each file's first sentence.
"""
FOLDERS = (
    "blog", "comments", "registan", "templates", "static", "deploy", "tools", "bench", "drills", "tests",
    "docs/decisions",
)  # fmt: skip
SKIPPED = {"migrations", "demo", "img", "upgrade", "__pycache__"}
# The comment with which each kind of file begins.
COMMENTS = {
    ".html": r"(?s:\{#(.*?)#\})",
    ".txt": r"(?s:\{#(.*?)#\})",
    ".css": r"(?s:/\*(.*?)\*/)",
    ".js": r"((?://.*\n)+)",
    ".conf": r"((?:#.*\n)+)",
    ".md": r"(#.*\n)",
}


def main() -> int:
    text = DOCUMENT.read_text()
    written = text.partition(START)[0] + START + INTRODUCTION + "".join(list_folders())
    if "--check" not in sys.argv:
        DOCUMENT.write_text(written)
    elif written != text:
        print(f"The list of files in {DOCUMENT} is out of date: run make file-map.")
        return 1
    return 0


def list_folders() -> Iterator[str]:
    """A heading for each folder, a line for each file that says what it is, and one with the names of the others."""
    files = [file for folder in FOLDERS for file in sorted(Path(folder).rglob("*")) if is_listed(file)]
    files.sort(key=lambda file: (position(file), file.parent, file))
    for folder, group in groupby(files, key=lambda file: file.parent):
        sentences = {file.name: first_sentence(file) for file in group}
        yield f"\n### {folder}/\n\n"
        yield from (f"- `{name}`: {sentence}\n" for name, sentence in sentences.items() if sentence)
        if others := [f"`{name}`" for name, sentence in sentences.items() if not sentence]:
            yield f"- {', '.join(others)}\n"


def position(file: Path) -> int:
    """Which of FOLDERS the file is in."""
    return next(number for number, folder in enumerate(FOLDERS) if file.is_relative_to(folder))


def is_listed(file: Path) -> bool:
    has_words = file.name != "__init__.py" or file.read_text().strip() != ""
    return file.suffix in {".py", *COMMENTS} and has_words and not SKIPPED.intersection(file.parts)


def first_sentence(file: Path) -> str:
    """What the file says of itself, up to the first full stop; "" when it says nothing."""
    text = file.read_text()
    if file.suffix == ".py":
        said = ast.get_docstring(ast.parse(text)) or ""
    else:
        comment = re.match(COMMENTS[file.suffix], text)
        said = re.sub(r"(?m)^(?://|#) ?", "", comment[1]) if comment else ""
    paragraph = " ".join(re.split(r"\n\s*\n", said.strip())[0].split())
    return re.split(r"(?<=[.;])\s", paragraph)[0].rstrip(".;:")


if __name__ == "__main__":
    raise SystemExit(main())
