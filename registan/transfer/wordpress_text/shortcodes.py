"""Reads WordPress's shortcodes, `[name attribute="value"]…[/name]`, and replaces those that are known."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from registan.transfer.wordpress_text.contract import Findings

# A tag of HTML, in which nothing is a shortcode, or what looks like a shortcode. Neither may hold its own first sign
# again, so that the time is linear.
_PART = re.compile(
    r"<[a-zA-Z/!][^<>]*>"
    r"|(?P<before>\[?)\[(?P<closing>/?)(?P<name>[a-zA-Z][\w-]*)(?P<rest>(?![\w-])[^\[\]]*)\](?P<after>\]?)"
)
_ATTRIBUTE = re.compile(
    r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|“([^”]*)”|([^\s"'<>]+))|"([^"]*)"|'([^']*)'|([^\s"']+)"""
)
# `[sic]` is a word, these are not: an attribute, a sign in the name, an end, a line of its own.
_LOOKS_LIKE_CODE = re.compile(r"\w\s*=|/\s*$")

Values = Mapping[str, str]
# Renders a shortcode: its name, its values (those without a name under "0", "1", …), and what it encloses, or None if
# it has no end. None: it stays as it was typed.
RenderShortcode = Callable[[str, Values, str | None], str | None]


@dataclass
class _Open:
    """A shortcode whose end has not come yet, with what stands in it."""

    name: str = ""
    typed: str = ""
    values: Values = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)


def read_values(typed: str) -> dict[str, str]:
    """The attributes of a shortcode, in lower case; values may stand in either quotation marks, or in none."""
    values: dict[str, str] = {}
    unnamed = itertools.count()
    for name, *quoted, bare1, bare2, bare3 in _ATTRIBUTE.findall(typed.replace("\u00a0", " ").replace("\u200b", " ")):
        if name:
            values.setdefault(name.lower(), "".join(quoted))
        else:
            values[str(next(unnamed))] = bare1 or bare2 or bare3
    return values


@dataclass
class ShortcodeReader:
    """Replaces the shortcodes of a text; `verbatim` are names of those that enclose text in which nothing is read."""

    known: Collection[str]
    verbatim: Collection[str]
    render: RenderShortcode
    findings: Findings
    stack: list[_Open] = field(default_factory=lambda: [_Open()], init=False)
    ends: Counter[str] = field(default_factory=Counter, init=False)  # names of the ends that are still to come

    def replace(self, text: str) -> str:
        """The text with its known shortcodes rendered, in time linear in its length."""
        self.ends.update(part["name"].lower() for part in _PART.finditer(text) if part["closing"])
        place = 0
        while part := _PART.search(text, place):
            self._add(text[place : part.start()])
            place = self._read(part)
        self._add(text[place:])
        while len(self.stack) > 1:
            self._give_up()
        return "".join(self.stack[0].parts)

    def _read(self, part: re.Match[str]) -> int:
        """Add a tag or a shortcode, and return where it ends."""
        name, end = (part["name"] or "").lower(), part.end()
        if part["closing"]:
            self.ends[name] -= 1
        if name not in self.known:
            self._note_unknown(part)
            self._add(part[0])
            return end
        if part["before"] and part["after"]:
            self._add(part[0][1:-1])
            return end
        self._add(part["before"])
        end -= len(part["after"])
        if part["closing"]:
            self._close(name, part)
        elif name in self.verbatim and self.ends[name] > 0:
            end = self._add_verbatim(name, part, end)
        else:
            self._open(name, part)
        return end

    def _add(self, text: str) -> None:
        self.stack[-1].parts.append(text)

    def _open(self, name: str, part: re.Match[str]) -> None:
        if part["rest"].endswith("/") or self.ends[name] <= 0:
            self._add(self._rendered(name, part, None))
            return
        while any(opened.name == name for opened in self.stack):  # one cannot hold another of its name
            self._give_up()
        self.stack.append(_Open(name, f"[{part['name']}{part['rest']}]", read_values(part["rest"])))

    def _add_verbatim(self, name: str, part: re.Match[str], start: int) -> int:
        """Add a shortcode whose content, from `start`, is not read; return where it ends."""
        stop = re.compile(rf"\[/{name}\]", re.IGNORECASE).search(part.string, start)
        self.ends[name] = self.ends[name] - 1 if stop else 0
        self._add(self._rendered(name, part, part.string[start : stop.start()] if stop else None))
        return stop.end() if stop else start

    def _close(self, name: str, part: re.Match[str]) -> None:
        if all(opened.name != name for opened in self.stack):
            self._add(f"[/{part['name']}]")
            return
        while self.stack[-1].name != name:
            self._give_up()
        opened = self.stack.pop()
        inner = "".join(opened.parts)
        shown = self.render(name, opened.values, inner)
        self._add(f"{opened.typed}{inner}[/{name}]" if shown is None else shown)

    def _give_up(self) -> None:
        """The end of the innermost has not come: it is one without."""
        opened = self.stack.pop()
        shown = self.render(opened.name, opened.values, None)
        if shown is None:
            self.findings.losses["unread-shortcode"] += 1
        self.stack[-1].parts += [opened.typed if shown is None else shown, *opened.parts]

    def _rendered(self, name: str, part: re.Match[str], inner: str | None) -> str:
        shown = self.render(name, read_values(part["rest"].removesuffix("/")), inner)
        if shown is not None:
            return shown
        self.findings.losses["unread-shortcode"] += 1
        return f"[{part['name']}{part['rest']}]"

    def _note_unknown(self, part: re.Match[str]) -> None:
        name, rest = part["name"], part["rest"]
        if not name or part["closing"]:
            return
        around = part.string[max(0, part.start() - 1) : part.start()] + part.string[part.end() : part.end() + 1]
        is_alone = not around.strip("\n<>")
        if is_alone or _LOOKS_LIKE_CODE.search(rest) or self.ends[name.lower()] > 0 or re.search(r"[_-]", name):
            self.findings.unknown_shortcodes[name.lower()] += 1
