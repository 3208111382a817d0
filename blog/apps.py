from collections.abc import Sequence

from django.apps import AppConfig
from django.db.migrations import Migration
from django.db.models.signals import m2m_changed, post_migrate


class BlogConfig(AppConfig):
    """What authors write: posts, pages, authors, tags, and the pages that show them."""

    name = "blog"

    def ready(self) -> None:
        from blog.models import Post, counts
        from blog.search import index, sources

        for field in (Post.authors, Post.tags):
            m2m_changed.connect(
                index.follow_post, sender=field.through, dispatch_uid=f"search {field.through.__name__}"
            )
        counts.connect()  # after the search: entries are locked before the clock, here as in Post.save
        for source in (sources.Posts(), sources.Pages()):
            sources.register(source)
        post_migrate.connect(wind_the_clock, sender=self, dispatch_uid="clock")
        post_migrate.connect(prepare_the_search, sender=self, dispatch_uid="search")


def wind_the_clock(sender: AppConfig, using: str, **_) -> None:
    """After every migration: the clock's rows are there."""
    from blog.models import Clock

    for name in (Clock.SITE, Clock.TALK):
        Clock.objects.using(using).get_or_create(name=name)


def prepare_the_search(sender: AppConfig, using: str, plan: Sequence[tuple[Migration, bool]] = (), **_) -> None:
    """After every migration; a site that had texts before it had a search gets its index now."""
    from blog.search import index

    index.prepare(using)
    if any(str(migration) == "blog.0004_search" and not back for migration, back in plan):
        index.rebuild()
