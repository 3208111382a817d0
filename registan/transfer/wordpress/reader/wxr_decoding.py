"""Makes records of the children of the channel: the channel itself, authors, terms, items."""

from __future__ import annotations

from collections.abc import Iterator

from registan.transfer.records.export_records import Channel, ExportedAuthor, Item, Term, TermReference
from registan.transfer.records.export_statuses import ContentFormat, ItemStatus, item_status
from registan.transfer.wordpress.reader.field_decoding import (
    decode_slug,
    read_escaped,
    read_metas,
    read_number,
    read_own_fields,
    read_slug,
    read_text,
    read_time,
    read_title,
    unescape_once,
)
from registan.transfer.wordpress.reader.raw_element import RawElement
from registan.transfer.wordpress.reader.repairs import Repair, Repairs

# Signs that some exports have around logins, and that no login may have.
STRAY_SIGNS = "<> \t\r\n"
# Version 1.0 calls tags so.
OLD_TAXONOMIES = {"tag": "post_tag"}
# What WordPress adds to the slug of what goes to the trash.
TRASHED_SUFFIX = "__trashed"


def decode_channel(head: RawElement, generator: str) -> Channel:
    """`head` has the channel's own fields as its children."""
    return Channel(
        title=read_text(head, "title"),
        link=read_text(head, "link"),
        description=read_text(head, "description"),
        language=read_text(head, "language"),
        wxr_version=read_text(head, "wp:wxr_version"),
        base_site_url=read_text(head, "wp:base_site_url"),
        base_blog_url=read_text(head, "wp:base_blog_url"),
        generator=generator or read_text(head, "generator"),
    )


def decode_author(element: RawElement, repairs: Repairs) -> ExportedAuthor:
    return ExportedAuthor(
        id=read_number(element, "wp:author_id", repairs),
        login=_clean_login(read_text(element, "wp:author_login"), repairs),
        email=read_text(element, "wp:author_email").strip(),
        display_name=read_escaped(element, "wp:author_display_name").strip(),
        first_name=read_escaped(element, "wp:author_first_name").strip(),
        last_name=read_escaped(element, "wp:author_last_name").strip(),
        description=read_escaped(element, "wp:author_description").strip(),
    )


def decode_term(element: RawElement, repairs: Repairs) -> Term:
    """A `wp:category`, `wp:tag` or `wp:term`, which say the same in different words."""
    other = read_text(element, "wp:term_taxonomy")
    taxonomy, slug, parent, name, description = {
        "wp:category": ("category", "category_nicename", "category_parent", "cat_name", "category_description"),
        "wp:tag": ("post_tag", "tag_slug", "tag_parent", "tag_name", "tag_description"),
        "wp:term": (other, "term_slug", "term_parent", "term_name", "term_description"),
    }[element.name]
    term_slug = read_slug(element, f"wp:{slug}")
    return Term(
        id=read_number(element, "wp:term_id", repairs),
        taxonomy=OLD_TAXONOMIES.get(taxonomy, taxonomy),
        slug=term_slug,
        parent_slug=read_slug(element, f"wp:{parent}"),
        name=read_escaped(element, f"wp:{name}").strip() or term_slug,
        description=read_escaped(element, f"wp:{description}").strip(),
        metas=read_metas(element, "wp:termmeta", repairs),
    )


def decode_item(element: RawElement, *, part: str, number: int, repairs: Repairs) -> Item:
    post_status = read_text(element, "wp:status").strip()
    slug = read_slug(element, "wp:post_name")
    metas = read_metas(element, "wp:postmeta", repairs)
    body = read_own_fields(metas).get("body")
    return Item(
        part=part,
        number=number,
        id=read_number(element, "wp:post_id", repairs),
        parent_id=read_number(element, "wp:post_parent", repairs),
        post_type=read_text(element, "wp:post_type").strip(),
        post_status=post_status,
        title=read_title(element),
        link=read_text(element, "link").strip(),
        guid=read_text(element, "guid").strip(),
        creator=_clean_login(read_text(element, "dc:creator"), repairs),
        content=body if isinstance(body, str) else read_text(element, "content:encoded"),
        excerpt=read_text(element, "excerpt:encoded"),
        slug=slug.removesuffix(TRASHED_SUFFIX) if item_status(post_status) == ItemStatus.TRASH else slug,
        local=read_time(element, "wp:post_date", repairs),
        gmt=read_time(element, "wp:post_date_gmt", repairs),
        modified_local=read_time(element, "wp:post_modified", repairs),
        modified_gmt=read_time(element, "wp:post_modified_gmt", repairs),
        comment_status=read_text(element, "wp:comment_status").strip(),
        ping_status=read_text(element, "wp:ping_status").strip(),
        menu_order=read_number(element, "wp:menu_order", repairs),
        password=read_text(element, "wp:post_password"),
        is_sticky=read_text(element, "wp:is_sticky").strip() == "1",
        attachment_url=read_text(element, "wp:attachment_url").strip(),
        terms=tuple(_term_references(element)),
        metas=metas,
        comments=element.comments or (),
        content_format=ContentFormat.OWN if isinstance(body, str) else ContentFormat.WORDPRESS,
    )


def _term_references(item: RawElement) -> Iterator[TermReference]:
    """The item's terms, each once: version 1.0 adds a copy of each that has nothing but the name."""
    categories = [child for child in item.children if child.name == "category" and child.text]
    with_slug = {category.text for category in categories if category.attributes.get("nicename")}
    for category in categories:
        slug = category.attributes.get("nicename", "")
        if slug or category.text not in with_slug:
            taxonomy = category.attributes.get("domain", "category")
            name = unescape_once(category.text) if category.is_cdata else category.text
            yield TermReference(OLD_TAXONOMIES.get(taxonomy, taxonomy), decode_slug(slug), name.strip())


def _clean_login(login: str, repairs: Repairs) -> str:
    clean = login.strip(STRAY_SIGNS)
    repairs[Repair.LOGIN] += clean != login.strip()
    return clean
