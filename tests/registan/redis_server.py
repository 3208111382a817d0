"""Starts a Redis server for tests that freeze, kill and empty it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.comments.processes import free_port, wait_until

SHARED_REDIS = "redis://127.0.0.1:6379/15"


def does_redis_answer(address: str) -> bool:
    try:
        return bool(Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1).ping())
    except RedisError:
        return False


def start_redis(directory: Path, *, port: int, socket_path: str = "") -> subprocess.Popen:
    """Start redis-server on that port, and wait until it answers."""
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(directory)]
    if socket_path:
        command += ["--unixsocket", socket_path]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: server.poll() is not None or does_redis_answer(f"redis://127.0.0.1:{port}/0"), "redis-server")
    assert server.poll() is None, "redis-server ended"
    return server


def skip_without_redis_server() -> None:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed: what happens when Redis dies or freezes was not tried")


@pytest.fixture(scope="module")
def redis_address(tmp_path_factory):
    """The URL of an empty Redis database: of a new server, or else of the machine's own."""
    if shutil.which("redis-server"):
        port = free_port()
        server = start_redis(tmp_path_factory.mktemp("redis"), port=port)
        yield f"redis://127.0.0.1:{port}/0"
        server.kill()
        server.wait()
    elif does_redis_answer(SHARED_REDIS):
        yield SHARED_REDIS
    else:
        pytest.skip("redis-server is not installed and no Redis answers at 127.0.0.1:6379: not tried with Redis")
