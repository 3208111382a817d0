"""Registan: filled by its own command, served as deploy/ has it, with its worker and, if asked, with nginx."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from bench.peers.contestant import (
    FORM_TYPE,
    SEARCH,
    SEARCHED_WORD,
    CommentCounts,
    Contestant,
    FormRequest,
    common_pages,
    parse_form,
    request,
)
from bench.peers.processes import ProcessTree, answers, parent_of, run_server
from bench.peers.sample import Sample, SampledPost
from bench.site import ROOT, create_database, drop_database, free_port

OWN_COOKIE = "registan_x=1"
# What a server keeps: whole pages and their parts; the parts that all readers share, as for a reader with a cookie, who
# gets no cached page; or nothing at all.
PAGES, FRAGMENTS, NOTHING = "pages", "fragments", "nothing"
# A form that comes back sooner was not written by a person (comments/screening/checks.py).
SECONDS_TO_WRITE = 4
COUNT = "SELECT status, count(*) FROM comments_comment WHERE status IN ('approved', 'pending') GROUP BY status"
NGINX = """
user root; worker_processes auto; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 768; }}
http {{
    include /etc/nginx/mime.types; sendfile on; tcp_nopush on; gzip on;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Installation:
    """A filled site in its folder; `url` is that of its database."""

    name: str
    folder: Path
    url: str

    @property
    def is_on_postgres(self) -> bool:
        return self.url.startswith("postgres")

    def environment(self, *, kept: str = PAGES) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "registan.settings" if kept == PAGES else "bench.peers.uncached_settings",
            "BENCH_KEPT": kept,
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "CACHE_URL": "local",
            "SITE_URL": "http://127.0.0.1:8000",
            "TRUSTED_PROXIES": "127.0.0.1",
        }


def fill_sqlite(folder: Path, size: dict[str, int]) -> None:
    """Make the site, and put its database as it was before anybody wrote into it beside it, for `read_sample`."""
    installation = sqlite_installation(folder)
    run_manage(installation, "collectstatic", "--no-input")
    fill(installation, size)
    with (
        contextlib.closing(sqlite3.connect(folder / "site.sqlite3")) as source,
        contextlib.closing(sqlite3.connect(folder / "sample.sqlite3")) as target,
    ):
        source.backup(target)


def fill_postgres(folder: Path, size: dict[str, int], url: str, *, static: Path) -> None:
    """Make the site in a database of its own, which must not be anybody else's; with static files collected before."""
    drop_database(url)
    create_database(url)
    shutil.copytree(static, folder / "static")
    fill(postgres_installation(folder, url), size)


def fill(installation: Installation, size: dict[str, int]) -> None:
    run_manage(installation, "migrate")
    run_manage(installation, "sample", *(f"--{name}={number}" for name, number in size.items()))


def run_manage(installation: Installation, *arguments: str) -> None:
    command, environment = [sys.executable, "manage.py", *arguments], installation.environment()
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def sqlite_installation(folder: Path) -> Installation:
    return Installation("Registan, SQLite", folder, f"sqlite:///{folder}/site.sqlite3")


def postgres_installation(folder: Path, url: str) -> Installation:
    return Installation("Registan, PostgreSQL", folder, url)


@contextlib.contextmanager
def serve(
    installation: Installation, sample: Sample, *, kept: str = PAGES, has_nginx: bool = False
) -> Iterator[Contestant]:
    """Serve the site to readers from its page cache or, unless that is `kept`, to readers with a cookie."""
    environment, folder, port = installation.environment(kept=kept), installation.folder, free_port()
    server = [sys.executable, "-m", "registan.server", f"127.0.0.1:{port}"]
    with contextlib.ExitStack() as stack:

        def start(command: list[str], is_ready: Callable[[], bool] = lambda: True) -> int:
            log = folder / "server.log"
            return stack.enter_context(run_server(command, log=log, is_ready=is_ready, environment=environment))

        roots = [start(server, lambda: answers(port, "/healthz"))]
        if has_nginx:
            front = free_port()
            roots.append(start(["nginx", "-c", configure_nginx(folder, app=port, port=front)], lambda: answers(front)))
            port = front
        postgres = [postgres_pid(installation.url)] if installation.is_on_postgres else []
        roots += postgres
        site = Site(installation, sample, f"http://127.0.0.1:{port}", ProcessTree(*roots))
        yield Contestant(
            name=installation.name + ", nginx" * has_nginx + ", no part kept" * (kept == NOTHING),
            address=site.address,
            processes=site.processes,
            pages=common_pages(sample) | {SEARCH: f"/search/?q={SEARCHED_WORD}"},
            anchor=r'id="comment-\d+"',
            headers={} if kept == PAGES else {"Cookie": OWN_COOKIE},
            comment_forms=site.comment_forms,
            count_comments=site.count_comments,
            save_post=site.save_post,
            database=ProcessTree(*postgres) if postgres else None,
        )


def configure_nginx(folder: Path, *, app: int, port: int) -> str:
    """deploy/nginx.conf with the values of this installation; the path of the file that includes it."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for theirs, ours in {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{app};",
        "listen 80;": f"listen 127.0.0.1:{port};",
        "listen [::]:80;": "",
        "/var/cache/nginx-registan": f"{folder}/pages",
        "/var/log/nginx": f"{folder}",
        "/srv/registan/var": f"{folder}",
        "/srv/registan/deploy": f"{ROOT}/deploy",
    }.items():
        assert theirs in text, theirs
        text = text.replace(theirs, ours)
    shutil.rmtree(folder / "pages", ignore_errors=True)
    (folder / "site.conf").write_text(text)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder))
    return str(folder / "nginx.conf")


def describe_postgres(url: str) -> str:
    """The version of the server, and whether it waits for the disk before it answers."""
    import psycopg2

    server = urlunsplit(urlsplit(url)._replace(path="/postgres"))
    with contextlib.closing(psycopg2.connect(server)) as connection, connection.cursor() as cursor:
        shown = []
        for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers"):
            cursor.execute(f"SHOW {name}")
            shown.append(f"{name} {cursor.fetchone()[0]}")
    return ", ".join(shown)


def postgres_pid(url: str) -> int:
    """The process ID of the server's first process. SystemExit when the server is not on this machine."""
    import psycopg2

    with contextlib.closing(psycopg2.connect(url)) as connection:
        stat = Path(f"/proc/{connection.get_backend_pid()}/stat")
        if not stat.exists() or "postgres" not in stat.read_text():
            raise SystemExit("PostgreSQL has to run on this machine: its CPU time and memory are counted.")
        return parent_of(stat.read_text())


class Site:
    """What a reader and an author do on the running site."""

    def __init__(self, installation: Installation, sample: Sample, address: str, processes: ProcessTree) -> None:
        self.installation, self.sample, self.address, self.processes = installation, sample, address, processes
        self.cookies: dict[str, Any] = {}

    def sign_in(self) -> dict[str, Any]:
        """The cookies of bench/peers/credentials.py."""
        if not self.cookies:
            command, environment = [sys.executable, "-m", "bench.peers.credentials"], self.installation.environment()
            output = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True).stdout
            self.cookies = json.loads(output)
        return self.cookies

    def comment_forms(self, is_known: bool) -> list[FormRequest]:
        """Forms of verified readers, published at once, or of strangers, each with a new address; filled in slowly."""
        readers = self.sign_in()["readers"]
        writers = self.sample.writers(is_known)
        stamps = [request(self.address, "GET", f"{post.path}comments/stamp/")[2].decode() for post, _ in writers]
        time.sleep(SECONDS_TO_WRITE)
        forms = []
        for number, ((post, (name, email)), stamp) in enumerate(zip(writers, stamps, strict=True)):
            reader = readers[number % len(readers)] if is_known else {"name": name, "email": email, "cookie": ""}
            forms.append(self.comment_form(post, stamp, reader))
        return forms

    def comment_form(self, post: SampledPost, stamp: str, reader: dict[str, str]) -> FormRequest:
        fields = {name: reader[name] for name in ("name", "email")}
        fields |= {"website": "", "body": self.sample.comment_text(post), "subject": "", "parent": "", "stamp": stamp}
        headers = {"Content-Type": FORM_TYPE, "Origin": self.address, "Cookie": reader["cookie"]}
        return FormRequest(f"{post.path}comments/", urlencode(fields), headers)

    def count_comments(self) -> CommentCounts:
        if self.installation.is_on_postgres:
            import psycopg2

            connection = psycopg2.connect(self.installation.url)
        else:
            connection = sqlite3.connect(self.installation.folder / "site.sqlite3")
        with contextlib.closing(connection), contextlib.closing(connection.cursor()) as cursor:
            cursor.execute(COUNT)
            counts = dict(cursor.fetchall())
        return CommentCounts(counts.get("approved", 0), counts.get("pending", 0))

    def save_post(self, text: str) -> tuple[float, float]:
        """Open the form of the oldest post and send it with the text added; only the sending is measured."""
        path, headers = f"/admin/blog/post/{self.sample.posts[0].pk}/change/", {"Cookie": self.sign_in()["staff"]}
        fields = parse_form(request(self.address, "GET", path, headers=headers)[2], "post_form")
        fields["body"] = [f"{fields['body'][0]}\n\n{text}"]
        token = fields["csrfmiddlewaretoken"][0]
        headers |= {"Content-Type": FORM_TYPE, "Origin": self.address}
        headers["Cookie"] += f"; registan_csrf={token}"
        body, cpu, start = urlencode(fields, doseq=True), self.processes.cpu(), time.perf_counter()
        status, _, answer = request(self.address, "POST", path, body=body, headers=headers)
        seconds = time.perf_counter() - start
        assert status == 302, f"{self.installation.name}: saving answers {status}\n{answer.decode()[:2_000]}"
        return seconds, self.processes.cpu() - cpu
