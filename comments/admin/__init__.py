"""What moderators see in the admin: thin declarations, a file each."""

from comments.admin import comment, decision, message, moderation_settings

__all__ = ["comment", "decision", "message", "moderation_settings"]
