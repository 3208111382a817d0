"""What a notice says: to programs as JSON, to people in a few lines; read when it is sent, so nothing of it is stored.

No email address and no network of a reader is in it, and the text of a comment only if the owner wants that.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.models import Alarm
from blog.text.addresses import absolute_url
from blog.text.site_values import site
from blog.text.validators import to_single_line
from comments.mail.emails import explain_hold
from comments.models import Comment, WebhookNotice
from comments.models.webhook import Event

# Characters of a comment: who wants to read more opens the queue. ntfy takes 4,096 bytes in all.
MAX_TEXT = 500
ALARM_SENTENCES = {
    Event.ALARM_BEGAN: gettext_lazy("Alarm: %s"),
    Event.ALARM_AGAIN: gettext_lazy("The alarm goes on: %s"),
    Event.ALARM_ENDED: gettext_lazy("The alarm is over: %s"),
}


def describe_for_programs(notice: WebhookNotice) -> dict[str, Any]:
    """The notice as an object of JSON."""
    content: dict[str, Any] = {
        "id": str(notice.uid),
        "event": notice.event,
        "at": notice.created_at.isoformat(timespec="seconds"),
        "site": {"name": site().name, "url": absolute_url("/")},
        "summary": summarize(notice),
        "queue_url": queue_url(notice),
    }
    if alarm := find_alarm(notice):
        content["alarm"] = {
            "kind": alarm.kind,
            "since": alarm.began_at.isoformat(timespec="seconds"),
            "words": alarm.words,
            "health_url": health_url(),
        }
    if comment := notice.comment:
        content["post"] = {"title": comment.subject.title, "url": absolute_url(comment.subject.get_absolute_url())}
        content["comment"] = {
            "id": comment.pk,
            "name": comment.name,
            "status": comment.status,
            "open_reports": comment.open_report_count,
            "why": explain_hold(comment),
        }
        if notice.webhook.has_text:
            content["comment"]["text"] = excerpt(comment)
    return content


def describe_for_people(notice: WebhookNotice) -> list[str]:
    """The notice in paragraphs without the link: typed by strangers in part, and to be escaped for where they go."""
    lines = [f"{site().name}: {summarize(notice)}"]
    if notice.comment and notice.webhook.has_text and (text := excerpt(notice.comment)):
        lines.append(text)
    return lines


def summarize(notice: WebhookNotice) -> str:
    """What happened, in one sentence and one line."""
    if notice.event == Event.TEST:
        return _("This is a test notice.")
    if notice.event in ALARM_SENTENCES:
        alarm = find_alarm(notice)
        return ALARM_SENTENCES[Event(notice.event)] % (to_single_line(alarm.words) if alarm else notice.alarm)
    comment = notice.comment
    if comment is None:
        count = Comment.objects.count_waiting()
        return ngettext(
            "So many comments came in an hour that not each was announced. %d comment is waiting.",
            "So many comments came in an hour that not each was announced. %d comments are waiting.",
            count,
        ) % count  # fmt: skip
    sentence = (
        _("A reader has reported the comment by %(name)s on “%(post)s”.")
        if notice.event == Event.REPORTED
        else _("A comment by %(name)s on “%(post)s” is waiting for a moderator.")
    )
    return sentence % {"name": to_single_line(comment.name), "post": to_single_line(comment.subject.title)}


def find_alarm(notice: WebhookNotice) -> Alarm | None:
    """The alarm that the notice is about, as it is now."""
    return Alarm.objects.filter(kind=notice.alarm).first() if notice.alarm else None


def excerpt(comment: Comment) -> str:
    return Truncator(comment.body).chars(MAX_TEXT)


def queue_url(notice: WebhookNotice) -> str:
    """Where to decide: the comment in the queue, or the queue; of an alarm, where to look."""
    if notice.alarm:
        return health_url()
    query = {"at": notice.comment_id} if notice.comment_id else None
    return absolute_url(reverse("admin:comments_comment_queue", query=query))


def health_url() -> str:
    return absolute_url(reverse("admin:site_health"))
