"""Reads the demo's texts: `key: value` lines up to an empty line, then Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

BLOG_DIR = settings.BASE_DIR / "blog" / "demo"
COMMENTS_DIR = settings.BASE_DIR / "comments" / "demo"
COMMENT_HEADING = re.compile(r"^## (\d+)\n", re.MULTILINE)


def demo_address(role: str) -> str:
    """The email address of the demo's account for a role: nobody's, so the account is recognised by it."""
    return f"{role.lower()}@example.org"


class DemoText(NamedTuple):
    """A text of the demo: its name, its `key: value` lines, and its body."""

    name: str
    head: dict[str, str]
    body: str


def parse_demo_text(name: str, text: str) -> DemoText:
    head, _, body = text.partition("\n\n")
    pairs = (line.partition(":") for line in head.splitlines())
    return DemoText(name, {key.strip(): value.strip() for key, _, value in pairs}, body.strip() + "\n")


def read_demo_texts(folder: str) -> Iterator[DemoText]:
    """Read every text in a folder of the blog's demo, in order of names."""
    for file in sorted((BLOG_DIR / folder).glob("*.md")):
        yield parse_demo_text(file.stem, file.read_text(encoding="utf-8"))


def read_demo_tags() -> Iterator[tuple[str, str, str]]:
    """Yield the slug, name and description of every tag."""
    for line in (BLOG_DIR / "tags.md").read_text(encoding="utf-8").splitlines():
        if ":" in line:
            slug, _, rest = line.partition(":")
            name, _, description = rest.partition(" — ")
            yield slug.strip(), name.strip(), description.strip()


def read_demo_comments(slug: str) -> Iterator[DemoText]:
    """Read the comments on a post or page in the order in which they were written; none when it has no file."""
    file: Path = COMMENTS_DIR / f"{slug}.md"
    if file.is_file():
        parts = COMMENT_HEADING.split(file.read_text(encoding="utf-8"))[1:]
        for name, text in zip(parts[::2], parts[1::2], strict=True):
            yield parse_demo_text(name, text)


def parse_local_datetime(text: str) -> datetime | None:
    """Parse `2026-03-20 09:40` in the site's time zone; None for an empty text."""
    return timezone.make_aware(datetime.fromisoformat(text)) if text else None


def split_names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
