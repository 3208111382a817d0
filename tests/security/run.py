"""Runs the long checks of `make security`, each with its control, and prints what they found in a table.

    make security          (MINUTES=1 for each target of the fuzzer; make fuzz has them alone, and longer)

A check is well if it finds nothing; a control, in which a protection is missing, if it finds something.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
FUZZER = ROOT / ".tools/fuzz/bin/python"
MINUTES = os.environ.get("MINUTES", "1")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
REQUESTS = ("test_forwarded_headers", "test_hostile_requests", "test_csp_reports", "test_security_txt", "test_threats")

DEFAULTS = "--forwarded-allow-ips 127.0.0.1 --forwarder-headers SCRIPT_NAME,PATH_INFO"


class Row(NamedTuple):
    check: str
    inputs: str
    findings: str
    control: str
    is_well: bool


def main() -> int:
    """Print the table; return 1 when a check has findings or a control has none."""
    rows = [check_markup(), check_requests(), *map(check_by_chance, ("markdown", "paste", "wxr", "search"))]
    widths = [max(len(row[column]) for row in (HEAD, *rows)) for column in range(4)]
    print()
    for row in (HEAD, *rows):
        print("  ".join(str(row[column]).ljust(width) for column, width in enumerate(widths)).rstrip())
    return int(not all(row.is_well for row in rows))


HEAD = Row("check", "inputs", "findings", "control", True)


def run(*command: str, **variables: str) -> tuple[int, str]:
    ran = subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False)
    if ran.returncode:
        print(ran.stdout[-4_000:], ran.stderr[-2_000:])
    return ran.returncode, ran.stdout


def check_markup() -> Row:
    """Hostile texts through every field into every page; the controls are tests of the same file."""
    file = "tests/security/xss_browser.py"
    code, said = run(*PYTEST, file, "-k", "not control")
    controls, _ = run(*PYTEST, file, "-k", "control")
    planted = re.search(r"(\d+) fields filled", said)
    inputs = f"{planted[1]} fields" if planted else "none"
    control = "3 of 3 found" if controls == 0 else "NOT FOUND"
    return Row(
        "hostile texts in Chromium", inputs, "none" if code == 0 else "SEE ABOVE", control, not (code or controls)
    )


def check_requests() -> Row:
    """Requests to real servers; the control is gunicorn as it comes, which believes a header SCRIPT_NAME."""
    code, said = run(*PYTEST, *(f"tests/registan/{name}.py" for name in REQUESTS))
    passed = re.search(r"(\d+) passed", said)
    control = subprocess.run(
        [*PYTEST, "-k", "script_name", f"tests/registan/{REQUESTS[0]}.py"],
        cwd=ROOT,
        env=os.environ | {"GUNICORN_CMD_ARGS": DEFAULTS},
        capture_output=True,
        check=False,
    )
    found, noticed = "none" if code == 0 else "SEE ABOVE", "found" if control.returncode == 1 else "NOT FOUND"
    inputs = f"{passed[1] if passed else 0} tests"
    return Row("requests", inputs, found, noticed, code == 0 and control.returncode == 1)


def check_by_chance(target: str) -> Row:
    """The fuzzer for a while, and without a protection until it notices."""
    variables = {"PYTHONPATH": sysconfig.get_path("purelib")}
    fuzz = (str(FUZZER), "-m", "tests.security.fuzz", target)
    code, said = run(*fuzz, "--minutes", MINUTES, **variables)
    control, _ = run(*fuzz, "--minutes", "5", "--without-protection", **variables)
    inputs = re.search(r": (\w+) inputs", said)
    found = "none" if code == 0 else "SEE ABOVE"
    noticed = "found" if control == 0 else "NOT FOUND"
    return Row(f"fuzz {target}", inputs[1] if inputs else "none", found, noticed, not (code or control))


if __name__ == "__main__":
    sys.exit(main())
