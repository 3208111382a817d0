"""Registan's settings without any cache of pages or of their parts, so that every page is made from nothing."""

from blog import busy
from registan.settings import *  # noqa: F403
from registan.settings import CACHES

for name in ("pages", "fragments"):
    CACHES[name] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

# Sixteen ask at once: what is expensive is measured here, not refused.
busy.pool = busy.Pool(places=4, waiting=0, patience=2.0)
