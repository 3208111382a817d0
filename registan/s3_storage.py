"""Stores pictures in an S3-compatible store; the site itself serves them, so the store needs no public address."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from storages.backends.s3 import S3Storage

# Seconds: a store that doesn't answer must not block every thread. All attempts together take less than the 30 s after
# which nginx asks the next node, or each picture would hold a thread of every node.
CONNECT_TIMEOUT, READ_TIMEOUT, ATTEMPTS = 3, 10, 2
# Bytes of a file read into memory; what is larger goes to a temporary file.
MAX_MEMORY = 16 * 1024 * 1024


@contextlib.contextmanager
def reraise_as_connection_error() -> Iterator[None]:
    """Turn every failure of the store into a ConnectionError, so that no other module needs boto3."""
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise ConnectionError(f"The picture store failed: {error}") from error


class S3MediaStorage(S3Storage):  # type: ignore[misc]  # django-storages has no types
    """django-storages' own, with URLs on this site and the errors that files raise."""

    def get_default_settings(self) -> dict[str, Any]:
        config = Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"total_max_attempts": ATTEMPTS},
            s3={"addressing_style": "path"},  # every compatible server knows it
            signature_version="s3v4",
        )
        return {
            **super().get_default_settings(),
            "client_config": config,
            "default_acl": None,
            "max_memory_size": MAX_MEMORY,
        }

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return settings.MEDIA_URL + name

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Read the whole file, a large one to a temporary file; FileNotFoundError when there is none."""
        with reraise_as_connection_error():
            file: File[bytes] = super()._open(name, mode)
            file.file  # noqa: B018  downloads it here, where errors are turned into ours
            return file

    def _save(self, name: str, content: File[bytes]) -> str:
        with reraise_as_connection_error():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with reraise_as_connection_error():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with reraise_as_connection_error():
            return bool(super().exists(name))
