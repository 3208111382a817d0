"""Who is to decide on a waiting comment: a hint among colleagues, which keeps nobody from deciding."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models

from comments.models.comment import Comment
from comments.status import Status


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def assign(self, ids: Iterable[int], to: User | None, *, by: User) -> list[Comment]:
        """Assign those of these comments that are waiting, to somebody or, with None, to nobody; which they were.

        Belongs in a transaction: it locks their rows, so that none is decided meanwhile.
        """
        waiting = Comment.objects.filter(pk__in=list(ids), status=Status.PENDING).with_subjects()
        rows = waiting.only("name", "status", "version", "post__title", "page__title").order_by("pk")
        comments = list(rows.select_for_update(of=("self",)))
        self.filter(comment__in=comments).delete()
        if to:
            self.bulk_create(Assignment(comment=comment, to=to, by=by) for comment in comments)
        return comments

    def clear(self, ids: Iterable[int]) -> None:
        """These comments have been decided."""
        self.filter(comment__in=list(ids)).delete()


class Assignment(models.Model):
    """One waiting comment's, until somebody decides on it."""

    comment = models.OneToOneField(Comment, models.CASCADE, primary_key=True, related_name="assignment")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    objects = AssignmentQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.to_id}"
