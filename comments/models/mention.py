"""Mentions: places on other sites that link to a post or page, as pingbacks and trackbacks told an older system."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models, transaction
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models import Conversation
from blog.models.fields import WebAddressField
from blog.text.validators import validate_single_line, validate_storable
from comments.web.hosts import parse_host

MAX_TITLE_LENGTH, MAX_ADDRESS_LENGTH, MAX_EXCERPT_LENGTH = 200, 500, 500
# Shown under a post, the newest: some 10 kB.
MAX_SHOWN = 50


class MentionQuerySet(models.QuerySet["Mention"]):
    def shown(self) -> Self:
        return self.filter(is_shown=True)

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete these and count their conversations again."""
        conversations = set(self.values_list("conversation", flat=True))
        deleted = super().delete()
        count_mentions(conversations)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]  # as Django marks it
    delete.queryset_only = True  # type: ignore[attr-defined]


class Mention(models.Model):
    """A page elsewhere that mentions a post or page. `is_shown`: readers see it under the post."""

    conversation = models.ForeignKey(
        Conversation,
        models.CASCADE,
        related_name="mentions",
        db_index=False,  # below
        verbose_name=pgettext_lazy("noun", "conversation"),
    )
    title = models.CharField(
        pgettext_lazy("column", "title"), max_length=MAX_TITLE_LENGTH, validators=[validate_single_line]
    )
    address = WebAddressField(pgettext_lazy("column", "address"), max_length=MAX_ADDRESS_LENGTH)
    excerpt = models.TextField(
        gettext_lazy("excerpt"), max_length=MAX_EXCERPT_LENGTH, blank=True, validators=[validate_storable]
    )
    at = models.DateTimeField(pgettext_lazy("column", "time"), default=timezone.now)
    is_shown = models.BooleanField(gettext_lazy("shown"), default=True, help_text=gettext_lazy("Readers see it."))

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "mention")
        verbose_name_plural = pgettext_lazy("noun", "mentions")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["conversation", "is_shown", "-at"], name="mention_shown")]

    def __str__(self) -> str:
        return self.title

    @transaction.atomic
    def save(self, *args: object, **kwargs: object) -> None:
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        count_mentions([self.conversation_id])

    @transaction.atomic
    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)  # type: ignore[arg-type]
        count_mentions([self.conversation_id])
        return deleted

    @property
    def host(self) -> str:
        """The site that it is on, as readers see it."""
        return parse_host(self.address).removeprefix("www.")


def count_mentions(conversations: Iterable[int]) -> None:
    """Store how many mentions these conversations show, for pages to ask about them only where there are any.

    Moves the clock of each; call it in the transaction of the change.
    """
    ids = set(conversations)
    Conversation.objects.lock(ids)
    shown = Mention.objects.shown().filter(conversation__in=ids).order_by()
    numbers = dict(shown.values_list("conversation").annotate(Count("pk")))
    for pk in sorted(ids):
        rows = Conversation.objects.filter(pk=pk)
        rows.update(clock=F("clock") + 1, mention_count=numbers.get(pk, 0))
