"""Reads the JSON that Ghost exports: posts, pages, tags, staff; members and their comments if they are there."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from registan.transfer.elsewhere.foreign_files import find_documents
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
from registan.transfer.elsewhere.foreign_times import NEVER, Moment
from registan.transfer.elsewhere.ghost_tables import GhostTables, read_ghost_time, text_in
from registan.transfer.elsewhere.json_lines import JsonObject, read_json_tables
from registan.transfer.records.export_records import ExportedSubscriber, Item, Meta, Term, TermReference
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.records.stable_ids import stable_id

# Ghost's name for its own address, in the addresses of what was uploaded.
_OWN_ADDRESS = "__GHOST_URL__"
_STATUSES = {"published": "publish", "draft": "draft", "scheduled": "future"}
# What Ghost knows of a post's face elsewhere, and WordPress's fields for it.
_SEO_FIELDS = {"meta_title": "_yoast_wpseo_title", "meta_description": "_yoast_wpseo_metadesc"}


class GhostReader(ForeignReader):
    """Reads the file twice: the tables that say which tags and authors a post has may come after the posts.

    What only members could read becomes private. Posts have the address `/slug/`, Ghost's own default.
    """

    system = "ghost"

    def __init__(self, paths: list[Path], home: str = "") -> None:
        super().__init__(paths, home)
        self.parts = find_documents(paths, ".json")
        self.tables = GhostTables(self)

    def __iter__(self) -> Iterator[ForeignRecord]:
        has_tables = [self.tables.read(part) for part in self.parts]
        settings = self.tables.settings
        yield build_channel(
            title=settings.get("title", ""),
            home=self.home,
            description=settings.get("description", ""),
            language=settings.get("locale", "") or settings.get("lang", ""),
        )
        for author in self.tables.authors.values():
            login = text_in(author, "slug")
            number = stable_id(text_in(author, "id"))
            name, email, bio = (text_in(author, key) for key in ("name", "email", "bio"))
            yield build_exported_author(login, number=number, email=email, name=name, description=bio)
        yield from (_build_tag(tag) for tag in self.tables.public_tags())
        number = 0
        for part in self.parts:
            for _table, post in read_json_tables(part, ("posts",)):
                for item in self._build_items(post, part.name, number):
                    number += 1
                    yield item
        if not number and not any(has_tables):
            raise foreign_export(self.parts[0].name, "Ghost")
        yield from self._subscribers()

    def _build_items(self, post: JsonObject, part: str, number: int) -> Iterator[Item]:
        """The picture of a post, if it has one, and the post."""
        post_id = text_in(post, "id")
        extras = self.tables.extras.get(post_id, {})
        metas = [
            Meta(field, value)
            for name, field in _SEO_FIELDS.items()
            if (value := text_in(extras, name) or text_in(post, name))
        ]
        if picture := self._own(text_in(post, "feature_image") or text_in(post, "image")):
            address = self.address(picture)
            if self.is_new_picture(address):
                number += 1
                alt, caption = (text_in(extras, name) for name in ("feature_image_alt", "feature_image_caption"))
                yield build_picture(address, part=part, number=number, alt=alt, caption=caption)
            metas.append(Meta("_thumbnail_id", str(stable_id(address))))
        slug = text_in(post, "slug")
        if uuid := text_in(post, "uuid"):  # drafts are shown to whoever knows it
            metas.append(Meta(OLD_ADDRESS, f"/p/{uuid}/"))
        content, form = self._content(post)
        published = self._moment(post, "published_at")
        yield build_item(
            part=part,
            number=number + 1,
            id=stable_id(post_id),
            post_type="page" if text_in(post, "type") == "page" or post.get("page") in (1, True) else "post",
            post_status=self._status(post),
            title=text_in(post, "title"),
            link=self.address(f"/{slug}/"),
            guid=text_in(post, "uuid"),
            creator=self.tables.creator_of(post),
            content=content,
            excerpt=text_in(post, "custom_excerpt"),
            slug=slug,
            moment=published if published != NEVER else self._moment(post, "created_at"),
            modified=self._moment(post, "updated_at"),
            is_sticky=post.get("featured") in (1, True),
            terms=(*self._tags_of(post_id), *self._authors_of(post_id)),
            metas=tuple(metas),
            comments=self.tables.shelf.comments_of(stable_id(post_id)),
            content_format=form,
        )

    def _content(self, post: JsonObject) -> tuple[str, ContentFormat]:
        """The HTML that Ghost keeps of each post; what is not rendered yet is at least there in words."""
        if html := text_in(post, "html"):
            return self._own(html), ContentFormat.HTML
        if markdown := text_in(post, "markdown"):
            return self._own(markdown), ContentFormat.MARKDOWN
        words = text_in(post, "plaintext")
        if words or text_in(post, "mobiledoc") or text_in(post, "lexical"):
            self.note_unread("posts without their HTML, of which the words are read")
        paragraphs = (paragraph.strip() for paragraph in words.split("\n\n"))
        return "".join(f"<p>{escape(each)}</p>" for each in paragraphs if each), ContentFormat.HTML

    def _status(self, post: JsonObject) -> str:
        """In WordPress's words."""
        status = text_in(post, "status")
        is_open = (text_in(post, "visibility") or "public") == "public"
        if status == "sent" or (status == "published" and not is_open):
            self.note_unread("posts for members alone, which become private")
            return "private"
        return _STATUSES.get(status, status)

    def _moment(self, record: JsonObject, key: str) -> Moment:
        return self.moment(lambda: read_ghost_time(record.get(key)))

    def _own(self, text: str) -> str:
        return text.replace(_OWN_ADDRESS, self.home)

    def _tags_of(self, post_id: str) -> Iterator[TermReference]:
        for tag_id in self.tables.tags_of_post.get(post_id, ()):
            if tag := self.tables.tags.get(tag_id):
                yield TermReference("post_tag", text_in(tag, "slug"), text_in(tag, "name"))

    def _authors_of(self, post_id: str) -> Iterator[TermReference]:
        """All authors, if there are several, in the form in which WordPress's plug-ins have them."""
        ids = self.tables.authors_of_post.get(post_id, [])
        for author_id in ids if len(ids) > 1 else ():
            if author := self.tables.authors.get(author_id):
                yield TermReference("author", f"cap-{text_in(author, 'slug')}", text_in(author, "name"))

    def _subscribers(self) -> Iterator[ExportedSubscriber]:
        for member_id, member in self.tables.members.items():
            if member.email and (member.is_subscribed or member_id in self.tables.readers):
                yield ExportedSubscriber(member.email, member.name, member.since, 0)


def _build_tag(tag: JsonObject) -> Term:
    return Term(
        id=stable_id(text_in(tag, "id")),
        taxonomy="post_tag",
        slug=text_in(tag, "slug"),
        parent_slug="",
        name=text_in(tag, "name"),
        description=text_in(tag, "description"),
        metas=(),
    )
