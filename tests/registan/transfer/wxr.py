"""Builds small exports of WordPress, in the shape that WordPress 6 gives them, and reads them."""

from __future__ import annotations

import itertools
from pathlib import Path

from registan.transfer.records.export_records import Channel, Item
from registan.transfer.wordpress.inventory.inventory import Inventory
from registan.transfer.wordpress.reader.export_files import ExportPart, find_parts
from registan.transfer.wordpress.reader.export_reader import ExportReader

PREFIXES = {
    "excerpt": "http://wordpress.org/export/{}/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wp": "http://wordpress.org/export/{}/",
}
HOME = "https://old.example"
ids = itertools.count(1)


def cdata(text: str) -> str:
    """As WordPress wraps a text that holds the end of CDATA itself."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def element(name: str, inner: object) -> str:
    return f"<{name}>{inner}</{name}>"


def export(*children: str, version: str = "1.2", prefixes: dict[str, str] | None = None, head: str = "") -> str:
    bound = PREFIXES if prefixes is None else prefixes
    names = "".join(f' xmlns:{prefix}="{address.format(version)}"' for prefix, address in bound.items())
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- generator="WordPress/6.9.4" created="2026-03-24 10:39" -->\n'
        f'<rss version="2.0"{names}>\n<channel>\n<title>The old blog</title>\n<link>{HOME}</link>\n'
        f"<wp:wxr_version>{version}</wp:wxr_version>\n<wp:base_blog_url>{HOME}</wp:base_blog_url>\n{head}"
        f"{''.join(children)}</channel>\n</rss>\n"
    )


def author(login: str, number: int = 0) -> str:
    return element("wp:author", f"<wp:author_id>{number}</wp:author_id>" + element("wp:author_login", cdata(login)))


def item(*extra: str, **values: object) -> str:
    """An item; `values` replace WordPress's fields without their prefixes, `extra` is written after them."""
    number = values.get("post_id") or next(ids)
    fields = {
        "title": "Hello",
        "link": f"{HOME}/?p={number}",
        "dc:creator": "alice",
        "guid": f"{HOME}/?p={number}",
        "content:encoded": "Words.",
        "excerpt:encoded": "",
        "wp:post_id": number,
        "wp:post_date": "2020-05-01 12:00:00",
        "wp:post_date_gmt": "2020-05-01 10:00:00",
        "wp:comment_status": "open",
        "wp:post_name": "hello",
        "wp:status": "publish",
        "wp:post_parent": 0,
        "wp:post_type": "post",
        "wp:post_password": "",
        "wp:is_sticky": 0,
    }
    return element("item", _fill(fields, values) + "".join(extra))


def comment(number: int, parent: int = 0, *extra: str, **values: object) -> str:
    fields = {
        "wp:comment_id": number,
        "wp:comment_author": "Bob",
        "wp:comment_author_email": "bob@example.org",
        "wp:comment_author_IP": "192.0.2.1",
        "wp:comment_date": "2020-05-02 12:00:00",
        "wp:comment_date_gmt": "2020-05-02 10:00:00",
        "wp:comment_content": "I agree.",
        "wp:comment_approved": "1",
        "wp:comment_type": "comment",
        "wp:comment_parent": parent,
        "wp:comment_user_id": 0,
    }
    return element("wp:comment", _fill(fields, values) + "".join(extra))


def meta(key: str, value: str, tag: str = "wp:postmeta") -> str:
    return element(tag, element("wp:meta_key", cdata(key)) + element("wp:meta_value", cdata(value)))


def _fill(fields: dict[str, object], values: dict[str, object]) -> str:
    known = {name.partition(":")[2] or name: name for name in fields} | {
        "content": "content:encoded",
        "excerpt": "excerpt:encoded",
    }
    for key, value in values.items():
        fields[known.get(key, f"wp:{key}")] = value
    wrapped = {name: value if isinstance(value, int) else cdata(str(value)) for name, value in fields.items()}
    return "".join(element(name, value) for name, value in wrapped.items())


def write(folder: Path, text: str | bytes, name: str = "export.xml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


class MemoryPart(ExportPart):
    """A document that is no file, in chunks that a test chooses."""

    __slots__ = ("chunks",)

    def __init__(self, chunks) -> None:
        super().__init__("export.xml", Path())
        object.__setattr__(self, "chunks", chunks)

    def read_chunks(self):
        return iter(self.chunks)


def read(text: str | bytes) -> tuple[list, ExportReader]:
    """Every record of a document, and its reader."""
    reader = ExportReader(MemoryPart([text.encode() if isinstance(text, str) else text]))
    return list(reader), reader


def read_items(text: str | bytes) -> list[Item]:
    return [record for record in read(text)[0] if isinstance(record, Item)]


def read_channel(text: str | bytes) -> Channel:
    return next(record for record in read(text)[0] if isinstance(record, Channel))


def repairs(text: str | bytes) -> dict:
    return {repair: count for repair, count in read(text)[1].repairs.items() if count}


def take_inventory(*paths: Path, **options: object) -> dict:
    """The sections of the inventory of these files."""
    inventory = Inventory(**options)
    for part in find_parts(paths):
        inventory.read(part)
    return inventory.sections()
