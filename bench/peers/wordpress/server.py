"""Serves WordPress, and acts as a reader and an author of it."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

from bench.peers.contestant import (
    FORM_TYPE,
    SEARCH,
    SEARCHED_WORD,
    CommentCounts,
    Contestant,
    FormRequest,
    common_pages,
)
from bench.peers.processes import ProcessTree, accepts_connections, answers, run_server
from bench.peers.sample import Sample
from bench.peers.wordpress import database
from bench.peers.wordpress.fill import HERE, PASSWORD
from bench.site import free_port


@contextlib.contextmanager
def serve(folder: Path, sample: Sample, *, is_cached: bool = False) -> Iterator[Contestant]:
    """Serve the site as it makes its pages, or from the cache of its nginx."""
    port, cached = free_port(), free_port()
    shutil.rmtree(folder / "pages", ignore_errors=True)
    with (
        database.run(folder) as mariadb,
        run_server(
            [
                php_fpm(),
                "--allow-to-run-as-root",
                "--nodaemonize",
                "--fpm-config",
                configure(folder, "php-fpm.conf"),
            ],
            log=folder / "php-fpm.log",
            is_ready=lambda: accepts_connections(folder / "php-fpm.sock"),
        ) as php,
        run_server(
            ["nginx", "-c", configure(folder, "nginx.conf", PORT=port, CACHED=cached)],
            log=folder / "nginx.log",
            is_ready=lambda: answers(port),
        ) as nginx,
    ):
        processes = ProcessTree(mariadb, php, nginx)
        site = Site(folder, sample, f"http://127.0.0.1:{cached if is_cached else port}", processes)
        yield Contestant(
            name="WordPress",
            address=site.address,
            processes=processes,
            pages=common_pages(sample) | {SEARCH: f"/?s={SEARCHED_WORD}"},
            anchor=r'id="comment-\d+"',
            comment_forms=site.comment_forms,
            count_comments=site.count_comments,
            save_post=site.save_post,
            database=ProcessTree(mariadb),
        )


def php_fpm() -> str:
    """The program, whose name ends with the version of PHP."""
    return str(max(Path("/usr/sbin").glob("php-fpm[0-9]*")))


def configure(folder: Path, name: str, **values: int) -> str:
    """Write a configuration with the values of this run into the folder; its path."""
    text = (HERE / name).read_text()
    for word, value in {"FOLDER": folder, **values}.items():
        text = text.replace(word, str(value))
    (folder / name).write_text(text)
    return str(folder / name)


class Site:
    """What a reader and an author do on the running site."""

    def __init__(self, folder: Path, sample: Sample, address: str, processes: ProcessTree) -> None:
        self.folder, self.sample, self.address, self.processes = folder, sample, address, processes
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.nonce = ""

    def comment_forms(self, is_known: bool) -> list[FormRequest]:
        """Forms of people with an approved comment, who are published at once by default, or of others, who wait."""
        return [
            FormRequest(
                "/wp-comments-post.php",
                urlencode(
                    {
                        "comment": self.sample.comment_text(post),
                        "author": name,
                        "email": email,
                        "url": "",
                        "submit": "Post Comment",
                        "comment_post_ID": post.pk,
                        "comment_parent": 0,
                    }
                ),
                {"Content-Type": FORM_TYPE, "Origin": self.address},
            )
            for post, (name, email) in self.sample.writers(is_known)
        ]

    def count_comments(self) -> CommentCounts:
        counts = database.count_comments(self.folder)
        return CommentCounts(counts["1"], counts["0"])

    def sign_in(self) -> str:
        """The token that the block editor sends with each request."""
        if not self.nonce:
            self.open("/wp-login.php")
            self.open("/wp-login.php", urlencode({"log": "admin", "pwd": PASSWORD, "testcookie": 1}))
            self.nonce = self.open("/wp-admin/admin-ajax.php?action=rest-nonce")
        return self.nonce

    def open(self, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> str:
        sent = urllib.request.Request(self.address + path, body.encode() if body else None, headers or {})
        with self.browser.open(sent, timeout=60) as response:
            return str(response.read().decode())

    def save_post(self, text: str) -> tuple[float, float]:
        """Save the oldest post with the text added, as the block editor does; only the saving is measured."""
        path = f"/wp-json/wp/v2/posts/{self.sample.posts[0].pk}"
        headers = {"X-WP-Nonce": self.sign_in(), "Content-Type": "application/json"}
        content = json.loads(self.open(f"{path}?context=edit", headers=headers))["content"]["raw"]
        body, cpu, start = json.dumps({"content": f"{content}\n\n{text}"}), self.processes.cpu(), time.perf_counter()
        answer = self.open(f"{path}?_locale=user", body, headers)
        seconds = time.perf_counter() - start
        assert text in answer, f"WordPress: saving answers {answer[:500]}"
        return seconds, self.processes.cpu() - cpu
