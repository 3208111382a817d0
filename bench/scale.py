"""Measures how the cost of pages grows with the site: from 1,000 posts and 10,000 comments to a hundred times as many.

    python bench/scale.py [--database sqlite|postgres]

The first run makes three sites under var/bench, the largest within minutes; later runs use them again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site
from bench.table import Limit, Table, check_limits

# What a page of the largest site may cost, in times of the same page of the smallest.
MOST_GROWTH = 1.3
# What any page of the longest thread may cost, in times of the only page of a hundred comments.
MOST_OF_A_THREAD = 2.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--site", choices=site.SIZES, help="measure one of the sites and print its figures as JSON")
    options = parser.parse_args()
    if options.site:
        measure_site(options.database, options.site)
        return
    costs = {name: measure_in_another_process(options.database, name) for name in site.SIZES}
    print_growth(options.database, costs)
    sys.exit(0 if check_limits(growth_limits(costs)) else 1)


def measure_in_another_process(database: str, name: str) -> dict[str, list[float]]:
    """[CPU ms, ms in all] by page: a process has the settings of one site."""
    command = [sys.executable, __file__, "--database", database, "--site", name]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    costs: dict[str, list[float]] = json.loads(output.splitlines()[-1])
    return costs


def measure_site(database: str, name: str) -> None:
    site.use_site(database=database, quick=False, purpose="" if name == "large" else name)
    site.fill(site.SIZES[name])
    from bench.in_process import measure_cost

    costs = {page: measure_cost(path) for page, path in find_pages().items()}
    print(json.dumps({page: [cost.cpu, cost.least] for page, cost in costs.items()}))


def find_pages() -> dict[str, str]:
    """Addresses by the names of their rows; those of lists at the beginning, in the middle and at the end."""
    from blog.models import Post, Tag
    from blog.text.pagination import POSTS_PER_PAGE
    from blog.views.lists import TITLES_PER_PAGE
    from comments.threads import layout

    threads = {int(post.slug.split("-")[1]): post for post in Post.objects.filter(slug__startswith="thread-")}
    longest, tag = threads[max(threads)], Tag.objects.order_by("-post_count", "id")[0]
    pages, titles = (-(-Post.objects.count() // size) for size in (POSTS_PER_PAGE, TITLES_PER_PAGE))
    url, parts = longest.get_absolute_url(), layout.count_pages(longest.thread.shown_count)
    return {
        "home": "/",
        "home, page 50": "/page/50/",
        "home, the middle page": f"/page/{pages // 2}/",
        "home, the last page": f"/page/{pages}/",
        "tag": tag.get_absolute_url(),
        "tag, the last page": f"{tag.get_absolute_url()}page/{-(-tag.post_count // POSTS_PER_PAGE)}/",
        "archive": "/archive/",
        "archive, the middle page": f"/archive/page/{titles // 2}/",
        "archive, the last page": f"/archive/page/{titles}/",
        "feed": "/feed/",
        "sitemap of posts": "/sitemap-posts.xml",
        "search, a common word": "/search/?q=camel",
        "post, 10 comments": threads[10].get_absolute_url(),
        "post, 100 comments": threads[100].get_absolute_url(),
        "longest thread, the first page": url,
        "longest thread, the middle page": f"{url}comment-page-{parts // 2}/",
        "longest thread, the last page": f"{url}comment-page-{parts}/",
    }


def print_growth(database: str, costs: dict[str, dict[str, list[float]]]) -> None:
    sizes = [f"{size['posts']:,} posts, {size['comments']:,} comments" for size in site.SIZES.values()]
    head = ("page", *(f"{size}: CPU ms" for size in sizes), "growth", *("ms in all" for _ in sizes), "growth")
    table = Table(f"{database}: one request inside, from nothing (CPU: the median of 20; in all: the least)", head)
    for page in costs["small"]:
        cells: list[str] = []
        for column in (0, 1):
            figures = [costs[name][page][column] for name in site.SIZES]
            cells += [*(f"{figure:.1f}" for figure in figures), f"{figures[-1] / figures[0]:.2f}"]
        table.row(page, *cells)


def growth_limits(costs: dict[str, dict[str, list[float]]]) -> list[Limit]:
    """What the design promises of growth, in time in all, the database's included."""
    small, large = costs["small"], costs["large"]
    growth = {page: large[page][1] / small[page][1] for page in small}
    slowest = max(large[page][1] for page in large if page.startswith("longest"))
    limits = [Limit(f"growth of {page}", times, MOST_GROWTH, "times") for page, times in growth.items()]
    return [
        *limits,
        Limit(
            "slowest page of the longest thread", slowest / small["post, 100 comments"][1], MOST_OF_A_THREAD, "times"
        ),
    ]


if __name__ == "__main__":
    main()
