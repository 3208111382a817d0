"""Numbers for Prometheus: of all processes together, and to monitors alone."""

import json
import os
import subprocess
import sys
from http.client import HTTPConnection
from ipaddress import ip_network

import pytest
from django.conf import settings

from comments.models import Message
from registan import site_gauges
from tests import factories
from tests.comments.processes import PATIENCE, Elsewhere, wait_until

# In a process of its own: the client of Prometheus is set up once, before anything else.
COUNT = """
import json, os, sys
import django
django.setup()
from registan import metrics

class Response(list):
    is_cache_hit = True

def answer(environ, start_response):
    start_response(environ["status"], [])
    return Response([b"words"])

application = metrics.CountingApplication(answer)
for path, method, status in json.loads(sys.argv[1]):
    application({"PATH_INFO": path, "REQUEST_METHOD": method, "status": status}, lambda *_: None)
memory = metrics.MemoryCount()
for _time in range(5):
    memory("200 OK")
memory.next_add["200 OK"] = 0
memory("200 OK")
memory("418 I'm a teapot")
if os.fork() == 0:
    memory("304 Not Modified")
    os._exit(0)
os.wait()
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry)
sys.stdout.write(generate_latest(registry).decode())
sys.stderr.write(os.environ["PROMETHEUS_MULTIPROC_DIR"])
"""


def test_requests_are_counted_by_kind_and_status_in_all_processes_and_the_files_go_with_them():
    requests = [
        ("/", "GET", "200 OK"),
        ("/2026/03/20/tea/", "GET", "200 OK"),
        ("/2026/03/20/tea/comments/", "POST", "302 Found"),
        ("/wp-login.php", "GET", "404 Not Found"),
        ("/admin/", "GET", "200 OK"),
        ("/media/a.png", "GET", "200 OK"),
        ("/readyz", "GET", "503 Service Unavailable"),
    ]
    run = subprocess.run(
        [sys.executable, "-c", COUNT, json.dumps(requests)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "registan.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = run.stdout.splitlines()
    for kind, status, count in [
        ("page", 200, 2),
        ("form", 302, 1),
        ("page", 404, 1),
        ("staff", 200, 1),
        ("file", 200, 1),
        ("watcher", 503, 1),
        ("memory", 200, 6),
        ("memory", 304, 1),
    ]:
        assert f'registan_requests_total{{kind="{kind}",status="{status}"}} {count}.0' in lines
    assert 'registan_cached_pages_total{result="hit"} 7.0' in lines
    assert 'registan_request_seconds_count{kind="page"} 3.0' in lines
    assert "418" not in run.stdout
    assert not os.path.exists(run.stderr.strip())  # noqa: PTH110


@pytest.mark.django_db
def test_the_numbers_of_the_site_are_what_is_stored(post):
    factories.comment(post, status="pending")
    Message.objects.create(key="one", to="ann@example.org", subject="Hello")
    text = site_gauges.as_text()
    assert "\nregistan_comments_waiting 1\n" in text
    assert "\nregistan_emails_unsent 1\n" in text
    assert "\nregistan_worker_beat_seconds 0\n" in text
    assert "\n# TYPE registan_disk_free_bytes gauge\nregistan_disk_free_bytes " in text
    assert "@" not in text


@pytest.mark.django_db
def test_strangers_find_nothing(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.TRUSTED_MONITORS = [ip_network("192.0.2.7")]
    assert client.get("/metrics", REMOTE_ADDR="198.51.100.1").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7", headers={"X-Forwarded-For": "::1"}).status_code == 404


def test_without_monitors_nothing_of_it_is_loaded():
    code = "import registan.wsgi, sys; sys.exit('prometheus_client' in sys.modules)"
    there = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.registan.server_settings"}
    assert subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=there, check=False).returncode == 0


@pytest.mark.django_db(transaction=True)
def test_a_running_site_tells_its_monitor_of_both_its_processes(tmp_path):
    elsewhere = Elsewhere(tmp_path)
    try:
        port = elsewhere.serve(TRUSTED_MONITORS="127.0.0.1")

        def read(path: str) -> tuple[int, str]:
            connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()

        wait_until(lambda: read("/readyz")[0] == 200, "the site to be ready")
        asked = 0
        while 'kind="memory",status="200"' not in read("/metrics")[1]:
            asked += read("/feed/")[0] == 200
            assert asked < 100
        numbers = dict(line.rsplit(" ", 1) for line in read("/metrics")[1].splitlines() if line[0] != "#")
        assert float(numbers['registan_requests_total{kind="feed",status="200"}']) >= 1
        assert float(numbers["registan_queries_total"]) > 1
    finally:
        elsewhere.stop()
