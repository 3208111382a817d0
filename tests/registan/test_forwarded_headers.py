"""gunicorn, as deploy/ starts it, believes no header about the request; the application believes its proxies."""

import contextlib
import http.client
import os
import socket

import pytest

from tests.blog.test_page_cache_processes import HOME, Site, await_start
from tests.comments.processes import PATIENCE, free_port, wait_until


@pytest.fixture(scope="module")
def servers(tmp_path_factory, request):
    """Where it listens: a port, and a Unix socket, whose peers gunicorn believes whatever else is set."""
    directory = tmp_path_factory.mktemp("site")
    site = Site(directory, request.config.rootpath, f"sqlite:///{directory}/site.sqlite3")
    site.variables |= {"TRUSTED_PROXIES": "127.0.0.1", "SITE_URL": "https://blog.example", "ALLOWED_HOSTS": "127.0.0.1"}
    # The control of `make security`: with gunicorn's own defaults these tests have to fail.
    site.variables["GUNICORN_CMD_ARGS"] = os.environ.get("GUNICORN_CMD_ARGS", "")
    port, path = free_port(), directory / "web.socket"
    options = ("--config", "deploy/gunicorn.conf.py", "--workers", "1", "--log-level", "critical")
    web = ("-m", "gunicorn", *options, "--bind", f"127.0.0.1:{port}", "--bind", f"unix:{path}", "registan.wsgi")
    process = site.start(*web)
    await_start(port, process)
    wait_until(path.exists, "the socket")
    yield {"port": port, "socket": str(path)}
    process.terminate()
    process.wait(PATIENCE)
    site.stop()


@pytest.fixture(params=["port", "socket"])
def ask(servers, request):
    where = servers[request.param]

    def get(address: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", timeout=PATIENCE)) as connection:
            if request.param == "socket":
                connection.sock = socket.socket(socket.AF_UNIX)
                connection.sock.connect(where)
            else:
                connection.port = where
            connection.request("GET", address, headers={"Host": "blog.example", "X-Forwarded-Proto": "https"} | headers)
            response = connection.getresponse()
            return response, response.read().decode()

    return get


def test_a_script_name_changes_no_link_of_any_page(ask):
    for _ in range(3):
        response, _page = ask("/zz/", SCRIPT_NAME="/zz", Cookie="language=uz")
        assert response.status == 404
    response, page = ask(HOME, Cookie="language=uz")
    assert (response.status, "/zz/" in page) == (200, False)


def test_a_script_name_that_does_not_fit_is_no_fault(ask):
    response, page = ask(HOME, SCRIPT_NAME="/elsewhere")
    assert (response.status, "elsewhere" in page) == (200, False)


def test_a_header_with_an_underscore_is_not_taken_for_one_with_a_hyphen(ask):
    assert ask(HOME, **{"X-Forwarded-Proto": "http", "X_Forwarded_Proto": "https"})[0].status == 301


def test_only_the_application_reads_the_scheme_and_only_of_its_proxy(ask):
    assert ask(HOME)[0].status == 200
    assert ask(HOME, **{"X-Forwarded-Proto": "http"})[0].headers["Location"] == "https://blog.example/"
    assert (
        ask(HOME, **{"X-Forwarded-Proto": "http", "X-Forwarded-Ssl": "on", "X-Forwarded-Protocol": "ssl"})[0].status
        == 301
    )


def test_a_huge_header_is_refused_and_the_next_request_is_answered(ask):
    response, page = ask(HOME, **{"X-Long": "a" * 100_000})
    assert 400 <= response.status < 500
    assert "Traceback" not in page
    assert ask(HOME)[0].status == 200
