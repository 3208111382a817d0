"""Items of an export of WordPress: posts, pages, files, links of the menus."""

from __future__ import annotations

import datetime
from email.utils import format_datetime
from pathlib import PurePosixPath
from urllib.parse import quote

from django.urls import reverse
from django.utils import timezone

from blog.models import Image, MediaFile, MenuLink, Page, Post
from blog.models.menu import Place
from blog.text.addresses import absolute_url
from registan.transfer.exports.rows.media_names import file_address, with_whole_addresses
from registan.transfer.exports.wordpress.own_words import as_json, page_fields, post_fields
from registan.transfer.exports.wordpress.wordpress_head import MENU_NAMES, as_stored
from registan.transfer.exports.wordpress.wordpress_numbers import item_number, tag_number
from registan.transfer.exports.wordpress.xml_writer import XmlWriter
from registan.transfer.records.own_fields import OWN_META

# What WordPress writes for a time that is none.
NEVER = "0000-00-00 00:00:00"
TIME = "%Y-%m-%d %H:%M:%S"
STATUSES = {
    Post.Status.DRAFT: "draft",
    Post.Status.REVIEW: "pending",
    Post.Status.PUBLISHED: "publish",
    Post.Status.TRASH: "trash",
}
# What importers of WordPress expect of a link of a menu, and ours have not: a serialised array of PHP among them.
EMPTY_MENU_METAS = {
    "_menu_item_menu_item_parent": 0,
    "_menu_item_target": "",
    "_menu_item_classes": 'a:1:{i:0;s:0:"";}',
    "_menu_item_xfn": "",
}
PART_OF_SITE, MENU_ITEM = "custom", "nav_menu_item"


def write_post(writer: XmlWriter, post: Post, *, private: bool) -> None:
    """All of an item that is a post but its comments."""
    creator = post.author_list[0].slug if post.author_list else ""
    write_naming(writer, post, creator=creator, guid=post.uid.urn)
    writer.cdata("content:encoded", with_whole_addresses(post.epigraph_html + post.body_html))
    writer.cdata("excerpt:encoded", as_stored(post.summary))
    write_state(
        writer,
        post,
        post.published_at,
        slug=post.slug,
        status=wordpress_status(post),
        post_type="post",
        is_sticky=post.is_pinned,
    )
    for tag in post.tag_list:
        writer.cdata("category", as_stored(tag.name), domain="post_tag", nicename=quote(tag.slug))
    if len(post.author_list) > 1:  # as the plug-in Co-Authors Plus has it
        for author in post.author_list:
            writer.cdata("category", as_stored(author.name), domain="author", nicename=f"cap-{author.slug}")
    if post.cover:
        write_meta(writer, "_thumbnail_id", item_number(post.cover))
    for slug in former_slugs(post):
        write_meta(writer, "_wp_old_slug", slug)
    write_meta(writer, OWN_META, as_json(post_fields(post, private=private)))


def write_page(writer: XmlWriter, page: Page) -> None:
    """All of an item that is a page but its comments."""
    write_naming(writer, page, creator="", guid=page.uid.urn)
    writer.cdata("content:encoded", with_whole_addresses(page.body_html))
    writer.cdata("excerpt:encoded", "")
    write_state(writer, page, page.updated_at, slug=page.slug, status="publish", post_type="page")
    write_meta(writer, OWN_META, as_json(page_fields(page)))


def write_attachment(writer: XmlWriter, row: Image | MediaFile) -> None:
    """A file of the library; importers fetch it from its address, or look for its name in a copy of the folder."""
    address, title, caption, metas = file_address(row), "", "", {"_wp_attached_file": str(row.file.name)}
    if isinstance(row, Image):
        title, caption = row.original_name, row.caption
        metas["_wp_attachment_image_alt"] = row.alt
        metas[OWN_META] = as_json({"credit": row.credit}) if row.credit else ""
    else:
        title = row.title
    with writer.element("item"):
        write_head_of_item(writer, title or row.name, link=address, moment=row.uploaded_at, creator="", guid=address)
        writer.cdata("content:encoded", "")
        writer.cdata("excerpt:encoded", as_stored(caption))
        write_numbers(writer, item_number(row), row.uploaded_at, row.uploaded_at)
        write_words(writer, slug=row.name, status="inherit", post_type="attachment")
        writer.cdata("wp:attachment_url", address)
        for key, value in metas.items():
            if value:
                write_meta(writer, key, value)


def write_menu_item(writer: XmlWriter, link: MenuLink, place: Place) -> None:
    """A link of the menu or the footer, which the export's head names as two menus."""
    address = ""
    if link.part:
        address = absolute_url(reverse(link.part))
    elif link.address:
        address = absolute_url(link.address) if link.address.startswith("/") else link.address
    target = link.page or link.tag
    number, kind, what = 0, PART_OF_SITE, PART_OF_SITE
    if link.page:
        number, kind, what = item_number(link.page), "post_type", "page"
    elif link.tag:
        number, kind, what = tag_number(link.tag.pk), "taxonomy", "post_tag"
    now = timezone.now().replace(microsecond=0)
    own = item_number(link) if link.pk else len(Place) * link.position + len(place)
    with writer.element("item"):
        title = link.label or str(target or "")
        write_head_of_item(writer, title, link=address, moment=now, creator="", guid=absolute_url(f"/?p={own}"))
        writer.cdata("content:encoded", "")
        writer.cdata("excerpt:encoded", "")
        write_numbers(writer, own, now, now)
        write_words(writer, slug=f"menu-{own}", status="publish", post_type=MENU_ITEM, order=link.position)
        writer.cdata("category", MENU_NAMES[place], domain="nav_menu", nicename=place)
        for name, value in (("type", kind), ("object", what), ("object_id", number), ("url", address)):
            write_meta(writer, f"_menu_item_{name}", value)
        for name, empty in EMPTY_MENU_METAS.items():
            write_meta(writer, name, empty)
        if link.part:
            write_meta(writer, OWN_META, as_json({"part": link.part, "label": link.label}))


def write_naming(writer: XmlWriter, row: Post | Page, *, creator: str, guid: str) -> None:
    """Title, address, and the permanent id by which feed readers know it."""
    link = absolute_url(row.get_absolute_url() or f"/?p={item_number(row)}")
    write_head_of_item(writer, row.title, link=link, moment=row.published_at or None, creator=creator, guid=guid)


def write_head_of_item(
    writer: XmlWriter, title: str, *, link: str, moment: datetime.datetime | None, creator: str, guid: str
) -> None:
    writer.cdata("title", as_stored(title))
    writer.text("link", link)
    writer.text("pubDate", format_datetime(moment) if moment else "")
    writer.cdata("dc:creator", creator)
    writer.permanent_id(guid)
    writer.text("description", "")


def write_state(
    writer: XmlWriter,
    row: Post | Page,
    moment: datetime.datetime | None,
    *,
    slug: str,
    status: str,
    post_type: str,
    is_sticky: bool = False,
) -> None:
    write_numbers(writer, item_number(row), moment, row.updated_at)
    is_open = row.conversation in (row.ConversationStatus.OPEN, row.ConversationStatus.HELD)
    write_words(writer, slug=slug, status=status, post_type=post_type, is_open=is_open, is_sticky=is_sticky)


def write_numbers(writer: XmlWriter, number: int, moment: datetime.datetime | None, changed: datetime.datetime) -> None:
    """The number of an item and its times: as the clocks showed them, and in GMT."""
    writer.text("wp:post_id", number)
    writer.cdata("wp:post_date", local_time(moment or changed))
    writer.cdata("wp:post_date_gmt", gmt_time(moment) if moment else NEVER)
    writer.cdata("wp:post_modified", local_time(changed))
    writer.cdata("wp:post_modified_gmt", gmt_time(changed))


def write_words(
    writer: XmlWriter,
    *,
    slug: str,
    status: str,
    post_type: str,
    is_open: bool = False,
    is_sticky: bool = False,
    order: int = 0,
) -> None:
    writer.cdata("wp:comment_status", "open" if is_open else "closed")
    writer.cdata("wp:ping_status", "closed")
    writer.cdata("wp:post_name", quote(slug))
    writer.cdata("wp:status", status)
    writer.text("wp:post_parent", 0)
    writer.text("wp:menu_order", order)
    writer.cdata("wp:post_type", post_type)
    writer.cdata("wp:post_password", "")
    writer.text("wp:is_sticky", int(is_sticky))


def write_meta(writer: XmlWriter, key: str, value: object) -> None:
    with writer.element("wp:postmeta"):
        writer.cdata("wp:meta_key", key)
        writer.cdata("wp:meta_value", value)


def wordpress_status(post: Post) -> str:
    """What is hidden here by its address or a password is private there: only colleagues read it."""
    if post.status != Post.Status.PUBLISHED:
        return STATUSES[Post.Status(post.status)]
    if not post.is_listed:
        return "private"
    return "publish" if post.is_public else "future"


def former_slugs(post: Post) -> list[str]:
    """The slugs that it had, on whichever day."""
    slugs = (PurePosixPath(redirect.path).name for redirect in post.redirects.all())
    return [slug for slug in dict.fromkeys(slugs) if slug != post.slug]


def local_time(moment: datetime.datetime) -> str:
    return timezone.localtime(moment).strftime(TIME)


def gmt_time(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime(TIME)
