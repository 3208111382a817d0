from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class CommentsConfig(AppConfig):
    """What readers answer: threads, moderation, and the record of every decision."""

    name = "comments"

    def ready(self) -> None:
        post_migrate.connect(guard_the_record, sender=self, dispatch_uid="triggers")


def guard_the_record(sender: AppConfig, using: str, **_) -> None:
    """After every migration, since SQLite drops a table's triggers whenever it is altered."""
    from comments import triggers

    triggers.create(connections[using])
