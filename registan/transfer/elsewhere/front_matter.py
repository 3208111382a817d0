"""Reads what stands above a text: YAML between lines of dashes, TOML between lines of pluses, or an object of JSON.

No value is anything but words: what YAML would make of `no`, of a date or of a tag of Python is the text as typed.
"""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any, NamedTuple

import yaml

# People write a few hundred characters; a generated one has some thousands.
MAX_CHARACTERS = 64 * 1024
_YAML = re.compile(r"\ufeff?---[ \t]*\n(?P<head>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\ufeff?\+\+\+[ \t]*\n(?P<head>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# What YAML calls nothing.
_NOTHING = {"", "~", "null", "Null", "NULL"}
_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}

type Values = Mapping[str, Any]


class UnreadableFrontMatter(ValueError):
    """It is broken, too long, or nested too deeply."""


class FrontMatter(NamedTuple):
    """`values` by names in lower case, `body` the text below."""

    values: Values
    body: str


def split_front_matter(text: str) -> FrontMatter | None:
    """None for a text that has none. Raises UnreadableFrontMatter."""
    if match := _YAML.match(text):
        return FrontMatter(read_yaml(match["head"]), text[match.end() :])
    if match := _TOML.match(text):
        return FrontMatter(read_toml(match["head"]), text[match.end() :])
    if text.startswith("{"):
        return _split_json(text)
    return None


def read_yaml(text: str) -> Values:
    """The words of a mapping. Aliases share what they name, so that a chain of them takes no memory."""
    return _read(lambda: yaml.load(text, yaml.BaseLoader), text)  # noqa: S506 - it makes nothing but text


def read_toml(text: str) -> Values:
    return _read(lambda: tomllib.loads(text), text)


def read_json(text: str) -> Values:
    return _read(lambda: json.loads(text), text)


def word_of(values: Values, *names: str) -> str:
    """The first of these values that is a word or a mapping with a name; "" without one."""
    for name in names:
        value = values.get(name)
        if isinstance(value, list):
            value = value[0] if value else ""
        if isinstance(value, dict):
            value = next((value[key] for key in ("name", "src", "url", "path", "image") if value.get(key)), "")
        if word := _as_text(value):
            return word
    return ""


def words_of(values: Values, *names: str, split: str = ",") -> list[str]:
    """The words in a list, or in a text of several, which is split at each of these signs."""
    found: list[str] = []
    for name in names:
        value = values.get(name)
        if isinstance(value, list):
            found += [_as_text(each) for each in value]
        else:
            found += re.split(f"[{re.escape(split)}]", _as_text(value))
    return list(dict.fromkeys(word.strip() for word in found if word.strip()))


def is_true(values: Values, name: str) -> bool:
    return word_of(values, name).lower() in _TRUE


def is_false(values: Values, name: str) -> bool:
    return word_of(values, name).lower() in _FALSE


def _split_json(text: str) -> FrontMatter | None:
    try:
        value, end = json.JSONDecoder().raw_decode(text[:MAX_CHARACTERS])
    except (ValueError, RecursionError):
        return None
    return FrontMatter(_lower(value), text[end:].lstrip("\n")) if isinstance(value, dict) else None


def _read(load: Any, text: str) -> Values:
    if len(text) > MAX_CHARACTERS:
        raise UnreadableFrontMatter("It is too long.")
    try:
        value = load()
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise UnreadableFrontMatter("It is broken.") from error
    if value in ("", None):
        return {}
    if not isinstance(value, dict):
        raise UnreadableFrontMatter("It is no mapping.")
    return _lower(value)


def _lower(values: dict[Any, Any]) -> Values:
    return {str(name).lower(): value for name, value in values.items()}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, str):
        return "" if value in _NOTHING else value.strip()
    return str(value) if isinstance(value, int | float) else ""
