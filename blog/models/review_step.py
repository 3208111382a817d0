"""The steps of a post between whoever writes it and its editors: handed in, sent back with a message, published."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.models.publishable import Publishable
from blog.models.review import ReviewNote

if TYPE_CHECKING:
    from blog.models.post import Post

DRAFT, REVIEW, PUBLISHED = Publishable.Status.DRAFT, Publishable.Status.REVIEW, Publishable.Status.PUBLISHED


class ReviewStepQuerySet(models.QuerySet["ReviewStep"]):
    def due(self) -> Self:
        """Those about which somebody may have to be told by now, the oldest first."""
        return self.filter(due_at__lte=timezone.now()).order_by("due_at", "id")

    def record(self, post: Post, before: Post | None, *, by: User | None, message: str | None) -> None:
        """Record what somebody has done with `post`, which was `before`; a note on the post keeps their `message`.

        What the site does by itself (an import, the demo) is no step, and neither is taking back, unpublishing, or the
        way into the trash and out of it: a draft was sent back if there is a `message`, which may be "".
        """
        was = before.status if before else DRAFT
        if Publishable.Status.TRASH in (was, post.status):
            return
        if by and post.status != was and (post.status != DRAFT or message is not None):
            kind = KINDS[Publishable.Status(post.status)]
            note = ReviewNote.objects.write(post, message, by=by) if message else None
            self.create(post=post, kind=kind, by=by, note=note, due_at=due_time(post))
        elif post.status == was == PUBLISHED and before and post.published_at != before.published_at:
            self.filter(post=post, due_at__isnull=False).update(due_at=due_time(post))


def due_time(post: Post) -> datetime.datetime:
    """When people are told: a scheduled post when it appears, anything else now."""
    now = timezone.now()
    return max(post.published_at or now, now) if post.status == PUBLISHED else now


class ReviewStep(models.Model):
    """Who did what with a post, and when. `due_at` is empty once nobody has to be told any more."""

    class Kind(models.TextChoices):
        HANDED_IN = "handed in", gettext_lazy("handed in")
        SENT_BACK = "sent back", gettext_lazy("sent back")
        PUBLISHED = "published", gettext_lazy("published")

    post = models.ForeignKey("Post", models.CASCADE, related_name="review_steps")
    kind = models.CharField(max_length=9, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.ForeignKey(ReviewNote, models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = ReviewStepQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="review_step_due"),
            models.Index(fields=["kind", "-at"], name="review_step_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.kind}"


# The step by which a post gets each status.
KINDS = {
    DRAFT: ReviewStep.Kind.SENT_BACK,
    REVIEW: ReviewStep.Kind.HANDED_IN,
    PUBLISHED: ReviewStep.Kind.PUBLISHED,
}
