"""Installs the others: WordPress and what it runs on from Debian, the rest from PyPI in virtual environments.

Debian's packages stay installed. Their services are not started now; as on any Debian, they are at the next boot.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.site import ROOT

HERE = Path(__file__).resolve().parent
# `php` and nginx keep wordpress from bringing Apache.
PACKAGES = (
    "wordpress", "wordpress-theme-twentytwentyfive", "php", "php-fpm", "php-mysql", "mariadb-server", "nginx-light",
    "wrk",
)  # fmt: skip
# Debian's maintainer scripts ask this program whether they may start a service (invoke-rc.d(8)); 101 says no.
POLICY = Path("/usr/sbin/policy-rc.d")
FORBID_STARTS = "#!/bin/sh\nexit 101\n"
VERSION = "${db:Status-Status} ${Package} ${Version}\n"


def install_packages() -> None:
    """Install those of PACKAGES that are missing, and print the versions of all."""
    if any(not line.startswith("installed ") for line in package_versions()):
        with services_forbidden():
            run_apt("update", "-qq")
            run_apt("install", "--yes", "-qq", "--no-install-recommends", *PACKAGES)
    print("Debian:", ", ".join(line.removeprefix("installed ") for line in package_versions()), flush=True)


def package_versions() -> list[str]:
    """A line for each of PACKAGES: its status, name and version; "" for one that dpkg has never heard of."""
    lines = []
    for package in PACKAGES:
        command = ["dpkg-query", "--show", f"--showformat={VERSION}", package]
        lines.append(subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip())
    return lines


def run_apt(*arguments: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def services_forbidden() -> Iterator[None]:
    """Start no service of a package that is installed meanwhile; leave the machine's own policy if it has one."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text(FORBID_STARTS)
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def install_python(folder: Path, requirements: str) -> None:
    """Make the virtual environment `venv` in the folder, with the very versions of the file beside this one."""
    uv, environment = str(ROOT / ".tools" / "bin" / "uv"), folder / "venv"
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", ">=3.12", str(environment)], check=True)
    command = [uv, "pip", "sync", "--quiet", str(HERE / requirements)]
    subprocess.run(command, check=True, env=os.environ | {"VIRTUAL_ENV": str(environment)})
