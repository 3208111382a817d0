"""Writes posts and pages as Markdown with front matter, their comments beside them, and the files that they show.

The folders and names are those that Jekyll, Hugo and Eleventy read, and our own importer, too.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils import timezone

from blog.models import Author, MediaFile, Page, Post, Tag
from blog.text.site_values import site
from comments.models import Comment
from registan.transfer.exports.rows.chosen_rows import (
    Conversations,
    choose_authors,
    choose_images,
    choose_tags,
    read_batches,
    read_pages,
    read_posts,
)
from registan.transfer.exports.rows.media_copies import MediaCopies
from registan.transfer.exports.rows.media_names import media_file_names
from registan.transfer.exports.rows.progress import Advance, ignore
from registan.transfer.exports.rows.safe_names import safe_name
from registan.transfer.exports.rows.site_frame import as_the_site

# libyaml writes some ten times as fast as Python does, where it is there.
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
FILE_BATCH = 100


@as_the_site()
def write_markdown(folder: Path, *, private: bool = False, advance: Advance = ignore) -> int:
    """Fill an empty folder, and return the number of files.

    Without `private` it has what every reader finds; with it also drafts, scheduled, hidden and trashed posts, and
    comments of every status with the email addresses of their writers. `advance` is called with numbers of texts.
    Raises OSError.
    """
    export = MarkdownExport(folder, private=private)
    for posts in read_posts(private=private):
        export.add_texts(posts)
        advance(len(posts))
    for pages in read_pages():
        export.add_texts(pages)
        advance(len(pages))
    export.add_files(advance)
    export.add_names()
    export.add_settings()
    return export.count + export.media.count


class MarkdownExport:
    """Writes into `folder`; `count` is the number of files with texts, comments and names."""

    def __init__(self, folder: Path, *, private: bool) -> None:
        self.folder, self.private, self.count = folder, private, 0
        self.media = MediaCopies(folder / "media")
        self._file_names: set[str] = set()

    def add_texts(self, texts: Iterable[Post | Page]) -> None:
        texts = list(texts)
        conversations = Conversations(texts, private=self.private)
        for text in texts:
            path, head = (
                (post_path(text), post_head(text)) if isinstance(text, Post) else (page_path(text), page_head(text))
            )
            self._write(path, [front_matter(head), text.body.rstrip("\n"), "\n"])
            self._file_names.update(media_file_names(text.body), media_file_names(head.get("epigraph", "")))
            self._write_comments(path, conversations.read(text))

    def _write_comments(self, path: Path, batches: Iterator[list[Comment]]) -> None:
        """A line of JSON for each, in the order in which they were written; no file where there are none."""
        if first := next(batches, None):
            comments = itertools.chain(first, itertools.chain.from_iterable(batches))
            lines = (comment_line(comment, private=self.private) for comment in comments)
            self._write(Path("comments", path).with_suffix(".jsonl"), lines)

    def add_files(self, advance: Advance) -> None:
        """Copy what the texts show; it may come from another machine, and take long."""
        images = choose_images(private=self.private)
        for batch in read_batches(images, images.model.objects.all(), FILE_BATCH):
            for image in batch:
                self.media.add(str(image.file.name))
            advance(0)
        for files in read_batches(MediaFile.objects.all(), MediaFile.objects.all(), FILE_BATCH):
            for file in files:
                if self.private or file.name in self._file_names:
                    self.media.add(str(file.file.name))
            advance(0)
        for author in choose_authors(private=self.private).exclude(photo="").iterator():
            self.media.add(str(author.photo.name))

    def add_names(self) -> None:
        """What is said of authors and tags beside their names, which posts have."""
        authors, tags = choose_authors(private=self.private), choose_tags(private=self.private)
        self._write(Path("authors.yaml"), (dump([describe_author(author)]) for author in authors.iterator()))
        self._write(Path("tags.yaml"), (dump([describe_tag(tag)]) for tag in tags.iterator()))

    def add_settings(self) -> None:
        """What Jekyll and our own importer want to know of a whole site."""
        values = site()
        known = {"title": values.name, "description": values.tagline, "url": settings.SITE_URL}
        self._write(Path("_config.yml"), [dump(known | {"lang": values.language, "timezone": values.time_zone})])

    def _write(self, path: Path, parts: Iterable[str]) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(parts)
        self.count += 1


def post_path(post: Post) -> Path:
    """Posts by the year of their day; those that readers do not see have folders of their own."""
    if post.status == Post.Status.TRASH:
        return Path("trash", safe_name(f"{post.pk}-{post.slug}", ".md"))
    if post.status != Post.Status.PUBLISHED or not post.published_on:
        return Path("drafts", safe_name(f"{post.pk}-{post.slug}", ".md"))
    year = f"{post.published_on.year:04}"
    return Path("posts", year, safe_name(f"{post.published_on.isoformat()}-{post.slug}", ".md"))


def page_path(page: Page) -> Path:
    return Path("pages", safe_name(page.slug, ".md"))


def post_head(post: Post) -> dict[str, Any]:
    """What stands above the text: nothing that is empty."""
    is_draft = post.status != Post.Status.PUBLISHED or not post.is_listed or not post.is_public
    head: dict[str, Any] = {
        "title": post.title,
        "date": moment(post.published_at),
        "lastmod": moment(post.updated_at),
        "draft": is_draft,
        "slug": post.slug,
        "url": post.get_absolute_url(),
        "authors": [author.name for author in post.author_list],
        "tags": [tag.name for tag in post.tag_list],
        "summary": post.summary,
        "epigraph": post.epigraph,
        "epigraph_source": post.epigraph_source,
        "cover": post.cover.file.url if post.cover else "",
        "series": post.series.name if post.series else "",
        "part": post.part,
        "language": post.language,
        "pinned": post.is_pinned,
        "aliases": [redirect.path for redirect in post.redirects.all()],
        "canonical_url": post.canonical_url,
        "corrections": [{"date": moment(one.corrected_at), "text": one.text} for one in post.corrections.all()],
        "status": post.status if is_draft else "",
        "visibility": "" if post.is_listed else post.visibility,
    }
    return {name: value for name, value in head.items() if value not in ("", None, [], False)}


def page_head(page: Page) -> dict[str, Any]:
    url = page.get_absolute_url()
    return {"title": page.title, "lastmod": moment(page.updated_at), "slug": page.slug, "url": url, "layout": "page"}


def comment_line(comment: Comment, *, private: bool) -> str:
    fields: dict[str, Any] = {
        "id": comment.pk,
        "parent": comment.parent_id,
        "name": comment.name,
        "website": comment.website,
        "date": moment(comment.created_at),
        "body": comment.body,
    }
    if private:
        fields |= {"status": comment.status, "email": comment.email}
    return json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=False) + "\n"


def describe_author(author: Author) -> dict[str, Any]:
    fields = {
        "name": author.name,
        "slug": author.slug,
        "bio": author.bio,
        "photo": author.photo.url if author.photo else "",
        "website": author.website,
        "contact": author.contact,
    }
    return {name: value for name, value in fields.items() if value}


def describe_tag(tag: Tag) -> dict[str, Any]:
    fields = {"name": tag.name, "slug": tag.slug, "description": tag.description}
    return {name: value for name, value in fields.items() if value}


def moment(value: Any) -> str:
    """In the site's zone; "" for none."""
    return timezone.localtime(value).isoformat() if value else ""


def front_matter(head: dict[str, Any]) -> str:
    return f"---\n{dump(head)}---\n\n"


def dump(value: Any) -> str:
    return str(yaml.dump(value, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=1_000_000))
