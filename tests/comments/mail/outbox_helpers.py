"""Runs the worker's mail tasks in the test's own process, and returns the recipients."""

from blog.models import Post
from comments.mail import fanout, notifications, outbox, report_mail, review_mail, statements
from comments.models import Comment, Message
from tests import factories


def comment_asking_for_replies(post: Post, **fields) -> Comment:
    """A comment by a verified reader who wants emails about replies."""
    comment = factories.comment(post, wants_reply_emails=True, is_verified=True, **fields)
    comment.reader.verify()
    return comment


def run_mail_tasks() -> None:
    """Run the worker's mail tasks until nothing is left to do."""
    while (
        notifications.notify_of_decisions()
        + statements.send_due_statements()
        + report_mail.tell_reporters()
        + review_mail.notify_of_review_steps()
        + fanout.start_post_fanouts()
        + fanout.run_due_fanouts()
        + fanout.enqueue_due_digests()
        + outbox.send_due_messages()
    ):
        pass


def sent_to() -> list[str]:
    """The recipients of all messages that a server has accepted."""
    return sorted(Message.objects.filter(sent_at__isnull=False).values_list("to", flat=True))
