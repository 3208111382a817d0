"""Anonymous pages come from a replica that has replayed all that they show, and otherwise from the primary."""

import time
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from blog.models import replica
from tests import factories
from tests.blog.models.streaming_replica import server_pair  # noqa: F401  a fixture
from tests.blog.test_page_cache_processes import FEED, HOME, POST, Site, await_start, get
from tests.comments.processes import PATIENCE, free_port, post_form
from tests.registan.site_urls import create_site, public_urls

TEA = "Post.objects.get(slug='tea')"


@pytest.fixture(scope="module")
def pair(server_pair):  # noqa: F811
    return server_pair


@pytest.fixture(scope="module")
def site(pair, tmp_path_factory, request):
    started = Site(tmp_path_factory.mktemp("data"), request.config.rootpath, pair.primary.url)
    started.variables["REPLICA_URL"] = pair.replica.url
    yield started
    started.stop()


@contextmanager
def serving(site):
    """Where a web server listens."""
    port = free_port()
    site.variables["SITE_URL"] = f"http://127.0.0.1:{port}"
    options = ("--config", "deploy/gunicorn.conf.py", "--workers", "1", "--log-level", "error")
    process = site.start("-m", "gunicorn", *options, "registan.wsgi", "--bind", f"127.0.0.1:{port}", cache="local")
    try:
        await_start(port, process)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture(scope="module")
def server(site):
    with serving(site) as address:
        yield address


@pytest.fixture
def words(site, pair, server) -> str:
    """Words on no page; every page is as old as this, so that none is in the cache, and the replica has all."""
    site.change("Clock.move_site()")
    pair.catch_up()
    pair.primary.has_rendered()
    pair.replica.has_rendered()  # until now: from here on it is counted
    return f"words of {time.monotonic_ns()}"


@pytest.mark.parametrize("address", [POST, HOME, FEED])
def test_a_page_comes_from_a_replica_that_has_it_all(words, server, pair, address):
    assert get(server, address)[0].status == 200
    assert pair.replica.has_rendered()
    assert not pair.primary.has_rendered()


def test_a_reader_with_a_cookie_of_ours_reads_from_the_primary(words, server, pair):
    assert get(server, POST, Cookie="registan_reader=x")[0].status == 200
    assert (pair.replica.has_rendered(), pair.primary.has_rendered()) == (False, True)


def test_a_removed_comment_is_gone_though_the_replica_still_has_it(words, site, server, pair):
    site.change(f"factories.comment({TEA}, body='{words}')")
    pair.catch_up()
    assert words in get(server, POST)[1]
    pair.hold_back()
    site.change("factories.remove(Comment.objects.latest('id'), via='desk')")
    assert words not in get(server, POST)[1]
    assert pair.primary.has_rendered()
    pair.catch_up()
    assert words not in get(server, POST)[1]


def test_a_comment_that_is_published_at_once_shows_though_the_replica_lacks_it(words, site, server, pair):
    pair.hold_back()
    site.change(f"factories.comment({TEA}, body='{words}')")
    assert words in get(server, POST)[1]
    pair.catch_up()


def test_a_stranger_sees_their_own_comment_waiting_though_the_replica_lacks_it(words, server, pair):
    pair.hold_back()
    status, receipt = post_form(int(server.rpartition(":")[2]), f"{POST}comments/", factories.comment_form(body=words))
    assert status == 302
    assert words in get(server, receipt)[1]
    pair.catch_up()


def test_a_post_that_the_replica_lacks_is_found(words, site, server, pair):
    pair.hold_back()
    site.change(f"factories.post(title='{words}', slug='new-{words[9:]}')")
    assert get(server, f"/2026/03/20/new-{words[9:]}/")[0].status == 200
    assert words in get(server, HOME)[1]
    pair.catch_up()


def test_without_the_replica_pages_come_from_the_primary(words, site, pair):
    with serving(site) as server:
        assert get(server, HOME)[0].status == 200
        pair.replica.stop()
        for address in (POST, FEED):
            assert get(server, address)[0].status == 200
        assert pair.primary.has_rendered()
        pair.replica.start()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a replica is of PostgreSQL")
def test_no_public_page_writes(transactional_db, monkeypatch, caplog, visitor):
    """Or it would be rendered twice: a replica refuses, as this connection to the same database does."""
    read_only = connections[replica.ALIAS] = connection.copy()
    read_only.settings_dict["OPTIONS"] = {"options": "-c default_transaction_read_only=on"}
    monkeypatch.setitem(settings.DATABASES, replica.ALIAS, read_only.settings_dict)
    addresses = public_urls(create_site()).values()
    with CaptureQueriesContext(read_only) as queries:
        assert {visitor.get(address).status_code for address in addresses} >= {200}
    read_only.close()
    del connections[replica.ALIAS]
    assert len(queries) > len(addresses)
    assert "The replica failed" not in caplog.text
