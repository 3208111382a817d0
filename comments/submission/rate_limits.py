"""How fast readers may send comments and reports, counted in the database so that all processes agree.

The two `enforce` functions belong in the transaction that stores what was sent: their locks last until it ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import CharField, DateTimeField, F, QuerySet
from django.utils import timezone

from blog.models.composed_query import ComposedQuery, Parameter
from blog.web.client_ip import home_network, neighbourhood_network
from comments.models import Comment, Report
from comments.readers.submitter import Submitter
from comments.submission.facts import Submission
from comments.submission.locks import take_lock


class RateLimit(NamedTuple):
    """At most `allowed` within `span`."""

    allowed: int
    span: timedelta


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# A quick reader writes a comment a minute; a school behind one address, a few.
COMMENTS_PER_HOME = (RateLimit(12, MINUTE), RateLimit(60, HOUR))
# A neighbourhood is a /24 or a /48: a street of a provider's customers, or an attacker who has rented all of it.
COMMENTS_PER_NEIGHBOURHOOD = (RateLimit(40, MINUTE), RateLimit(240, HOUR))
# More than an attentive reader of a long thread sends, and less than a machine would.
REPORTS_PER_SENDER = RateLimit(20, HOUR)
REPORTS_PER_NEIGHBOURHOOD = RateLimit(40, HOUR)


RECENT_FROM_NETWORK = ComposedQuery(
    lambda: (
        Comment.objects.filter(
            network=Parameter("network", CharField()), created_at__gt=Parameter("since", DateTimeField())
        )
        .order_by("-created_at")
        .values_list("address", "created_at")[: COMMENTS_PER_NEIGHBOURHOOD[-1].allowed]
    )
)


class TooFast(Exception):
    """Sent before its turn, which comes in `seconds`; `is_slow_mode`: the post asks for more patience than the site."""

    def __init__(self, seconds: int, *, is_slow_mode: bool = False) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds, self.is_slow_mode = seconds, is_slow_mode


def enforce_comment_limits(submission: Submission) -> None:
    """Raise TooFast unless this comment may be stored now; moderators and the post's authors are not limited."""
    if submission.submitter.owns_thread:
        return
    take_lock(f"pace {neighbourhood_network(submission.address)}")
    if seconds := seconds_until_comment_allowed(submission.address):
        raise TooFast(seconds)
    if seconds := seconds_until_slow_mode_allows(submission.submitter, submission.address):
        raise TooFast(seconds, is_slow_mode=True)


def enforce_report_limits(*, sender: str, neighbourhood: str) -> None:
    """Raise TooFast unless this sender and their neighbourhood may report a comment now."""
    take_lock("reports")
    own = Report.objects.filter(sender=sender).order_by("-at").values_list("at", flat=True)
    nearby = Report.objects.filter(neighbourhood=neighbourhood).order_by("-at").values_list("at", flat=True)
    if seconds := max(
        seconds_until_below(own[: REPORTS_PER_SENDER.allowed], REPORTS_PER_SENDER),
        seconds_until_below(nearby[: REPORTS_PER_NEIGHBOURHOOD.allowed], REPORTS_PER_NEIGHBOURHOOD),
    ):
        raise TooFast(seconds)


def seconds_until_comment_allowed(address: str) -> int:
    """Seconds until this address may send a comment; 0 when it may now, or when it is unknown. One query."""
    if not (network := neighbourhood_network(address)):
        return 0
    span = COMMENTS_PER_NEIGHBOURHOOD[-1].span
    rows = RECENT_FROM_NETWORK(network=network, since=timezone.now() - span)
    own = [sent_at for sender, sent_at in rows if home_network(sender) == home_network(address)]
    nearby = [sent_at for _, sent_at in rows]
    return max(seconds_until_below(own, *COMMENTS_PER_HOME), seconds_until_below(nearby, *COMMENTS_PER_NEIGHBOURHOOD))


def seconds_until_slow_mode_allows(submitter: Submitter, address: str) -> int:
    """Seconds until this person, or their home, may comment again on a post in slow mode: two queries at most.

    The email address that a guest types does not count: an answer that depended on it would tell whose comment it is.
    """
    if not (pause := submitter.subject.pause_minutes):
        return 0
    limit = RateLimit(1, timedelta(minutes=pause))
    # The sum keeps the database from scanning the post's whole thread: few of the latest comments are from here.
    on_post = Comment.objects.annotate(thread=F("conversation_id") + 0).filter(thread=submitter.subject.thread_id)
    recent = on_post.filter(created_at__gt=timezone.now() - limit.span).order_by("-created_at")
    nearby = recent.filter(network=neighbourhood_network(address)).exclude(address=None)
    rows = nearby.values_list("address", "created_at")
    from_home = [sent_at for sender, sent_at in rows if home_network(sender) == home_network(address)]
    return max(seconds_until_below(from_home, limit), seconds_until_below(times_of_sender(submitter, recent), limit))


def times_of_sender(submitter: Submitter, comments: QuerySet[Comment]) -> Iterable[datetime]:
    """When somebody whom the site knows sent the first of these comments; nothing for a guest."""
    if submitter.account:
        sent = comments.filter(reader__email=submitter.account.email.casefold(), user=submitter.account)
    elif submitter.reader:
        sent = comments.filter(reader=submitter.reader, is_verified=True)
    else:
        return []
    return sent.values_list("created_at", flat=True)[:1]


def seconds_until_below(times: Iterable[datetime], *limits: RateLimit) -> int:
    """Seconds until each limit allows one more; 0 when all do now. `times` of what was sent come latest first."""
    now, latest = timezone.now(), list(times)
    free_at = [latest[limit.allowed - 1] + limit.span for limit in limits if len(latest) >= limit.allowed]
    return max((int((moment - now).total_seconds()) + 1 for moment in free_at if moment > now), default=0)
