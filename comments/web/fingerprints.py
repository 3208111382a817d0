"""What tells one comment, and one person, from another; keyed where it would give an address away. Knows no model."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.conf import settings


def comment_fingerprint(fields: dict[str, Any]) -> str:
    """Equal for the same words by the same person in the same place (64 hexadecimal digits)."""
    parent, user = fields.get("parent"), fields.get("user")
    who = f"user {user.pk}" if user else f"{fields.get('email', '').casefold()}\0{fields['name']}"
    parts = [str(fields["post"].pk), str(parent.pk if parent else 0), who, fields["body"]]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def tile_number(fields: dict[str, Any]) -> int:
    """0 to 63, the same for the same person on this site; keyed, so that it gives no address away."""
    author = fields.get("author")
    who = f"author {author.pk}" if author else fields.get("email", "").casefold() or fields["name"].casefold()
    return hash_to_tile(who)


def hash_to_tile(who: str) -> int:
    return hmac.digest(settings.SECRET_KEY.encode(), b"tile\0" + who.encode(), "sha256")[0] % 64
