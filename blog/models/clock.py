"""The content clock: counters moved in the transaction of each change, so that a page cached under them is never stale.

`Clock` has two rows. `site` counts changes of what authors write. `comments` counts changes of any conversation, for
pages that show many posts with their numbers of comments. Each post's own conversation is counted by `Conversation`.
Code that needs several of these rows locks them in one order, so as not to deadlock: Conversation, comments, site.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone

from blog.models.composed_query import ComposedUpdate, Parameter
from blog.text import site_values

if TYPE_CHECKING:
    from blog.models.commentable import Commentable

# Of the one row of `Site`.
SITE_PK = 1
# In SQL, since reading the clock is most of what a cached page costs and the ORM would take eight times as long.
READ_SQL = """
    SELECT site.value, comments.value, thread.clock,
        site.due <= %s OR site.close_after <> COALESCE(page.close_after_days, %s), page.version
    FROM blog_clock AS site
    JOIN blog_clock AS comments ON comments.name = 'comments'
    LEFT JOIN {subject}
    LEFT JOIN blog_site AS page ON page.id = 1
    LEFT JOIN blog_conversation AS thread ON thread.id = subject.thread_id
    WHERE site.name = 'site'
"""
READ_POST_SQL = READ_SQL.format(subject="blog_post AS subject ON subject.published_on = %s AND subject.slug = %s")
READ_PAGE_SQL = READ_SQL.format(subject="blog_page AS subject ON subject.slug = %s")


class ClockArguments(TypedDict, total=False):
    """Which conversation a page is kept under: that of the post at `day` and `slug`, of the page at `page`; of all."""

    day: datetime.date
    slug: str
    page: str


class ClockReading(NamedTuple):
    """The counters at one moment; `thread` is that of one post or page, or None.

    `is_due`: something has come due (schedule.py). `site_version` is that of the Site page's row (models/site.py), None
    without one.
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
    def read(cls, *, day: datetime.date | None = None, slug: str = "", page: str = "") -> ClockReading:
        """Read the counters in one small query, with that of the post at `day` and `slug`, or of the page at `page`.

        Readers call `schedule.read_clock`, which first counts whatever has come due.
        """
        adapt = connection.ops
        now = adapt.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            if page:
                cursor.execute(READ_PAGE_SQL, [now, settings.CLOSE_AFTER_DAYS, page])
            else:
                cursor.execute(READ_POST_SQL, [now, settings.CLOSE_AFTER_DAYS, adapt.adapt_datefield_value(day), slug])
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
    def lock(self, ids: Iterable[int] | models.QuerySet[Any, Any]) -> set[int]:
        """Lock these conversations until the end of the transaction, before any of their comments.

        Always in one order: two transactions may wait, but never for each other. SQLite has one writer anyway. Returns
        those that were locked.
        """
        if not connection.features.has_select_for_update:
            return set()
        return set(self.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))

    def subject_of(self, pk: int) -> Commentable | None:
        """What this conversation is about, in the trash or not; None if it was deleted."""
        row = self.select_related("post", "page").filter(pk=pk).first()
        return row.subject if row else None


class Conversation(models.Model):
    """The comments on one subject (models/commentable.py) in numbers.

    Kept apart from the subject, so that saving that never overwrites them, and comments need not know what it is.
    """

    clock = models.PositiveBigIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0, help_text="Approved comments.")
    shown_count = models.PositiveIntegerField(default=0, help_text="Comments and tombstones drawn in the thread.")

    mention_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Pages elsewhere that mention the subject, as shown under it."
    )
    pinned = models.PositiveBigIntegerField(null=True, help_text="The id of the comment shown above the thread.")

    objects = ConversationManager()

    def __str__(self) -> str:
        return f"{self.pk}: {self.comment_count}"

    @property
    def subject(self) -> Commentable:
        """The post or page that it is about."""
        subject: Commentable = getattr(self, "post", None) or getattr(self, "page")  # noqa: B009  relations of its own
        return subject

    @classmethod
    def record_change(cls, pk: int, *, comments: int = 0, shown: int = 0) -> None:
        """Count a change of a conversation, and of its numbers of comments by `comments` and `shown`."""
        cls.change_counts(pk, comments=comments, shown=shown)
        Clock.move_comments()

    @classmethod
    def change_counts(cls, pk: int, *, comments: int = 0, shown: int = 0) -> None:
        """As `record_change`, which also locks the conversation; `Clock.move_comments` must follow.

        For whoever has more to do under that lock: the clock has one row for the whole site, where others would wait.
        """
        CHANGE_COUNTS(pk=pk, comments=comments, shown=shown)


CHANGE_COUNTS = ComposedUpdate(
    lambda: (
        Conversation.objects.filter(pk=Parameter("pk", models.IntegerField())),
        {
            "clock": F("clock") + 1,
            "comment_count": F("comment_count") + Parameter("comments", models.IntegerField()),
            "shown_count": F("shown_count") + Parameter("shown", models.IntegerField()),
        },
    )
)
