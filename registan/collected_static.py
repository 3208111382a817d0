"""Whether the static files that pages name by their digests have been collected since they last changed."""

from __future__ import annotations

import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage

from registan import bundles
from registan.database import GUNICORN_APP_LOAD_ERROR

MISSING = (
    "Registan cannot start. {folder} has no static files of this version, so that every page would be an error. "
    "Run manage.py collectstatic --no-input, with the DATA_DIR of the site."
)


def exit_without_static_files() -> None:
    """End a web process that would answer nothing but errors; `manage.py serve` collects the files itself."""
    if isinstance(staticfiles_storage, ManifestFilesMixin) and not (settings.DEBUG or manifest_file().is_file()):
        print(MISSING.format(folder=settings.STATIC_ROOT), file=sys.stderr)
        sys.exit(GUNICORN_APP_LOAD_ERROR)


def manifest_file() -> Path:
    """It says which name with a digest each static file has."""
    return Path(settings.STATIC_ROOT) / "staticfiles.json"


def is_static_outdated() -> bool:
    """Have static files, or the packages that contain some, changed since they were collected?"""
    manifest = manifest_file()
    if not manifest.is_file():
        return True
    rules = [settings.BASE_DIR / "requirements.lock", Path(bundles.__file__)]
    sources = [*(settings.BASE_DIR / "static").rglob("*"), *rules]
    return max(file.stat().st_mtime for file in sources) > manifest.stat().st_mtime
