"""What a rule compares: patterns of four kinds, none of them a regular expression."""

from __future__ import annotations

import ipaddress
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DOMAIN = re.compile(r"[^\s@/.:]+(\.[^\s@/.:]+)+")
WORD = re.compile(r"\w+")


def check_pattern(kind: str, text: str) -> str:
    """`text` as patterns of that kind are stored and compared; ValidationError when it is none."""
    text = " ".join(text.split())
    if kind == "words":
        if not (words := words_of(text)):
            raise ValidationError(_("Write at least one word."))
        return " ".join(words)
    if kind == "network":
        try:
            return str(ipaddress.ip_network(text, strict=False))
        except ValueError:
            raise ValidationError(_("Write an address or a network, such as 192.0.2.0/24.")) from None
    domain = text.casefold().removeprefix("@")
    domain = re.sub(r"^https?://", "", domain).rstrip("/") if kind == "link" else domain
    local, _at, host = domain.rpartition("@")
    if not DOMAIN.fullmatch(host) or (kind == "link" and local):
        raise ValidationError(_("Write a domain, such as example.org."))
    return domain


def words_of(text: str) -> list[str]:
    """The words of `text`, folded so that case, accents' encoding and wide letters do not matter."""
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())
