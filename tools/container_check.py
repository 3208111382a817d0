"""Builds the image of deploy/Containerfile and runs it: needs podman, and an image of a Debian to build on.

    debootstrap --variant=minbase trixie base && tar -C base -c . | podman import - debian-base
    python3 tools/container_check.py debian-base [OPTION of podman]…     # such as --runtime=runc

Everything runs on SQLite, in the network of the machine and without the compose file, whose other images it does not
fetch. What is checked is the image by itself: it brings a database up, serves, is healthy, and writes to /data alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from install_check import PASSED

ROOT = Path(__file__).resolve().parent.parent
IMAGE, VOLUME, CONTAINER = "registan-check", "registan-check-data", "registan-check-web"
# As in deploy/compose.yaml.
CONFINED = [
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    f"--volume={VOLUME}:/data",
]
SETTINGS = ["--env=SITE_URL=http://blog.example.org", "--env=SECRET_KEY=for-this-check-alone-0123456789abcdef"]
# More than some sandboxes let podman raise by itself.
LIMITS = ["--ulimit=nofile=20000:20000", "--ulimit=nproc=50000:50000"]
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
PATIENCE = 300


def podman(*words: str, check: bool = True) -> subprocess.CompletedProcess:
    return subprocess.run(["podman", *OPTIONS, *words], text=True, capture_output=True, check=check)


def run(*words: str) -> str:
    return podman("run", "--rm", "--network=host", *LIMITS[:1], *CONFINED, *SETTINGS, IMAGE, *words).stdout


def main(base: str) -> None:
    certificates = f"--volume={CERTIFICATES}:{CERTIFICATES}:ro"  # of a proxy between here and the packages
    build = ["--network=host", *LIMITS, certificates, f"--build-arg=BASE={base}", f"--file={ROOT}/deploy/Containerfile"]
    build += [f"--env={name}={value}" for name, value in os.environ.items() if PASSED.match(name)]
    podman("build", *build, f"--tag={IMAGE}", str(ROOT))
    print("built:", podman("images", "--format={{.Size}}", IMAGE).stdout.strip())
    print(run("python", "manage.py", "upgrade", "--no-backup").strip())
    whoami = run(
        "python", "-c", "import os; print(os.getuid(), os.access('/srv/registan', os.W_OK), os.access('/data', 2))"
    )
    assert whoami.split() == ["10001", "False", "True"], whoami
    podman("run", "--detach", "--network=host", f"--name={CONTAINER}", *LIMITS[:1], *CONFINED, *SETTINGS, IMAGE)
    end = time.monotonic() + PATIENCE
    while podman("exec", CONTAINER, "python", "deploy/container_health.py", check=False).returncode:
        assert time.monotonic() < end, podman("logs", CONTAINER).stderr
        time.sleep(1)
    print("healthy")
    print(podman("exec", CONTAINER, "python", "manage.py", "first_run_link").stdout.strip())
    print(podman("exec", CONTAINER, "ls", "-l", "/data").stdout)


if __name__ == "__main__":
    OPTIONS = sys.argv[2:]
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as failure:
        sys.exit(f"{failure}\n{failure.stdout}\n{failure.stderr}")
    finally:
        podman("rm", "--force", "--ignore", CONTAINER, check=False)
        podman("volume", "rm", "--force", VOLUME, check=False)
