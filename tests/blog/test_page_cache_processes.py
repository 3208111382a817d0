"""Two real servers and a worker on one database: a change shows on the very next request to either, with any cache."""

import http.client
import json
import os
import subprocess
import sys
import time
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings

from tests.comments.processes import PATIENCE, answers, free_port, wait_until
from tests.registan.redis_server import redis_address  # noqa: F401  a fixture

WRITER = "import django, json, sys; django.setup(); [print(exec(json.loads(line)), flush=True) for line in sys.stdin]"
IMPORTS = """
from datetime import timedelta
from django.utils import timezone
from blog.models import Clock, MenuLink, Post, Site, Tag
from comments.models import Comment
from comments.privacy.erasure import begin_erasure
from tests import factories
"""


class Site:
    """A database, what is changed in it, and the servers that show it."""

    def __init__(self, directory, root, database: str) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        ours = {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "tests.registan.server_settings"}
        self.variables = {**kept, **ours, "DATA_DIR": str(directory)}
        self.root = root
        self.start("-m", "django", "migrate", "-v", "0").wait(PATIENCE)
        self.writer = self.start("-c", WRITER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.change("factories.post(slug='tea', tags=[factories.tag('tag')])")

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
        self.writer.wait(PATIENCE)


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
    started = Site(tmp_path_factory.mktemp("data"), request.config.rootpath, database)
    yield started
    started.stop()


@pytest.fixture(scope="module", params=["local", "database", "redis"])
def servers(request, site):
    """Where two servers listen that share the database and, unless it is local, the cache."""
    cache = request.getfixturevalue("redis_address") if request.param == "redis" else request.param
    ports = [free_port(), free_port()]
    options = ("--config", "deploy/gunicorn.conf.py", "--workers", "1", "--log-level", "error")
    web = ("-m", "gunicorn", *options, "registan.wsgi", "--bind")
    running = [site.start(*web, f"127.0.0.1:{port}", cache=cache) for port in ports]
    for port, process in zip(ports, running, strict=True):
        await_start(port, process)
    yield [f"127.0.0.1:{port}" for port in ports]
    for process in running:
        process.terminate()
    for process in running:
        process.wait(PATIENCE)


def await_start(port: int, process: subprocess.Popen) -> None:
    wait_until(lambda: process.poll() is not None or answers(port), "the server")
    assert process.poll() is None, "the server ended"


def get(server: str, address: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
    """What a reader who carries nothing is answered."""
    connection = http.client.HTTPConnection(server, timeout=PATIENCE)
    connection.request("GET", address, headers=headers)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response, body


POST, HOME, FEED, COMMENTS = ADDRESSES = ["/2026/03/20/tea/", "/", "/feed/", "/comments/feed/"]


def showing(servers: list[str], words: str) -> list[list[str]]:
    """On which addresses each server shows these words."""
    return [[address for address in ADDRESSES if words in get(server, address)[1]] for server in servers]


@pytest.fixture
def words(servers) -> str:
    """Words that no page shows yet; both servers have every page in memory by now."""
    words = f"words of {time.monotonic_ns()}"
    for _ in range(2):
        assert showing(servers, words) == [[], []]
    return words


def test_an_edited_post_shows_on_both_at_once(site, servers, words):
    site.change(f"post = Post.objects.get(slug='tea'); post.body = '{words}'; post.save()")
    assert showing(servers, words) == [[POST, HOME, FEED]] * 2


def test_a_renamed_tag_shows_on_both_at_once(site, servers, words):
    site.change(f"tag = Tag.objects.get(slug='tag'); tag.name = '{words}'; tag.save()")
    assert showing(servers, words) == [[POST, HOME, FEED]] * 2


def test_a_changed_name_of_the_site_shows_on_both_at_once(site, servers, words):
    site.change(f"page = Site.get(); page.name = '{words}'; page.save()")
    assert showing(servers, words) == [ADDRESSES] * 2


def test_a_new_link_in_the_menu_shows_on_both_at_once(site, servers, words):
    site.change(f"MenuLink.objects.create(part='blog:archive', label='{words}')")
    assert showing(servers, words) == [[POST, HOME]] * 2


def test_an_approved_comment_shows_on_both_at_once(site, servers, words):
    site.change(f"factories.comment(Post.objects.get(slug='tea'), body='{words}', status='pending')")
    assert showing(servers, words) == [[], []]
    site.change("factories.approve(Comment.objects.latest('id'), via='admin')")
    assert showing(servers, words) == [[POST, COMMENTS]] * 2
    site.change("factories.remove(Comment.objects.latest('id'), via='admin')")
    assert showing(servers, words) == [[], []]


def test_what_a_worker_erases_is_gone_on_both_at_once(site, servers, words):
    site.change(f"""
bob = factories.reader()
factories.comment(Post.objects.get(slug='tea'), body='{words}', email=bob.email, reader=bob, is_verified=True)
begin_erasure(bob, keeps_words=False, sender="x")
""")
    assert showing(servers, words) == [[POST, COMMENTS]] * 2
    assert site.start("manage.py", "worker", "--once").wait(PATIENCE) == 0
    assert showing(servers, words) == [[], []]


def test_a_scheduled_post_that_comes_due_shows_on_both_at_once(site, servers, words):
    site.change(f"factories.scheduled(title='{words}')")
    assert showing(servers, words) == [[], []]
    # As if a day had passed: its time and the clock's next moment lie behind.
    site.change("""
past = timezone.now() - timedelta(seconds=1)
Post.objects.filter(published_at__gt=timezone.now()).update(published_at=past)
Clock.objects.filter(name="site").update(due=past)
""")
    assert [set(found) >= {HOME, FEED} for found in showing(servers, words)] == [True, True]


def test_an_etag_of_one_server_is_good_at_the_other(servers):
    etag = get(servers[0], "/")[0].headers["ETag"]
    for server in servers:
        assert get(server, "/", **{"If-None-Match": etag})[0].status == 304
