"""Time zones to choose from."""

from __future__ import annotations

import functools
import zoneinfo

# The other names in the time zone database are offsets, and names kept for old programs.
CONTINENTS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)

# Options of a select, and named groups of them.
type Options = list[tuple[str, str]]
type GroupedOptions = list[tuple[str, str | Options]]


@functools.cache
def zones_by_continent() -> list[tuple[str, Options]]:
    """Time zones by continent, by the names of the time zone database."""
    continents: dict[str, Options] = {}
    for name in sorted(zoneinfo.available_timezones()):
        continent, slash, place = name.partition("/")
        if slash and continent in CONTINENTS:
            continents.setdefault(continent, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return list(continents.items())


def site_zone_options() -> GroupedOptions:
    """What an owner chooses from: UTC, and the zones by continent."""
    return [("UTC", "UTC"), *zones_by_continent()]
