"""The site as a tree of what was written, whatever the numbers of its rows and the names of its files"""

from __future__ import annotations

import re

from blog.models import Author, MenuLink, Page, Post, Tag
from comments.models import Comment, Mention

POST_FIELDS = (
    "uid", "title", "slug", "status", "published_at", "published_on", "updated_at", "summary", "body", "body_html",
    "epigraph", "epigraph_source", "language", "visibility", "password_hash", "conversation", "slow_minutes",
    "closes_at", "seo_title", "canonical_url", "is_noindex", "is_pinned", "part", "corrected_at",
)  # fmt: skip
PAGE_FIELDS = ("title", "slug", "body", "body_html", "conversation", "updated_at")
COMMENT_FIELDS = ("name", "website", "body", "html", "status", "created_at", "depth")
# The names of files, and the anchors of passages, which are made of all that is in them.
_NEW = re.compile(r"(?<=/)[0-9a-f]{32}(?=\.)|(?<=\bid=\")p-\w+")


def site_tree(*, public: bool = False) -> dict:
    """Posts and pages by address with their comments in the order of the thread, and what they belong to."""
    posts = Post.objects.published() if public else Post.everything.all()
    return {
        "posts": {post.uid: post_tree(post, public=public) for post in posts.order_by("pk")},
        "pages": {page.slug: page_tree(page, public=public) for page in Page.objects.all()},
        "tags": sorted(Tag.objects.values_list("name", "slug", "description")),
        "authors": sorted((Author.objects.public() if public else Author.objects).values_list("name", "slug")),
        "menu": [str(link.as_shown()) for link in MenuLink.objects.all()],
    }


def post_tree(post: Post, *, public: bool) -> dict:
    return {
        **fields(post, POST_FIELDS),
        "authors": sorted(author.slug for author in post.authors.all()),
        "tags": sorted(tag.slug for tag in post.tags.all()),
        "series": post.series.slug if post.series else None,
        "corrections": [(one.text, one.corrected_at) for one in post.corrections.all()],
        "cover": plain(post.cover_html),
        "thread": thread_tree(post, public=public),
    }


def page_tree(page: Page, *, public: bool) -> dict:
    return {**fields(page, PAGE_FIELDS), "thread": thread_tree(page, public=public)}


def thread_tree(subject, *, public: bool) -> dict:
    if subject.thread_id is None or (public and not subject.has_conversation):
        return {}
    rows = Comment.objects.filter(conversation=subject.thread_id).order_by("pk")
    comments = list(rows.approved() if public else rows)
    numbers = {comment.pk: number for number, comment in enumerate(comments)}
    mentions = Mention.objects.filter(conversation=subject.thread_id)
    return {
        "comments": [
            {
                **fields(comment, COMMENT_FIELDS if not public else COMMENT_FIELDS[:-1]),
                "email": "" if public else comment.email,
                "parent": find_parent(comment, numbers),
                "author": comment.author and comment.author.slug,
            }
            for comment in comments
        ],
        "mentions": list(mentions.values_list("title", "address", "excerpt", "at", "is_shown")),
        "counts": (subject.thread.comment_count, subject.thread.shown_count if not public else None),
    }


def find_parent(comment: Comment, numbers: dict[int, int]) -> int | None:
    """The number of what it replies to, or of the nearest above that is in the tree."""
    parent = comment.parent
    while parent is not None and parent.pk not in numbers:
        parent = parent.parent
    return numbers[parent.pk] if parent else None


def fields(row, names: tuple[str, ...]) -> dict:
    return {name: plain(getattr(row, name)) for name in names}


def plain(value):
    """Without what is new wherever it is stored."""
    return _NEW.sub("NEW", value) if isinstance(value, str) else value


def differences(before, after, path: str = "") -> list[str]:
    """Where two trees differ, and how."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = sorted({*before, *after}, key=str)
        return [found for key in keys for found in differences(before.get(key), after.get(key), f"{path}/{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [found for place, pair in pairs for found in differences(*pair, f"{path}/{place}")]
    return [] if before == after else [f"{path}: {before!r} != {after!r}"]
