"""The content clock: counters moved in the transaction of each change, so that a page cached under them is never stale.

`Clock` has two rows. `site` counts changes of what authors write. `comments` counts changes of any conversation, for
pages that show many posts with their numbers of comments. Each post's own conversation is counted by `Conversation`.
Code that needs several of these rows locks them in one order, so as not to deadlock: Conversation, comments, site.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone

from blog.models.composed_query import ComposedUpdate, Parameter
from blog.text import site_values

# Of the one row of `Site`.
SITE_PK = 1
# In SQL, since reading the clock is most of what a cached page costs and the ORM would take eight times as long.
READ_SQL = """
    SELECT site.value, comments.value, thread.clock,
        site.due <= %s OR site.close_after <> COALESCE(page.close_after_days, %s), page.version
    FROM blog_clock AS site
    JOIN blog_clock AS comments ON comments.name = 'comments'
    LEFT JOIN blog_post AS post ON post.published_on = %s AND post.slug = %s
    LEFT JOIN blog_site AS page ON page.id = 1
    LEFT JOIN blog_conversation AS thread ON thread.post_id = post.id
    WHERE site.name = 'site'
"""


class ClockReading(NamedTuple):
    """The counters at one moment; `thread` is one post's, or None. `is_due`: something has come due (schedule.py).

    `site_version` is that of the Site page's row (models/site.py), None without one.
    """

    site: int
    comments: int
    thread: int | None
    is_due: bool = False
    site_version: int | None = None


def now_to_the_second() -> datetime.datetime:
    """Now, in whole seconds; what happens within a second is ordered by its ids."""
    return timezone.now().replace(microsecond=0)


class Clock(models.Model):
    """A counter. `due` (of `site` only) is the next moment at which the site changes by itself.

    `close_after` is the site's `close_after_days` with which `due` was found: when it differs, `due` is out of date.
    """

    SITE, COMMENTS = "site", "comments"

    name = models.CharField(max_length=8, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)
    due = models.DateTimeField(null=True)
    close_after = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"

    @classmethod
    def read(cls, *, day: datetime.date | None = None, slug: str = "") -> ClockReading:
        """Read the counters in one small query, with that of the post at `day` and `slug`.

        Readers call `schedule.read_clock`, which first counts whatever has come due.
        """
        adapt = connection.ops
        now = adapt.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(READ_SQL, [now, settings.CLOSE_AFTER_DAYS, adapt.adapt_datefield_value(day), slug])
            row = cursor.fetchone()
        if row is None:
            raise cls.DoesNotExist("The clock has no rows: run manage.py migrate.")
        site, comments, thread, is_due, version = row
        return ClockReading(site, comments, thread, bool(is_due), version)

    @classmethod
    @transaction.atomic(savepoint=False)
    def move_site(cls, *, next_due: Callable[[datetime.datetime], datetime.datetime | None] | None = None) -> None:
        """Count a change of what authors write; call it in the transaction of the change.

        A change that may touch the schedule passes `next_due`, which finds the first moment after a given one at which
        the site changes by itself. It is called under the lock: else a post that another schedules would be missed.
        """
        site = cls.objects.filter(name=cls.SITE)
        changes: dict[str, Any] = {"value": F("value") + 1}
        if next_due:
            now = timezone.now()
            due = site.select_for_update().values_list("due", flat=True).get()
            if due is None or due > now:  # else it stays, since what came due then has yet to be counted
                changes |= {"due": next_due(now), "close_after": site_values.site().close_after_days}
        site.update(**changes)

    @classmethod
    def move_comments(cls) -> None:
        """Count a change of any conversation."""
        MOVE_COMMENTS()


MOVE_COMMENTS = ComposedUpdate(lambda: (Clock.objects.filter(name=Clock.COMMENTS), {"value": F("value") + 1}))


class ConversationManager(models.Manager["Conversation"]):
    def lock(self, posts: Iterable[int] | models.QuerySet[Any, Any]) -> set[int]:
        """Lock the conversations of these posts until the end of the transaction, before any of their comments.

        Always in one order: two transactions may wait, but never for each other. SQLite has one writer anyway. Returns
        the posts whose conversations were locked.
        """
        if not connection.features.has_select_for_update:
            return set()
        return set(self.select_for_update().filter(pk__in=posts).order_by("pk").values_list("pk", flat=True))


class Conversation(models.Model):
    """A post's conversation in numbers, kept apart from the post so that saving a post never overwrites them."""

    post = models.OneToOneField("Post", models.CASCADE, primary_key=True, related_name="thread")
    clock = models.PositiveBigIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0, help_text="Approved comments.")
    shown_count = models.PositiveIntegerField(default=0, help_text="Comments and tombstones drawn in the thread.")

    pinned = models.PositiveBigIntegerField(null=True, help_text="The id of the comment shown above the thread.")

    objects = ConversationManager()

    def __str__(self) -> str:
        return f"{self.post_id}: {self.comment_count}"

    @classmethod
    def record_change(cls, post_id: int, *, comments: int = 0, shown: int = 0) -> None:
        """Count a change of a post's conversation, and of its numbers of comments by `comments` and `shown`."""
        cls.change_counts(post_id, comments=comments, shown=shown)
        Clock.move_comments()

    @classmethod
    def change_counts(cls, post_id: int, *, comments: int = 0, shown: int = 0) -> None:
        """As `record_change`, which also locks the conversation; `Clock.move_comments` must follow.

        For whoever has more to do under that lock: the clock has one row for the whole site, where others would wait.
        """
        CHANGE_COUNTS(post=post_id, comments=comments, shown=shown)


CHANGE_COUNTS = ComposedUpdate(
    lambda: (
        Conversation.objects.filter(post=Parameter("post", models.IntegerField())),
        {
            "clock": F("clock") + 1,
            "comment_count": F("comment_count") + Parameter("comments", models.IntegerField()),
            "shown_count": F("shown_count") + Parameter("shown", models.IntegerField()),
        },
    )
)
