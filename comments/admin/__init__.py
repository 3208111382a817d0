"""What moderators see in the admin: thin declarations, a file each."""

from comments.admin import comment, notices, outbox, record, rules

__all__ = ["comment", "notices", "outbox", "record", "rules"]
