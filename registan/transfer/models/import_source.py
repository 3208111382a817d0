"""An old blog from which things were moved in."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy


class SourceManager(models.Manager["Source"]):
    def get_or_create_for(self, system: str, home: str) -> Source:
        """The blog of this address, which may be written in any way."""
        return self.find(system, home) or self.create(system=system, home=normalize_home(home))

    def find(self, system: str, home: str) -> Source | None:
        """Likewise, but None if nothing was moved in from there. A blog that has moved to https is the same."""
        found = self.filter(system=system, home__in=spellings_of(normalize_home(home)))
        return found.order_by("pk").first()

    def only_home(self) -> str:
        """The address of the only site from which anything was moved in; "" if there are none or several."""
        homes = list(self.order_by("-pk").values_list("home", flat=True))
        return homes[0] if len({home.partition("://")[2] for home in homes}) == 1 else ""


class Source(models.Model):
    """One old blog. `home` is its address without a slash at the end, as `normalize_home` gives it."""

    system = models.CharField(gettext_lazy("system"), max_length=20)
    home = models.CharField(gettext_lazy("address"), max_length=250)
    added_at = models.DateTimeField(gettext_lazy("first import"), auto_now_add=True)

    objects = SourceManager()

    class Meta:
        verbose_name = pgettext_lazy("of an import", "old blog")
        verbose_name_plural = pgettext_lazy("of an import", "old blogs")
        ordering = ["system", "home"]
        constraints = [models.UniqueConstraint(fields=["system", "home"], name="import_source_is_unique")]

    def __str__(self) -> str:
        return f"{self.home} ({self.system})"


def spellings_of(home: str) -> list[str]:
    """The home with both schemes."""
    scheme, sign, rest = home.partition("://")
    return [f"{each}://{rest}" for each in ("http", "https")] if sign and scheme in ("http", "https") else [home]


def normalize_home(address: str) -> str:
    """The address with scheme and host in lower case, without port 80 or 443 and slashes at the end.

    What is no address is only stripped.
    """
    try:
        parts = urlsplit(address.strip())
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return address.strip().rstrip("/")
    if not parts.hostname:
        return address.strip().rstrip("/")
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}".rstrip("/")
