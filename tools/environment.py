"""Builds the packages that Registan runs on in a folder of their own, checks them, and only then swaps them in.

    python3 tools/environment.py                      # what a site needs
    python3 tools/environment.py --extras "s3 age"    # and what S3 and age need; remembered, until --extras none
    python3 tools/environment.py --workshop           # everything, with what tests and linters need
    python3 tools/environment.py --back               # the packages of before

`.venv` is a link to a folder in `.venvs`: whoever started from it keeps their packages, and what fails changes nothing
(docs/decisions/0075-environments.md). Any Python from 3.9 on may run this; it goes on by one that can run the site.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK, STORE = ROOT / ".venv", ROOT / ".venvs"
UV = ROOT / ".tools" / "bin" / "uv"
READY = "ready"
# A real folder `.venv`, as versions before this tool made it.
BEFORE = "before"
# A Python follows links to its packages when it starts, so that it finds them there after `.venv` leads elsewhere.
KEEP_PATHS = "import os, sys; sys.path[:] = [os.path.realpath(path) if path else path for path in sys.path]\n"
NO_PYTHON = """\
Nothing was changed: Registan needs Python {versions}, and this machine has {found}.
Install such a Python (Debian 13 and Ubuntu 24.04 have one), or have uv fetch one, then try again:
    {uv} python install {newest}"""
NOT_BUILT = """\
Nothing was changed: {fault}. {goes_on}
To go on with the version of before, put its code back: git checkout COMMIT."""
GOES_ON = "What runs goes on with the packages that it has."


class Failure(Exception):
    """Why nothing was changed, in words for whoever runs the site."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--extras", default="", help="names of optional parts, or `none`; empty: those there are")
    parser.add_argument("--workshop", action="store_true", help="with what tests and linters need")
    parser.add_argument("--back", action="store_true", help="swap the packages of before in again")
    options = parser.parse_args()
    try:
        STORE.mkdir(exist_ok=True)
        with locked():
            if options.back:
                go_back()
            else:
                bring_up_to_date(options.extras.replace(",", " ").split(), workshop=options.workshop)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    except OSError as error:  # such as a full disk
        print(not_built(error.strerror or str(error)), file=sys.stderr)
        return 1
    return 0


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Let one process at a time build."""
    with (STORE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def bring_up_to_date(extras: list[str], *, workshop: bool) -> None:
    """Build and swap in what is asked for, unless `.venv` has it."""
    current = read_ready(LINK)
    extras = sorted(set(current.get("extras", []) if not extras else []) | set(extras) - {"none"})
    digest = digest_of_project()
    if current.get("digest") == digest and (current["workshop"] or (current["extras"] == extras and not workshop)):
        return
    python = find_python()
    if sys.version_info < (3, 12):  # noqa: UP036  this file is run by whatever Python there is
        os.execv(python, [python, *sys.argv])  # noqa: S606
    version = run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], "Python does not start").strip()
    parts = "-".join(["workshop"] if workshop else ["site", *extras])
    folder = STORE / f"{digest}-py{version}-{parts}"
    if read_ready(folder).get("digest") != digest:
        print(f"Installing the packages of this version beside those in use ({folder.relative_to(ROOT)}).", flush=True)
        try:
            build(folder, python, wanted_packages(extras, workshop=workshop))
            write_ready(folder, {"digest": digest, "extras": extras, "workshop": workshop})
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)  # a full disk needs the room
            raise
    swap(folder)
    remove_old(folder)


def read_ready(folder: Path) -> dict:
    """What a whole environment says of itself; {} for one that is not, or whose Python is gone."""
    try:
        ready = json.loads((folder / READY).read_text() or "{}")
    except (OSError, ValueError):
        return {}
    return ready if (folder / "bin" / "python").exists() else {}


def write_ready(folder: Path, ready: dict) -> None:
    """Say that the environment is whole, at once or not at all."""
    (folder / "ready.new").write_text(json.dumps(ready))
    (folder / "ready.new").replace(folder / READY)


def digest_of_project() -> str:
    """Names what the packages come from: the lock, and which of it is for what."""
    lines = (ROOT / "pyproject.toml").read_text().partition("[tool.")[0]
    dependencies = re.sub(r'(?m)^(version|description|readme) = ".*"\n', "", lines)
    return hashlib.sha256((ROOT / "requirements.lock").read_bytes() + dependencies.encode()).hexdigest()[:12]


def find_python() -> str:
    """A Python of this machine that can run the site; Failure, with a way to get one, when there is none."""
    versions = re.search(r'(?m)^requires-python = "(.+)"', (ROOT / "pyproject.toml").read_text())[1]
    found = subprocess.run(
        [UV, "python", "find", "--no-python-downloads", "--no-project", versions],
        capture_output=True, text=True, check=False, env={**os.environ, "VIRTUAL_ENV": ""},
    )  # fmt: skip
    if found.returncode == 0:
        return found.stdout.strip()
    newest = f"3.{int(re.search(r'<3[.]([0-9]+)', versions)[1]) - 1}"
    have = "{}.{}.{}".format(*sys.version_info)
    raise Failure(NO_PYTHON.format(versions=versions, found=have, uv=UV.relative_to(ROOT), newest=newest))


def wanted_packages(extras: list[str], *, workshop: bool) -> str:
    """The lines of the lock for what is asked for; each package says there on whose behalf it is."""
    lock = (ROOT / "requirements.lock").read_text()
    if workshop:
        return lock
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project.get("optional-dependencies", {})
    if unknown := set(extras) - optional.keys():
        raise Failure(not_built(f"there are no extras {', '.join(unknown)}, only {', '.join(optional)}"))
    asked = [*project["dependencies"], *(name for extra in extras for name in optional[extra])]
    packages = {normalize(block): block for block in re.split(r"(?m)^(?=[^\s#])", lock) if "==" in block}
    wanted, new = set(), {normalize(requirement) for requirement in asked}
    while new:
        wanted |= new
        new = {name for name, block in packages.items() if on_behalf_of(block) & new} - wanted
    return "".join(block for name, block in packages.items() if name in wanted)


def normalize(requirement: str) -> str:
    """The name in a requirement, as the lock spells it."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def on_behalf_of(block: str) -> set[str]:
    """The packages that need the one in this block of the lock."""
    comments = "".join(line.replace("# via", "#") for line in block.splitlines() if line.lstrip().startswith("#"))
    return {normalize(name) for name in comments.replace("#", " ").split() if name[0].isalnum()}


def build(folder: Path, python: str, packages: str) -> None:
    """Install the packages under the name that stays, since scripts name it, and see whether the site starts."""
    run([UV, "venv", "--quiet", "--clear", "--no-project", "--python", python, folder], "no folder can be made")
    (folder / "requirements.txt").write_text(packages)
    here = {"VIRTUAL_ENV": str(folder)}
    sync = [UV, "pip", "sync", "--quiet", "--require-hashes", folder / "requirements.txt"]
    run(sync, "the packages of this version can't be installed", here)
    run([UV, "pip", "check", "--quiet"], "the packages do not go together", here)
    next(folder.glob("lib/python*/site-packages")).joinpath("keep_paths.pth").write_text(KEEP_PATHS)
    run([folder / "bin" / "python", "tools/can_start.py"], "the site does not start with the packages of this version")


def run(command: list, fault: str, environment: dict[str, str] | None = None) -> str:
    """What the command prints; Failure with its last lines when it fails."""
    command = [str(part) for part in command]
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", **(environment or {})}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(*(f"    {line}" for line in done.stderr.splitlines()[-12:]), sep="\n", file=sys.stderr)
        raise Failure(not_built(fault))
    return done.stdout


def not_built(fault: str) -> str:
    return NOT_BUILT.format(fault=fault, goes_on=GOES_ON if LINK.exists() else "There is no version of before.")


def swap(folder: Path) -> None:
    """Let `.venv` lead to the folder, in one step that can't be seen half done."""
    leave_current(folder)
    link = ROOT / ".venv.new"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.relative_to(ROOT))
    if LINK.is_dir() and not LINK.is_symlink():
        shutil.rmtree(STORE / BEFORE, ignore_errors=True)
        LINK.rename(STORE / BEFORE)
    link.replace(LINK)


def leave_current(folder: Path) -> None:
    """Remember which environment was in use, unless it has the same packages or fewer of them."""
    name = LINK.resolve().name if LINK.is_symlink() else BEFORE
    if LINK.exists() and digest_in(name) != digest_in(folder.name):
        (STORE / "previous").write_text(name)


def digest_in(name: str) -> str:
    return name.partition("-")[0]


def previous() -> str:
    file = STORE / "previous"
    return file.read_text().strip() if file.is_file() else ""


def remove_old(folder: Path) -> None:
    """Keep the environments of this version and of the one before."""
    kept = {digest_in(folder.name), digest_in(previous())}
    for other in STORE.iterdir():
        if other.is_dir() and digest_in(other.name) not in kept:
            shutil.rmtree(other)


def go_back() -> None:
    """Swap the environment of before in again; a second time leads forward."""
    folder = STORE / (previous() or "none")
    if not folder.is_dir():
        raise Failure("Nothing was changed: no packages of before are kept.")
    if folder.name == BEFORE:  # its scripts name `.venv`
        (STORE / "previous").write_text(LINK.resolve().name)
        LINK.unlink()
        folder.rename(LINK)
    else:
        swap(folder)
    print(f"The packages of before are back: {folder.relative_to(ROOT)}.")


if __name__ == "__main__":
    sys.exit(main())
