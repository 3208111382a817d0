"""Asks Lighthouse for its marks of a page, on a slow phone and on a desk. Installed by npm when it is first needed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from bench.table import Table

FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
VERSION = 13
ATTEMPTS = 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def rate(pages: dict[str, str], folder: Path) -> int:
    """Print the marks of pages, given by name with their URL; return the lowest. Lighthouse is kept in `folder`."""
    program = folder / "node_modules/.bin/lighthouse"
    if not program.exists():
        npm = ["npm", "install", "--silent", "--prefix", str(folder), f"lighthouse@{VERSION}"]
        subprocess.run(npm, check=True)
    table = Table("Lighthouse, of 100", ("page", *CATEGORIES))
    lowest = 100
    for name, url in pages.items():
        for device, preset in (("phone", []), ("desk", ["--preset=desktop"])):
            report = mark([str(program), url, *preset])
            table.row(f"{name}, {device}", *report.values())
            lowest = min(lowest, *report.values())
    return lowest


def mark(command: list[str]) -> dict[str, int]:
    """The marks that Lighthouse prints, by category. At times it loses the trace of a page and has to be run again."""
    command = [*command, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    for _ in range(ATTEMPTS):
        answer = subprocess.run(command, env=environment, capture_output=True)
        if not answer.returncode:
            break
    else:
        raise RuntimeError(answer.stderr.decode())
    categories = json.loads(answer.stdout)["categories"]
    return {name: round(100 * (categories[name]["score"] or 0)) for name in CATEGORIES}
