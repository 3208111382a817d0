"""Reads the environment, and reports every wrong value in it in a sentence."""

import ipaddress
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import environ
import Stemmer
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from PIL import ImageFont

# A mail server that hangs must not block the worker.
SMTP_TIMEOUT_SECONDS = 10
# IMMEDIATE: one that writes only later fails with "database is locked", however long it would wait.
# synchronous=FULL: with WAL, anything less may lose the last acknowledged comment in a power failure; the commits of
# transactions wait together (sqlite3/shared_sync.py).
# wal_autocheckpoint: pages of 4 kB, 16 MB. A comment writes fifty, mostly the same ones as the comment before.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000;",
}
# A replica that is not there must not hold up the primary: seconds, milliseconds.
REPLICA_OPTIONS = {"connect_timeout": 2, "tcp_user_timeout": 3000}
# jit: compiling a statement takes longer than any of ours runs.
POSTGRES_OPTIONS = {"options": "-c lock_timeout=10s -c statement_timeout=30s -c jit=off"}

URL_OF_CONTACT = re.compile(r"https://[^/\s]\S*")


class Environment:
    """The variables of a process, and which of ours are set; errors are collected until `exit_on_errors`."""

    def __init__(self, env_file: Path) -> None:
        self.env = environ.Env()
        self.errors: list[str] = []
        self.names_set: set[str] = set()
        if env_file.is_file():
            self.env.read_env(str(env_file))

    def read[T](self, name: str, cast: Callable[[str], T], default: str, wanted: str) -> T:
        """Return the variable `name`, or `default`, converted by `cast`.

        `cast` raises ValueError (or KeyError, ImproperlyConfigured) for a wrong value. The error then reads "NAME is
        'value', but must be WANTED.", and the default is used until `exit_on_errors`.
        """
        # Not env.str(), which expands a value that begins with $ as another variable.
        text = self.env.ENVIRON.get(name, "").strip()
        if text:
            self.names_set.add(name)
        text = text or default
        try:
            return cast(text)
        except (ValueError, KeyError, ImproperlyConfigured):
            # A URL may contain a password, and a key is one.
            is_secret = ("://" in text and "@" in text) or "KEY" in name
            value = "set to something else" if is_secret else repr(text)
            self.errors.append(f"{name} is {value}, but must be {wanted}.")
            return cast(default)

    def exit_on_errors(self) -> None:
        """Print the errors, one a line, and exit with code 1, if there are any."""
        if self.errors:
            sys.exit("Registan cannot start.\n" + "\n".join(self.errors))


def parse_flag(text: str) -> bool:
    """Parse yes or no in the usual spellings."""
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError(text)


def parse_list(text: str) -> list[str]:
    """Split a comma-separated list; empty items are dropped."""
    return [word.strip() for word in text.split(",") if word.strip()]


def parse_uses(text: str) -> list[str]:
    """What crawlers may use the texts for: some of search, answers and training; nothing for `nothing`."""
    uses = [] if text == "nothing" else parse_list(text)
    if not {"search", "answers", "training"}.issuperset(uses) or not (uses or text == "nothing"):
        raise ValueError(text)
    return uses


def parse_networks(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Parse a comma-separated list of addresses or networks (RFC 4632 notation)."""
    return [ipaddress.ip_network(word, strict=False) for word in parse_list(text)]


def ensure_directory(path: Path) -> Path:
    """Return `path`, after creating the directory; ValueError when that fails or it can't be written to.

    Others may pass through a new one, since nginx reads the static files and media in it, but not list it.
    """
    try:
        if not path.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o711)
    except OSError as error:
        raise ValueError(str(path)) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise ValueError(str(path))
    return path


def parse_archive_place(text: str) -> str:
    """Check the path of a folder, which is made when it is needed, or the address of one in S3."""
    if not Path(text).is_absolute() and urlsplit(text).scheme not in {"s3", "s3+http"}:
        raise ValueError(text)
    return text


def parse_font(text: str) -> str:
    """Check the path of a font file; "" means none."""
    if text:
        try:
            ImageFont.truetype(text, 12)
        except OSError as error:
            raise ValueError(text) from error
    return text


def parse_port(text: str) -> int:
    if not 0 < int(text) < 65_536:
        raise ValueError(text)
    return int(text)


def parse_days(text: str) -> int:
    """A number of days, a century of them at most."""
    if not 0 <= int(text) <= 36_500:
        raise ValueError(text)
    return int(text)


def parse_megabytes(text: str) -> int:
    """The size of a file, below the 4 GB that a WAV or an old file system can hold."""
    if not 1 <= int(text) <= 4_000:
        raise ValueError(text)
    return int(text)


def parse_single_line(text: str) -> str:
    """Text that may stand in a header."""
    if not text.isprintable():
        raise ValueError(text)
    return text


def parse_site_url(text: str) -> str:
    """Check http(s)://host[:port]/, and drop the slash at the end."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError(text)
    if parts.query or parts.fragment or parts.username:
        raise ValueError(text)
    _ = parts.port  # raises ValueError when it is not a number
    return text.rstrip("/")


def parse_dsn(text: str) -> str:
    """Check the address of a project at Sentry, http(s)://KEY@HOST/PROJECT; "" for none."""
    parts = urlsplit(text)
    if text and not (parts.scheme in {"http", "https"} and parts.username and parts.hostname and parts.path.strip("/")):
        raise ValueError(text)
    return text


def parse_contact(text: str) -> str:
    """An email address or an https:// address, as the target of a link; "" for none."""
    if not text or URL_OF_CONTACT.fullmatch(text):
        return text
    try:
        validate_email(text.removeprefix("mailto:"))
    except ValidationError as error:
        raise ValueError(text) from error
    return f"mailto:{text.removeprefix('mailto:')}"


def parse_time_zone(text: str) -> str:
    ZoneInfo(text)
    return text


def parse_language(text: str) -> str:
    """Check a language code such as en, ru or pt-br: Django must have a translation."""
    code = text.lower()
    known = {language for language, _ in global_settings.LANGUAGES}
    if not {code, code.split("-")[0]} & known:
        raise ValueError(text)
    return code


def parse_search_language(text: str) -> str:
    """Check a language by the name of its Snowball algorithm, `site` for the site's own, or `simple` for none."""
    if text.lower() not in {"site", "simple", *Stemmer.algorithms()}:
        raise ValueError(text)
    return text.lower()


def parse_database_url(text: str) -> dict[str, Any]:
    """Parse the URL of a database on SQLite (in a file) or PostgreSQL into Django's settings."""
    if urlsplit(text).scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ValueError(text)
    config: dict[str, Any] = environ.Env.db_url_config(text)
    if config["NAME"] in {"", ":memory:"}:
        raise ValueError(text)
    if config["ENGINE"].endswith("sqlite3"):
        ensure_directory(Path(config["NAME"]).parent)
        config |= {"ENGINE": "registan.sqlite3", "OPTIONS": SQLITE_OPTIONS}  # Django's, with a queue for writers
    else:
        # PgBouncer lends a connection for one transaction: the next piece of a long answer would be asked of another.
        config |= {"CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": True}
        config["OPTIONS"] = POSTGRES_OPTIONS | config.get("OPTIONS", {})
    return config | {"CONN_MAX_AGE": 60}  # opening a connection costs as much as a cached page


def parse_replica_url(text: str) -> dict[str, Any]:
    """Parse the URL of a replica on PostgreSQL; {} for `none`."""
    if text == "none":
        return {}
    if not text.startswith("postgres"):
        raise ValueError(text)
    config = parse_database_url(text)
    config["OPTIONS"] |= REPLICA_OPTIONS
    return config | {"TEST": {"MIRROR": "default"}}


def parse_cache_url(text: str) -> str:
    """Check `database`, `local` or a redis://, rediss:// or unix:// URL."""
    parts = urlsplit(text)
    if text in {"database", "local"} or parts.scheme == "unix":
        return text
    if parts.scheme in {"redis", "rediss"} and parts.hostname and parts.port != 0:  # .port raises when it is not one
        return text
    raise ValueError(text)


def parse_media_storage(text: str) -> dict[str, Any]:
    """Build Django's STORAGES entry for uploads from `files` or s3://KEY:SECRET@HOST[:PORT]/BUCKET[?region=NAME].

    `s3+http` connects without TLS. Punctuation in KEY and SECRET is percent-encoded.
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
    host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname  # .port raises when it is not one
    options = {
        "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{host}",
        "access_key": unquote(parts.username),
        "secret_key": unquote(parts.password),
        "bucket_name": bucket,
        "region_name": parts.query.removeprefix("region=") or None,
    }
    return {"BACKEND": "registan.s3_storage.S3MediaStorage", "OPTIONS": options}


def parse_email_url(text: str) -> dict[str, Any]:
    """Build Django's MAILERS entry from smtp://, smtp+tls:// or smtp+ssl://; {} for `files`."""
    if text == "files":
        return {}
    if urlsplit(text).scheme not in {"smtp", "smtps", "smtp+tls", "smtp+ssl"} or not urlsplit(text).hostname:
        raise ValueError(text)
    config: dict[str, Any] = environ.Env.email_url_config(text)
    options = {
        "host": config["EMAIL_HOST"],
        "port": config["EMAIL_PORT"],
        "username": config["EMAIL_HOST_USER"],
        "password": config["EMAIL_HOST_PASSWORD"],
        "use_tls": config.get("EMAIL_USE_TLS", False),
        "use_ssl": config.get("EMAIL_USE_SSL", False),
        "timeout": SMTP_TIMEOUT_SECONDS,
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
