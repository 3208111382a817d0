"""Whether the static files that pages name by their digests have been collected since they last changed."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from registan import bundles


def is_static_outdated() -> bool:
    """Have static files, or the packages that contain some, changed since they were collected?"""
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if not manifest.is_file():
        return True
    rules = [settings.BASE_DIR / "requirements.lock", Path(bundles.__file__)]
    sources = [*(settings.BASE_DIR / "static").rglob("*"), *rules]
    return max(file.stat().st_mtime for file in sources) > manifest.stat().st_mtime
