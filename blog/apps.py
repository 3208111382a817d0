from collections.abc import Sequence

from django.apps import AppConfig
from django.db.migrations import Migration
from django.db.models.signals import m2m_changed, post_migrate


class BlogConfig(AppConfig):
    """What authors write: posts, pages, authors, tags, and the pages that show them."""

    name = "blog"

    def ready(self) -> None:
        from blog.fulltext import index
        from blog.models import Post, counts
        from blog.search import providers

        for field in (Post.authors, Post.tags):
            m2m_changed.connect(
                index.reindex_related_posts, sender=field.through, dispatch_uid=f"search {field.through.__name__}"
            )
        counts.connect_count_signals()  # after the search: entries are locked before the clock, here as in Post.save
        for source in (providers.PostProvider(), providers.PageProvider()):
            providers.register_provider(source)
        post_migrate.connect(create_clock, sender=self, dispatch_uid="clock")
        post_migrate.connect(create_search_index, sender=self, dispatch_uid="search")


def create_clock(sender: AppConfig, using: str, **_) -> None:
    """After every migration: the clock's rows are there."""
    from blog.models import Clock

    for name in (Clock.SITE, Clock.COMMENTS):
        Clock.objects.using(using).get_or_create(name=name)


def create_search_index(sender: AppConfig, using: str, plan: Sequence[tuple[Migration, bool]] = (), **_) -> None:
    """After every migration; a site that had texts before it had a search gets its index now."""
    from blog.fulltext import index

    index.create_index(using)
    if any(str(migration) == "blog.0004_search" and not back for migration, back in plan):
        index.rebuild_index()
