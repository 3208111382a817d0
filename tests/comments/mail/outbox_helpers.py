"""Runs the worker's mail tasks in the test's own process, and tells whom they sent email to."""

from blog.models import Post
from comments.mail import fanout, notifications, outbox
from comments.models import Comment, Message
from tests import factories


def comment_asking_for_replies(post: Post, **fields) -> Comment:
    """A comment by a verified reader who wants emails about replies."""
    comment = factories.comment(post, wants_reply_emails=True, is_verified=True, **fields)
    comment.reader.verify()
    return comment


def run_mail_tasks() -> None:
    """What the worker does about mail, until nothing is left to do."""
    while (
        notifications.notify_of_decisions()
        + fanout.start_post_fanouts()
        + fanout.run_due_fanouts()
        + fanout.enqueue_due_digests()
        + outbox.send_due_messages()
    ):
        pass


def sent_to() -> list[str]:
    """The addresses of all mails that a server has taken."""
    return sorted(Message.objects.filter(sent_at__isnull=False).values_list("to", flat=True))
