"""What moderators see in the admin: thin declarations, a file for each model."""

from comments.admin import comment, decision, mention, message, policy, reader, rule, saved_reply, webhook

__all__ = ["comment", "decision", "mention", "message", "policy", "reader", "rule", "saved_reply", "webhook"]
