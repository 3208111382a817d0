"""A site as its owner has it: a clone that is upgraded in place, its processes, and nginx before it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from tools.upgrades.release_list import ROOT
from tools.upgrades.trial_database import TrialDatabase

# Seconds that a start, or an upgrade, may take on a busy machine.
PATIENCE = 900
NGINX = """
daemon off; worker_processes 1; pid {0}/nginx.pid; error_log {0}/main.log;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {0}/body; proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/fastcgi;
    uwsgi_temp_path {0}/uwsgi; scgi_temp_path {0}/scgi;
    include {0}/site.conf;
}}
"""


class Installation:
    """A clone in a folder, with its own data and a database."""

    def __init__(self, folder: Path, database: TrialDatabase) -> None:
        self.code, self.data, self.database = folder / "code", folder / "data", database
        self.folder, self.port, self.web_port = folder, free_port(), free_port()
        self.web: subprocess.Popen[bytes] | None = None
        self.nginx: subprocess.Popen[bytes] | None = None
        self.data.mkdir(parents=True)
        run(["git", "clone", "--quiet", "--shared", str(ROOT), str(self.code)])
        (self.code / ".tools").symlink_to(ROOT / ".tools")

    @property
    def environment(self) -> dict[str, str]:
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("VIRTUAL_ENV", "DJANGO"))}
        return {
            **outside,
            "DATA_DIR": str(self.data),
            "DATABASE_URL": self.database.url,
            "SITE_URL": f"http://127.0.0.1:{self.web_port}",
            "TRUSTED_PROXIES": "127.0.0.1",
            "PORT": str(self.port),
        }

    def check_out(self, commit: str) -> None:
        run(["git", "-C", str(self.code), "checkout", "--quiet", "--force", "--detach", commit])

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = ["make", "--silent", "-C", str(self.code), *arguments]
        return subprocess.run(
            command, env={**self.environment, **environment}, capture_output=True, text=True, check=False
        )

    def install(self) -> None:
        """By the way of whatever version is checked out."""
        done = self.make(".venv/ready")
        assert done.returncode == 0, done.stderr

    def manage(self, *arguments: str, must: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [self.python, "manage.py", *arguments],
            cwd=self.code, env={**self.environment, **environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0 or not must, done.stderr or done.stdout
        return done

    @property
    def python(self) -> str:
        return str(self.code / ".venv" / "bin" / "python")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A process in a group of its own; what it says is appended to a file."""
        log = (self.folder / "log.txt").open("ab")
        command = [self.python, "manage.py", *arguments]
        return subprocess.Popen(
            command, cwd=self.code, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )

    def serve(self) -> float:
        """Run web server and worker; return the seconds until the first answer."""
        started = time.monotonic()
        self.web = self.start("serve", "--bind", f"127.0.0.1:{self.port}")
        while not answers(self.port):
            assert self.web.poll() is None, (self.folder / "log.txt").read_text()[-3000:]
            assert time.monotonic() < started + PATIENCE, "the site does not start"
            time.sleep(0.1)
        return time.monotonic() - started

    def stop(self) -> None:
        if self.web:
            self.web.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.web.wait(60)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.web.pid, signal.SIGKILL)
            self.web.wait()
            self.web = None

    def start_nginx(self) -> None:
        """With deploy/nginx.conf of this version."""
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        for theirs, ours in {
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{self.port};",
            "listen 80;": f"listen 127.0.0.1:{self.web_port};",
            "listen [::]:80;": "",
            "/var/cache/nginx-registan": f"{self.folder}/pages",
            "/var/log/nginx": f"{self.folder}",
            "/srv/registan/var": f"{self.data}",
            "/srv/registan/deploy": f"{ROOT}/deploy",
        }.items():
            text = text.replace(theirs, ours)
        (self.folder / "site.conf").write_text(text)
        main = self.folder / "nginx.conf"
        main.write_text(NGINX.format(self.folder) + ("user root;" if os.getuid() == 0 else ""))
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.nginx = subprocess.Popen([nginx, "-p", str(self.folder), "-e", "stderr", "-c", str(main)])

    def end(self) -> None:
        self.stop()
        if self.nginx:
            self.nginx.terminate()
            self.nginx.wait()
        self.database.drop()


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def free_port() -> int:
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
