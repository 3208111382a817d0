"""Pictures in an S3-compatible store. Readers get them from us, under /media/: the store needs no public address."""

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

# Seconds: a store that does not answer must not hold every reader's thread.
CONNECT_TIMEOUT, READ_TIMEOUT = 3, 20


@contextlib.contextmanager
def reraise_as_connection_error() -> Iterator[None]:
    """Whatever keeps the store from answering becomes a ConnectionError, so that nobody else has to know boto3."""
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise ConnectionError(f"The store of pictures did not do it: {error}") from error


class S3MediaStorage(S3Storage):
    """django-storages' own, with addresses on this site and errors that files have, too."""

    def get_default_settings(self) -> dict[str, Any]:
        patient = Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"total_max_attempts": 2},
            s3={"addressing_style": "path"},  # what every compatible server knows
            signature_version="s3v4",
        )
        return {**super().get_default_settings(), "client_config": patient, "default_acl": None}

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return settings.MEDIA_URL + name

    def _open(self, name: str, mode: str = "rb") -> File:
        """The whole file in memory: FileNotFoundError when there is none."""
        with reraise_as_connection_error():
            opened = super()._open(name, mode)
            opened.file  # noqa: B018  fetched here, where an error has a name
            return opened

    def _save(self, name: str, content: File) -> str:
        with reraise_as_connection_error():
            return super()._save(name, content)

    def delete(self, name: str) -> None:
        with reraise_as_connection_error():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with reraise_as_connection_error():
            return super().exists(name)
