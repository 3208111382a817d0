"""Two real servers on one database: what one changes, the other shows on the very next request, with any cache."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings

from tests.site.redis_server import free_port, redis_address  # noqa: F401  a fixture

# Seconds that a server may take to start on a busy machine.
DEADLINE = 60
WRITER = "import django, json, sys; django.setup(); [print(exec(json.loads(line)), flush=True) for line in sys.stdin]"
IMPORTS = """
from datetime import timedelta
from django.utils import timezone
from blog.models import Clock, Post, Tag
from comments.models import Comment
from tests import factories
"""


class Site:
    """A database, what is changed in it, and the servers that show it."""

    def __init__(self, directory, root, database: str) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        module = "tests.site.plain_settings"
        self.variables = {**kept, "DATA_DIR": str(directory), "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": module}
        self.root = root
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=self.variables, cwd=root, check=True)
        self.writer = self.start("-c", WRITER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.change("factories.post('Old title', slug='tea', body='Old words.')")

    def start(self, *command: str, cache: str = "database", **how) -> subprocess.Popen:
        variables = {**self.variables, "CACHE_URL": cache}
        return subprocess.Popen([sys.executable, *command], env=variables, cwd=self.root, **how)

    def change(self, code: str) -> None:
        """Run `code` in a third process, as an author or a moderator would have it done."""
        self.writer.stdin.write(json.dumps(IMPORTS + code) + "\n")
        self.writer.stdin.flush()
        assert self.writer.stdout.readline() == "None\n", "the change failed"

    def stop(self) -> None:
        self.writer.stdin.close()
        self.writer.wait(DEADLINE)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """The address of an empty database of the kind this run is on."""
    config = settings.DATABASES["default"]
    if config["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{tmp_path_factory.mktemp('two')}/two.sqlite3"
        return
    name = f"two_{os.getpid()}"
    where = {"host": config["HOST"], "port": config["PORT"] or 5432, "user": config["USER"]}
    server = psycopg2.connect(dbname="postgres", password=config["PASSWORD"], **where)
    server.autocommit = True
    server.cursor().execute(f"CREATE DATABASE {name}")
    person = ":".join(quote(part, safe="") for part in (config["USER"], config["PASSWORD"]) if part)
    yield f"postgres://{person}@{where['host']}:{where['port']}/{name}"
    server.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


@pytest.fixture(scope="module")
def site(database, tmp_path_factory, request):
    one = Site(tmp_path_factory.mktemp("data"), request.config.rootpath, database)
    yield one
    one.stop()


@pytest.fixture(scope="module", params=["local", "database", "redis"])
def servers(request, site):
    """Where two servers listen that share the database and, unless it is local, the cache."""
    cache = request.getfixturevalue("redis_address") if request.param == "redis" else request.param
    ports = [free_port(), free_port()]
    options = ("--config", "deploy/gunicorn.conf.py", "--workers", "1", "--log-level", "error")
    running = [site.start("-m", "gunicorn", *options, "-b", f"127.0.0.1:{port}", "registan.wsgi", cache=cache) for port in ports]
    for port, process in zip(ports, running, strict=True):
        wait_for(port, process)
    yield [f"http://127.0.0.1:{port}" for port in ports]
    for process in running:
        process.terminate()
    for process in running:
        process.wait(DEADLINE)


def wait_for(port: int, process: subprocess.Popen) -> None:
    end = time.monotonic() + DEADLINE
    while True:
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < end, "the server did not start"
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz").close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)


def page(address: str) -> str:
    with urllib.request.urlopen(address) as response:
        return response.read().decode()


ADDRESSES = ["/2026/03/20/tea/", "/", "/feed/", "/comments/feed/"]


def shown(servers: list[str], words: str) -> list[list[str]]:
    """On which addresses each server shows these words; each is asked twice, so that it answers from memory after."""
    for server in servers:
        assert [page(server + address) for address in ADDRESSES] == [page(server + address) for address in ADDRESSES]
    return [[address for address in ADDRESSES if words in page(server + address)] for server in servers]


def test_a_change_shows_on_both_at_once(site, servers):
    for number, (code, where) in enumerate(
        [
            ("post = Post.objects.get(slug='tea'); post.title = '{words}'; post.save()", ADDRESSES[:3]),
            ("Post.objects.get(slug='tea').tags.add(factories.tag('{words}'))", ADDRESSES[:3]),
            ("tag = Tag.objects.first(); tag.name = '{words}'; tag.save()", ADDRESSES[:3]),
            ("factories.comment(Post.objects.get(slug='tea'), body='{words}', status='pending')", []),
            ("Comment.objects.latest('id').approve(via='admin')", None),
        ]
    ):
        words = f"words {number} {servers[0][-5:]}"
        if where is None:
            words, where = words.replace("words 4", "words 3"), ["/2026/03/20/tea/", "/comments/feed/"]
        assert shown(servers, words) == [[], []]
        site.change(code.format(words=words))
        assert [[address for address in ADDRESSES if words in page(server + address)] for server in servers] == [where, where]


def test_a_scheduled_post_that_comes_due_shows_on_both_at_once(site, servers):
    words = f"awaited {servers[0][-5:]}"
    site.change(f"factories.scheduled(title='{words}')")
    assert shown(servers, words) == [[], []]
    # An hour later: its time and the clock's next moment now lie behind.
    site.change("""
past = timezone.now() - timedelta(seconds=1)
Post.objects.filter(published_at__gt=timezone.now()).update(published_at=past)
Clock.objects.filter(name="site").update(due=past)
""")
    both = [[address for address in ADDRESSES if words in page(server + address)] for server in servers]
    assert both == [["/", "/feed/"]] * 2 or both == [["/2026/03/20/tea/", "/", "/feed/"]] * 2


def test_an_etag_of_one_server_is_good_at_the_other(servers):
    with urllib.request.urlopen(f"{servers[0]}/") as response:
        etag = response.headers["ETag"]
    for server in servers:
        with pytest.raises(urllib.error.HTTPError, match="304"):
            urllib.request.urlopen(urllib.request.Request(f"{server}/", headers={"If-None-Match": etag}))
