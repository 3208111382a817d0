"""Checks how the code is laid out: each name means one thing, files are short, and imports form no circle.

    python tools/structure.py

Names are compared within an app: file names, top-level classes and top-level functions, each kind separately. Imports
inside functions count as imports, and are faults themselves; imports under TYPE_CHECKING do not count.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

APPS = ("blog", "comments", "registan")
MAX_LINES = 300
SIZED = ("*/**/*.py", "static/**/*.css", "static/**/*.js")
# A list of tests may be long; migrations are generated; the rest is not ours.
UNSIZED = {"tests", "migrations", "node_modules", "var", ".venv", ".venvs", ".tools"}
# File names that Django prescribes.
DJANGO_FILES = {"__init__", "admin", "apps", "formats", "forms", "models", "urls", "views"}
# Their files may have the name of the file in models/ that they show: admin/post.py is the admin of models/post.py.
MIRRORS = {"admin", "forms", "views"}
# (app, name) that may be used twice, or (file, "import") whose functions may import, with the reason.
ALLOWED = {
    **{(app, "Command"): "Django finds a management command by this name" for app in APPS},
    **{(f"{app}/apps.py", "import"): "models can't be imported before AppConfig.ready()" for app in APPS},
}

type Modules = dict[str, tuple[Path, ast.Module]]
type Graph = dict[str, set[str]]


def read_modules() -> Modules:
    """Every module of the apps by its dotted name, except migrations."""
    files = [file for app in APPS for file in sorted(Path(app).rglob("*.py")) if "migrations" not in file.parts]
    return {
        ".".join(file.with_suffix("").parts).removesuffix(".__init__"): (file, ast.parse(file.read_text()))
        for file in files
    }


def names(modules: Modules) -> Iterator[tuple[str, str, Path]]:
    """Yield (app, kind and name, file) for each file, class and function."""
    for path, tree in modules.values():
        app, folder = path.parts[0], path.parent.name
        if path.stem not in DJANGO_FILES and folder != "commands":
            is_mirror = folder in MIRRORS and f"{app}.models.{path.stem}" in modules
            yield app, f"file {folder}/{path.stem}" if is_mirror else f"file {path.stem}", path
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                yield app, f"class {node.name}", path
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield app, f"function {node.name}", path


def repeated_names(modules: Modules) -> Iterator[str]:
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    for app, name, path in names(modules):
        places[app, name].add(str(path))
    for (app, name), paths in sorted(places.items()):
        if len(paths) > 1 and (app, name.split()[1]) not in ALLOWED:
            yield f"{app}: {name} in {', '.join(sorted(paths))}"


def long_files() -> Iterator[str]:
    for pattern in SIZED:
        for file in sorted(Path().glob(pattern)):
            if not UNSIZED & {*file.parts} and (lines := len(file.read_text().splitlines())) > MAX_LINES:
                yield f"{file}: {lines} lines"


def imports(tree: ast.AST, *, in_function: bool = False) -> Iterator[tuple[bool, ast.Import | ast.ImportFrom]]:
    """Yield every import, and whether it is inside a function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield in_function, node
        elif not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from imports(node, in_function=in_function or is_function)


def inner_imports(modules: Modules) -> Iterator[str]:
    for path, tree in modules.values():
        for in_function, node in imports(tree):
            if in_function and (str(path), "import") not in ALLOWED:
                yield f"{path}:{node.lineno}: {ast.unparse(node)}"


def import_graph(modules: Modules) -> Graph:
    """Which of our modules each of them imports."""
    graph: Graph = {}
    for module, (path, tree) in modules.items():
        targets: set[str] = set()
        for _, node in imports(tree):
            if isinstance(node, ast.Import):
                targets |= {alias.name for alias in node.names}
                continue
            parents = path.parts[: len(path.parts) - node.level] if node.level else ()
            base = ".".join([*parents, *([node.module] if node.module else [])])
            # The submodule of that name, where there is one, or else the module that has the name.
            targets |= {name if (name := f"{base}.{alias.name}") in modules else base for alias in node.names}
        graph[module] = targets & modules.keys() - {module}
    return graph


def package_graph(graph: Graph, modules: Modules) -> Graph:
    """Which packages import which, those within others apart; a file directly in an app is a package of its own."""
    packages: Graph = defaultdict(set)
    for module, targets in graph.items():
        package, *others = (package_of(name, modules) for name in (module, *targets))
        packages[package] |= {*others} - {package}
    return packages


def package_of(module: str, modules: Modules) -> str:
    is_package = modules[module][0].name == "__init__.py" or module.count(".") < 2
    return module if is_package else module.rpartition(".")[0]


def circles(graph: Graph) -> Iterator[str]:
    """Yield each group of modules that all lead to each other."""
    reach = {module: reachable(graph, module) for module in graph}
    groups = {tuple(sorted(other for other in reach[module] if module in reach[other])) for module in graph}
    return (" <-> ".join(group) for group in sorted(groups) if group)


def reachable(graph: Graph, start: str) -> set[str]:
    """Every module that `start` imports, directly or not."""
    seen, todo = set[str](), [start]
    while todo:
        new = graph[todo.pop()] - seen
        seen |= new
        todo += new
    return seen


def main() -> int:
    """Print every fault; return 1 when there are any."""
    modules = read_modules()
    graph = import_graph(modules)
    faults = {
        "Names used twice": [*repeated_names(modules)],
        f"Files over {MAX_LINES} lines": [*long_files()],
        "Imports inside functions": [*inner_imports(modules)],
        "Circles of files": [*circles(graph)],
        "Circles of packages": [*circles(package_graph(graph, modules))],
    }
    for title, lines in faults.items():
        if lines:
            print(f"{title}: {len(lines)}", *lines, sep="\n  ")
    return int(any(faults.values()))


if __name__ == "__main__":
    sys.exit(main())
