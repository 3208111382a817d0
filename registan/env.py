"""Reads the environment, and gathers one clear sentence for every wrong value in it."""

import contextlib
import ipaddress
import os
import re
import secrets
import sys
from collections.abc import Callable
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured
from PIL import ImageFont


class Environment:
    """The variables of one start-up: values are asked for by name, complaints are kept until `finish`."""

    def __init__(self, env_file: Path) -> None:
        self.env = environ.Env()
        self.errors: list[str] = []
        if env_file.is_file():
            self.env.read_env(str(env_file))

    def read[T](self, name: str, cast: Callable[[str], T], default: str, wanted: str) -> T:
        """The variable `name` as `cast` makes it from text; `default` is text too and must be castable.

        `cast` raises ValueError (or ImproperlyConfigured) for a wrong value; the complaint then reads
        "NAME is 'value', but must be WANTED." and the default stands in until `finish` stops start-up.
        """
        # Not env.str(): it takes a value that begins with $ for the name of another variable.
        text = self.env.ENVIRON.get(name, default).strip() or default
        try:
            return cast(text)
        except (ValueError, KeyError, ImproperlyConfigured):
            shown = "set to something else" if "://" in text and "@" in text else repr(text)
            self.errors.append(f"{name} is {shown}, but must be {wanted}.")
            return cast(default)

    def exit_on_errors(self) -> None:
        """Stop start-up (exit code 1) with one sentence a line when any value was wrong."""
        if self.errors:
            sys.exit("Registan cannot start.\n" + "\n".join(self.errors))


def parse_flag(text: str) -> bool:
    """yes/no in the usual spellings; ValueError for anything else."""
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError(text)


def parse_list(text: str) -> list[str]:
    """A comma-separated list without empty items."""
    return [word.strip() for word in text.split(",") if word.strip()]


def parse_networks(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """A comma-separated list of addresses or networks (RFC 4632 notation)."""
    return [ipaddress.ip_network(word, strict=False) for word in parse_list(text)]


def ensure_directory(path: Path) -> Path:
    """`path`, a directory that is there from now on; ValueError when it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(str(path)) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise ValueError(str(path))
    return path


def parse_font(text: str) -> str:
    """The path of a font file, or "" for none; ValueError for a file that is not one."""
    if text:
        try:
            ImageFont.truetype(text, 12)
        except OSError as error:
            raise ValueError(text) from error
    return text


def parse_port(text: str) -> int:
    """A TCP port."""
    if not 0 < int(text) < 65_536:
        raise ValueError(text)
    return int(text)


def parse_days(text: str) -> int:
    """A number of days, a century of them at most."""
    if not 0 <= int(text) <= 36_500:
        raise ValueError(text)
    return int(text)


def parse_single_line(text: str) -> str:
    """Text that may stand in a header."""
    if not text.isprintable():
        raise ValueError(text)
    return text


def parse_sender(text: str) -> str:
    """`ADDRESS` or `NAME <ADDRESS>`, as a mail's From (RFC 5322)."""
    name, address = parseaddr(parse_single_line(text))
    local, at, host = address.rpartition("@")
    if not (local and at and host) or " " in address:
        raise ValueError(text)
    return formataddr((name, address))


def parse_site_url(text: str) -> str:
    """http(s)://host[:port] without path; the slash at the end is dropped."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError(text)
    if parts.query or parts.fragment or parts.username:
        raise ValueError(text)
    _ = parts.port  # raises ValueError itself when it is no number
    return text.rstrip("/")


def parse_time_zone(text: str) -> str:
    """The name of a time zone that this machine knows."""
    ZoneInfo(text)
    return text


def parse_language(text: str) -> str:
    """A language code such as en, ru or pt-br; ValueError for one that Django has no words for."""
    code = text.lower()
    known = {known for known, _ in global_settings.LANGUAGES}
    if not {code, code.split("-")[0]} & known:
        raise ValueError(text)
    return code


# The Snowball dictionaries of PostgreSQL 14 and later.
SNOWBALL_DICTIONARIES = {
    "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french", "german", "greek",
    "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian", "nepali", "norwegian", "portuguese",
    "romanian", "russian", "serbian", "spanish", "swedish", "tamil", "turkish", "yiddish",
}  # fmt: skip


def parse_search_language(text: str) -> str:
    """The name of a language as PostgreSQL calls it, or `simple` for none."""
    if text.lower() not in {"simple", *SNOWBALL_DICTIONARIES}:
        raise ValueError(text)
    return text.lower()


def parse_database_url(text: str) -> dict[str, Any]:
    """django-environ's database settings; ValueError for an engine that Registan does not speak, and for no name."""
    if urlsplit(text).scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ValueError(text)
    config: dict[str, Any] = environ.Env.db_url_config(text)
    if config["NAME"] in {"", ":memory:"}:
        raise ValueError(text)
    if config["ENGINE"].endswith("sqlite3"):
        ensure_directory(Path(config["NAME"]).parent)
    return config


def parse_cache_url(text: str) -> str:
    """`database`, `local` or a redis://, rediss:// or unix:// address."""
    parts = urlsplit(text)
    if text in {"database", "local"} or parts.scheme == "unix":
        return text
    if parts.scheme in {"redis", "rediss"} and parts.hostname and parts.port != 0:  # .port raises for what is no port
        return text
    raise ValueError(text)


def parse_media_storage(text: str) -> dict[str, Any]:
    """Django's STORAGES entry for uploads: of `files`, or of s3://KEY:SECRET@HOST[:PORT]/BUCKET[?region=NAME].

    `s3+http` speaks to the server without TLS. KEY and SECRET are percent-encoded where they hold signs.
    """
    if text == "files":
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(text)
    bucket = parts.path.strip("/")
    if parts.scheme not in {"s3", "s3+http"} or not (parts.hostname and parts.username and parts.password):
        raise ValueError(text)
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket) or not re.fullmatch(
        r"(?:region=[\w-]+)?", parts.query
    ):
        raise ValueError(text)
    host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname  # .port raises for what is no port
    options = {
        "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{host}",
        "access_key": unquote(parts.username),
        "secret_key": unquote(parts.password),
        "bucket_name": bucket,
        "region_name": parts.query.removeprefix("region=") or None,
    }
    return {"BACKEND": "registan.s3_storage.S3MediaStorage", "OPTIONS": options}


def parse_email_url(text: str) -> dict[str, Any]:
    """django-environ's mail settings of smtp://, smtp+tls://, smtp+ssl:// or `files`."""
    if text == "files":
        return {}
    if urlsplit(text).scheme not in {"smtp", "smtps", "smtp+tls", "smtp+ssl"} or not urlsplit(text).hostname:
        raise ValueError(text)
    config: dict[str, Any] = environ.Env.email_url_config(text)
    return config


def load_secret_key(file: Path) -> str:
    """The generated key kept in `file` (mode 0600), made on first use; the first of two processes wins."""
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text().strip()
