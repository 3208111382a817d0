"""Starts what systemd units say, where there is no systemd, for tools/install_check.py.

Of a service it does User, Group, WorkingDirectory, EnvironmentFile, UMask, NoNewPrivileges, MemoryDenyWriteExecute,
ProtectSystem=strict with ReadWritePaths, PrivateTmp, ExecStart and ExecStartPost; of a socket, ListenStream.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shlex
import signal
import socket
import subprocess
from pathlib import Path

UNITS = Path("/etc/systemd/system")
# linux/prctl.h, linux/mount.h, sched.h
PR_SET_NO_NEW_PRIVS, PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN = 38, 65, 1
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
CLONE_NEWNS = 0x00020000
FIRST_SOCKET = 3
LIBC = ctypes.CDLL(None, use_errno=True)


class Unit:
    """A unit file: its settings by name, each a list, since some may be given more than once."""

    def __init__(self, name: str) -> None:
        self.name, self.settings = name, {}
        for line in (UNITS / name).read_text().splitlines():
            key, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                self.settings.setdefault(key, []).append(value)

    def one(self, key: str, default: str = "") -> str:
        return self.settings.get(key, [default])[-1]

    def is_on(self, key: str) -> bool:
        return self.one(key) in {"yes", "true"}

    def environment(self) -> dict[str, str]:
        """What the process is given: nothing of ours but the language and where programs are."""
        account = pwd.getpwnam(self.one("User"))
        given = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        given |= {"HOME": account.pw_dir, "USER": account.pw_name}
        for file in self.settings.get("EnvironmentFile", []):
            for line in Path(file).read_text().splitlines():
                name, equals, value = line.partition("=")
                if equals and not line.startswith(("#", ";")):
                    given[name.strip()] = value.strip().strip("\"'")
        return given

    def confine(self) -> None:
        """Make this process what the unit says, before it becomes the program."""
        account = pwd.getpwnam(self.one("User"))
        if self.one("ProtectSystem") == "strict":
            self.protect_disk()
        os.umask(int(self.one("UMask", "0022"), 8))
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        os.chdir(self.one("WorkingDirectory", "/"))
        if self.is_on("NoNewPrivileges"):
            call(LIBC.prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if self.is_on("MemoryDenyWriteExecute"):
            call(LIBC.prctl, PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0)

    def protect_disk(self) -> None:
        """A namespace of mounts in which only ReadWritePaths can be written to, and a /tmp of its own."""
        call(LIBC.unshare, CLONE_NEWNS)
        mount("none", "/", MS_REC | MS_PRIVATE)
        for path in self.one("ReadWritePaths").split():
            mount(path, path, MS_BIND)
        mount("none", "/", MS_REMOUNT | MS_BIND | MS_RDONLY)
        if self.is_on("PrivateTmp"):
            mount("tmpfs", "/tmp", 0, kind=b"tmpfs")  # noqa: S108

    def start(self, command: str, listening: socket.socket | None = None) -> subprocess.Popen:
        """Run one of its commands, with the socket as systemd passes it: as file 3, by the number of the process."""
        environment, words, kept = self.environment(), shlex.split(command.lstrip("-")), []
        if listening:
            kept = [listening.fileno()]
            environment["LISTEN_FDS"] = "1"
            words = ["/bin/bash", "-c", f'LISTEN_PID=$$ exec "$@" {FIRST_SOCKET}<&{kept[0]}', "bash", *words]
        return subprocess.Popen(words, env=environment, preexec_fn=self.confine, pass_fds=kept)

    def run(self) -> None:
        """Run a unit of Type=oneshot to its end; raises CalledProcessError for a command that fails."""
        for command in [*self.settings["ExecStart"], *self.settings.get("ExecStartPost", [])]:
            code = self.start(command).wait()
            if code and not command.startswith("-"):
                raise subprocess.CalledProcessError(code, command)


def call(function, *arguments) -> None:
    if function(*arguments):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), function.__name__)


def mount(source: str, place: str, flags: int, kind: bytes | None = None) -> None:
    call(LIBC.mount, source.encode(), place.encode(), kind, ctypes.c_ulong(flags), None)


class Manager:
    """Starts units as `systemctl enable --now` does, and ends them."""

    def __init__(self) -> None:
        self.sockets: dict[str, socket.socket] = {}
        self.running: dict[str, subprocess.Popen] = {}

    def enable(self, name: str) -> str:
        """Start the unit; returns what was done, in words."""
        unit = Unit(name)
        stem, _, kind = name.rpartition(".")
        if kind == "socket":
            host, _, port = unit.one("ListenStream").rpartition(":")
            self.sockets[stem] = socket.create_server((host, int(port)), backlog=128)
            return f"listening at {host}:{port}"
        if kind == "timer":
            return "not waited for; its service is run below"
        self.running[stem] = unit.start(unit.one("ExecStart"), self.sockets.get(stem))
        return f"started as {unit.one('User')}: {unit.one('ExecStart')}"

    def stop(self) -> None:
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            process.wait(60)
