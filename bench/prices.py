"""The price list: what each public address costs, from nothing and from the page cache, the dearest first.

    python bench/prices.py [--database sqlite|postgres] [--quick]

The addresses come from the URL configuration: a new one needs a line in PRICED, or in NOT_PRICED a reason
(tests/registan/test_prices.py).
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site
from bench.table import Table

# A reader with one of our cookies gets a page of their own, rendered for them from nothing (blog/page_cache.py).
OWN_COOKIE = "registan_x=1"
FORM = "a form, or what follows one: nothing is cached, and its page asks for no list"
FROM_EMAIL = "a link from an email"
STAFF = "for those who run the site"


class Sample(NamedTuple):
    """Rows of the site that addresses are about."""

    post: Any
    page: Any
    tag: Any
    author: Any
    series: Any
    source: Any
    comment: Any
    public_id: str


# By the name of the address: its arguments, from a Sample; {} where it has none.
PRICED: dict[str, Any] = {
    "blog:home": lambda sample: {},
    "blog:year": lambda sample: dict(list(post_arguments(sample.post).items())[:1]),
    "blog:month": lambda sample: dict(list(post_arguments(sample.post).items())[:2]),
    "blog:day": lambda sample: dict(list(post_arguments(sample.post).items())[:3]),
    "blog:post": lambda sample: post_arguments(sample.post),
    "blog:og-image": lambda sample: post_arguments(sample.post) | {"version": "0" * 16},
    "blog:site-og-image": lambda sample: {"version": "0" * 16},
    "blog:short-url": lambda sample: {"pk": sample.post.pk},
    "blog:archive": lambda sample: {},
    "blog:tags": lambda sample: {},
    "blog:tag": lambda sample: {"tag": sample.tag.slug},
    "blog:authors": lambda sample: {},
    "blog:author": lambda sample: {"author": sample.author.slug},
    "blog:series-list": lambda sample: {},
    "blog:series": lambda sample: {"series": sample.series.slug},
    "blog:sources": lambda sample: {},
    "blog:source": lambda sample: {"source": sample.source.slug},
    "blog:feed": lambda sample: {},
    "blog:tag-feed": lambda sample: {"tag": sample.tag.slug},
    "blog:author-feed": lambda sample: {"author": sample.author.slug},
    "blog:search": lambda sample: {},
    "blog:search-feed": lambda sample: {},
    "blog:opensearch": lambda sample: {},
    "blog:favicon": lambda sample: {},
    "blog:touch-icon": lambda sample: {},
    "blog:icon": lambda sample: {"side": 192},
    "blog:manifest": lambda sample: {},
    "blog:subscribe": lambda sample: {},
    "blog:page": lambda sample: {"page": sample.page.slug},
    "comments:page": lambda sample: post_arguments(sample.post) | {"number": "2"},
    "comments:ordered-thread": lambda sample: post_arguments(sample.post) | {"order": "most-replied"},
    "comments:count": lambda sample: post_arguments(sample.post),
    "comments:full-thread": lambda sample: post_arguments(sample.post),
    "comments:post-feed": lambda sample: post_arguments(sample.post),
    "comments:latest": lambda sample: {},
    "comments:feed": lambda sample: {},
    "comments:comment": lambda sample: {"pk": sample.comment.pk},
    "comments:form-time": lambda sample: post_arguments(sample.post),
    "comments:form-time-pixel": lambda sample: post_arguments(sample.post),
    "comments:public-page": lambda sample: {"public_id": sample.public_id},
    "comments:report": lambda sample: {"pk": sample.comment.pk},
    "comments:transparency": lambda sample: {},
    "comments:yearly-report": lambda sample: {"year": str(date.today().year)},
    "comments:yearly-report-file": lambda sample: {"year": str(date.today().year), "format": "csv"},
    "sitemap": lambda sample: {"section": "posts"},
}
QUERIES = {"blog:search": "?q=stone", "blog:search-feed": "?q=stone"}
NOT_PRICED = {
    "blog:accent": "one rule made of its own address",
    "blog:preview": STAFF,
    "blog:video": "three small queries, and nothing of a list",
    "comments:submit": "stored comments are measured by make bench-peers",
    "comments:remember-read": FORM,
    "comments:report-received": FORM,
    "comments:your-report": FROM_EMAIL,
    "comments:objection": FROM_EMAIL,
    "comments:receipt": FROM_EMAIL,
    "comments:mail-decision": FROM_EMAIL,
    "comments:conversation": STAFF,
    "comments:moderate": STAFF,
    "comments:reader": STAFF,
    "comments:edit": FORM,
    "comments:withdraw": FORM,
    "comments:my-comments": FORM,
    "comments:subscribe": FORM,
    "comments:subscription-confirm": FROM_EMAIL,
    "comments:wish-confirm": FROM_EMAIL,
    "comments:my-subscriptions": FORM,
    "comments:unsubscribe": FROM_EMAIL,
    "comments:verify-email": FROM_EMAIL,
    "comments:erasure-confirm": FROM_EMAIL,
    "comments:data-download": FORM,
    "archive-zip": "a file, as it lies on the disk",
    "language": FORM,
    "post-password": FORM,
    "security-txt": "five lines",
    "csp-reports": "sent by browsers, limited, and no query",
    "first-run": "once in the life of a site",
}


def post_arguments(post: Any) -> dict[str, str]:
    """The arguments of every address under a post, the year first."""
    year, month, day = post.published_on.isoformat().split("-")
    return {"year": year, "month": month, "day": day, "slug": post.slug}


def address_names() -> set[str]:
    """The name of every public address in the URL configuration, with its namespace."""
    from registan import urls

    return set(names_in(urls.urlpatterns, ""))


def names_in(patterns: Any, namespace: str) -> Iterator[str]:
    for pattern in patterns:
        inner = getattr(pattern, "url_patterns", None)
        if inner is None:
            if pattern.name:
                yield f"{namespace}{pattern.name}"
        elif pattern.namespace in {"blog", "comments"}:
            yield from names_in(inner, f"{pattern.namespace}:")
        elif pattern.app_name in {"blog", "comments"}:
            yield from names_in(inner, f"{pattern.app_name}:")


def find_sample() -> Sample:
    """The rows with the most below them; those that the site lacks are made."""
    from blog.models import Author, Conversation, Page, Post, Series, Source, Tag
    from comments.models import Comment

    post = Conversation.objects.filter(shown_count__range=(200, 1_000)).order_by("-shown_count")[0].post
    series = Series.objects.first() or Series.objects.create(name="A series", slug="a-series")
    if not series.posts.exists():
        Post.objects.filter(pk=post.pk).update(series=series, part=1)
    return Sample(
        post=post,
        page=Page.objects.first() or Page.objects.create(title="About", slug="about", body="Who we are."),
        tag=Tag.objects.order_by("-post_count")[0],
        author=Author.objects.order_by("-post_count")[0],
        series=series,
        source=Source.objects.order_by("-post_count").first() or Source(slug="none"),
        comment=Comment.objects.approved().filter(post=post).latest("pk"),
        public_id=find_public_page(),
    )


def find_public_page() -> str:
    """The address of the public page of the reader with the most comments, who has it from now on."""
    from django.db.models import Count

    from comments.lifecycle.ownership import open_public_page
    from comments.models import Comment, Reader

    verified = Comment.objects.approved().filter(is_verified=True, user=None)
    busiest = verified.values("reader").annotate(number=Count("pk")).order_by("-number")[0]
    reader = Reader.objects.get(pk=busiest["reader"])
    open_public_page(reader)
    return str(reader.public_id)


def main() -> None:
    options = read_options()
    site.use_site(database=options.database, quick=options.quick)
    site.fill(site.QUICK if options.quick else site.FULL)
    from django.urls import reverse

    from bench.in_process import measure_cost

    logging.disable(logging.WARNING)
    sample, rows = find_sample(), []
    for name, arguments in PRICED.items():
        address = reverse(name, kwargs=arguments(sample)) + QUERIES.get(name, "")
        made, kept = measure_cost(address, cookie=OWN_COOKIE), measure_cost(address, from_cache=True)
        rows.append((made.cpu, name, address, len(made.queries), kept.cpu))
    table = Table("Prices", ("name", "address", "from nothing: CPU ms", "queries", "cached: CPU ms"), text_columns=2)
    for cpu, name, address, queries, cached in sorted(rows, reverse=True):
        table.row(name, f"`{address}`", f"{cpu:.2f}", queries, f"{cached:.2f}")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--quick", action="store_true", help="use a small site, made within seconds")
    return parser.parse_args()


if __name__ == "__main__":
    main()
