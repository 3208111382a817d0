"""Writes the site as an export of WordPress (WXR 1.2), item by item, in the shape that WordPress 6 gives it.

Its importer takes that, and ours brings every text back as it was typed (decision 0073).
"""

from __future__ import annotations

from typing import BinaryIO

from blog.models import MediaFile, MenuLink
from blog.models.menu import Place, links_in_force
from registan.transfer.exports.rows.chosen_rows import (
    Conversations,
    choose_images,
    read_batches,
    read_mentions,
    read_pages,
    read_posts,
)
from registan.transfer.exports.rows.media_names import media_file_names
from registan.transfer.exports.rows.progress import Advance, ignore
from registan.transfer.exports.rows.site_frame import as_the_site
from registan.transfer.exports.wordpress.wordpress_comments import write_comments
from registan.transfer.exports.wordpress.wordpress_head import write_head
from registan.transfer.exports.wordpress.wordpress_items import (
    write_attachment,
    write_menu_item,
    write_page,
    write_post,
)
from registan.transfer.exports.wordpress.xml_writer import XmlWriter

FILE_BATCH = 100


@as_the_site()
def write_wordpress(stream: BinaryIO, *, private: bool = False, advance: Advance = ignore) -> int:
    """Write the export and return the number of its items: posts, pages, files and links of the menus.

    Without `private` it has what every reader finds. With it also drafts, scheduled, hidden and trashed posts, comments
    of every status, and the email addresses of their writers: keep it like a backup. Never passwords in clear text nor
    IP addresses. `advance` is called with the number of items that were written since the last call.
    """
    writer = XmlWriter(stream)
    write_head(writer, private=private)
    items = WordpressItems(writer, private=private, advance=advance)
    items.write_all()
    writer.raw("</channel>\n</rss>\n")
    return items.count


class WordpressItems:
    """Writes all items; `count` is how many there were."""

    def __init__(self, writer: XmlWriter, *, private: bool, advance: Advance) -> None:
        self.writer, self.private, self.advance = writer, private, advance
        self.count = 0
        self._file_names: set[str] = set()

    def write_all(self) -> None:
        self._write_posts()
        self._write_pages()
        self._write_files()
        self._write_menus()

    def _done(self, number: int) -> None:
        self.count += number
        self.advance(number)

    def _write_posts(self) -> None:
        for posts in read_posts(private=self.private):
            conversations = Conversations(posts, private=self.private)
            for post in posts:
                with self.writer.element("item"):
                    write_post(self.writer, post, private=self.private)
                    mentions = read_mentions(post, private=self.private)
                    write_comments(self.writer, conversations.read(post), mentions, private=self.private)
                self._file_names.update(media_file_names(post.body), media_file_names(post.epigraph))
            self._done(len(posts))

    def _write_pages(self) -> None:
        for pages in read_pages():
            conversations = Conversations(pages, private=self.private)
            for page in pages:
                with self.writer.element("item"):
                    write_page(self.writer, page)
                    mentions = read_mentions(page, private=self.private)
                    write_comments(self.writer, conversations.read(page), mentions, private=self.private)
                self._file_names.update(media_file_names(page.body))
            self._done(len(pages))

    def _write_files(self) -> None:
        """After the texts, which say what of the library readers see; importers look at files first or last."""
        images = choose_images(private=self.private)
        for batch in read_batches(images, images.model.objects.all(), FILE_BATCH):
            for image in batch:
                write_attachment(self.writer, image)
            self._done(len(batch))
        files = MediaFile.objects.all()
        for rows in read_batches(files, files, FILE_BATCH):
            wanted = [file for file in rows if self.private or file.name in self._file_names]
            for file in wanted:
                write_attachment(self.writer, file)
            self._done(len(wanted))

    def _write_menus(self) -> None:
        """The links that the owner has chosen; the standard ones are there without being brought."""
        if not MenuLink.objects.exists():
            return
        for place, links in links_in_force().items():
            chosen = [link for link in links if link.address or link.part or link.page or link.tag]
            for link in chosen:
                write_menu_item(self.writer, link, Place(place))
            self._done(len(chosen))
