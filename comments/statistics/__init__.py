"""Moderation in numbers; imports models and below."""
