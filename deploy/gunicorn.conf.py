"""gunicorn, for two cores; the same on every setup. `--bind` comes from the command line."""

import gc
import logging
from typing import Any
from wsgiref.util import setup_testing_defaults

worker_class = "gthread"
workers = 2
threads = 4
# The application is loaded once, before the workers part: they share its memory, and none answers before it is warm.
# They are not renewed by a number of requests, which a cached page reaches within seconds: a new one is slow at first.
preload_app = True
timeout = 30
graceful_timeout = 30
keepalive = 5
worker_tmp_dir = "/dev/shm"  # noqa: S108  a heartbeat file on disk can stall a worker
# Nobody is believed about the request by gunicorn itself, as 127.0.0.1 and every Unix socket are by default: with a
# header SCRIPT_NAME anybody on this machine, or behind a proxy that passes it on, could change the links of every page
# that is kept. X-Forwarded-For and -Proto are the application's to read, from TRUSTED_PROXIES.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
header_map = "drop"
# It is on by default, in the home directory, and nothing here uses it.
control_socket_disable = True
# nginx and the worker count for the access log; gunicorn says only what goes wrong.
accesslog = None


def on_starting(server: Any) -> None:
    """Write gunicorn's lines as all others (LOG_FORMAT)."""
    own = logging.getLogger("gunicorn.error")
    own.handlers.clear()
    own.propagate = True


def post_worker_init(worker: Any) -> None:
    """Watch from here whether the background worker still runs: it cannot tell of its own silence."""
    from registan.alarms.watch import watch_from_web

    watch_from_web()


def when_ready(server: Any) -> None:
    """Render the front page once, so that templates and translations are loaded when the workers part."""
    from django.conf import settings
    from django.db import connections

    environ: dict[str, Any] = {"HTTP_HOST": settings.HOST, "wsgi.url_scheme": "https" if settings.HTTPS else "http"}
    setup_testing_defaults(environ)
    try:
        response = server.app.wsgi()(environ, lambda *_: None)
        response.close()
    except Exception as error:  # such as a database that is not there yet: the site itself will say so
        server.log.info("Not warmed up: %s", error)
    connections.close_all()  # a connection must not be shared by two processes
    # What is loaded by now is no longer searched for garbage: that writes to it, and what is written to is not shared.
    gc.collect()
    gc.freeze()
