"""Registan's settings without any cache of pages or of their parts, so that every page is made from nothing."""

from registan.settings import *  # noqa: F403
from registan.settings import CACHES

for name in ("pages", "fragments"):
    CACHES[name] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
