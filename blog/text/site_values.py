"""What the owner says of the site: its name, language, time zone and the rest of the Site page (models/site.py)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation

# Days: long enough to look into an attack on the conversation, and no longer than a season.
DEFAULT_RETENTION_DAYS = 90
# A weekend without moderators is no trouble yet.
DEFAULT_QUEUE_HOURS = 72


class SiteValues(NamedTuple):
    """The site as its owner describes it. Without a saved Site page, `version` is None and the environment decides."""

    version: int | None
    name: str
    tagline: str
    language: str
    time_zone: str
    hold_after_days: int
    close_after_days: int
    slow_minutes: int = 0
    sender: str = ""
    accent: str = ""
    licence: str = ""
    licence_words: str = ""
    social_links: tuple[str, ...] = ()
    logo: str = ""  # names in the storage, as of the icon
    logo_width: int = 0
    logo_height: int = 0
    logo_has_name: bool = False
    icon: str = ""
    second_factor_roles: tuple[str, ...] = ()
    link_cards: bool = False
    address_days: int = DEFAULT_RETENTION_DAYS
    token_days: int = DEFAULT_RETENTION_DAYS
    email_days: int = DEFAULT_RETENTION_DAYS
    queue_hours: int = DEFAULT_QUEUE_HOURS
    read_only: bool = False
    read_only_words: str = ""

    @property
    def is_read_only(self) -> bool:
        """May nothing be written? The owner's switch says so, or whoever runs the machine."""
        return self.read_only or settings.READ_ONLY

    @property
    def makes_cards(self) -> bool:
        """May the server visit the pages of links? The environment can forbid it for good."""
        return self.link_cards and settings.LINK_CARDS

    @property
    def zone(self) -> ZoneInfo:
        """The site's; that of the environment where this machine knows fewer zones than the one it was chosen on."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(settings.TIME_ZONE)


class Memo:
    """The values that this process has read last, and how they are read: models/site.py puts its own function here."""

    values: SiteValues | None = None
    load: Callable[[], SiteValues | None] = staticmethod(lambda: None)


def site() -> SiteValues:
    """The values in force. Every reading of the content clock finds out whether they have changed."""
    values = Memo.values or Memo.load()
    return values if values and values.version is not None else defaults()


@functools.cache
def defaults() -> SiteValues:
    """What the environment says."""
    return SiteValues(
        version=None,
        name=settings.SITE_NAME,
        tagline=settings.SITE_TAGLINE,
        language=settings.LANGUAGE_CODE,
        time_zone=settings.TIME_ZONE,
        hold_after_days=settings.HOLD_AFTER_DAYS,
        close_after_days=settings.CLOSE_AFTER_DAYS,
    )


@contextmanager
def site_language() -> Iterator[None]:
    """Speak the site's own language here, for what is stored for every reader; a decorator, too."""
    with translation.override(site().language):
        yield


def activate_site(request: HttpRequest) -> None:
    """Activate the site's time zone, and the language of the reader's cookie or else the site's own."""
    values = site()
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    translation.activate(chosen if chosen in dict(settings.LANGUAGES) else values.language)
    timezone.activate(values.zone)
    request.site_version = values.version  # type: ignore[attr-defined]
