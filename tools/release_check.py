"""Sees whether this commit can be released: the list that docs/upgrades.md explains, as a table.

    python tools/release_check.py                # in a clone made for it; a few minutes
    python tools/release_check.py --tests        # and the whole suite, on SQLite and at DATABASE_URL; an hour
    python tools/release_check.py --sbom FILE    # and write which packages it runs on, as CycloneDX JSON

Ends with 1 when something speaks against it. What can't be found out here is said, and speaks neither for nor against.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.upgrades.release_list import ROOT, UNRELEASED, read_releases

# Of a site without extras.
MAX_MEGABYTES = 150
# Licences that a package that a site runs on may have, by words that are in their names.
LICENCES = (
    "MIT",
    "BSD",
    "Apache",
    "ISC",
    "PSF",
    "Python Software Foundation",
    "MPL",
    "Mozilla",
    "HPND",
    "Zlib",
    "0BSD",
)
# And those of single packages, with the reason.
LICENCES_OF = {"psycopg2-binary": "LGPL with an exception: we import it, and change nothing in it"}
GOOD, BAD, UNKNOWN = "good", "BAD", "not known"
# Runs in the environment of the site, which has no tool of ours.
READ_PACKAGES = """
import importlib.metadata, json
found = []
for package in importlib.metadata.distributions():
    about = package.metadata
    words = [about.get("License-Expression") or "", *[c for c in about.get_all("Classifier", []) if "License ::" in c]]
    found.append([about["Name"], about["Version"], "; ".join(filter(None, words)) or (about.get("License") or "")[:80]])
print(json.dumps(sorted(found, key=lambda each: each[0].lower())))
"""


class Package(NamedTuple):
    """One that a site runs on."""

    name: str
    version: str
    licence: str


class Finding(NamedTuple):
    """A line of the table."""

    what: str
    result: str
    words: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tests", action="store_true", help="run the whole suite, too")
    parser.add_argument("--sbom", type=Path, metavar="FILE", help="write the packages as CycloneDX JSON")
    options = parser.parse_args()
    findings = []
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        for finding in check_all(Path(folder) / "clone", tests=options.tests, sbom=options.sbom):
            print(f"{finding.result:9}  {finding.what}: {finding.words}", flush=True)
            findings.append(finding)
    bad = sum(finding.result == BAD for finding in findings)
    print(
        f"\n{bad} of {len(findings)} speak against a release of {read_version()}." if bad else "\nIt can be released."
    )
    return int(bad > 0)


def check_all(clone: Path, *, tests: bool, sbom: Path | None) -> Iterator[Finding]:
    yield check_tree()
    yield check_changelog((ROOT / "CHANGELOG.md").read_text(), read_version())
    yield check_releases()
    yield check_migrations(ROOT)
    clone_project(clone)
    yield check_start(clone)
    yield check_size(clone)
    packages = read_packages(clone)
    yield check_licences(packages)
    yield check_advisories(clone)
    if sbom:
        sbom.write_text(json.dumps(describe_packages(packages, read_version()), indent=1))
        yield Finding("SBOM", GOOD, f"{len(packages)} packages in {sbom}")
    if tests:
        yield from run_tests(clone)


def read_version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


def git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def check_tree() -> Finding:
    """A release is a commit, and nothing beside it."""
    changed = git("status", "--porcelain").splitlines()
    return Finding("Working tree", BAD if changed else GOOD, f"{len(changed)} files differ" if changed else "clean")


def check_changelog(text: str, version: str) -> Finding:
    """The version has its section, which says what to do when upgrading, and nothing is left unreleased."""
    sections = dict(re.findall(r"(?ms)^## (\S+)[^\n]*\n(.*?)(?=^## |\Z)", text))
    faults = []
    if version not in sections:
        faults.append(f"no section “{version}”")
    elif "### When upgrading" not in sections[version]:
        faults.append(f"“{version}” has no part “When upgrading”")
    if sections.get("Unreleased", "").strip():
        faults.append("lines stand under “Unreleased”: raise the version in pyproject.toml, and name the section")
    return Finding("CHANGELOG.md", BAD if faults else GOOD, "; ".join(faults) or f"describes {version}")


def check_releases() -> Finding:
    """Each commit of releases.txt is in the history, and has the version that stands there."""
    faults = []
    for release in read_releases():
        try:
            project = git("show", f"{release.commit}:pyproject.toml")
            git("merge-base", "--is-ancestor", release.commit, "HEAD")
        except subprocess.CalledProcessError:
            faults.append(f"{release} is not in the history")
            continue
        if release.version != UNRELEASED and f'version = "{release.version}"' not in project:
            faults.append(f"{release.commit[:8]} is not {release.version}")
    count = sum(release.version != UNRELEASED for release in read_releases())
    return Finding("releases.txt", BAD if faults else GOOD, "; ".join(faults) or f"{count} released before this one")


def check_migrations(root: Path) -> Finding:
    """No migration that has landed was changed."""
    listed = [line.split() for line in (root / "migrations.sha256").read_text().splitlines()]
    changed = [
        name
        for digest, name in listed
        if not (root / name).is_file() or hashlib.sha256((root / name).read_bytes()).hexdigest() != digest
    ]
    words = f"changed or gone: {', '.join(changed)}" if changed else f"{len(listed)} as they landed"
    return Finding("Migrations", BAD if changed else GOOD, words)


def clone_project(clone: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", "--shared", str(ROOT), str(clone)], check=True)
    (clone / ".tools").symlink_to(ROOT / ".tools")


def run_in(clone: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "VIRTUAL_ENV"))}
    ours = {"DATA_DIR": str(clone / "data"), **environment}
    return subprocess.run(command, cwd=clone, env={**outside, **ours}, capture_output=True, text=True, check=False)


def check_start(clone: Path) -> Finding:
    """A clone installs what a site needs, makes its tables, and answers."""
    for command in (
        ("make", "--silent", "environment"),
        (".venv/bin/python", "manage.py", "upgrade"),
        (".venv/bin/python", "manage.py", "check"),
    ):
        done = run_in(clone, *command)
        if done.returncode:
            return Finding("A clean clone", BAD, f"{' '.join(command)}: {(done.stderr or done.stdout)[-500:]}")
    return Finding("A clean clone", GOOD, "installs without the workshop, and makes its database")


def check_size(clone: Path) -> Finding:
    folder = (clone / ".venv").resolve()
    blocks = sum(file.lstat().st_blocks for file in folder.rglob("*"))
    megabytes = blocks * 512 / 1024 / 1024
    words = f"{megabytes:.0f} MB of at most {MAX_MEGABYTES}"
    return Finding("Size of the packages", GOOD if megabytes <= MAX_MEGABYTES else BAD, words)


def read_packages(clone: Path) -> list[Package]:
    """Those that are installed for a site."""
    done = run_in(clone, ".venv/bin/python", "-c", READ_PACKAGES)
    return [Package(*each) for each in json.loads(done.stdout)] if done.returncode == 0 else []


def check_licences(packages: list[Package]) -> Finding:
    other = [
        f"{package.name} ({package.licence or 'it does not say'})"
        for package in packages
        if package.name not in LICENCES_OF and not any(name in package.licence for name in LICENCES)
    ]
    words = f"look at {', '.join(other)}" if other else f"{len(packages)} packages with permissive ones"
    return Finding("Licences", BAD if other or not packages else GOOD, words)


def check_advisories(clone: Path) -> Finding:
    """By pip-audit, which asks a public list: there is no such file to have offline."""
    locked = next((clone / ".venvs").glob("*-site/requirements.txt"))
    uv = str(ROOT / ".tools" / "bin" / "uv")
    command = [uv, "tool", "run", "pip-audit", "--requirement", str(locked), "--disable-pip", "--format", "json"]
    done = run_in(clone, *command)
    try:
        audited: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return Finding("Advisories", UNKNOWN, f"not checked here: {reason[:200]}")
    known = [f"{each['name']} {vuln['id']}" for each in audited["dependencies"] for vuln in each.get("vulns", [])]
    words = ", ".join(known) or f"none for {len(audited['dependencies'])} packages"
    return Finding("Advisories", BAD if known else GOOD, words)


def describe_packages(packages: list[Package], version: str) -> dict[str, Any]:
    """A bill of materials in CycloneDX 1.6."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "registan", "version": version}},
        "components": [
            {
                "type": "library",
                "name": package.name,
                "version": package.version,
                "purl": f"pkg:pypi/{re.sub(r'[-_.]+', '-', package.name).lower()}@{package.version}",
                "licenses": [{"license": {"name": package.licence or "not stated"}}],
            }
            for package in packages
        ],
    }


def run_tests(clone: Path) -> Iterator[Finding]:
    """The whole suite, as CI does."""
    runs = {"SQLite": {"DATABASE_URL": ""}}
    if "DATABASE_URL" in os.environ:
        runs["PostgreSQL"] = {"DATABASE_URL": os.environ["DATABASE_URL"]}
    for name, environment in runs.items():
        done = run_in(clone, "make", "check" if name == "SQLite" else "test", **environment)
        last = (done.stdout.strip().splitlines() or ["it said nothing"])[-1]
        yield Finding(f"Tests on {name}", BAD if done.returncode else GOOD, last)
    if "DATABASE_URL" not in os.environ:
        yield Finding("Tests on PostgreSQL", UNKNOWN, "DATABASE_URL is not set")


if __name__ == "__main__":
    sys.exit(main())
