from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BlogConfig(AppConfig):
    """What authors write: posts, pages, authors, tags, and the pages that show them."""

    name = "blog"

    def ready(self) -> None:
        from blog.models import counts

        counts.connect()
        post_migrate.connect(wind_the_clock, sender=self, dispatch_uid="clock")


def wind_the_clock(sender: AppConfig, using: str, **_) -> None:
    """After every migration: the clock's rows are there."""
    from blog.models import Clock

    for name in (Clock.SITE, Clock.TALK):
        Clock.objects.using(using).get_or_create(name=name)
