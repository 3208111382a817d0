"""Unforeseen failures are reported to Sentry, if there is one, with nothing of a person in them."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest
from django.conf import settings

pytest.importorskip("sentry_sdk")

# In a process of its own, since Sentry changes Django for good.
FAIL = """
import logging
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
from django.db import OperationalError
from wsgiref.util import setup_testing_defaults
from django.urls import path
from registan import urls

def broken(request, token):
    secret = "ann@example.org"
    raise ValueError(f"bad {secret} from 203.0.113.9 at /preview/s3cret/")

def away(request):
    raise OperationalError("could not connect")

urls.urlpatterns[:0] = [path("broken/<token>/", broken), path("away/", away)]
def get(path, query=""):
    environ = {"HTTP_HOST": "127.0.0.1", "HTTP_X_REQUEST_ID": "0" * 32, "HTTP_COOKIE": "choice=s3cret"}
    setup_testing_defaults(environ)
    environ |= {"PATH_INFO": path, "QUERY_STRING": query, "REMOTE_ADDR": "203.0.113.9"}
    application(environ, lambda *_: None).close()

get("/away/")
get("/broken/x/", "q=ann@example.org")
logging.getLogger("registan.test").error("A job failed for bob@example.net.")
import sentry_sdk
sentry_sdk.flush(20)
"""


@pytest.fixture
def receiver():
    """A Sentry on loopback; `events` are what it was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.events.append(brotli.decompress(body).decode())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.events = []
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


def run(code: str, folder, **environment: str) -> subprocess.CompletedProcess:
    """Run this code on a site whose data are in that folder."""
    own = {"DJANGO_SETTINGS_MODULE": "registan.settings", "DATA_DIR": str(folder), "DATABASE_URL": ""}
    environment = {**os.environ, **own, **environment}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)


def test_a_failure_is_reported_without_anything_of_a_person_and_a_foreseen_one_is_not(receiver, tmp_path):
    done = run(FAIL, tmp_path, SENTRY_DSN=f"http://key@127.0.0.1:{receiver.server_address[1]}/1")
    assert done.returncode == 0, done.stderr
    sent = "\n".join(receiver.events)
    assert "bad [email] from [address] at /preview/.../" in sent
    assert "A job failed for [email]." in sent
    assert "OperationalError" not in sent
    for private in ("ann@", "bob@", "203.0.113.9", "s3cret", "choice", "secret ="):
        assert private not in sent, private
    events = [json.loads(line) for body in receiver.events for line in body.splitlines() if '"exception"' in line]
    assert [event["tags"]["request_id"] for event in events] == ["0" * 32]
    assert set(events[0]["request"]) == {"method", "url"}


def test_without_an_address_it_is_not_loaded(tmp_path):
    code = "import django; django.setup(); import sys; sys.exit('sentry_sdk' in sys.modules)"
    assert run(code, tmp_path).returncode == 0
