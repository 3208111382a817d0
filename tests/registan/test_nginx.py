"""deploy/nginx.conf, in a real nginx in front of a real gunicorn."""

import contextlib
import gzip
import http.client
import os
import re
import shutil
import socket
import sqlite3
import subprocess
from urllib.parse import urlencode

import pytest

from registan.logs import masking
from tests import factories
from tests.blog.test_page_cache_processes import HOME, POST, Site, await_start
from tests.comments.processes import PATIENCE, free_port, wait_until

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
NGINX_RETRY_AFTER = "60"
STRANGER = ("127.0.0.2", 0)  # connects from an address that is not one of our proxies
MAIN = """
daemon off; worker_processes 1; pid {0}/nginx.pid; error_log {0}/main.log;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types; gzip on;
    client_body_temp_path {0}/body; proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/fastcgi;
    uwsgi_temp_path {0}/uwsgi; scgi_temp_path {0}/scgi;
    include {0}/site.conf;
}}
"""


class Nginx:
    """nginx in front of what listens on the port `app`, and the files that it writes."""

    def __init__(self, directory, root, app: int) -> None:
        self.directory, self.root, self.app, self.port = directory, root, app, free_port()

    def start_nginx(self) -> None:
        self.nginx = subprocess.Popen([NGINX, "-p", self.directory, "-e", "stderr", "-c", self.configuration()])
        await_start(self.port, self.nginx)

    def configuration(self) -> str:
        """deploy/nginx.conf with the values of this installation."""
        text = (self.root / "deploy/nginx.conf").read_text()
        for theirs, ours in {
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{self.app};",
            "listen 80;": f"listen 127.0.0.1:{self.port};",
            "listen [::]:80;": "",
            "# set_real_ip_from 192.0.2.0/24;": "set_real_ip_from 127.0.0.1;",  # as behind a CDN: test_cdn.py
            "# real_ip_header": "real_ip_header",
            "/var/cache/nginx-registan": f"{self.directory}/pages",
            "/var/log/nginx": f"{self.directory}",
            "/srv/registan/var": f"{self.directory}",
            "/srv/registan/deploy": f"{self.root}/deploy",
        }.items():
            assert theirs in text
            text = text.replace(theirs, ours)
        (self.directory / "site.conf").write_text(text)
        main = self.directory / "nginx.conf"
        main.write_text(MAIN.format(self.directory) + ("user root;" if os.getuid() == 0 else ""))
        return str(main)

    def end(self, *processes: subprocess.Popen) -> None:
        for process in processes:
            process.terminate()
            process.wait(PATIENCE)

    def ask(self, address: str, method: str = "GET", body: str | None = None, **headers: str):
        """The answer and its body."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, 30, STRANGER)) as connection:
            connection.request(method, address, body, {n.replace("_", "-"): value for n, value in headers.items()})
            response = connection.getresponse()
            return response, response.read()

    def found(self, address: str, **headers: str) -> str:
        """What nginx found when it looked for that page."""
        return self.ask(address, **headers)[0].headers["X-Cache"]

    def send(self, **headers: str):
        """Send the comment form."""
        kind = "application/x-www-form-urlencoded"
        return self.ask(f"{POST}comments/", "POST", urlencode(factories.comment_form()), Content_Type=kind, **headers)

    def count_refused(self, address: str, times: int, sender: str) -> int:
        """How many of so many requests, which come within a moment, nginx itself refuses."""
        with contextlib.ExitStack() as stack:
            connections = [
                stack.enter_context(
                    contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, 60, (sender, 0)))
                )
                for _ in range(times)
            ]
            for connection in connections:
                connection.connect()
            for connection in connections:
                connection.request("GET", address)
            answers = [connection.getresponse() for connection in connections]
            return sum(answer.headers["Retry-After"] == NGINX_RETRY_AFTER for answer in answers)


class NginxStack(Nginx):
    """gunicorn with nginx in front of it, and the files that both write."""

    def __init__(self, directory, root) -> None:
        super().__init__(directory, root, free_port())
        self.site = Site(directory, root, f"sqlite:///{directory}/site.sqlite3")
        self.site.variables |= {"TRUSTED_PROXIES": "127.0.0.1", "SITE_URL": f"http://127.0.0.1:{self.port}"}
        self.start_application()
        self.start_nginx()

    def start_application(self) -> None:
        options = ("--config", "deploy/gunicorn.conf.py", "--log-level", "error")
        address = f"127.0.0.1:{self.app}"
        self.gunicorn = self.site.start("-m", "gunicorn", *options, "registan.wsgi", "--bind", address)
        await_start(self.app, self.gunicorn)

    @contextlib.contextmanager
    def application_down(self):
        self.end(self.gunicorn)
        try:
            yield
        finally:
            self.start_application()


@pytest.fixture(scope="module")
def nginx_stack(tmp_path_factory, request):
    if not shutil.which(NGINX):
        pytest.skip("nginx is not installed: the tests of deploy/nginx.conf did not run")
    started = NginxStack(tmp_path_factory.mktemp("nginx"), request.config.rootpath)
    yield started
    started.end(started.nginx, started.gunicorn)
    started.site.stop()


def keep(nginx_stack, address: str) -> None:
    wait_until(lambda: nginx_stack.found(address) == "HIT", f"{address} to be kept")


def test_an_anonymous_page_is_cached_for_a_second(nginx_stack):
    keep(nginx_stack, HOME)
    assert nginx_stack.found(HOME, Cookie="_ga=1; theme=dark") != "MISS"  # foreign cookies change nothing


def test_a_cached_page_serves_clients_with_and_without_gzip(nginx_stack):
    keep(nginx_stack, HOME)
    wait_until(lambda: nginx_stack.found(HOME, Accept_Encoding="gzip") == "HIT", "the packed page to be kept")
    for accepted in ("gzip, deflate, br", "br;q=1.0, GZIP;q=0.5"):
        answer, packed = nginx_stack.ask(HOME, Accept_Encoding=accepted)
        assert (answer.headers["X-Cache"] != "MISS", answer.headers["Content-Encoding"]) == (True, "gzip")
    for accepted in ("identity", "br", "gzip;q=0, br"):
        answer, plain = nginx_stack.ask(HOME, Accept_Encoding=accepted)
        assert (answer.headers["X-Cache"] != "MISS", answer.headers.get("Content-Encoding")) == (True, None)
        assert plain == gzip.decompress(packed)


def test_a_reader_with_our_cookie_bypasses_the_cache(nginx_stack):
    keep(nginx_stack, HOME)
    for cookie in ("registan_reader=x", "a=b; registan_session=x"):
        answer, _ = nginx_stack.ask(HOME, Cookie=cookie)
        assert (answer.headers["X-Cache"], answer.headers["Cache-Control"]) == ("BYPASS", "private, no-cache")
        assert nginx_stack.found("/tags/", Cookie=cookie) == "BYPASS"
    assert nginx_stack.found("/tags/") == "MISS"


@pytest.mark.parametrize("address", ["/accounts/login/", "/admin/", "/healthz", "/none/", f"{POST}?reply=1"])
def test_pages_that_are_not_public_are_never_cached(nginx_stack, address):
    assert {nginx_stack.found(address) for _ in range(3)} <= {"MISS", None}


def test_the_form_time_without_scripts_is_not_cached_but_the_page_is(nginx_stack):
    where, left = f"{POST}comments/opened/", set()
    for _ in range(2):
        answer, _body = nginx_stack.ask(where)
        assert (answer.status, answer.headers["Cache-Control"]) == (204, "no-store")
        assert answer.headers["X-Cache"] in {"MISS", None}
        left.add(answer.headers["Set-Cookie"].partition(";")[0])
    keep(nginx_stack, POST)
    assert nginx_stack.found(POST, Cookie=left.pop()) == "HIT"


def test_an_edit_shows_by_itself(nginx_stack):
    keep(nginx_stack, POST)
    nginx_stack.site.change("post = Post.objects.get(slug='tea'); post.body = 'Freshly poured.'; post.save()")
    wait_until(lambda: nginx_stack.found(POST) != "HIT", "a second to pass")
    assert b"Freshly poured." in nginx_stack.ask(POST)[1]


def test_the_first_reader_of_an_expired_page_sees_the_current_version(nginx_stack):
    keep(nginx_stack, POST)
    keep(nginx_stack, HOME)
    nginx_stack.site.change("post = Post.objects.get(slug='tea'); post.body = 'Poured overnight.'; post.save()")
    wait_until(lambda: nginx_stack.found(HOME) != "HIT", "a second to pass")
    assert b"Poured overnight." in nginx_stack.ask(POST)[1]


def test_no_header_is_sent_twice_and_no_version_at_all(nginx_stack):
    for address in (HOME, "/accounts/login/", "/none/", "/static/none"):
        headers = nginx_stack.ask(address)[0].headers
        assert len(headers.keys()) == len({name.lower() for name in headers})
        assert headers["Server"] == "nginx"


def test_static_files_and_images_are_served_without_the_application(nginx_stack):
    for name in ("static/a.0123456789ab.css", "static/a.css", "media/a.png", "media/a.html"):
        file = nginx_stack.directory / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("content")
    (nginx_stack.directory / "static/a.css.gz").write_bytes(gzip.compress(b"content"))
    hashed, plain, picture = (
        nginx_stack.ask(f"/{a}")[0] for a in ("static/a.0123456789ab.css", "static/a.css", "media/a.png")
    )
    assert hashed.headers["Cache-Control"] == picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Cache-Control"] == "public, max-age=60"
    assert picture.headers["X-Content-Type-Options"] == hashed.headers["X-Content-Type-Options"] == "nosniff"
    assert nginx_stack.ask("/static/a.css", Accept_Encoding="gzip")[0].headers["Content-Encoding"] == "gzip"
    answer, page = nginx_stack.ask("/media/images/elsewhere.png")  # the application is asked: it may lie in S3
    assert (answer.status, b"Page not found" in page) == (404, True)
    for address in ("media/a.html", "secret_key", "static/../secret_key", "static../secret_key", "media/../a.png"):
        assert nginx_stack.ask(f"/{address}")[0].status in {301, 400, 404}, address


def test_media_files_are_served_in_parts_and_run_nothing(nginx_stack):
    for name in ("talk.mp3", "film.mp4", "report.pdf"):
        file = nginx_stack.directory / "media" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("0123456789")
    answer, part = nginx_stack.ask("/media/talk.mp3", Range="bytes=2-4")
    assert (answer.status, part, answer.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert nginx_stack.ask("/media/talk.mp3", Range="bytes=99-")[0].status == 416
    for name, kind in (("talk.mp3", "audio/mpeg"), ("film.mp4", "video/mp4"), ("report.pdf", "application/pdf")):
        answer, _ = nginx_stack.ask(f"/media/{name}")
        assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == (kind, "nosniff")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers.get("Content-Disposition") == ("attachment" if name == "report.pdf" else None)


def test_a_comment_is_stored_with_its_real_address_despite_its_headers(nginx_stack):
    answer, _ = nginx_stack.send(
        X_Forwarded_For="198.51.100.7, 127.0.0.1", Origin=f"http://127.0.0.1:{nginx_stack.port}"
    )
    assert answer.status == 302
    with contextlib.closing(sqlite3.connect(nginx_stack.directory / "site.sqlite3")) as database:
        assert database.execute("SELECT address FROM comments_comment").fetchall() == [("127.0.0.2",)]


def test_a_body_over_the_limit_is_refused_before_it_is_sent(nginx_stack):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", nginx_stack.port, 30)) as connection:
        connection.putrequest("POST", f"{POST}comments/")
        connection.putheader("Content-Length", str(4 * 1024 * 1024))
        connection.endheaders()
        answer = connection.getresponse()
        words = answer.read().decode()
    assert (answer.status, answer.headers["Retry-After"]) == (413, None)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "what you typed is still in the form" in words
    assert all(f'lang="{code}"' in words for code in ("en", "ru", "uz"))
    assert "nginx" not in words
    assert b"This is too large" in nginx_stack.ask(f"{POST}comments/", "POST", "x" * 2_500_000)[1], (
        "the site's own page"
    )


def test_slow_clients_do_not_block_others(nginx_stack):
    headers = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: "
    form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\nbody="
    body = b"POST /2026/03/20/tea/comments/ HTTP/1.1\r\nHost: 127.0.0.1\r\n" + form
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", nginx_stack.port))) for _ in range(120)]
        for n, client in enumerate(slow):
            client.sendall(body if n % 2 else headers)
        for client in slow:
            client.sendall(b"a")
            if client in slow[::12]:  # while none of the others is done
                assert nginx_stack.ask(HOME, Cookie="registan_reader=x")[0].status == 200


def test_while_the_application_is_down_cached_pages_are_served_and_others_get_our_page(nginx_stack):
    keep(nginx_stack, POST)
    with nginx_stack.application_down():
        wait_until(lambda: nginx_stack.found(POST) == "STALE", "the page to be older than a second")
        answer, body = nginx_stack.ask(POST)
        assert (answer.status, b"The tea house" in body) == (200, True)
        for answer, body in (
            nginx_stack.send(),
            nginx_stack.ask(POST, Cookie="registan_reader=x"),
            nginx_stack.ask("/unknown/"),
        ):
            assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
            assert b"Back in a moment" in body
            assert not re.search(rb"nginx|(?:src|action)=|https?:", body)


@pytest.mark.parametrize(
    ("number", "address"), [*enumerate(["/search/", "/page/2/", f"{POST}comment-page-2/", f"{POST}discussion/"])]
)
def test_a_network_gets_few_expensive_pages_at_once_and_all_others_as_ever(nginx_stack, number, address):
    assert 0 < nginx_stack.count_refused(address, 60, f"127.20.{number}.1") < 40
    assert nginx_stack.count_refused("/page/2/", 30, f"127.20.{number}.2") > 0
    assert nginx_stack.count_refused(POST, 60, f"127.20.{number}.1") == 0
    assert nginx_stack.count_refused("/page/2/", 10, f"127.21.{number}.1") == 0


def test_expensive_pages_are_not_cached(nginx_stack):
    assert [nginx_stack.found(f"{POST}comment-page-1/") for _ in range(2)] == ["BYPASS", "BYPASS"]


def test_the_logs_contain_no_private_token(nginx_stack):
    addresses = ["/comments/receipt/SECRET/", "/preview/SECRET/?a=b", "/moderate/SECRET", "/you/confirm/SECRET/"]
    addresses.append("/you/prove/SECRET/")
    for address in addresses:
        nginx_stack.ask(address, Referer=f"http://127.0.0.1{address}")
    with nginx_stack.application_down():
        for address in [*addresses, "/last/"]:
            nginx_stack.ask(address)
    log, errors = (nginx_stack.directory / f"registan.{kind}.log" for kind in ("access", "error"))
    wait_until(lambda: "GET /last/" in log.read_text(), "the log")
    assert '"GET /preview/.../?a=b HTTP/1.1" 404' in log.read_text()
    assert '"http://127.0.0.1/comments/receipt/.../"' in log.read_text()
    assert "GET /last/" in errors.read_text()
    assert "SECRET" not in log.read_text() + errors.read_text()


def test_a_page_is_cached_for_each_real_language_alone(nginx_stack):
    keep(nginx_stack, "/archive/")
    russian, english = (nginx_stack.ask("/archive/", Cookie=f"language={code}")[1] for code in ("ru", "en"))
    assert b'lang="ru"' in russian
    assert b'<html lang="en"' in english
    for odd in ('language="ru"', "language=ru; language=uz", "language =ru", "x=1;language=xx", "\u00a0language=ru"):
        assert nginx_stack.found("/archive/", Cookie=odd) == "BYPASS"
    assert b'<html lang="en"' in nginx_stack.ask("/archive/")[1]


def test_the_log_masks_what_the_application_masks(root):
    words = re.search(r"\(\?:([a-z|-]+)\)", masking.TOKEN_IN_PATH.pattern)[1]
    config = (root / "deploy" / "nginx.conf").read_text()
    assert config.count(words) == 3
