"""Registers the moderator of comments."""

from django.apps import AppConfig


class BlogConfig(AppConfig):
    name = "xtd_site"

    def ready(self) -> None:
        from django_comments_xtd.moderation import moderator
        from xtd_site.models import Post
        from xtd_site.moderation import PostModerator

        moderator.register(Post, PostModerator)
