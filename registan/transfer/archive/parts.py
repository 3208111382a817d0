"""The forms of an archive that others can read, each written by its own export (transfer/exports)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registan.transfer.archive.archive_folder import PartialArchive
from registan.transfer.exports.markdown.markdown_export import write_markdown
from registan.transfer.exports.static.public_site import write_static_site
from registan.transfer.exports.wordpress.write_items import write_wordpress

SITE, WORDPRESS, MARKDOWN = "site", "wordpress.xml", "markdown"


def write_parts(archive: PartialArchive, *, private: bool, report: Callable[[str], object]) -> dict[str, Any]:
    """Write the site to read, the export for WordPress and the texts as Markdown; what each of them holds."""
    report("the site to read")
    (archive.plain / SITE).mkdir()
    pages = write_static_site(archive.plain / SITE)
    archive.adopt_folder(SITE)
    report("the export for WordPress")
    with (archive.plain / WORDPRESS).open("wb") as out:
        items = write_wordpress(out, private=private)
    archive.adopt(WORDPRESS)
    report("the texts as Markdown")
    (archive.plain / MARKDOWN).mkdir()
    texts = write_markdown(archive.plain / MARKDOWN, private=private)
    archive.adopt_folder(MARKDOWN)
    return {SITE: pages, WORDPRESS: {"items": items}, MARKDOWN: {"texts": texts}}
