"""The process that manage.py serve becomes: loads the site, then runs gunicorn and the worker beside each other.

python -m registan.server HOST:PORT
"""

import sys
from functools import partial
from importlib import import_module

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from gunicorn.app.wsgiapp import run as run_wsgi_app

from registan.restarts import record_start
from registan.supervisor import run_processes


def main(bind: str) -> int:
    """Run both until one is told to stop; return the exit code."""
    for name in ("registan.wsgi", "registan.urls"):
        import_module(name)
    connections.close_all()  # a connection must not be shared by two processes
    record_start("site")
    web, worker = partial(run_gunicorn, bind), partial(call_command, "worker")
    return run_processes(web, worker, on_replaced=partial(record_start, "worker"))


def run_gunicorn(bind: str) -> None:
    """Run gunicorn in this process; its other options are in deploy/gunicorn.conf.py."""
    config = settings.BASE_DIR / "deploy" / "gunicorn.conf.py"
    sys.argv = ["gunicorn", "--config", str(config), "--bind", bind, "registan.wsgi"]
    run_wsgi_app()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
