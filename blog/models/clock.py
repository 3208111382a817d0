"""The content clock: counters moved in the transaction of each change, so that a page kept under them is never stale.

`Clock` has two rows. `site` counts changes of what authors write. `talk` counts changes of any conversation,
for the pages that show many posts with their numbers of comments. Each post's own conversation is counted by its
`Thread`. Whoever needs several of these rows takes them in this order: Thread, talk, site. One order, no deadlock.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone

# Written out: this is most of what a kept page costs, and the ORM would take eight times as long to say it.
READ_SQL = """
    SELECT site.value, comments.value, thread.clock, site.due <= %s OR site.close_after <> %s
    FROM blog_clock AS site
    JOIN blog_clock AS comments ON comments.name = 'comments'
    LEFT JOIN blog_post AS post ON post.published_on = %s AND post.slug = %s
    LEFT JOIN blog_conversation AS thread ON thread.post_id = post.id
    WHERE site.name = 'site'
"""


class ClockReading(NamedTuple):
    """The clock at one moment: `site` and `talk` are counters, `thread` one post's counter or None."""

    site: int
    comments: int
    thread: int | None


def now_to_the_second() -> datetime.datetime:
    """Now, as finely as people tell each other the time; what happens in one second is ordered by its ids."""
    return timezone.now().replace(microsecond=0)


class Clock(models.Model):
    """A counter. `due` (on `site` only) is the next moment at which the site changes by itself.

    `close_after` is the setting CLOSE_AFTER_DAYS for which `due` was found: another one, and the clock is moved.
    """

    SITE, COMMENTS = "site", "comments"

    name = models.CharField(max_length=8, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)
    due = models.DateTimeField(null=True)
    close_after = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.name} {self.value}"

    @classmethod
    def read(cls, *, day: datetime.date | None = None, slug: str = "") -> ClockReading:
        """The clock now, with the conversation of the post at `day`/`slug` when given: one small query.

        When something has come due since (a scheduled post, a closing conversation), the clock is moved first,
        so that no page depends on a worker being alive.
        """
        adapt = connection.ops
        now = adapt.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(READ_SQL, [now, settings.CLOSE_AFTER_DAYS, adapt.adapt_datefield_value(day), slug])
            row = cursor.fetchone()
        if row is None:
            raise cls.DoesNotExist("The clock was never wound: run manage.py migrate.")
        site, talk, thread, is_due = row
        if is_due:
            cls.advance()
            return cls.read(day=day, slug=slug)
        return ClockReading(site, talk, thread)

    @classmethod
    @transaction.atomic
    def move_site(cls, *, only_if_due: bool = False) -> None:
        """Something that authors write has changed: call it in the change's own transaction.

        What has come due meanwhile is counted first, since the clock looks only ahead from here.
        """
        from blog.models import counts

        now, site = timezone.now(), cls.objects.filter(name=cls.SITE)
        overdue = site.filter(due__lte=now).values_list("due", flat=True).first()
        if overdue:
            # Before the clock is locked: whoever saves a post takes its authors' rows before the clock's, too.
            counts.recount_due(since=overdue, until=now)
        # The schedule is read under the lock, or another's newly scheduled post would be forgotten.
        due, close_after = site.select_for_update().values_list("due", "close_after").get()
        if not only_if_due or (due and due <= now) or close_after != settings.CLOSE_AFTER_DAYS:
            site.update(value=F("value") + 1, due=find_next_due(now), close_after=settings.CLOSE_AFTER_DAYS)

    @classmethod
    def move_comments(cls) -> None:
        """Some conversation has changed."""
        cls.objects.filter(name=cls.COMMENTS).update(value=F("value") + 1)

    @classmethod
    def advance(cls) -> None:
        """Move the clock for whatever has come due; does nothing when another process was first."""
        cls.move_site(only_if_due=True)


def find_next_due(now: datetime.datetime) -> datetime.datetime | None:
    """The first moment after `now` at which a scheduled post appears or a conversation closes."""
    from blog.models.post import Post

    public = Post.objects.filter(status=Post.Status.PUBLISHED)
    moments = [first_time_after(now, public, "published_at"), first_time_after(now, public, "closes_at")]
    if days := settings.CLOSE_AFTER_DAYS:
        age = datetime.timedelta(days)
        next_to_close = first_time_after(now - age, public.filter(closes_at=None), "published_at")
        moments.append(next_to_close and next_to_close + age)
    return min((moment for moment in moments if moment), default=None)


def first_time_after(moment: datetime.datetime, posts: models.QuerySet, field: str) -> datetime.datetime | None:
    """The first time after `moment` in this field of these posts."""
    return posts.filter(**{f"{field}__gt": moment}).order_by(field).values_list(field, flat=True).first()


class Conversation(models.Model):
    """A post's conversation in numbers, kept apart from the post so that saving a post never overwrites them."""

    post = models.OneToOneField("Post", models.CASCADE, primary_key=True, related_name="thread")
    clock = models.PositiveBigIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0, help_text="Approved comments.")
    shown_count = models.PositiveIntegerField(default=0, help_text="Comments and tombstones drawn in the thread.")

    def __str__(self):
        return f"{self.post_id}: {self.comment_count}"

    @classmethod
    def record_change(cls, post_id: int, *, comments: int = 0, shown: int = 0) -> None:
        """The conversation of a post changed: its numbers by `comments` and `shown`, its clock and `talk` by one."""
        cls.objects.filter(post_id=post_id).update(
            clock=F("clock") + 1,
            comment_count=F("comment_count") + comments,
            shown_count=F("shown_count") + shown,
        )
        Clock.move_comments()
