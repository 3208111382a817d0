"""Reads a folder, or an archive of one, from which Jekyll, Hugo or Eleventy makes a site: Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin

from registan.transfer.elsewhere.foreign_files import ForeignFiles, open_files, read_file_text
from registan.transfer.elsewhere.foreign_reader import (
    OLD_ADDRESS,
    ForeignReader,
    ForeignRecord,
    build_channel,
    build_exported_author,
    build_item,
    build_picture,
)
from registan.transfer.elsewhere.foreign_refusals import foreign_export
from registan.transfer.elsewhere.front_matter import (
    UnreadableFrontMatter,
    is_false,
    split_front_matter,
    word_of,
    words_of,
)
from registan.transfer.elsewhere.static_addresses import name_of
from registan.transfer.elsewhere.static_config import HUGO, StaticConfig, read_config
from registan.transfer.elsewhere.static_links import replace_page_tags
from registan.transfer.elsewhere.static_pages import StaticPage
from registan.transfer.records.export_records import Item, Meta, TermReference
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.records.stable_ids import stable_id

MARKDOWN_ENDINGS = (".md", ".markdown", ".mkd", ".mdown")
_HTML_ENDINGS = (".html", ".htm")
# Templates, parts of pages and data: no texts of their own.
_PART_FOLDERS = {
    "_layouts",
    "_includes",
    "_data",
    "_sass",
    "layouts",
    "archetypes",
    "themes",
    "assets",
    "static",
    "public",
}
# What keeps a system's own words apart from posts and pages.
_KEPT_FOLDERS = {"_posts", "_drafts", "_pages"}


class StaticSiteReader(ForeignReader):
    """Each file is read by itself; its number is made of its path, so that it is the same until it is renamed."""

    system = "static"

    def __init__(self, paths: list[Path], home: str = "") -> None:
        super().__init__(paths, home)
        self.sites = [open_files(path) for path in paths]
        self._authors: set[str] = set()
        for files in self.sites:
            if not any(name.lower().endswith(MARKDOWN_ENDINGS) for name in files.names()):
                raise foreign_export(files.name, "Jekyll, Hugo, Eleventy")

    def __iter__(self) -> Iterator[ForeignRecord]:
        configs = [read_config(files) for files in self.sites]
        self.home = self.home or next((config.home for config in configs if config.home), "")
        first = configs[0]
        yield build_channel(title=first.title, home=self.home, description=first.description, language=first.language)
        for files, config in zip(self.sites, configs, strict=True):
            yield from self._read_site(files, config)

    def _read_site(self, files: ForeignFiles, config: StaticConfig) -> Iterator[ForeignRecord]:
        finder = _PageFinder(files, config)
        number = 0
        for name in finder.names:
            if (read := self._read_page(files, config, name)) is None:
                continue
            page, text = read[0], replace_page_tags(read[1], finder.find)
            if is_template(page, text):
                self.note_unread("pages that are templates")
                continue
            for author in self._new_authors(page):
                yield build_exported_author(author, number=stable_id(f"author {author}"))
            for item in self._build_items(page, text, files.name, number):
                number += 1
                yield item

    def _read_page(self, files: ForeignFiles, config: StaticConfig, name: str) -> tuple[StaticPage, str] | None:
        """A page and its text; None for a file that is none."""
        path = PurePosixPath(name).relative_to(config.root) if config.root else PurePosixPath(name)
        if kind := _kind_of_part(path, config):
            self.note_unread(kind)
            return None
        try:
            front = split_front_matter(read_file_text(files, name))
        except UnreadableFrontMatter:
            self.note_unread(f"{name[:200]}: what is above its text cannot be read")
            return None
        if front is None:
            self.note_unread("texts with nothing above them")
            return None
        return StaticPage(path, front.values, config), front.body

    def _new_authors(self, page: StaticPage) -> Iterator[str]:
        for author in words_of(page.values, "author", "authors") or [word_of(page.values, "author")]:
            if author and author not in self._authors:
                self._authors.add(author)
                yield author

    def _build_items(self, page: StaticPage, text: str, part: str, number: int) -> Iterator[Item]:
        """The picture of a page, if it has one, and the page."""
        values = page.values
        moment = self.moment(page.read_moment)
        link = self.address(page.address(moment))
        metas = [Meta(OLD_ADDRESS, address) for address in words_of(values, "aliases", "redirect_from")]
        if description := word_of(values, "description"):
            metas.append(Meta("_yoast_wpseo_metadesc", description))
        if picture := word_of(values, "image", "featured_image", "cover", "thumbnail"):
            address = urljoin(link, picture)
            if self.is_new_picture(address):
                number += 1
                yield build_picture(address, part=part, number=number, alt=word_of(values, "image_alt"))
            metas.append(Meta("_thumbnail_id", str(stable_id(address))))
        authors = words_of(values, "author", "authors") or [word_of(values, "author")]
        yield build_item(
            part=part,
            number=number + 1,
            id=stable_id(page.path.as_posix()),
            post_type="post" if page.is_post else "page",
            post_status="draft" if page.is_draft else "publish",
            title=word_of(values, "title") or page.name,
            link=link,
            guid=page.path.as_posix(),
            creator=authors[0],
            content=text,
            excerpt=word_of(values, "summary", "excerpt"),
            slug=word_of(values, "slug") or page.name,
            moment=moment,
            modified=self.moment(page.read_modified),
            comment_status="closed" if is_false(values, "comments") else "open",
            terms=(
                *(TermReference("category", "", name) for name in page.categories),
                *(TermReference("post_tag", "", name) for name in page.tags),
                *(TermReference("author", f"cap-{name}", name) for name in authors if len(authors) > 1),
            ),
            metas=tuple(metas),
            content_format=ContentFormat.HTML if page.path.suffix in _HTML_ENDINGS else ContentFormat.MARKDOWN,
        )


class _PageFinder:
    """Finds the address of a page by the name that a tag gives it: a path, its end, or a name without an ending."""

    def __init__(self, files: ForeignFiles, config: StaticConfig) -> None:
        self._files, self._config = files, config
        prefix = f"{config.root}/" if config.root else ""
        endings = MARKDOWN_ENDINGS + _HTML_ENDINGS
        self.names = [name for name in files.names() if name.startswith(prefix) and name.lower().endswith(endings)]
        self._by_name: dict[str, str] = {}
        for name in reversed(self.names):
            path = PurePosixPath(name.removeprefix(prefix))
            for key in (path.as_posix(), path.as_posix().removeprefix("content/"), path.name, name_of(path)):
                self._by_name[key] = name
            self._by_name[path.with_suffix("").as_posix().removeprefix("content/").removesuffix("/index")] = name
        self._found: dict[str, str] = {}

    def find(self, wanted: str) -> str:
        if wanted not in self._found:
            self._found[wanted] = self._read_address(self._by_name.get(wanted.strip().lstrip("/").removesuffix("/")))
        return self._found[wanted]

    def _read_address(self, name: str | None) -> str:
        if name is None:
            return ""
        path = PurePosixPath(name).relative_to(self._config.root) if self._config.root else PurePosixPath(name)
        try:
            front = split_front_matter(read_file_text(self._files, name))
            page = StaticPage(path, front.values if front else {}, self._config)
            return page.address(page.read_moment())
        except ValueError:
            return ""


def is_template(page: StaticPage, text: str) -> bool:
    """A list of posts, a search, a page of tags: HTML that the site's system fills in."""
    return page.path.suffix in _HTML_ENDINGS and not page.is_post and ("{%" in text or "{{" in text)


def _kind_of_part(path: PurePosixPath, config: StaticConfig) -> str:
    """What a file is that is no page; "" for one that is."""
    folders = path.parts[:-1]
    if path.name.startswith("_index."):
        return "introductions of lists"
    if _PART_FOLDERS.intersection(folders) or path.name in ("README.md", "LICENSE.md", "CHANGELOG.md"):
        return "files that are no pages"
    if config.flavour == HUGO and (folders[:1] != ("content",)):
        return "files that are no pages"
    collections = [part for part in folders if part.startswith("_") and part not in _KEPT_FOLDERS]
    return f"texts of the collection {collections[0][:40]}" if collections else ""
