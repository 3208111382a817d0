"""Asks the advisories of the Python Package Index about every package in requirements.lock, with pip-audit.

    make audit

Exits with 0 when each was asked about and none is known to be vulnerable, with 1 when one is, and with 3 when some
could not be asked about, as without a network: then the answer is not "none".
"""

from __future__ import annotations

import json
import subprocess
import sys

PIP_AUDIT = [
    *(".tools/audit/bin/pip-audit", "--requirement", "requirements.lock", "--require-hashes", "--no-deps"),
    *("--disable-pip", "--format", "json", "--progress-spinner", "off"),
]
NOT_ASKED = 3


def main() -> int:
    """Run pip-audit, and print one line for each advisory."""
    ran = subprocess.run(PIP_AUDIT, capture_output=True, text=True, check=False)
    lines, code = read_report(ran.stdout)
    print("\n".join(lines))
    if not ran.stdout:
        print(ran.stderr.strip().splitlines()[-1] if ran.stderr.strip() else "pip-audit said nothing.")
    return code


def read_report(text: str) -> tuple[list[str], int]:
    """What pip-audit's JSON says, in lines, and the code to exit with.

    A package that the service does not know is no error to pip-audit: behind a mirror without advisories that is each.
    """
    packages = json.loads(text)["dependencies"] if text else []
    advisories = [
        f"{package['name']} {package['version']}: {advisory['id']}, mended in {mended_in(advisory)}"
        for package in packages
        for advisory in package.get("vulns", [])
    ]
    asked = sum("skip_reason" not in package for package in packages)
    if advisories:
        return [*advisories, f"{len(advisories)} advisories for {asked} of {len(packages)} packages."], 1
    if asked < len(packages) or not packages:
        return [f"NOT AUDITED: the advisories could be asked about {asked} of {len(packages)} packages."], NOT_ASKED
    return [f"No advisory for any of {asked} packages."], 0


def mended_in(advisory: dict[str, list[str]]) -> str:
    return ", ".join(advisory["fix_versions"]) or "no version"


if __name__ == "__main__":
    sys.exit(main())
