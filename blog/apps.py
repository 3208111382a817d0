from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BlogConfig(AppConfig):
    """What authors write: posts, pages, authors, tags, and the pages that show them."""

    name = "blog"

    def ready(self) -> None:
        from blog.models import counts
        from blog.search import providers

        counts.connect_count_signals()
        providers.register_provider(providers.PostProvider())
        providers.register_provider(providers.PageProvider())
        post_migrate.connect(create_clock, sender=self, dispatch_uid="clock")
        post_migrate.connect(create_search_index, sender=self, dispatch_uid="search")


def create_clock(sender: AppConfig, using: str, **_) -> None:
    """Create the clock's rows after every migration."""
    from blog.models import Clock

    for name in (Clock.SITE, Clock.COMMENTS):
        Clock.objects.using(using).get_or_create(name=name)


def create_search_index(sender: AppConfig, using: str, **_) -> None:
    """After every migration, since SQLite drops a table's triggers whenever it is altered."""
    from blog.fulltext import index

    index.create_index(using)
