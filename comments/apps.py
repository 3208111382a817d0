from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils import timezone
from django.utils.translation import gettext_lazy

DEFAULT_REASONS = (
    "It has nothing to do with the post.",
    "It attacks a person.",
    "It is advertising.",
    "It gives away something private.",
    "It repeats what was said.",
)


class CommentsConfig(AppConfig):
    """What readers answer: threads, moderation, and the record of every decision."""

    name = "comments"
    verbose_name = gettext_lazy("Talk")

    def ready(self) -> None:
        from blog.feeds.entries import register_feed_entries
        from blog.search import providers
        from comments.search_provider import CommentProvider
        from comments.views import comment_feeds

        providers.register_provider(CommentProvider())
        register_feed_entries(CommentProvider.kind, comment_feeds.load_entries)
        post_migrate.connect(restore_decision_triggers, sender=self, dispatch_uid="triggers")
        post_migrate.connect(create_defaults, sender=self, dispatch_uid="desk")


def restore_decision_triggers(sender: AppConfig, using: str, **_: Any) -> None:
    """Make the triggers again after every migration: SQLite drops them when it rebuilds their table."""
    from comments.models import decision_triggers

    if connections[using].vendor == "sqlite":
        with connections[using].cursor() as cursor:
            decision_triggers.create_triggers(cursor)


def create_defaults(sender: AppConfig, using: str, **_: Any) -> None:
    """The numbers that moderators set, reasons to begin with, and the moment from which new posts are told."""
    from comments.models import Policy, PostScan, Reason

    Policy.objects.using(using).get_or_create(pk=1)
    PostScan.objects.using(using).get_or_create(pk=1, defaults={"until": timezone.now()})
    if not Reason.objects.using(using).exists():
        Reason.objects.using(using).bulk_create(
            Reason(words=words, place=place) for place, words in enumerate(DEFAULT_REASONS, 1)
        )
