"""What moderators see in the admin: thin declarations, a file each."""

from comments.admin import comment, outbox, record

__all__ = ["comment", "outbox", "record"]
