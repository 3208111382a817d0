from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy

from blog.fulltext.backends import backend_for


class BlogConfig(AppConfig):
    """What authors write: posts, pages, authors, tags, and the pages that show them."""

    name = "blog"
    verbose_name = gettext_lazy("Write")  # as the section of the admin that holds its models

    def ready(self) -> None:
        from blog.search import providers

        providers.register_provider(providers.PostProvider())
        providers.register_provider(providers.PageProvider())
        post_migrate.connect(create_clock, sender=self, dispatch_uid="clock")
        post_migrate.connect(restore_search_triggers, sender=self, dispatch_uid="search")


def create_clock(sender: AppConfig, using: str, **_: Any) -> None:
    """Create the clock's rows after every migration."""
    from blog.models import Clock

    for name in (Clock.SITE, Clock.COMMENTS):
        Clock.objects.using(using).get_or_create(name=name)


def restore_search_triggers(sender: AppConfig, using: str, **_: Any) -> None:
    """Make the search triggers again after every migration: SQLite drops them when it rebuilds their table."""
    with connections[using].cursor() as cursor:
        backend_for(connections[using]).restore_triggers(cursor)
