"""Finds the addresses that Jekyll, Hugo and Eleventy give to files, by their documented rules."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

# Jekyll's names for its own forms.
JEKYLL_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_PLACE = re.compile(r":([a-z_]+)(?:\[[^\]]*\])?")
_NOT_IN_SLUG = re.compile(r"[^\w]+|_+")


class PageFacts(NamedTuple):
    """What an address is made of. `name` is the file's without date and ending, `folders` are those it is in."""

    name: str
    slug: str
    title: str
    date: datetime.datetime | None
    folders: tuple[str, ...]
    categories: tuple[str, ...]


def jekyll_post_address(template: str, facts: PageFacts) -> str:
    return _fill_in(JEKYLL_STYLES.get(template, template), facts)


def jekyll_page_address(template: str, facts: PageFacts) -> str:
    """A page keeps its place; with `pretty` or a form that ends in a slash, its name becomes a folder."""
    is_pretty = JEKYLL_STYLES.get(template, template).endswith("/")
    folders = "/".join(facts.folders)
    if facts.name == "index":
        return _join(folders, "")
    return _join(folders, f"{facts.name}/" if is_pretty else f"{facts.name}.html")


def hugo_address(templates: Mapping[str, str], facts: PageFacts, *, is_ugly: bool) -> str:
    """The form of the file's section, or its place; lower-case, as Hugo writes it."""
    section = facts.folders[0] if facts.folders else ""
    if template := templates.get(section.lower(), ""):
        return _fill_in(template, facts).lower()
    name = hugo_slug(facts.slug or facts.name)
    place = "/".join(hugo_slug(folder) for folder in facts.folders)
    return _join(place, f"{name}.html" if is_ugly else f"{name}/")


def eleventy_address(facts: PageFacts) -> str:
    return _join("/".join(facts.folders), "" if facts.name == "index" else f"{facts.name}/")


def hugo_slug(text: str) -> str:
    """As Hugo does it: blanks become hyphens, other signs go, letters of all scripts stay."""
    kept = "".join(sign for sign in text.strip() if sign.isalnum() or sign in " -_./" or unicodedata.combining(sign))
    return re.sub(r"\s+", "-", kept).lower()


def jekyll_slug(text: str) -> str:
    return _NOT_IN_SLUG.sub("-", text.lower()).strip("-")


def name_of(path: PurePosixPath) -> str:
    return path.name.removesuffix(path.suffix)


def _fill_in(template: str, facts: PageFacts) -> str:
    """The form with its places filled in; one that is not known stays empty."""
    date = facts.date or datetime.datetime.min
    places: dict[str, Callable[[], str]] = {
        "categories": lambda: "/".join(jekyll_slug(each) for each in facts.categories),
        "title": lambda: facts.slug or facts.name,
        "slug": lambda: jekyll_slug(facts.slug or facts.name),
        "name": lambda: facts.name,
        "filename": lambda: facts.name,
        "contentbasename": lambda: facts.name,
        "slugorfilename": lambda: facts.slug or facts.name,
        "slugorcontentbasename": lambda: facts.slug or facts.name,
        "section": lambda: facts.folders[0] if facts.folders else "",
        "sections": lambda: "/".join(facts.folders),
        "year": lambda: f"{date.year:04d}",
        "short_year": lambda: f"{date.year % 100:02d}",
        "month": lambda: f"{date.month:02d}",
        "i_month": lambda: str(date.month),
        "day": lambda: f"{date.day:02d}",
        "i_day": lambda: str(date.day),
        "y_day": lambda: f"{date.timetuple().tm_yday:03d}",
        "yearday": lambda: str(date.timetuple().tm_yday),
        "week": lambda: f"{date.isocalendar().week:02d}",
        "short_day": lambda: date.strftime("%a").lower(),
        "hour": lambda: f"{date.hour:02d}",
        "minute": lambda: f"{date.minute:02d}",
        "second": lambda: f"{date.second:02d}",
        "output_ext": lambda: ".html",
    }
    return _join(_PLACE.sub(lambda place: places.get(place[1], str)(), template))


def _join(*parts: str) -> str:
    """A path with one slash between its parts, and one at its beginning."""
    return re.sub("/{2,}", "/", "/".join(["", *parts]))
