"""Decisions of another day: the record takes no time but now, so the rows are written as the database has them."""

from datetime import datetime

from django.db import connection

from comments.models import Comment

COLUMNS = "comment_id, by_id, from_status, to_status, via, reason, note, at"


def decided(comment: Comment, was: str, became: str, *, at: datetime, via: str = "desk", reason: str = "", by=None):
    """A row of the record, whatever the comment's own row says."""
    moment = connection.ops.adapt_datetimefield_value(at)
    row = [comment.pk, by and by.pk, was, became, via, reason, "", moment]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO comments_decision ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", row)  # noqa: S608
