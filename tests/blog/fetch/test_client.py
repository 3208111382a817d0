"""Pages are fetched from public addresses alone, within limits of time, size, type and redirects."""

import gzip
import io
import socket
import threading
import time
from contextlib import closing

import pytest

from blog.fetch.client import REDIRECT_LIMIT, FetchError, FetchRefused, GuardedClient, NoAnswer
from blog.fetch.public_addresses import is_public_address
from tests.blog.fetch.loopback import ALLOWED, HTML, answer, redirect, url

LIMIT = 50_000
AGENT = "Registan (https://blog.example)"


def client(*servers, **options):
    ports = {server.port for server in servers} | {80, 443}
    limits = {"content_types": ["text/html"], "byte_limit": LIMIT, "time_limit": 5.0, "ports": ports}
    return GuardedClient(**{"user_agent": AGENT, "also_allowed": {ALLOWED}, **limits, **options})


def test_a_page_is_fetched(serve):
    server = serve(answer())
    fetched = client(server).fetch(url(server, "/a?b=ш#c"))
    assert (fetched.content, fetched.content_type) == (b"Hello", "text/html")
    assert server.requests[0].startswith(f"GET /a?b=%D1%88 HTTP/1.1\r\nHost: {ALLOWED}:{server.port}\r\n")


def test_the_request_says_who_asks_and_has_no_cookie_or_password(serve):
    server = serve(
        lambda request: [answer(head=HTML + b"Set-Cookie: a=b\r\n") if "GET /2" in request else redirect("/2")]
    )
    client(server).fetch(url(server))
    for request in server.requests:
        assert "User-Agent: Registan (https://blog.example)\r\n" in request
        assert not {"cookie", "authorization", "referer"} & {
            line.split(":")[0].lower() for line in request.split("\r\n")
        }


def test_compressed_and_chunked_answers_are_read(serve):
    body = gzip.compress(b"Hello" * 100)
    head = b"HTTP/1.1 200 OK\r\n" + HTML + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    server = serve(head + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")
    assert client(server).fetch(url(server)).content == b"Hello" * 100


def test_a_redirect_is_followed_and_the_last_address_returned(serve):
    server = serve(lambda request: [answer() if "GET /b" in request else redirect("b#x")])
    assert client(server).fetch(url(server)).url == url(server, "/b#x")


def test_redirects_without_end_are_given_up(serve):
    server = serve(redirect("/a"))
    with pytest.raises(FetchError, match="redirects"):
        client(server).fetch(url(server))
    assert len(server.requests) == REDIRECT_LIMIT + 1


PRIVATE_HOSTS = [
    "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "0",
    "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.51.100.1",  # noqa: S104
    "203.0.113.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "127.0.0.1.", "１２７.0.0.1", "127。0。0。1",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]",
    "[fe80::1%25lo]", "[fc00::1]", "[ff02::1]", "[2001:db8::1]", "[2001::1]", "[3fff::1]", "[::127.0.0.1]",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
def test_what_is_not_public_is_refused_at_once_and_after_a_redirect(serve, host):
    canary = serve(answer(), "127.0.0.1")
    target = url(canary, host=host)
    server = serve(redirect(target))
    for start in (target, url(server)):
        with pytest.raises(FetchError):
            client(server, canary).fetch(start)
    assert len(server.requests) == 1
    assert canary.requests == []


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "//example.org", "http://", "http://a@b.org/",
     "http://a:b@example.org/", "http://example.org:22/", "http://example.org:99999/", "http://exa mple.org/",
     "http://[::1/", "http://a\\@b/", "http://-/", "http://" + "a" * 3_000, "", "http://ex..ample.org"],
)  # fmt: skip
def test_other_addresses_are_refused_before_they_are_resolved(serve, address):
    def resolve(host, port):
        raise AssertionError(host)

    with pytest.raises(FetchError):
        client(resolve=resolve).fetch(address)


def test_a_name_with_one_private_address_among_public_ones_is_refused():
    with pytest.raises(FetchRefused):
        client(resolve=lambda host, port: ["93.184.215.14", "10.0.0.1"]).fetch("http://mixed.example/")


def test_a_name_that_changes_its_answer_gains_nothing(serve):
    server = serve(answer())
    canary = socket.create_server(("127.0.0.1", server.port))
    canary.setblocking(False)
    answers = iter([[ALLOWED], ["127.0.0.1"]])
    rebinding = client(server, resolve=lambda host, port: next(answers))
    assert rebinding.fetch(url(server, host="rebinding.example")).content == b"Hello"
    with pytest.raises(FetchRefused):
        rebinding.fetch(url(server, host="rebinding.example"))
    with closing(canary), pytest.raises(BlockingIOError):
        canary.accept()


def test_a_name_is_resolved_again_for_each_redirect(serve):
    server = serve(redirect("/b"))
    answers = iter([[ALLOWED], ["169.254.169.254"]])
    with pytest.raises(FetchRefused, match="169"):
        client(server, resolve=lambda host, port: next(answers)).fetch(url(server, host="rebinding.example"))
    assert len(server.requests) == 1


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n" + HTML + b"\r\n"])
def test_an_answer_that_comes_byte_by_byte_ends_with_the_time(serve, start):
    stop = threading.Event()

    def drip(request):
        yield start
        while not stop.wait(0.05):
            yield b"a"

    server = serve(drip)
    began = time.monotonic()
    with pytest.raises(FetchError):
        client(server, time_limit=0.5).fetch(url(server))
    stop.set()
    assert time.monotonic() - began < 2


def test_interim_answers_without_end_end_with_the_time(serve):
    def interim(request):
        while True:
            yield b"HTTP/1.1 100 Continue\r\n\r\n"

    server = serve(interim)
    with pytest.raises(FetchError):
        client(server, time_limit=0.5).fetch(url(server))


def endless(request):
    yield b"HTTP/1.1 200 OK\r\n" + HTML + b"\r\n"
    while True:
        yield b"a" * 10_000


def test_an_endless_answer_ends_with_the_size(serve):
    server = serve(endless)
    with pytest.raises(FetchError, match="more than"):
        client(server).fetch(url(server))


def test_a_gzip_bomb_ends_with_the_size(serve):
    body = gzip.compress(bytes(30_000_000))
    assert len(body) < LIMIT
    server = serve(answer(body, HTML + b"Content-Encoding: gzip\r\n"))
    with pytest.raises(FetchError, match="more than"):
        client(server).fetch(url(server))


@pytest.mark.parametrize(
    "reply",
    [
        answer(head=b"Content-Type: application/pdf\r\n"),
        answer(head=b""),
        answer(head=HTML + b"Content-Encoding: br\r\n"),
        answer(head=HTML + b"Content-Encoding: gzip\r\n"),
        answer(gzip.compress(b"a" * 99)[:-9], HTML + b"Content-Encoding: gzip\r\n"),
        answer(status=b"404 Not Found"),
        answer(b"", b"", b"302 Found").replace(b"Content-Length", b"X"),
        answer()[:-2],
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000 + b"\r\n\r\n",
        b"SSH-2.0-x\r\n",
        b"",
    ],
)
def test_any_other_answer_is_an_error(serve, reply):
    server = serve(reply)
    with pytest.raises(FetchError):
        client(server).fetch(url(server))


def test_a_server_without_a_certificate_is_refused(serve):
    server = serve(answer())
    with pytest.raises(FetchError):
        client(server, time_limit=2.0).fetch(url(server).replace("http:", "https:"))


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_public(address):
    assert is_public_address(address)


@pytest.mark.parametrize(
    "address",
    ["192.88.99.1", "192.0.0.9", "2001::1", "2002:7f00:1::", "64:ff9b::7f00:1", "::ffff:8.8.8.8", "ff02::1"],
)
def test_addresses_that_lead_elsewhere_are_not_public(address):
    assert not is_public_address(address)


@pytest.mark.parametrize(("accepted", "is_fetched"), [("image/*", True), ("image/png", True), ("audio/*", False)])
def test_a_range_of_types_is_accepted(serve, accepted, is_fetched):
    server = serve(answer(head=b"Content-Type: image/png\r\n"))
    file, asking = io.BytesIO(), client(server, content_types=[accepted])
    if is_fetched:
        assert (asking.fetch_into(file, url(server)).content, file.getvalue()) == (b"", b"Hello")
    else:
        with pytest.raises(FetchError, match="type image/png"):
            asking.fetch_into(file, url(server))
        assert file.getvalue() == b""


def test_with_hosts_no_other_one_is_asked_not_even_after_a_redirect(serve):
    other = serve(answer())
    server = serve(redirect(url(other, host="other.example")))
    asking = client(server, other, hosts={"old.example"}, resolve=lambda *_host: [ALLOWED])
    for address in (url(server, host="old.example"), url(other, host="other.example"), url(other)):
        with pytest.raises(FetchRefused, match="is not among the hosts that are asked"):
            asking.fetch(address)
    assert (len(server.requests), other.requests) == (1, [])


def test_an_answer_that_breaks_off_may_be_asked_for_again(serve):
    server = serve(answer()[:-1])
    with pytest.raises(NoAnswer):
        client(server).fetch(url(server))
