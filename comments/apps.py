from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils import timezone

REASONS = (
    "It has nothing to do with the post.",
    "It attacks a person.",
    "It is advertising.",
    "It gives away something private.",
    "It repeats what was said.",
)


class CommentsConfig(AppConfig):
    """What readers answer: threads, moderation, and the record of every decision."""

    name = "comments"

    def ready(self) -> None:
        from blog.search import sources
        from comments.search import Comments

        sources.register(Comments())
        post_migrate.connect(guard_the_record, sender=self, dispatch_uid="triggers")
        post_migrate.connect(furnish_the_desk, sender=self, dispatch_uid="desk")


def guard_the_record(sender: AppConfig, using: str, **_) -> None:
    """After every migration, since SQLite drops a table's triggers whenever it is altered."""
    from comments import triggers

    triggers.create(connections[using])


def furnish_the_desk(sender: AppConfig, using: str, **_) -> None:
    """The numbers that moderators set, reasons to begin with, and the moment from which new posts are told."""
    from comments.models import Looked, Policy, Reason

    Policy.objects.using(using).get_or_create(pk=1)
    Looked.objects.using(using).get_or_create(pk=1, defaults={"until": timezone.now()})
    if not Reason.objects.using(using).exists():
        Reason.objects.using(using).bulk_create(
            Reason(words=words, place=place) for place, words in enumerate(REASONS, 1)
        )
