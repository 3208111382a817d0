"""Related posts: what is stored of the choice (blog/search/choose_related.py), and which posts wait for one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from blog.models.post import Post


class RelatedPost(models.Model):
    """A post that another leads to. It is shown only while readers find it, which is asked each time."""

    post = models.ForeignKey("Post", models.CASCADE, related_name="related_links", db_index=False)
    related = models.ForeignKey("Post", models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["post", "position"], name="related_post_has_its_place")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.related_id}"


class RelatedChoiceQuerySet(models.QuerySet["RelatedChoice"]):
    def ask(self, post: Post, before: Post | None) -> None:
        """Ask for a new choice for `post`, just saved, once readers find it, or no longer; none for drafts."""
        if not post.is_found and not (before and before.is_found):
            return
        due_at = max(timezone.now(), post.publication_time) if post.is_found else timezone.now()
        self.bulk_create(
            [self.model(post=post, due_at=due_at, was_saved=True)],
            update_conflicts=True,
            unique_fields=["post"],
            update_fields=["due_at", "was_saved"],
        )

    def ask_for(self, posts: Iterable[int]) -> None:
        """Ask for new choices for these, unless they wait for one."""
        now = timezone.now()
        self.bulk_create([self.model(post_id=pk, due_at=now) for pk in sorted(posts)], ignore_conflicts=True)

    def next_due(self, count: int) -> list[RelatedChoice]:
        """At most `count` of those whose time has come, posts that were saved and the latest first."""
        return list(self.filter(due_at__lte=timezone.now()).order_by("-was_saved", "-due_at", "-pk")[:count])


class RelatedChoice(models.Model):
    """A post whose related posts are to be chosen by the worker, from `due_at` on."""

    post = models.OneToOneField("Post", models.CASCADE, primary_key=True, related_name="+")
    due_at = models.DateTimeField()
    was_saved = models.BooleanField(default=False, help_text="Others that could lead to it are to follow.")

    objects = RelatedChoiceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["was_saved", "due_at"], name="related_choice_due")]

    def __str__(self) -> str:
        return f"{self.post_id}, {self.due_at:%Y-%m-%d %H:%M}"
