"""Inside the folder of tools/install_check.py: runs the blocks that begin services, and asks the site."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

from unit_stand_in import Manager, Unit

HERE = Path(__file__).parent
BLOG = Path("/srv/registan")
BACKUPS = Path("/var/backups/registan")
PATIENCE = 120
OWNER = {
    "site-name": "Tea and walnuts", "site-tagline": "", "site-language": "en", "site-time_zone": "UTC",
    "name": "Zulfiya Isroilova", "email": "zulfiya@example.org", "password": "plum-and-walnut-7",
}  # fmt: skip


class Installation:
    def __init__(self) -> None:
        self.manager, self.nginx, self.name = Manager(), None, ""
        self.link = ""

    def follow(self, blocks: list[str]) -> None:
        """Run each command; those that are not for a folder are done by a stand-in."""
        variables = ""
        for block in blocks:
            for command in block.replace("\\\n", " ").splitlines():
                if re.match(r"[A-Z]+=", command):
                    variables += f"{command}\n"
                    self.name = self.name or command.removeprefix("NAME=")
                    continue
                print(f"+ {command}", flush=True)
                program = command.split()[0]
                if program == "systemctl":
                    self.systemctl(shlex.split(command)[1:])
                elif program == "certbot":
                    self.make_certificate()
                elif program == "ufw":
                    print("    (not run here: it would change the firewall of the machine)")
                else:
                    self.run(f"{variables}{command}")

    def run(self, script: str) -> None:
        done = subprocess.run(["bash", "-euc", script], stdout=subprocess.PIPE, text=True)
        print(done.stdout, end="", flush=True)
        if done.returncode:
            raise SystemExit(f"    exit code {done.returncode}")
        self.link = next(iter(re.findall(r"https?://\S+/first-run/\S+", done.stdout)), self.link)

    def systemctl(self, words: list[str]) -> None:
        if words[:2] == ["enable", "--now"]:
            for unit in words[2:]:
                print(f"    (stand-in) {unit}: {self.manager.enable(unit)}", flush=True)
        elif words == ["reload", "nginx"]:
            print("    (stand-in) nginx starts, or reads its configuration again", flush=True)
            if self.nginx is None:
                self.nginx = subprocess.Popen(["nginx", "-g", "daemon off;"])
                wait_for(80)
            else:
                self.nginx.send_signal(signal.SIGHUP)
                time.sleep(2)  # nothing tells when nginx has done so

    def make_certificate(self) -> None:
        """Show that the file of a challenge is served over http, then sign a certificate ourselves."""
        challenge = Path("/var/www/html/.well-known/acme-challenge/token")
        challenge.parent.mkdir(parents=True)
        challenge.write_text("proof")
        status, _, body = self.ask("/.well-known/acme-challenge/token", secure=False)
        expect((status, body) == (200, b"proof"), "nginx serves the file by which certbot proves the name, over http")
        folder = Path(f"/etc/letsencrypt/live/{self.name}")
        folder.mkdir(parents=True)
        request = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            f"/CN={self.name}",
        ]
        request += ["-addext", f"subjectAltName=DNS:{self.name}"]
        files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
        subprocess.run([*request, *files], check=True, stderr=subprocess.DEVNULL)
        print("    (stand-in) no authority is asked: a certificate is made here", flush=True)

    def ask(
        self, path: str, *, secure: bool = True, body: str | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Ask nginx for it under the blog's name: the status, the headers, the body."""
        stream = socket.create_connection(("127.0.0.1", 443 if secure else 80), timeout=60)
        if secure:
            context = ssl.create_default_context(cafile=f"/etc/letsencrypt/live/{self.name}/fullchain.pem")
            stream = context.wrap_socket(stream, server_hostname=self.name)
        connection = http.client.HTTPConnection(self.name)
        connection.sock = stream
        with contextlib.closing(connection):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("POST" if body else "GET", path, body, named)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def send(self, path: str, fields: dict[str, str]) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Open the page at that address, and send its form filled in."""
        status, headers, _ = self.ask(path)
        expect(status == 200, "it opens")
        more = {"Cookie": cookies_of(headers), "Origin": f"https://{self.name}"}
        return self.ask(path, body=urlencode(fields), Content_Type="application/x-www-form-urlencoded", **more)


def cookies_of(headers: http.client.HTTPMessage) -> str:
    return "; ".join(line.partition(";")[0] for line in headers.get_all("Set-Cookie", []))


def expect(holds: bool, words: str) -> None:
    print(f"    {'ok' if holds else 'NOT'}: {words}", flush=True)
    if not holds:
        raise SystemExit(1)


def wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise SystemExit(f"    nothing listens at {port}")


def look_at_site(blog: Installation) -> None:
    """What a reader, the owner and a thief would try."""
    print("\n=== Asking the site", flush=True)
    status, headers, _ = blog.ask("/", secure=False)
    expect((status, headers["Location"]) == (301, f"https://{blog.name}/"), "http leads to https")
    status, headers, body = blog.ask("/")
    expect(status == 200 and b"not set up yet" in body, "the front page answers over https, and says how to begin")
    expect("max-age=31536000" in (headers["Strict-Transport-Security"] or ""), "browsers are told to stay with https")
    sheet = re.search(rb'href="(/static/css/\w+\.[0-9a-f]{12}\.css)"', body)[1].decode()
    status, headers, body = blog.ask(sheet, Accept_Encoding="gzip")
    expect(status == 200 and b"{" in gzip.decompress(body), f"nginx sends {sheet}, compressed when it was collected")
    expect("immutable" in headers["Cache-Control"], "for a year")
    expect(blog.link.startswith("https://"), f"the owner's link is {blog.link[:40]}…")
    status, headers, _ = blog.send(blog.link.partition(blog.name)[2], OWNER)
    expect(status == 303, "the owner names the blog, and has an account")
    expect(b"Tea and walnuts" in blog.ask("/")[2], "the front page has that name")
    expect(blog.ask("/admin/", Cookie=cookies_of(headers))[0] == 200, "the owner is signed in")
    expect(blog.ask("/media/../secret_key")[0] in {400, 404}, "nobody gets the key")
    var = BLOG / "var"
    private = [path for path in var.iterdir() if path.is_file()]
    done = subprocess.run(["runuser", "-u", "www-data", "--", "cat", *private], capture_output=True)
    expect(len(private) > 2 and done.stdout == b"", f"nginx's user reads none of {', '.join(p.name for p in private)}")
    service = Unit("registan-web.service")
    tried = [
        service.start(f"/usr/bin/touch {folder}/written").wait() for folder in (BLOG, "/etc", "/var/www/html", var)
    ]
    expect(
        [code == 0 for code in tried] == [False, False, False, True], "a process of the service can write to var alone"
    )


def look_at_services(blog: Installation) -> None:
    """What restarts, backups and their trial do."""
    print("\n=== Services", flush=True)
    web = blog.manager.running.pop("registan-web")
    web.terminate()
    web.wait(PATIENCE)
    with socket.create_connection(("127.0.0.1", 8000), timeout=PATIENCE) as early:
        early.sendall(f"GET /healthz HTTP/1.1\r\nHost: {blog.name}\r\nConnection: close\r\n\r\n".encode())
        blog.manager.enable("registan-web.service")
        expect(early.recv(100).startswith(b"HTTP/1.1 200"), "a request that came while the web server restarted waited")
    for name in ("registan-archive.service", "registan-drill.service"):
        Unit(name).run()
    kept = sorted(path.name for path in BACKUPS.iterdir())
    expect(any(name.endswith("-private") for name in kept) and "secret_key" in kept, f"backups: {', '.join(kept)}")
    found = subprocess.run(
        ["runuser", "-u", "registan", "--", ".venv/bin/python", "manage.py", "check", "--deploy"],
        cwd=BLOG, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    print(found.stdout)
    expect(re.findall(r"registan\.W\d+", found.stdout) == ["registan.W003"], "only email is still missing")
    size = subprocess.run(["du", "-sLm", ".venv"], cwd=BLOG, stdout=subprocess.PIPE, text=True).stdout.split()[0]
    print(f"    the packages take {size} MB")


def main() -> None:
    blog = Installation()
    try:
        blog.follow(json.loads((HERE / "blocks.json").read_text()))
        look_at_site(blog)
        look_at_services(blog)
    finally:
        blog.manager.stop()
        if blog.nginx:
            blog.nginx.terminate()


if __name__ == "__main__":
    os.chdir("/")
    sys.exit(main())
