"""The list of posts: what it reads, and what a search in it finds."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat, StrIndex
from django.http import HttpRequest

from blog.admin.base import can_edit_all
from blog.admin.paginator import BoundedPaginator
from blog.admin.post_filters import AuthorFilter, PostStateFilter, TagFilter, find_named
from blog.fulltext import terms
from blog.fulltext.terms import DRAFT_KIND
from blog.models import Author, Post, Tag
from blog.models.post_queryset import PostQuerySet
from blog.search.staff import find_posts

# Posts, the newest, whose titles are read when no word begins with what was searched for.
MAX_READ_TITLES = 5_000


class PostPaginator(BoundedPaginator):
    """Forty pages: a filter by month finds older posts sooner, and of a rare pair of filters each count is a walk."""

    max_counted = 2_000


class PostChangeList(ChangeList):
    """The list without the long texts: three queries, whatever its length.

    Conversations are read of the posts on the page alone: a join would read those of all pages before it.
    """

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Post]:
        posts = cast(PostQuerySet, super().get_queryset(*args, **kwargs)).prefetch_related("thread").with_authors()
        return posts.defer("body", "body_html", "epigraph", "epigraph_html", "cover_html")


def search_posts(request: HttpRequest, posts: QuerySet[Post], text: str) -> QuerySet[Post] | None:
    """Those of `posts` that match `text`, the best first unless a column orders them; None for an empty search.

    Searches titles and texts; where that finds nothing, parts of words in the titles of the newest posts.
    """
    if not text.strip():
        return None
    if ids := find_posts(text, facets=index_facets(request), kinds=index_kinds(request)):
        shown = set(posts.order_by().filter(pk__in=ids).values_list("pk", flat=True))
        ids = [pk for pk in ids if pk in shown]
    else:
        newest = Post.objects.order_by("-pk").values("pk")[:MAX_READ_TITLES]
        titled = posts.filter(pk__in=newest, title__icontains=text.strip())
        ids = list(titled.order_by("-pk").values_list("pk", flat=True))
    # By their ids alone: the filters would be asked again to count them, and again for a page of them.
    found = Post.objects.filter(pk__in=ids)
    return found.order_by(*(posts.query.order_by if ORDER_VAR in request.GET else [position_in(ids)]))


def position_in(ids: list[int]) -> StrIndex:
    """The place of a row in `ids`, to order by: a CASE of 600 branches would take longer to write than to run."""
    key = Concat(Value(","), Cast("pk", CharField()), Value(","))
    return StrIndex(Value(f",{','.join(map(str, ids))},"), key)


def index_facets(request: HttpRequest) -> list[str]:
    """The keys that the index has of all posts that this list can show: so the newest matches are among these."""
    chosen = [
        (terms.AUTHOR_MARK, find_named(Author, request.GET.get(AuthorFilter.parameter_name, "").strip())),
        (terms.TAG_MARK, find_named(Tag, request.GET.get(TagFilter.parameter_name, "").strip())),
    ]
    if not can_edit_all(request):
        chosen.append((terms.AUTHOR_MARK, Author.objects.filter(user=request.user.pk).first()))
    return [f"{mark}{row.pk}" for mark, row in chosen if row]


def index_kinds(request: HttpRequest) -> tuple[str, ...]:
    """The kinds of entries of the posts in the state that the list is filtered by."""
    is_draft = request.GET.get(PostStateFilter.parameter_name) in {"draft", "review"}
    return (DRAFT_KIND,) if is_draft else Post.SEARCH_KINDS
