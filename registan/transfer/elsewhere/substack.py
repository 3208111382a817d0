"""Reads the archive that Substack exports: a table of posts, a file of HTML for each, and a list of subscribers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from registan.transfer.elsewhere.csv_rows import read_rows
from registan.transfer.elsewhere.foreign_files import ForeignFiles, open_files, read_file_text
from registan.transfer.elsewhere.foreign_reader import ForeignReader, ForeignRecord, build_channel, build_item
from registan.transfer.elsewhere.foreign_refusals import foreign_export
from registan.transfer.elsewhere.foreign_times import read_moment
from registan.transfer.elsewhere.subscriber_lists import SubscriberListReader
from registan.transfer.records.export_records import Item, Meta
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.records.stable_ids import stable_id

TABLE = "posts.csv"
_SUBSCRIBERS = re.compile(r"(?:^|/)email_list[^/]*\.csv", re.IGNORECASE)
_TYPES = {"newsletter": "post", "podcast": "post", "video": "post", "": "post", "page": "page"}


class SubstackReader(ForeignReader):
    """Posts have the address `/p/slug`. Those for paying readers become private; comments are in no export."""

    system = "substack"

    def __init__(self, paths: list[Path], home: str = "") -> None:
        super().__init__(paths, home)
        self.archives = [open_files(path) for path in paths]
        for files in self.archives:
            if not any(PurePosixPath(name).name == TABLE for name in files.names()):
                raise foreign_export(files.name, "Substack")

    def __iter__(self) -> Iterator[ForeignRecord]:
        yield build_channel(home=self.home)
        for files in self.archives:
            yield from self._read_posts(files)
        for files in self.archives:
            for name in filter(_SUBSCRIBERS.search, files.names()):
                lists = SubscriberListReader([], self.home)
                lists.unread, lists.repairs = self.unread, self.repairs
                yield from lists.read_table(files.part(name))

    def _read_posts(self, files: ForeignFiles) -> Iterator[Item]:
        """The posts of each table, by the files beside it."""
        texts = {PurePosixPath(name).stem: name for name in files.names() if name.lower().endswith(".html")}
        for table in (name for name in files.names() if PurePosixPath(name).name == TABLE):
            for number, row in enumerate(read_rows(files.part(table), "Substack", "post_id"), 1):
                kind = _TYPES.get(row.get("type", "").lower())
                if kind is None:
                    self.note_unread(f"posts of the type {row['type'][:40]}")
                elif row.get("post_id"):
                    yield self._build_post(files, texts, row, kind, number)

    def _build_post(
        self, files: ForeignFiles, texts: dict[str, str], row: dict[str, str], kind: str, number: int
    ) -> Item:
        post_id, _dot, slug = row["post_id"].partition(".")
        name = texts.get(row["post_id"]) or texts.get(post_id)
        if name is None:
            self.note_unread("texts that are not in the archive")
        podcast = row.get("podcast_url", "")
        moment = self.moment(lambda: read_moment(row.get("post_date", ""), is_gmt=True))
        return build_item(
            part=files.name,
            number=number,
            id=stable_id(post_id),
            post_type=kind,
            post_status=self._status(row),
            title=row.get("title", ""),
            link=self.address(f"/p/{slug}") if slug else "",
            guid=row["post_id"],
            content=read_file_text(files, name) if name else "",
            excerpt=row.get("subtitle", ""),
            slug=slug,
            moment=moment,
            metas=(Meta("enclosure", f"{podcast}\n0\naudio/mpeg"),) if podcast else (),
            content_format=ContentFormat.HTML,
        )

    def _status(self, row: dict[str, str]) -> str:
        """In WordPress's words."""
        if row.get("is_published", "").lower() != "true":
            return "draft"
        if row.get("audience", "everyone") == "everyone":
            return "publish"
        self.note_unread("posts for some readers alone, which become private")
        return "private"
