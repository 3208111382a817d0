"""Language tags of texts: which are well formed, how they are written, and what a language calls itself."""

import re

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Language, script, region, variants: RFC 5646, 2.1, without extensions and private use.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE,
)


def normalize_language_tag(text: str) -> str:
    """A BCP 47 tag with its usual capitals: "UZ-cyrl-uz" becomes "uz-Cyrl-UZ". Raises ValidationError."""
    if not (match := _TAG.fullmatch(text)):
        raise ValidationError(_("Enter a language tag such as en, uz-Cyrl or pt-BR."), code="no_language")
    language, script, region, variants = match.group("language", "script", "region", "variants")
    parts = [language.lower(), (script or "").title(), (region or "").upper(), variants[1:].lower()]
    return "-".join(filter(None, parts))


def validate_language_tag(text: str) -> None:
    normalize_language_tag(text)


def language_name(tag: str) -> str:
    """What the language calls itself, with what else the tag says; the tag itself where that is unknown."""
    language, _hyphen, rest = tag.partition("-")
    if whole := dict(settings.LANGUAGES).get(tag):
        return str(whole)
    name = dict(settings.LANGUAGES).get(language) or LANG_INFO.get(language, {}).get("name_local", "")
    if not name:
        return tag
    return f"{name[:1].upper()}{name[1:]}" + (f" ({rest})" if rest else "")
