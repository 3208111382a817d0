"""Imports into the site of DATA_DIR in small batches, and kills itself at a step of its own number.

    python -m tests.registan.transfer.runs.killed_import STEP FILE [OPTION…]

Steps are counted from 1: when a batch was begun, before it is committed, when a file or a post was stored. At the end
the number of steps is printed, and a line of JSON with the whole site, its files and its ledger.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import django

from tests.blog.fetch.loopback import ALLOWED


def environment(folder) -> dict[str, str]:
    return {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/registan.sqlite3"}


def import_in_process(site, arguments, *, step: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.registan.transfer.runs.killed_import", str(step), *map(str, arguments)]
    return subprocess.run(command, env=environment(site), capture_output=True, text=True, check=False)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registan.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from blog.fetch.client import GuardedClient
    from blog.models import Image, Post
    from registan.transfer.content import fetch_files
    from registan.transfer.models import Run
    from registan.transfer.models.ledger import Ledger
    from registan.transfer.runs import import_engine, text_stage
    from tests.registan.transfer.runs.site_dump import dump_site

    # Every host is on this machine, at an address that is allowed although it is not public.
    limits: dict[str, Any] = {"also_allowed": {ALLOWED}, "ports": range(1, 65_536), "resolve": lambda *_: [ALLOWED]}
    fetch_files.GuardedClient, fetch_files.PAUSE_SECONDS = partial(GuardedClient, **limits), 0
    steps = Steps(int(sys.argv[1]))
    for owner, name in (
        (Run, "lock"),
        (Ledger, "flush"),
        (Image, "store_file"),
        (Post, "save"),
        (GuardedClient, "fetch_into"),
    ):
        setattr(owner, name, steps.counted(getattr(owner, name)))
    text_stage.BATCH_ITEMS = import_engine.BATCH_SIZE = import_engine.FILE_BATCH_SIZE = 2
    call_command("import_wordpress", *sys.argv[2:], stdout=io.StringIO(), stderr=io.StringIO())
    files = sorted(str(path.relative_to(settings.MEDIA_ROOT)) for path in settings.MEDIA_ROOT.rglob("*.*"))
    print(steps.number, json.dumps([*dump_site(with_ledger=True), *files]))


class Steps:
    """Counts calls; the process ends in the middle of the one with the number `last`, which is 0 for none."""

    def __init__(self, last: int) -> None:
        self.number, self.last = 0, last

    def counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **options: Any) -> Any:
            result = function(*args, **options)
            self.number += 1
            if self.number == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call


if __name__ == "__main__":
    main()
