"""The head of an export of WordPress: the site, its authors, tags and menus."""

from __future__ import annotations

import html
from email.utils import format_datetime

from django.conf import settings
from django.utils import timezone

from blog.models import Author
from blog.models.menu import Place
from blog.text.site_values import site
from registan.transfer.content.import_plan import OUR_GENERATOR
from registan.transfer.exports.rows.chosen_rows import choose_authors, choose_tags
from registan.transfer.exports.rows.media_names import with_whole_addresses
from registan.transfer.exports.wordpress.wordpress_numbers import MENU_TERMS, tag_number
from registan.transfer.exports.wordpress.xml_writer import XmlWriter

# Importers know an export by these lines; the version is that of the format, the same since 2012.
OPENING = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0"
\txmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
\txmlns:content="http://purl.org/rss/1.0/modules/content/"
\txmlns:wfw="http://wellformedweb.org/CommentAPI/"
\txmlns:dc="http://purl.org/dc/elements/1.1/"
\txmlns:wp="http://wordpress.org/export/1.2/"
>
<channel>
"""
WXR_VERSION = "1.2"


MENU_NAMES = {Place.MENU: "Main menu", Place.FOOTER: "Footer menu"}


def write_head(writer: XmlWriter, *, private: bool) -> None:
    """All that stands before the first item; with `private` also authors and tags without a published post."""
    values = site()
    writer.raw(OPENING)
    writer.text("title", values.name)
    writer.text("link", settings.SITE_URL)
    writer.text("description", values.tagline)
    writer.text("pubDate", format_datetime(timezone.now().replace(microsecond=0)))
    writer.text("language", values.language)
    writer.text("wp:wxr_version", WXR_VERSION)
    writer.text("wp:base_site_url", settings.SITE_URL)
    writer.text("wp:base_blog_url", settings.SITE_URL)
    for author in choose_authors(private=private).iterator():
        write_author(writer, author)
    for tag in choose_tags(private=private).iterator():
        fields = {"wp:term_id": tag_number(tag.pk), "wp:tag_slug": tag.slug, "wp:tag_name": as_stored(tag.name)}
        writer.line("wp:tag", fields | {"wp:tag_description": as_stored(tag.description)})
    for place, number in MENU_TERMS.items():
        named: dict[str, object] = {"wp:term_id": number, "wp:term_taxonomy": "nav_menu", "wp:term_slug": place}
        writer.line("wp:term", named | {"wp:term_parent": "", "wp:term_name": MENU_NAMES[Place(place)]})
    writer.text("generator", OUR_GENERATOR)


def write_author(writer: XmlWriter, author: Author) -> None:
    """Never an email address: a profile has none but the one that its author shows, and that is no login."""
    writer.line(
        "wp:author",
        {
            "wp:author_id": author.pk,
            "wp:author_login": author.slug,
            "wp:author_email": "",
            "wp:author_display_name": as_stored(author.name),
            "wp:author_first_name": "",
            "wp:author_last_name": "",
            "wp:author_description": as_stored(with_whole_addresses(author.bio_html)),
        },
    )


def as_stored(text: str) -> str:
    """Text as WordPress has it in its database: escaped for HTML. Importers undo that once."""
    return html.escape(text, quote=False)
