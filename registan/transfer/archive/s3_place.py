"""Archives in an S3-compatible store: written here first, then sent, the manifest last; fetched to be read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from registan.env import parse_media_storage
from registan.transfer.archive.archive_folder import NAME
from registan.transfer.archive.manifest import MANIFEST, MANIFEST_SUM, SUMS, read_sums

SCHEMES = ("s3", "s3+http")
# Sent last, in this order: an archive without its manifest is none.
LAST = (SUMS, MANIFEST_SUM, MANIFEST)
NOT_INSTALLED = "Archives in S3 need the package django-storages[s3]: make environment EXTRAS=s3."


class StoreFailed(Exception):
    """The store does not answer, or refuses; the sentence says what it said."""


def is_remote(place: str) -> bool:
    """Is it the address of a store, and not a folder?"""
    return urlsplit(place).scheme in SCHEMES


def describe_place(place: str) -> str:
    """The place without its keys."""
    parts = urlsplit(place)
    return f"{parts.scheme}://{parts.hostname}{parts.path}" if is_remote(place) else place


def load_boto3() -> tuple[Any, Any]:
    """The library, which is an extra, and what it stands on. Raises StoreFailed without it."""
    try:
        import_module("boto3.exceptions")
        return import_module("boto3"), import_module("botocore")
    except ImportError:
        raise StoreFailed(NOT_INSTALLED) from None


@contextlib.contextmanager
def reraise_as_failure() -> Iterator[None]:
    boto3, botocore = load_boto3()
    try:
        yield
    except (boto3.exceptions.Boto3Error, botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        raise StoreFailed(f"The store of archives failed: {error}") from error


class S3Place:
    """`s3://KEY:SECRET@HOST/BUCKET/PREFIX`, or `s3://BUCKET/PREFIX` with the keys that boto3 finds by itself."""

    def __init__(self, address: str) -> None:
        """Raises ValueError for what is no such address, StoreFailed without the package."""
        parts = urlsplit(address)
        options: dict[str, Any] = {}
        if parts.username:
            bucket, _slash, prefix = parts.path.strip("/").partition("/")
            query = f"?{parts.query}" if parts.query else ""
            known = parse_media_storage(f"{parts.scheme}://{parts.netloc}/{bucket}{query}")["OPTIONS"]
            options = {
                "endpoint_url": known["endpoint_url"],
                "aws_access_key_id": known["access_key"],
                "aws_secret_access_key": known["secret_key"],
                "region_name": known["region_name"],
            }
        else:
            bucket, prefix = parts.netloc, parts.path.strip("/")
        self.bucket, self.prefix = bucket, f"{prefix}/" if prefix else ""
        with reraise_as_failure():
            self.client: Any = load_boto3()[0].client("s3", **options)

    def names(self) -> list[str]:
        """The archives that are whole there, the oldest first."""
        with reraise_as_failure():
            keys = {key.removeprefix(self.prefix) for key in self._keys(self.prefix) if key.endswith(f"/{MANIFEST}")}
        found = (key.removesuffix(f"/{MANIFEST}") for key in keys)
        return sorted(name for name in found if NAME.fullmatch(name))

    def _keys(self, prefix: str) -> Iterator[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        for page in pages:
            yield from (entry["Key"] for entry in page.get("Contents", ()))

    def send(self, folder: Path) -> None:
        """Send an archive; what an earlier one of the same part has is copied there, and not sent again."""
        part = folder.name.rpartition("-")[2]
        earlier = [name for name in self.names() if name.endswith(part)]
        known = self._sums(earlier[-1]) if earlier else {}
        with reraise_as_failure():
            for file in read_sums(folder):
                key = f"{self.prefix}{folder.name}/{file.path}"
                if known.get(file.path) == file.sha256:
                    source = {"Bucket": self.bucket, "Key": f"{self.prefix}{earlier[-1]}/{file.path}"}
                    self.client.copy(source, self.bucket, key)
                else:
                    self.client.upload_file(str(folder / file.path), self.bucket, key)
            for path in LAST:
                self.client.upload_file(str(folder / path), self.bucket, f"{self.prefix}{folder.name}/{path}")

    def _sums(self, name: str) -> dict[str, str]:
        with reraise_as_failure():
            text = self.client.get_object(Bucket=self.bucket, Key=f"{self.prefix}{name}/{SUMS}")["Body"].read().decode()
        lines = (line.partition("  ") for line in text.splitlines())
        return {path: digest for digest, _space, path in lines}

    def fetch(self, name: str, into: Path) -> Path:
        """Fetch an archive into a folder of its name below `into`; that folder."""
        folder, prefix = into / name, f"{self.prefix}{name}/"
        with reraise_as_failure():
            for key in self._keys(prefix):
                path = key.removeprefix(prefix)
                if ".." in path.split("/") or path.startswith("/"):
                    continue
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                self.client.download_file(self.bucket, key, str(folder / path))
        return folder

    def delete(self, name: str) -> None:
        """Delete an archive, its manifest first: half of one is none."""
        prefix = f"{self.prefix}{name}/"
        with reraise_as_failure():
            self.client.delete_object(Bucket=self.bucket, Key=f"{prefix}{MANIFEST}")
            for key in list(self._keys(prefix)):
                self.client.delete_object(Bucket=self.bucket, Key=key)
