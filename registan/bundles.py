"""Joins scripts and style sheets with the files that they import, so that a page asks for one of each (decision 0033).

A sheet has its parts in place of their `@import`, and is one line. A script of BUNDLES has its modules in front of it,
each in a function of its own. All lose their comments and indentation.

Lines are matched, and nothing is parsed. So an import is one line that takes names, from a file in the same folder; an
export is a constant, a function or a class; no string contains a line break, nor one of a sheet a sign of its grammar
before a space. A module that two bundles import is in
both, and so may keep no state.
"""

from __future__ import annotations

import posixpath
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

# Scripts of readers' pages, and what these load when it is needed. Each may be loaded without the others.
BUNDLES = frozenset(
    f"js/{name}.js"
    for name in (
        "theme",
        "site",
        "reader",
        "in-place",
        "quote",
        "remembered",
        "thread-shortcuts",
        "new-comments",
        "language-line",
    )
)

_SHEET_IMPORT = re.compile(r'^@import "([\w./-]+\.css)";\n', re.MULTILINE)
_SHEET_SPACE = re.compile(r"(?<=[{};,:>]) | (?=[{}>])|;(?= ?\})")
_SHEET_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(r'import (?:(\{ [\w, ]+ \}) from )?"\./([\w-]+\.js)";')
_EXPORT = re.compile(r"^export (?=(?:const|function|async function|class) (\w+))")
_STATEMENT = re.compile(r"(?:import|export)\b(?!\()")

type Read = Callable[[str], str]


class Module(NamedTuple):
    """A script without its imports, under the variable that holds its exports in a bundle."""

    variable: str
    lines: list[str]
    exports: set[str]


def join_file(name: str, read: Read) -> str:
    """Return the script or sheet `name` as browsers get it; `read` returns the source of any.

    Raises ValueError for a script that breaks the rules above.
    """
    if name.endswith(".css"):
        return _SHEET_SPACE.sub("", " ".join(strip_lines(_SHEET_COMMENT.sub("", join_sheet(name, read))))) + "\n"
    return "\n".join(join_script(name, read) if name in BUNDLES else strip_script(name, read)) + "\n"


def join_sheet(name: str, read: Read) -> str:
    folder = posixpath.dirname(name)
    return _SHEET_IMPORT.sub(lambda found: join_sheet(posixpath.join(folder, found[1]), read), read(name))


def join_script(name: str, read: Read) -> list[str]:
    """Lines of the bundle. What exports nothing is wrapped too, so that it can be loaded without `type="module"`."""
    modules: dict[str, Module] = {}
    load_module(name, read, modules, ())
    *imported, entry = modules.values()
    lines = [line for module in imported for line in wrap_module(module)] + entry.lines
    return lines if entry.exports else ["(() => {", '"use strict";', *lines, "})();"]


def load_module(name: str, read: Read, modules: dict[str, Module], importers: tuple[str, ...]) -> Module:
    """Add a script to `modules`, after all that it imports."""
    if name in importers:
        raise ValueError(f"{name} imports itself: {' > '.join((*importers, name))}")
    if name in modules:
        return modules[name]
    lines: list[str] = []
    exports: set[str] = set()
    for line in strip_script(name, read):
        if found := _IMPORT.fullmatch(line):
            other = posixpath.join(posixpath.dirname(name), found[2])
            module = load_module(other, read, modules, (*importers, name))
            lines += take_names(name, found[1] or "", module)
        elif found := _EXPORT.match(line):
            exports.add(found[1])
            lines.append(line)
        elif _STATEMENT.match(line):
            raise ValueError(f'{name}: `{line}` is not `import {{ a, b }} from "./file.js";` or `export const a`.')
        else:
            lines.append(line)
    modules[name] = Module(f"${len(modules)}", lines, exports)
    return modules[name]


def take_names(name: str, braces: str, module: Module) -> Iterator[str]:
    """The line that declares the names between the braces of an import in the script `name`, if there are any."""
    if missing := set(re.findall(r"\w+", braces)) - module.exports:
        raise ValueError(f"{name} imports {', '.join(sorted(missing))}, which is not exported under that name.")
    if braces:
        yield f"const {braces} = {module.variable};"


def wrap_module(module: Module) -> list[str]:
    lines = [_EXPORT.sub("", line) for line in module.lines]
    exports = ", ".join(sorted(module.exports))
    return [f"const {module.variable} = (() => {{", *lines, f"return {{ {exports} }};", "})();"]


def strip_script(name: str, read: Read) -> Iterator[str]:
    for line in strip_lines(read(name)):
        if line.startswith("//"):
            continue
        if line.count("`") % 2:
            raise ValueError(f"{name}: `{line}` has an odd number of backticks; a string may not contain a line break.")
        yield line


def strip_lines(text: str) -> Iterator[str]:
    return (stripped for line in text.splitlines() if (stripped := line.strip()))


class BundlingStorage(FileSystemStorage):
    """Files of a folder, with scripts and sheets joined: these are read from DATA_DIR/bundles."""

    def path(self, name: str) -> str:
        source = super().path(name)
        if not name.endswith((".css", ".js")) or not Path(source).is_file():
            return source
        folder = Path(self.location)
        content = join_file(name, lambda part: (folder / part).read_text())
        return str(write_if_changed(Path(settings.DATA_DIR) / "bundles" / name, content))


def write_if_changed(file: Path, content: str) -> Path:
    """Its time then says when the content last changed, which collectstatic asks; nobody reads half a file."""
    if not file.is_file() or file.read_text() != content:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as part:
            part.write(content)
        Path(part.name).chmod(0o644)
        Path(part.name).replace(file)
    return file


class BundlingFinder(FileSystemFinder):
    """Finds the files of STATICFILES_DIRS joined, for collectstatic, for tests and with DEBUG alike."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for root in self.storages:
            self.storages[root] = BundlingStorage(location=root)
            self.storages[root].prefix = ""

    def find_location(self, root: str, path: str, prefix: str | None = None) -> str | None:
        found = super().find_location(root, path, prefix)
        return found and self.storages[root].path(path)
