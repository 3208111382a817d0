"""Holds the comments of people who were never published, as WordPress does by default."""

from typing import Any

from django_comments_xtd.models import XtdComment
from django_comments_xtd.moderation import XtdCommentModerator


class PostModerator(XtdCommentModerator):  # type: ignore[misc]
    enable_field = "allow_comments"

    def moderate(self, comment: Any, content_object: Any, request: Any) -> bool:
        """Is it to be held?"""
        published = XtdComment.objects.filter(
            user_name=comment.user_name, user_email=comment.user_email, is_public=True
        )
        return not published.exists()
