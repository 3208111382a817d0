"""Registan's settings without its cache of pages, and without that of their parts unless BENCH_KEPT says so."""

import os

from blog import busy
from registan.settings import *  # noqa: F403
from registan.settings import CACHES

for name in {"pages", "fragments"} - {os.environ["BENCH_KEPT"]}:
    CACHES[name] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

# Sixteen ask at once: what is expensive is measured here, not refused.
busy.pool = busy.Pool(places=4, waiting=0, patience=2.0)
