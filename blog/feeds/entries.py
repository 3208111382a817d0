"""What is in a feed: the latest posts or comments, how many of them, and what each entry says."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import QuerySet, prefetch_related_objects
from django.template.loader import render_to_string

from blog.feeds.entry import FeedEntry, Replies, Rights
from blog.images.embeds import read_cover
from blog.markup import extract
from blog.markup.anchors import strip_anchors
from blog.media.players import read_enclosures
from blog.models import Author, Page, Post, Tag
from blog.models.licence import licence_url, rights_statement
from blog.models.post_queryset import PostQuerySet
from blog.text.addresses import absolute_url

# Entries in a feed: what a weekly visitor has missed on a busy blog.
MAX_ENTRIES = 20


def post_entries(posts: PostQuerySet) -> dict[int, FeedEntry]:
    """The entries of the latest of `posts` by their ids, in three queries, or four if one of them was corrected."""
    latest = list(posts.published().latest_first().for_feed()[:MAX_ENTRIES])
    authors, tags = Author.objects.names_by_post(latest), Tag.objects.names_by_post(latest)
    prefetch_related_objects([post for post in latest if post.corrected_at], "corrections")
    rights = site_rights()
    return {
        post.pk: FeedEntry(
            uid=f"urn:uuid:{post.uid}",
            title=post.title,
            url=post.get_absolute_url(),
            html=post.cover_html + strip_anchors(post.body_html) + render_corrections(post),
            summary=post.typeset_summary or post.opening,
            published=post.publication_time,
            updated=post.changed_at,
            authors=authors[post.pk],
            tags=tags[post.pk],
            language=post.language,
            cover=read_cover(post.cover_html),
            enclosures=read_enclosures(post.body_html),
            replies=Replies(f"{post.get_absolute_url()}#comments", f"{post.get_absolute_url()}feed/"),
            rights=rights,
        )
        for post in latest
    }


def site_rights() -> Rights:
    """What others may do with the site's own texts."""
    return Rights(rights_statement(), licence_url())


def render_corrections(post: Post) -> str:
    """The correction notes as under the post; "" when there are none."""
    if not post.correction_notes:
        return ""
    return render_to_string("blog/_corrections.html", {"corrections": post.correction_notes})


def page_entries(pages: QuerySet[Page]) -> list[FeedEntry]:
    """The entries of pages, dated by their last change."""
    rights = site_rights()
    return [
        FeedEntry(
            uid=absolute_url(page.get_absolute_url()),
            title=page.title,
            url=page.get_absolute_url(),
            html=strip_anchors(page.body_html),
            summary=extract.opening_words(page.body_html),
            published=page.updated_at,
            updated=page.updated_at,
            rights=rights,
        )
        for page in pages
    ]


# For each kind in the search index: what loads its entries by their ids. Other apps add theirs when the site starts.
FEED_ENTRIES: dict[str, Callable[[Iterable[int]], list[FeedEntry]]] = {
    Post.SEARCH_KIND: lambda ids: [*post_entries(Post.objects.filter(pk__in=ids)).values()],
    Page.SEARCH_KIND: lambda ids: page_entries(Page.objects.filter(pk__in=ids)),
}


def register_feed_entries(kind: str, load: Callable[[Iterable[int]], list[FeedEntry]]) -> None:
    FEED_ENTRIES[kind] = load
