"""Follows docs/install.md in a new Debian folder, and asks the site that comes of it through nginx: for root on Debian.

    python3 tools/install_check.py [FOLDER]     # an empty folder that is kept; without it, a scratch folder

Commands come from the blocks of the document that are marked `sh`, in their order. What needs systemd, a certificate
authority or a firewall is done by a stand-in, and the transcript says so at each.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "install.md"
SUITE = "trixie"
INSIDE = Path("mnt/check")
REPOSITORY = "registan.bundle"
# The address that the transcript's site has; it is looked up nowhere.
NAME = "blog.example.org"
# How programs in the new folder reach packages the way they do here: proxies, certificates, sources.
PASSED = re.compile(r"(?i)^(?:\w+_proxy|pip_\w+|uv_\w+|ssl_\w+)$")
ALONE = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"]


def read_blocks(text: str) -> list[str]:
    """The blocks of a document in Markdown that are marked `sh`."""
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def make_folder(folder: Path) -> None:
    """A Debian of the smallest kind, with this checkout, and the network's names and certificates of this machine."""
    say(f"A new Debian {SUITE} in {folder}")
    with (folder.parent / f"{folder.name}.log").open("w") as log:
        command = ["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, folder]
        subprocess.run(command, stdout=log, stderr=log, check=True)
    (folder / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")  # packages start nothing by themselves
    (folder / "usr/sbin/policy-rc.d").chmod(0o755)
    for name in ("etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt", "etc/pip.conf"):
        if Path("/", name).is_file():
            shutil.copy(Path("/", name), folder / name)
    check = folder / INSIDE
    check.mkdir(parents=True)
    bundle = ["git", "-C", ROOT, "bundle", "create", "--quiet", check / REPOSITORY, "HEAD"]  # what is committed
    subprocess.run(bundle, check=True)
    for name in ("install_inside.py", "unit_stand_in.py"):
        shutil.copy(ROOT / "tools" / name, check / name)


def follow(folder: Path) -> int:
    """Run the blocks until services begin with this machine's network, and the rest in a network of its own."""
    blocks = read_blocks(DOCUMENT.read_text())
    blocks[0] = f"NAME={NAME}\nREPOSITORY=/{INSIDE}/{REPOSITORY}\n"
    services = next(number for number, block in enumerate(blocks) if "systemctl" in block)
    variables = {name: value for name, value in os.environ.items() if PASSED.match(name)}
    variables |= {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    for isolated, part in ((False, blocks[:services]), (True, [blocks[0], *blocks[services:]])):
        (folder / INSIDE / "blocks.json").write_text(json.dumps(part))
        mounts = (
            f"mount --bind {folder} {folder} && mount -t proc proc {folder}/proc && mount --rbind /dev {folder}/dev"
        )
        inside = f"exec chroot {folder} python3 /{INSIDE}/install_inside.py"
        if not isolated:  # there is no Python yet
            inside = f"exec chroot {folder} bash -euxc '. /{INSIDE}/part.sh'"
            (folder / INSIDE / "part.sh").write_text("".join(part))
        network = "ip link set lo up && " if isolated else ""
        alone = [word for word in ALONE if isolated or word != "--net"]
        done = subprocess.run([*alone, "sh", "-c", f"{mounts} && {network}{inside}"], env=variables, check=False)
        if done.returncode:
            return done.returncode
    return 0


def say(line: str) -> None:
    print(f"\n=== {line}", flush=True)


def main() -> int:
    missing = [name for name in ("debootstrap", "unshare", "chroot", "ip", "git") if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        print(f"This needs root and Debian, and also: {', '.join(missing) or 'nothing else'}.", file=sys.stderr)
        return 1
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    folder = given or Path(tempfile.mkdtemp(prefix="registan-install-", dir="/var/tmp"))
    folder.chmod(0o755) if folder.is_dir() else folder.mkdir(parents=True)
    try:
        make_folder(folder)
        code = follow(folder)
        say("docs/install.md holds" if code == 0 else "docs/install.md does not hold: see above")
    finally:
        if given is None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.with_name(f"{folder.name}.log").unlink(missing_ok=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
