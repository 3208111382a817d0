"""The version of Registan that runs here."""

from __future__ import annotations

import tomllib
from functools import cache

from django.conf import settings


@cache
def read_version() -> str:
    """The version in pyproject.toml, read once: this process runs the code it started with."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
