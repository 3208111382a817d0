"""Renders emails to one person each: the columns of a `Message`, with plain text and HTML.

Text by strangers is sent to moderators, and to followers once it is approved (follower_mail.py); never in a header.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import Commentable
from blog.text.addresses import absolute_url
from blog.text.site_values import site
from blog.text.validators import to_single_line
from comments.mail.wrap import wrap_text
from comments.models import Comment, Decision, Reader
from comments.models.message import MAX_SUBJECT
from comments.models.reader import deliverable_address
from comments.screening.labels import describe_finding
from comments.web import tokens

# What `Message.objects.enqueue` stores.
type MessageColumns = dict[str, Any]


def render_waiting_mail(decision: Decision, moderator: User) -> MessageColumns:
    """Ask `moderator` to decide on the comment that this decision put into the queue; one mail thread for each post."""
    post, thread = decision.comment.subject, post_message_id(decision.comment.subject)
    return render_mail(
        "waiting_comments",
        to=moderator.email,
        subject=_("New comment to moderate on %(site)s: %(post)s") % {"site": site().name, "post": subject_title(post)},
        message_id=f"decision-{decision.pk}-{moderator.pk}",
        headers={"In-Reply-To": thread, "References": thread},
        items=[waiting_comment_context(decision, moderator)],
        **staff_urls(),
    )


def render_moderator_digest(
    decisions: Sequence[Decision], moderator: User, *, count: int, until: datetime.datetime
) -> MessageColumns:
    """Tell `moderator` that `count` comments are waiting, and show those of `decisions` in full."""
    number = ngettext("%(count)d comment to moderate on %(site)s", "%(count)d comments to moderate on %(site)s", count)
    heading = number % {"count": count, "site": site().name}
    return render_mail(
        "waiting_comments",
        to=moderator.email,
        subject=heading,
        message_id=f"digest-{until:%Y%m%d%H%M%S}-{moderator.pk}",
        heading=heading,
        items=[waiting_comment_context(decision, moderator) for decision in decisions],
        further=count - len(decisions),
        reported=Comment.objects.reported().count(),
        quoting=Comment.objects.quoting_hidden().order_by().count(),
        **staff_urls(),
    )


def render_outcome_mail(comment: Comment) -> MessageColumns:
    """Tell the commenter that it is published. It does not repeat it, or spammers could send spam through us."""
    subject = _("Your comment on %(site)s was published: %(post)s")
    columns = render_mail(
        "outcome",
        to=deliverable_address(comment.email),
        subject=subject % {"site": site().name, "post": subject_title(comment.subject)},
        message_id=f"outcome-{comment.pk}",
        post=comment.subject,
        comment_url=absolute_url(comment.get_link()),
    )
    return {**columns, "reader": comment.reader}


def render_verification_mail(comment: Comment, reader: Reader, *, message_id: str) -> MessageColumns:
    """Ask `reader`, whose address came with the comment, to confirm that it is theirs."""
    token = tokens.make_token(tokens.VERIFY, reader.pk, comment.pk)
    columns = render_mail(
        "verification",
        to=deliverable_address(comment.email),
        subject=_("Confirm your email for %(site)s") % {"site": site().name},
        message_id=message_id,
        post=comment.subject,
        days=tokens.VERIFY_AGE.days,
        verify_url=absolute_url(reverse("comments:verify-email", args=[token])),
    )
    return {**columns, "reader": reader}


def render_sign_in_mail(email: str, *, message_id: str) -> MessageColumns:
    """Send a sign-in link to an address that came without a comment."""
    token = tokens.make_token(tokens.SIGN_IN, email)
    return render_mail(
        "verification",
        to=deliverable_address(email),
        subject=_("Sign in to %(site)s") % {"site": site().name},
        message_id=message_id,
        days=tokens.VERIFY_AGE.days,
        verify_url=absolute_url(reverse("comments:verify-email", args=[token])),
    )


def render_erasure_mail(reader: Reader, *, keeps_words: bool, message_id: str) -> MessageColumns:
    """Ask a reader to confirm that their data is to be deleted."""
    token = tokens.make_token(tokens.ERASE, reader.pk, int(keeps_words), reader.session_key)
    return render_mail(
        "erasure",
        to=reader.email,
        subject=_("Confirm: delete my data on %(site)s") % {"site": site().name},
        message_id=message_id,
        keeps_words=keeps_words,
        confirm_url=absolute_url(reverse("comments:erasure-confirm", args=[token])),
    )


def render_account_link(email: str, url: str, *, username: str, days: int, message_id: str) -> MessageColumns:
    """Send a member of staff the link to a new password for `username`; without one, the link that confirms `email`."""
    subject = _("Choose a new password for %(site)s") if username else _("Confirm your email for %(site)s")
    return render_mail(
        "account_link",
        to=email,
        subject=subject % {"site": site().name},
        message_id=message_id,
        url=url,
        username=username,
        days=days,
    )


def render_invitation(email: str, url: str, *, inviter: str, days: int, message_id: str) -> MessageColumns:
    """Send somebody the link by which they open the account that `inviter` has made for them."""
    return render_mail(
        "invitation",
        to=deliverable_address(email),
        subject=_("Your invitation to %(site)s") % {"site": site().name},
        message_id=message_id,
        url=url,
        inviter=inviter,
        days=days,
    )


def render_test_mail(user: User, *, message_id: str) -> MessageColumns:
    """Show a member of staff that mail works."""
    return render_mail(
        "test",
        to=user.email,
        subject=_("Test email from %(site)s") % {"site": site().name},
        message_id=message_id,
        wraps_lines=True,
    )


def render_mail(
    template: str,
    *,
    to: str,
    subject: str,
    message_id: str,
    headers: dict[str, str] | None = None,
    wraps_lines: bool = False,
    **context: Any,
) -> MessageColumns:
    """The columns of one message. Its Message-ID stays the same however often sending is tried."""
    context = {"site": site().name, "site_url": absolute_url("/"), **context}
    text = render_to_string(f"comments/mail/{template}.txt", context)
    return {
        "to": to,
        "subject": subject[:MAX_SUBJECT],
        "text": wrap_text(text) if wraps_lines else text,
        "html": render_to_string(f"comments/mail/{template}.html", {**context, "subject": subject}),
        "headers": {
            "Message-ID": f"<{message_id}@{settings.HOST}>",
            "Auto-Submitted": "auto-generated",
            **(headers or {}),
        },
    }


def waiting_comment_context(decision: Decision, moderator: User) -> dict[str, Any]:
    """One waiting comment as a mail shows it, with the link by which this moderator decides."""
    comment = decision.comment
    token = tokens.make_token(tokens.DECIDE, comment.pk, comment.version, moderator.pk, decision.pk)
    return {
        "comment": comment,
        "post": comment.subject,
        "post_url": absolute_url(comment.subject.get_absolute_url()),
        "why": explain_hold(comment),
        "decide_url": absolute_url(reverse("comments:mail-decision", args=[token])),
    }


def explain_hold(comment: Comment) -> list[str]:
    """Why the comment was held, and what the spam filter says about it."""
    findings = [(finding.kind, finding.words) for finding in comment.findings.all()]
    if comment.score is not None and "filter" not in {kind for kind, _words in findings}:
        findings.append(("filter", str(round(comment.score * 100))))
    return [describe_finding(kind, words) for kind, words in findings]


def post_message_id(post: Commentable) -> str:
    """The Message-ID at the root of the mail thread about this post or page."""
    return f"<post-{post.uid}@{settings.HOST}>"


def subject_title(post: Commentable) -> str:
    """The title for a subject: imported titles may hold what no header may."""
    return to_single_line(post.title)


def receipt_path(comment: Comment) -> str:
    return reverse("comments:receipt", args=[tokens.make_token(tokens.RECEIPT, comment.pk)])


def staff_urls() -> dict[str, Any]:
    """Links in emails to moderators."""
    names = {"queue_url": "admin:comments_comment_queue", "preferences_url": "admin:comments_notice_mine"}
    return {name: absolute_url(reverse(view)) for name, view in names.items()}
