"""The keys with which links and sessions are signed: made once, or given; one rule says which are long enough."""

import contextlib
import os
import secrets
from pathlib import Path

# 32 characters of a password generator are 190 bits; a sentence that somebody made up is weaker, but not by its length.
MIN_LENGTH = 32
# Of the keys that `django-admin startproject` writes into a file, which is often published.
PUBLISHED = "django-insecure-"
HINT = f"a random text of at least {MIN_LENGTH} characters"
FALLBACKS_HINT = f"a comma-separated list of earlier keys, each {HINT}"
GENERATED = "generated"


def parse_key(text: str) -> str:
    """Check a key that was given; `generated` stands for the one in DATA_DIR."""
    if text != GENERATED and (len(text) < MIN_LENGTH or text.startswith(PUBLISHED)):
        raise ValueError(text)
    return text


def parse_fallbacks(text: str) -> list[str]:
    return [parse_key(key.strip()) for key in text.split(",") if key.strip()]


def load(file: Path) -> str:
    """Return the key in `file` (mode 0600), generated on first use; of two processes at once, the first wins."""
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text().strip()
