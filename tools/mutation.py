"""Puts one small fault after another into a module, and sees which of them its tests miss.

    make mutation ONLY="comments/status.py comments/web/tokens.py"     (without ONLY: every module of MODULES)

The tests run once whole, to learn which of them pass through which line. Then, for each fault, a forked process takes
it over into the loaded module and runs those tests until one fails. Survivors that change nothing anybody could notice
are listed with their reason in tools/mutation_survivors.txt. Defaults of arguments, and what stands
directly in a class, are not tried.
"""

from __future__ import annotations

import ast
import copy
import gc
import importlib
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol
from django.db import connections

TRANSFER = "tests/registan/transfer/test_repairs.py tests/registan/transfer/test_export_files.py"
TRANSFER += " tests/registan/transfer/test_export_records.py tests/registan/transfer/test_inventory.py"
MARKUP = " ".join(f"tests/blog/markup/test_{name}.py" for name in ("renderer", "corpora", "formulas", "code_colours"))
MODULES = {
    "comments/status.py": "tests/comments/lifecycle/test_decide.py tests/comments/lifecycle/test_undo.py"
    " tests/comments/lifecycle/test_spam_training.py tests/comments/views/test_receipt.py",
    "comments/web/tokens.py": "tests/comments/web/test_tokens.py",
    "comments/web/same_origin.py": "tests/comments/web/test_same_origin.py",
    "comments/submission/rate_limits.py": "tests/comments/submission/test_rate_limits.py"
    " tests/comments/submission/test_slow_mode.py tests/comments/submission/test_reports.py",
    "comments/screening/checks.py": "tests/comments/screening",
    "comments/screening/patterns.py": "tests/comments/screening",
    "blog/markup/renderer.py": MARKUP,
    "blog/markup/raw_html.py": MARKUP,
    "blog/markup/limits.py": MARKUP,
    "registan/csp_reports.py": "tests/registan/test_csp_reports.py",
    **{
        f"registan/transfer/wordpress/reader/{name}.py": TRANSFER
        for name in ("text_decoder", "element_parser", "export_files", "field_decoding")
    },
}
SWAPS: dict[type, type] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.BitOr: ast.BitAnd,
}  # fmt: skip
# Seconds of processor time, and bytes, for the tests of one fault: an endless loop is found as well.
PATIENCE, MAX_MEMORY = 60, 4 * 1024**3
SURVIVORS = Path(__file__).with_name("mutation_survivors.txt")
# Words for people, which translations replace anyway.
WORDS = {"_", "gettext", "gettext_lazy", "pgettext", "ngettext"}


class Mutant(NamedTuple):
    """One fault: its line, its function ("" for none), what becomes of what, the module with it and without it."""

    line: int
    function: str
    change: str
    tree: ast.Module
    original: Any


def find_mutants(tree: ast.Module) -> Iterator[Mutant]:
    nodes, original = [*ast.walk(tree)], compile(tree, "original", "exec")
    above = {id(child): node for node in nodes for child in ast.iter_child_nodes(node)}
    for number, node in enumerate(nodes):
        chain = [node]
        while id(chain[-1]) in above:
            chain.append(above[id(chain[-1])])
        if any(map(is_passed_over, chain, chain[1:])):
            continue
        scopes = [each for each in chain if isinstance(each, ast.FunctionDef | ast.ClassDef)]
        if scopes and isinstance(scopes[0], ast.ClassDef):
            continue
        for field, new in changes_of(node):
            mutated = copy.deepcopy(tree)
            place: Any = [*ast.walk(mutated)][number]
            before = ast.unparse(place).splitlines()[0]
            setattr(place, field, new)
            after = ast.unparse(ast.fix_missing_locations(place)).splitlines()[0]
            name = ".".join(scope.name for scope in reversed(scopes))
            yield Mutant(getattr(node, "lineno", 0), name, f"{before} => {after}", mutated, original)


def is_passed_over(node: ast.AST, parent: ast.AST) -> bool:
    """Types, defaults of arguments, decorators, words for people and docstrings."""
    is_type = any(getattr(parent, field, None) is node for field in ("annotation", "returns"))
    is_words = isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in WORDS
    is_text = isinstance(parent, ast.Expr) and isinstance(node, ast.Constant)
    return (
        isinstance(parent, ast.arguments)
        or is_type
        or is_words
        or is_text
        or node in getattr(parent, "decorator_list", [])
    )


def changes_of(node: Any) -> Iterator[tuple[str, Any]]:
    """The field of this node to change, and its new value."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        yield "ops", [SWAPS[type(node.ops[0])](), *node.ops[1:]]
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPS:
        yield "op", SWAPS[type(node.op)]()
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "test", ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, ast.Return | ast.Expr) and node.value and not isinstance(node.value, ast.Constant):
        yield "value", ast.Constant(None)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "value", not node.value
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield "value", node.value + 1
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield "value", f"XX{node.value}"


def take_over(module: Any, mutant: Mutant) -> None:
    """Put the fault into the loaded module: functions get other code, and tables their other values everywhere."""
    code = compile(mutant.tree, module.__file__, "exec")
    if not mutant.function:
        sound, faulty = run_module(module, mutant.original), run_module(module, code)
        for name in [name for name in sound if looks(sound[name]) != looks(faulty.get(name))]:
            old = getattr(module, name, None)
            for other in [*sys.modules.values()]:
                if getattr(other, "__dict__", {}).get(name) is old:
                    setattr(other, name, faulty.get(name))
        return
    todo, codes = [code], {}
    while todo:
        part = todo.pop()
        codes[part.co_qualname, part.co_firstlineno] = part
        todo += [each for each in part.co_consts if hasattr(each, "co_qualname")]
    for function in gc.get_objects():
        if type(function) is type(take_over) and function.__code__.co_filename == module.__file__:
            place = (function.__code__.co_qualname, function.__code__.co_firstlineno)
            function.__code__ = codes.get(place, function.__code__)


def run_module(module: Any, code: Any) -> dict[str, Any]:
    """What the module holds after `code`, but for its functions and classes, which are changed where they are."""
    values = {"__name__": module.__name__, "__file__": module.__file__}
    exec(code, values)  # noqa: S102
    return {name: value for name, value in values.items() if not (callable(value) or name.startswith("__"))}


def looks(value: Any) -> str:
    return re.sub(r" at 0x\w+", "", repr(value))


class Mutation:
    """A plugin of pytest that runs its tests again for each fault."""

    def __init__(self, path: str) -> None:
        self.path, self.lines, self.results = path, defaultdict(set), Counter[str]()
        self.item: Any = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        module = importlib.import_module(self.path.removesuffix(".py").replace("/", "."))
        self.watch_lines(module)
        items = [item for item in session.items if "browser" not in item.fixturenames]
        seconds = {}
        for self.item, following in zip(items, [*items[1:], items[0]], strict=True):
            sys.monitoring.restart_events()
            start = time.process_time()
            if any(report.failed for report in runtestprotocol(self.item, log=False, nextitem=following)):
                sys.exit(f"{self.item.nodeid} fails without any fault")
            seconds[self.item] = time.process_time() - start
        sys.monitoring.free_tool_id(sys.monitoring.COVERAGE_ID)
        items.sort(key=lambda item: seconds[item])
        known, tree = explained(self.path), ast.parse(Path(self.path).read_text())
        for place in ("", "everywhere"):  # the control: it must be the fault that fails, not the way it is put in
            if try_mutant(module, Mutant(0, place, "", tree, compile(tree, "original", "exec")), items) != "survived":
                sys.exit(f"{self.path}: tests fail when nothing is changed")
        for mutant in find_mutants(tree):
            tests = [item for item in items if not mutant.function or item in self.lines[mutant.line]]
            result = try_mutant(module, mutant, tests) if tests else "survived"
            result = "explained" if result == "survived" and f"{mutant.function}: {mutant.change}" in known else result
            self.results[result] += 1
            if result == "survived":
                print(f"  {self.path}:{mutant.line} {mutant.function}: {mutant.change}", flush=True)
        print(f"{self.path}: {self.results.total()} faults, {dict(self.results)}", flush=True)
        return True

    def watch_lines(self, module: Any) -> None:
        """Remember in `lines` which tests pass through which line of the module."""

        def note(code: Any, line: int) -> Any:
            if code.co_filename == module.__file__:
                self.lines[line].add(self.item)
            return sys.monitoring.DISABLE

        sys.monitoring.use_tool_id(sys.monitoring.COVERAGE_ID, "mutation")
        sys.monitoring.register_callback(sys.monitoring.COVERAGE_ID, sys.monitoring.events.LINE, note)
        sys.monitoring.set_events(sys.monitoring.COVERAGE_ID, sys.monitoring.events.LINE)


def try_mutant(module: Any, mutant: Mutant, tests: list[Any]) -> str:
    """killed, survived, or timeout."""
    if not (child := os.fork()):
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        kept = [(each, each.connection) for each in connections.all()]  # closing them would take the parent's locks
        for connection, _ in kept:
            connection.connection = None
        try:
            take_over(module, mutant)
            tests[0].session._setupstate.teardown_exact(tests[0])
            for item, following in zip(tests, [*tests[1:], tests[-1]], strict=True):
                if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                    os._exit(1)
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return "timeout" if os.WIFSIGNALED(status) else "killed" if os.WEXITSTATUS(status) else "survived"


def explained(path: str) -> set[str]:
    """What mutation_survivors.txt has on a module: PATH, FUNCTION: CHANGE, and the reason, with tabs between."""
    rows = (line.split("\t") for line in SURVIVORS.read_text().splitlines() if line and not line.startswith("#"))
    return {row[1] for row in rows if row[0] == path}


def main() -> int:
    """Run each module in a process of its own; return 1 when there are survivors without an explanation."""
    chosen = sys.argv[1:] or [*MODULES]
    if len(chosen) > 1:
        return max([subprocess.run([sys.executable, __file__, path], check=False).returncode for path in chosen])
    plugin = Mutation(chosen[0])
    os.environ["DATA_DIR"] = tempfile.mkdtemp()  # with a test database that no other run of tests has
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what the site logs of its tests
    pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-s", *MODULES[chosen[0]].split()], [plugin])
    return int(plugin.results["survived"] > 0 or not plugin.results)


if __name__ == "__main__":
    sys.exit(main())
