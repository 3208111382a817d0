"""Templates drawn once, with holes for the words that differ: a row of a long list costs a join instead of a template.

Drawing a row of a thread by Django's engine takes ten times as long as filling in what was drawn before, and so do the
head and the foot of every page. Decision 0026 says what this is worth.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Stands in no template, no catalogue and no stored text: both databases refuse it (blog/text/validators.py).
_PLACEHOLDER = re.compile(r"\0(\w+)\0")
# Shapes kept: a row of a thread takes some fifty in each language, a kilobyte each.
MAX_VARIANTS = 1_024


def render_fast(template: str, values: Mapping[str, Any]) -> SafeString:
    """`template` with these values, escaped as it would escape them, without the white space around it.

    The template may ask of a value only whether it is there (neither empty, zero nor None), and print it as it comes:
    no filter but `default`, no attribute of it, no loop. Beyond the values it knows the language, and no request.
    """
    shape = tuple([name for name, value in values.items() if value])
    make = split_template.__wrapped__ if settings.DEBUG else split_template  # whoever edits a template sees it at once
    texts, names = make(template, get_language(), shape)
    said = {name: escape_value(values[name]) for name in set(names)}  # once, however often it is printed
    filled = texts.copy()
    filled[1::2] = [said[name] for name in names]
    return SafeString("".join(filled))


def escape_value(value: Any) -> str:
    """What Django's `conditional_escape` returns, in a quarter of the time: nothing here need stay lazy."""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


@functools.lru_cache(maxsize=MAX_VARIANTS)
def split_template(template: str, language: str | None, shape: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The pieces of `template` where just the values of `shape` are there, every second one a hole; and their names."""
    holes = {name: mark_safe(f"\0{name}\0") for name in shape}
    texts = _PLACEHOLDER.split(render_to_string(template, holes).strip())
    return texts, texts[1::2]
