"""A CDN in front of nginx, played by a second nginx: pages stay right, and readers keep their addresses."""

import contextlib
import sqlite3
import time

import pytest

from tests.registan.test_nginx import HOME, POST, STRANGER, Nginx, keep, nginx_stack, wait_until  # noqa: F401

TEA = "Post.objects.get(slug='tea')"
# Each of the two keeps a page for a second, which nginx may take for almost two.
MOST_SECONDS = 4


class Edge(Nginx):
    """What a CDN does: keeps what the site says is public, for as long as it says, and asks again by ETag."""

    def configuration(self) -> str:
        main = super().configuration()
        file = self.directory / "site.conf"
        text = file.read_text().replace("add_header X-Cache", "proxy_hide_header X-Cache; add_header X-Cache")
        file.write_text(text.replace("limit_req zone", "# limit_req zone"))
        return main


@pytest.fixture(scope="module")
def edge(nginx_stack, tmp_path_factory, request):  # noqa: F811
    started = Edge(tmp_path_factory.mktemp("edge"), request.config.rootpath, nginx_stack.port)
    started.start_nginx()
    yield started
    started.end(started.nginx)


def test_a_removed_comment_is_gone_within_seconds(edge, nginx_stack):  # noqa: F811
    nginx_stack.site.change(f"factories.comment({TEA}, body='Soon to be removed.')")
    wait_until(lambda: b"Soon to be removed." in edge.ask(POST)[1], "the comment to show")
    nginx_stack.site.change("factories.remove(Comment.objects.latest('id'), via='desk')")
    start = time.monotonic()
    wait_until(lambda: b"Soon to be removed." not in edge.ask(POST)[1], "the comment to be gone")
    assert time.monotonic() - start < MOST_SECONDS


def test_the_first_reader_after_a_pause_does_not_see_what_was_removed(edge, nginx_stack):  # noqa: F811
    keep(edge, POST)
    keep(edge, HOME)
    nginx_stack.site.change(f"post = {TEA}; post.body = 'Poured overnight.'; post.save()")
    for stack in (nginx_stack, edge):
        wait_until(lambda: stack.found(HOME) != "HIT", "a second to pass")  # noqa: B023
    assert b"Poured overnight." in edge.ask(POST)[1]


def test_an_unchanged_page_is_not_sent_again(edge):
    keep(edge, "/archive/")
    found = []
    wait_until(lambda: found.append(edge.found("/archive/")) or found[-1] != "HIT", "a second to pass")
    assert found[-1] == "REVALIDATED"


def test_a_reader_with_our_cookie_gets_their_own_page(edge):
    keep(edge, HOME)
    answer, _ = edge.ask(HOME, Cookie="registan_reader=x")
    assert (answer.headers["X-Cache"], answer.headers["Cache-Control"]) == ("BYPASS", "private, no-cache")


def test_a_comment_is_stored_with_the_address_of_its_writer(edge, nginx_stack):  # noqa: F811
    answer, _ = edge.send(X_Forwarded_For="198.51.100.7", Sec_Fetch_Site="same-origin")
    assert answer.status == 302
    with contextlib.closing(sqlite3.connect(nginx_stack.directory / "site.sqlite3")) as database:
        rows = database.execute("SELECT address FROM comments_comment WHERE body = 'A word of my own.'").fetchall()
    assert rows == [STRANGER[:1]]


def test_the_site_counts_readers_and_not_the_cdn(edge):
    assert edge.count_refused("/page/2/", 60, "127.40.0.1") > 0
    assert edge.count_refused("/page/2/", 10, "127.41.0.1") == 0
