"""Time zones to choose from, by region: each town by the one name that it has today."""

from __future__ import annotations

import functools
import zoneinfo

from django.utils.translation import get_language, gettext_lazy

# The parts of the time zone database that are regions; the other names are offsets, and names kept for old programs.
# Antarctic stations keep the time of those who supply them, and nobody there has asked for a list.
REGIONS = {
    "Africa": gettext_lazy("Africa"),
    "America": gettext_lazy("America"),
    "Asia": gettext_lazy("Asia"),
    "Atlantic": gettext_lazy("Atlantic Ocean"),
    "Australia": gettext_lazy("Australia"),
    "Europe": gettext_lazy("Europe"),
    "Indian": gettext_lazy("Indian Ocean"),
    "Pacific": gettext_lazy("Pacific Ocean"),
    "Arctic": gettext_lazy("Europe"),  # Longyearbyen alone
}
# Names that the database keeps for old programs, with today's (its file `backward`). Browsers still report some.
CURRENT_NAMES = {
    old: current
    for current, olds in {
        "Africa/Asmara": "Africa/Asmera",
        "Africa/Bamako": "Africa/Timbuktu",
        "America/Adak": "America/Atka",
        "America/Argentina/Buenos_Aires": "America/Buenos_Aires",
        "America/Argentina/Catamarca": "America/Catamarca America/Argentina/ComodRivadavia",
        "America/Argentina/Cordoba": "America/Cordoba America/Rosario",
        "America/Argentina/Jujuy": "America/Jujuy",
        "America/Argentina/Mendoza": "America/Mendoza",
        "America/Atikokan": "America/Coral_Harbour",
        "America/Denver": "America/Shiprock",
        "America/Edmonton": "America/Yellowknife",
        "America/Indiana/Indianapolis": "America/Indianapolis America/Fort_Wayne",
        "America/Indiana/Knox": "America/Knox_IN",
        "America/Iqaluit": "America/Pangnirtung",
        "America/Kentucky/Louisville": "America/Louisville",
        "America/Nuuk": "America/Godthab",
        "America/Rio_Branco": "America/Porto_Acre",
        "America/St_Thomas": "America/Virgin",
        "America/Tijuana": "America/Ensenada America/Santa_Isabel",
        "America/Toronto": "America/Montreal America/Nipigon America/Thunder_Bay",
        "America/Winnipeg": "America/Rainy_River",
        "Asia/Ashgabat": "Asia/Ashkhabad",
        "Asia/Dhaka": "Asia/Dacca",
        "Asia/Ho_Chi_Minh": "Asia/Saigon",
        "Asia/Jerusalem": "Asia/Tel_Aviv",
        "Asia/Kathmandu": "Asia/Katmandu",
        "Asia/Kolkata": "Asia/Calcutta",
        "Asia/Macau": "Asia/Macao",
        "Asia/Makassar": "Asia/Ujung_Pandang",
        "Asia/Nicosia": "Europe/Nicosia",
        "Asia/Shanghai": "Asia/Chongqing Asia/Chungking Asia/Harbin",
        "Asia/Thimphu": "Asia/Thimbu",
        "Asia/Ulaanbaatar": "Asia/Ulan_Bator Asia/Choibalsan",
        "Asia/Urumqi": "Asia/Kashgar",
        "Asia/Yangon": "Asia/Rangoon",
        "Atlantic/Faroe": "Atlantic/Faeroe",
        "Australia/Adelaide": "Australia/South",
        "Australia/Brisbane": "Australia/Queensland",
        "Australia/Broken_Hill": "Australia/Yancowinna",
        "Australia/Darwin": "Australia/North",
        "Australia/Hobart": "Australia/Tasmania Australia/Currie",
        "Australia/Lord_Howe": "Australia/LHI",
        "Australia/Melbourne": "Australia/Victoria",
        "Australia/Perth": "Australia/West",
        "Australia/Sydney": "Australia/ACT Australia/Canberra Australia/NSW",
        "Europe/Chisinau": "Europe/Tiraspol",
        "Europe/Istanbul": "Asia/Istanbul",
        "Europe/Kyiv": "Europe/Kiev Europe/Uzhgorod Europe/Zaporozhye",
        "Europe/London": "Europe/Belfast",
        "Europe/Oslo": "Atlantic/Jan_Mayen",
        "Pacific/Chuuk": "Pacific/Truk Pacific/Yap",
        "Pacific/Honolulu": "Pacific/Johnston",
        "Pacific/Kanton": "Pacific/Enderbury",
        "Pacific/Pago_Pago": "Pacific/Samoa",
        "Pacific/Pohnpei": "Pacific/Ponape",
    }.items()
    for old in olds.split()
}

# Options of a select, and named groups of them.
type Options = list[tuple[str, str]]
type GroupedOptions = list[tuple[str, str | Options]]


def current_name(zone: str) -> str:
    """Today's name of this zone, if this machine knows it by that."""
    current = CURRENT_NAMES.get(zone, zone)
    return current if current in zoneinfo.available_timezones() else zone


def old_names(zone: str) -> list[str]:
    """The names that it had before."""
    return [old for old, current in CURRENT_NAMES.items() if current == zone]


def zones_by_region() -> list[tuple[str, Options]]:
    """Time zones as (name, town), by region and town."""
    return zones_in_language(get_language())


@functools.cache
def zones_in_language(language: str | None) -> list[tuple[str, Options]]:
    """As `zones_by_region`; this is the active language."""
    regions: dict[str, Options] = {}
    for zone in zoneinfo.available_timezones():
        region, _slash, place = zone.partition("/")
        if region in REGIONS and place and current_name(zone) == zone:
            regions.setdefault(str(REGIONS[region]), []).append((zone, town_name(place)))
    return [(region, sorted(options, key=lambda option: option[1])) for region, options in sorted(regions.items())]


def town_name(place: str) -> str:
    """A place of the time zone database as people write it: "Knox, Indiana" for Indiana/Knox, "St Johns"."""
    return ", ".join(reversed(place.split("/"))).replace("_", " ")


def site_zone_options() -> GroupedOptions:
    """What an owner chooses from: UTC, and the zones by region."""
    return [("UTC", "UTC"), *zones_by_region()]


def add_option(options: GroupedOptions, value: str) -> GroupedOptions:
    """These options, and `value` if it is not among them."""
    known = {name for name, label in options if isinstance(label, str)}
    known |= {name for _group, group in options if not isinstance(group, str) for name, _label in group}
    return options if not value or value in known else [(value, value), *options]
