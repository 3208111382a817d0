"""Tells what a file of a static site is: a post, a page, a draft; when it was written, and where it was seen."""

from __future__ import annotations

import datetime
import re
from pathlib import PurePosixPath
from typing import NamedTuple

from registan.transfer.elsewhere.foreign_times import Moment, read_moment
from registan.transfer.elsewhere.front_matter import Values, is_false, is_true, word_of, words_of
from registan.transfer.elsewhere.static_addresses import (
    JEKYLL_STYLES,
    PageFacts,
    eleventy_address,
    hugo_address,
    jekyll_page_address,
    jekyll_post_address,
    name_of,
)
from registan.transfer.elsewhere.static_config import ELEVENTY, HUGO, StaticConfig
from registan.transfer.records.moments import ZoneClock

_DATED = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})-(.+)", re.DOTALL)
# Folders whose files are posts, whatever the system.
_POST_FOLDERS = {"_posts", "_drafts", "posts", "post", "blog", "articles", "news", "journal"}
_POST_TAGS = {"post", "posts", "blog"}
_PAGE_TYPES = {"page", "pages"}


class StaticPage(NamedTuple):
    """A file with what is above its text. `path` is that within the site."""

    path: PurePosixPath
    values: Values
    config: StaticConfig

    @property
    def dated(self) -> re.Match[str] | None:
        """The date in the file's name, and the rest of it."""
        return _DATED.fullmatch(self.name_with_date)

    @property
    def name_with_date(self) -> str:
        is_bundle = self.config.flavour == HUGO and self.path.name.startswith("index.")
        return self.path.parent.name if is_bundle and self.path.parent.name else name_of(self.path)

    @property
    def name(self) -> str:
        return self.dated[2] if self.dated else self.name_with_date

    @property
    def folders(self) -> tuple[str, ...]:
        """Folders that are part of the address: neither those that hold posts, nor the one that is the page itself."""
        parts = self.path.parts[:-1]
        if self.config.flavour == HUGO:
            parts = parts[1:] if parts[:1] == ("content",) else parts
            return parts[:-1] if self.path.name.startswith("index.") else parts
        if self.config.flavour == ELEVENTY and parts[:1] in (("src",), ("content",)):
            parts = parts[1:]
        return tuple(part for part in parts if part not in ("_posts", "_drafts", "_pages"))

    @property
    def is_post(self) -> bool:
        if word_of(self.values, "type", "layout").lower() in _PAGE_TYPES:
            return False
        tags = {tag.lower() for tag in words_of(self.values, "tags")}
        in_post_folder = bool(_POST_FOLDERS.intersection(part.lower() for part in self.path.parts[:-1]))
        has_section = self.config.flavour == HUGO and bool(self.folders) and bool(word_of(self.values, "date"))
        return in_post_folder or has_section or bool(self.dated) or bool(_POST_TAGS & tags)

    @property
    def is_draft(self) -> bool:
        is_hidden = is_true(self.values, "draft") or is_false(self.values, "published")
        return is_hidden or "_drafts" in self.path.parts or is_false(self.values, "permalink")

    def read_moment(self) -> Moment:
        """When it was published. Raises ValueError for a date that is none."""
        text = word_of(self.values, "publishdate", "date") or (self.dated[1] if self.dated else "")
        return self._place(read_moment(text))

    def read_modified(self) -> Moment:
        return self._place(read_moment(word_of(self.values, "lastmod", "last_modified_at", "updated", "modified")))

    def _place(self, moment: Moment) -> Moment:
        """A time without a zone is one of the site's, if its settings say which."""
        if moment.gmt is None and moment.local is not None and self.config.zone is not None:
            gmt = ZoneClock(self.config.zone).to_utc(moment.local).replace(tzinfo=None)
            return Moment(moment.local, gmt)
        return moment

    def address(self, moment: Moment) -> str:
        """The path at which it was seen."""
        form = word_of(self.values, "url", "permalink")
        if "{" in form or is_false(self.values, "permalink"):  # computed by the site's own code, or none
            form = ""
        if form and ":" not in form and form not in JEKYLL_STYLES:
            return f"/{form.lstrip('/')}"
        facts = self.facts(moment)
        if self.config.flavour == HUGO:
            return hugo_address(self.config.permalinks, facts, is_ugly=self.config.has_ugly_addresses)
        if self.config.flavour == ELEVENTY:
            return eleventy_address(facts)
        form = form or self.config.permalink
        return jekyll_post_address(form, facts) if self.is_post else jekyll_page_address(form, facts)

    def facts(self, moment: Moment) -> PageFacts:
        date: datetime.datetime | None = moment.local or moment.gmt
        categories = [] if self.config.flavour in (HUGO, ELEVENTY) else self.categories
        return PageFacts(
            name=self.name,
            slug=word_of(self.values, "slug"),
            title=word_of(self.values, "title"),
            date=date,
            folders=self.folders,
            categories=tuple(categories),
        )

    @property
    def categories(self) -> list[str]:
        """Jekyll takes those of the folders above its posts, too, and splits words at blanks."""
        split = "," if self.config.flavour in (HUGO, ELEVENTY) else ", "
        above = list(self.folders) if "_posts" in self.path.parts else []
        named = [*words_of(self.values, "categories", split=split), *words_of(self.values, "category")]
        return list(dict.fromkeys([*above, *named]))

    @property
    def tags(self) -> list[str]:
        split = "," if self.config.flavour in (HUGO, ELEVENTY) else ", "
        tags = [*words_of(self.values, "tags", split=split), *words_of(self.values, "tag")]
        return [tag for tag in tags if self.config.flavour != ELEVENTY or tag.lower() not in _POST_TAGS]
