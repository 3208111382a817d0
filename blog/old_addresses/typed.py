"""What people type for an old address and for where it leads: read, checked, and as the columns of a row."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from blog.models import Author, Page, Post, Tag
from blog.models.fields import column_of
from blog.models.old_address import MAX_TARGET_LENGTH, TARGETS
from blog.old_addresses.find import Asked, find_answer
from blog.old_addresses.live import find_live
from blog.text.old_paths import decode_path, old_path_key, path_key
from blog.text.validators import WEB_SCHEMES, validate_menu_address, validate_single_line

# The columns of a row that leads nowhere.
NO_TARGET: dict[str, Any] = {**dict.fromkeys(TARGETS), "address": ""}


def read_old_address(text: str) -> str:
    """The key of an old address as somebody typed or pasted it; raises ValidationError with what is wrong."""
    validate_single_line(text)
    text = text.strip()
    is_address = text.startswith(("/", "http://", "https://"))
    key = old_path_key(text if is_address else f"/{text}") if text else ""
    if not key:
        raise ValidationError(_("Enter the old address, such as /2009/05/hello/ or /?p=12."))
    if key == "/":
        raise ValidationError(_("The front page is in use. Enter an address below it, such as /2009/05/hello/."))
    if "?" not in key and (find_live(f"{key}/") is not False or find_live(key) is not False):
        raise ValidationError(
            _("There is something at %s on this site. Only what is missing can lead elsewhere.") % key
        )
    return key


def read_new_address(text: str, *, old: str, with_below: bool = False) -> dict[str, Any]:
    """The columns of a row that leads from the key `old` to what somebody typed; raises ValidationError.

    What is on this site is found again when its address changes; what leads on from there is left out.
    """
    text = text.strip()
    validate_single_line(text)
    if not text:
        raise ValidationError(_("Enter where it leads, such as /archive/ or https://example.org/."))
    if (local := local_address(text)) is None:
        if not text.startswith(WEB_SCHEMES):
            raise ValidationError(
                _("Enter a path of this site, such as /archive/, or an address with https:// before it.")
            )
        validate_menu_address(text)
        check_length(text)
        return {**NO_TARGET, "address": text}
    validate_menu_address(local)
    path = decode_path(urlsplit(local).path)
    if path_key(path) == old or (with_below and path_key(path).startswith(f"{old}/")):
        raise ValidationError(_("This leads to the old address itself."))
    live = find_live(path)
    if live is False:
        answer = find_answer(Asked(path, urlsplit(local).query))
        if answer is None or not answer.url:
            raise ValidationError(_("There is nothing at %s on this site.") % local)
        return read_new_address(answer.url, old=old, with_below=with_below)
    if isinstance(live, Post | Page | Tag | Author) and is_own_address(live, local):
        return {**NO_TARGET, column_of(live): live}
    check_length(local)
    return {**NO_TARGET, "address": local}


def local_address(text: str) -> str | None:
    """The path of an address on this site, with what follows it; None for that of another site."""
    if text.startswith("/"):
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.hostname != urlsplit(settings.SITE_URL).hostname:
        return None
    return parts._replace(scheme="", netloc="").geturl() or "/"


def is_own_address(row: Model, address: str) -> bool:
    """Is it the row's own address, and not that of its feed or of a part of its text?"""
    own = getattr(row, "get_absolute_url")()  # noqa: B009  # all of them have one
    return decode_path(address).rstrip("/") == decode_path(own).rstrip("/")


def check_length(address: str) -> None:
    if len(address) > MAX_TARGET_LENGTH:
        raise ValidationError(_("This address is longer than %d characters.") % MAX_TARGET_LENGTH)
