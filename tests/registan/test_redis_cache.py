"""The site works without Redis: a dead or frozen server is waited for once."""

import logging
import os
import signal
import time

import pytest
from django.core.cache import caches
from django.test import Client

from registan import cache as cache_backend
from registan.cache import FailOpenRedisCache
from tests import factories
from tests.registan import redis_server
from tests.registan.redis_server import redis_address  # noqa: F401  a fixture

# Seconds that Redis is given here: on a busy machine one that works may need more than a site would wait.
PATIENCE = 1.0
# What one that does not answer may cost: one wait, not two.
ONCE = 1.9


@pytest.fixture(autouse=True)
def not_given_up(monkeypatch):
    """Start each test as a process in which Redis has not failed yet."""
    monkeypatch.setattr(FailOpenRedisCache, "retry_at", 0.0)
    monkeypatch.setattr(cache_backend, "TIMEOUT_SECONDS", PATIENCE)


@pytest.fixture
def server(tmp_path):
    """A Redis server to freeze and kill."""
    redis_server.skip_without_redis_server()
    started = redis_server.start_redis(
        tmp_path, port=redis_server.free_port(), socket_path=str(tmp_path / "redis.sock")
    )
    started.address = f"redis://127.0.0.1:{started.args[2]}/0"
    started.socket_address = f"unix://{tmp_path}/redis.sock"
    yield started
    started.kill()
    started.wait()


def freeze(server) -> None:
    os.kill(server.pid, signal.SIGSTOP)


def kill(server) -> None:
    server.kill()
    server.wait()


def seconds(call) -> float:
    start = time.monotonic()
    call()
    return time.monotonic() - start


def everything(cache: FailOpenRedisCache) -> list:
    """The answers of every method."""
    return [
        cache.get("a", "nothing"), cache.set("a", 1), cache.add("a", 1), cache.touch("a"), cache.delete("a"),
        cache.incr("a", 3), cache.has_key("a"), cache.get_many(["a"]), cache.set_many({"a": 1}),
        cache.delete_many(["a"]), cache.clear(), "a" in cache, cache.get_or_set("a", 7),
    ]  # fmt: skip


EMPTY = ["nothing", None, True, False, False, 3, False, {}, [], None, False, False, 7]


def test_it_works_as_any_other_cache(redis_address):  # noqa: F811
    cache = FailOpenRedisCache(redis_address, {"KEY_PREFIX": "test"})
    cache.clear()
    assert cache.get("a", "nothing") == "nothing"
    cache.set("a", ("text/html", b"\x00\xff"))
    assert cache.get("a") == ("text/html", b"\x00\xff")
    assert not cache.add("a", 2)
    cache.set("n", 1)
    assert cache.incr("n") == 2
    with pytest.raises(ValueError, match="not found"):
        cache.incr("none")
    assert cache.get_many(["n", "none"]) == {"n": 2}
    assert cache.delete("n")
    assert "n" not in cache


def test_it_connects_to_a_unix_socket(server):
    cache = FailOpenRedisCache(server.socket_address, {})
    cache.set("a", 1)
    assert cache.get("a") == 1


@pytest.mark.parametrize("harm", [freeze, kill])
@pytest.mark.parametrize("way", ["address", "socket_address"])
def test_a_redis_that_does_not_answer_is_waited_for_once(server, harm, way):
    cache = FailOpenRedisCache(getattr(server, way), {})
    other = FailOpenRedisCache(getattr(server, way), {"KEY_PREFIX": "other"})
    cache.set("a", 1)
    assert cache.get("a") == 1
    harm(server)
    assert seconds(lambda: cache.get("a")) < ONCE
    assert seconds(lambda: (everything(cache), everything(other))) < ONCE
    assert everything(cache) == EMPTY


def test_a_process_that_starts_while_redis_is_frozen_waits_once_too(server):
    freeze(server)
    cache = FailOpenRedisCache(server.address, {})
    assert seconds(lambda: everything(cache)) < ONCE
    assert everything(cache) == EMPTY


def test_an_address_without_a_server_costs_next_to_nothing():
    cache = FailOpenRedisCache(f"redis://127.0.0.1:{redis_server.free_port()}/0", {})
    assert seconds(lambda: everything(cache)) < ONCE


def test_redis_is_tried_again_after_a_pause(server, monkeypatch):
    cache = FailOpenRedisCache(server.address, {})
    cache.set("a", 1)
    freeze(server)
    assert cache.get("a") is None
    os.kill(server.pid, signal.SIGCONT)
    assert cache.get("a") is None
    later = time.monotonic() + cache_backend.RETRY_AFTER_SECONDS + 1
    monkeypatch.setattr(cache_backend.time, "monotonic", lambda: later)
    assert cache.get("a") == 1


def test_a_failure_is_logged_once_without_the_password(server, caplog):
    kill(server)
    cache = FailOpenRedisCache(server.address.replace("redis://", "redis://:s3cret@"), {})
    with caplog.at_level(logging.WARNING):
        everything(cache)
        everything(cache)
    (record,) = caplog.records
    assert "the site goes on without it" in record.getMessage()
    assert "s3cret" not in caplog.text


def test_a_redis_that_refuses_counts_as_failed_too(server):
    """It may be full, read-only, loading, or have another password."""
    admin = FailOpenRedisCache(server.address, {})._cache.get_client(None, write=True)
    admin.config_set("requirepass", "another")
    admin.connection_pool.disconnect()
    assert everything(FailOpenRedisCache(server.address, {})) == EMPTY


@pytest.mark.django_db
@pytest.mark.parametrize("harm", [freeze, kill])
def test_pages_and_comments_work_without_redis(server, settings, harm):
    redis = {"BACKEND": "registan.cache.FailOpenRedisCache", "LOCATION": server.address}
    shared = {"default": {**redis, "KEY_PREFIX": "shared"}, "pages": {**redis, "KEY_PREFIX": "pages"}}
    settings.CACHES = {**settings.CACHES, **shared}
    post = factories.post()
    first = Client().get(post.get_absolute_url())
    harm(server)
    without = seconds(lambda: Client().get(post.get_absolute_url()))
    again = Client().get(post.get_absolute_url())
    assert again.content == first.content
    assert without < 2 * ONCE, "the page itself is made within that"
    assert caches["pages"].get("anything") is None
    sent = Client().post(f"{post.get_absolute_url()}comments/", factories.comment_form())
    assert sent.status_code == 302
    assert post.comments.count() == 1
