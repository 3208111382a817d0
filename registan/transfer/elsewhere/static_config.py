"""Reads what a folder of Jekyll, Hugo or Eleventy says of its site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from registan.transfer.elsewhere.foreign_files import ForeignFiles, read_file_text
from registan.transfer.elsewhere.front_matter import (
    UnreadableFrontMatter,
    Values,
    is_true,
    read_json,
    read_toml,
    read_yaml,
    word_of,
)

JEKYLL, HUGO, ELEVENTY, OTHER = "jekyll", "hugo", "eleventy", ""
_FORMS: dict[str, Callable[[str], Values]] = {
    ".yml": read_yaml,
    ".yaml": read_yaml,
    ".toml": read_toml,
    ".json": read_json,
}
_HUGO_NAMES = {f"{name}{ending}" for name in ("hugo", "config") for ending in (".toml", ".yaml", ".yml", ".json")}
_ELEVENTY_NAMES = {f"{name}{ending}" for name in (".eleventy", "eleventy.config") for ending in (".js", ".cjs", ".mjs")}


class StaticConfig(NamedTuple):
    """`root` is the folder of the site within the files; `permalink` is Jekyll's form, `permalinks` are Hugo's."""

    flavour: str
    root: str = ""
    title: str = ""
    description: str = ""
    language: str = ""
    home: str = ""
    zone: ZoneInfo | None = None
    permalink: str = "date"
    permalinks: Mapping[str, str] = {}
    has_ugly_addresses: bool = False


def read_config(files: ForeignFiles) -> StaticConfig:
    """What the nearest file of settings says. Eleventy's are a program, which is not run."""
    names = sorted(files.names(), key=lambda name: (name.count("/"), name))
    for name in names:
        folder, _slash, base = name.rpartition("/")
        if base in ("_config.yml", "_config.yaml"):
            return _jekyll_config(folder, _read_values(files, name))
        if base in _ELEVENTY_NAMES:
            return StaticConfig(ELEVENTY, folder)
        if base in _HUGO_NAMES and _is_hugo(names, folder):
            root = folder.removesuffix("config/_default").rstrip("/")
            return _hugo_config(root, _read_values(files, name))
    if any(name.startswith("_posts/") or "/_posts/" in name for name in names):
        return StaticConfig(JEKYLL)
    return StaticConfig(HUGO if any(name.startswith("content/") for name in names) else OTHER)


def _is_hugo(names: list[str], folder: str) -> bool:
    """`config.toml` is the name of many a program's settings."""
    root = folder.removesuffix("config/_default").rstrip("/")
    prefix = f"{root}/content/" if root else "content/"
    return any(name.startswith(prefix) for name in names)


def _read_values(files: ForeignFiles, name: str) -> Values:
    ending = name[name.rindex(".") :]
    try:
        return _FORMS[ending](read_file_text(files, name))
    except UnreadableFrontMatter:
        return {}


def _jekyll_config(root: str, values: Values) -> StaticConfig:
    base = word_of(values, "baseurl").strip("/")
    home = word_of(values, "url").rstrip("/")
    return StaticConfig(
        flavour=JEKYLL,
        root=root,
        title=word_of(values, "title", "name"),
        description=word_of(values, "description", "tagline"),
        language=word_of(values, "lang", "locale"),
        home=f"{home}/{base}".rstrip("/"),
        zone=_find_zone(word_of(values, "timezone")),
        permalink=word_of(values, "permalink") or "date",
    )


def _hugo_config(root: str, values: Values) -> StaticConfig:
    return StaticConfig(
        flavour=HUGO,
        root=root,
        title=word_of(values, "title"),
        language=word_of(values, "languagecode", "locale", "defaultcontentlanguage"),
        home=word_of(values, "baseurl").rstrip("/"),
        zone=_find_zone(word_of(values, "timezone")),
        permalinks=_read_permalinks(values.get("permalinks")),
        has_ugly_addresses=is_true(values, "uglyurls"),
    )


def _read_permalinks(value: Any) -> dict[str, str]:
    """Forms by section: those for pages, which newer versions keep apart from those of lists."""
    if not isinstance(value, dict):
        return {}
    pages = value.get("page")
    value = pages if isinstance(pages, dict) else value
    return {str(section).lower(): form for section, form in value.items() if isinstance(form, str)}


def _find_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
