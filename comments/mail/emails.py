"""What each mail says: the columns of a `Message`, plain text first and one column of HTML second.

What a stranger wrote stands in mails to moderators, and once it is approved in those to followers (letters.py); never
in a header.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import Post
from blog.text.validators import to_single_line
from comments.mail.wrap import wrap_text
from comments.models import Comment, Decision, Reader
from comments.models.reader import deliverable_address
from comments.screening.labels import describe_finding
from comments.status import Status
from comments.web import tokens

# A subject holds 250 characters, a title as many.
MAX_TITLE = 200


def render_waiting_mail(decision: Decision, moderator: AbstractBaseUser) -> dict[str, Any]:
    """Tells `moderator` of the comment that this decision put into the queue; one mail thread a post."""
    post, thread = decision.comment.post, post_message_id(decision.comment.post)
    return render_mail(
        "waiting",
        to=moderator.email,
        subject=_("A comment waits: %(post)s") % {"post": subject_title(post)},
        name=f"decision-{decision.pk}-{moderator.pk}",
        headers={"In-Reply-To": thread, "References": thread},
        waiting=[waiting_comment_context(decision, moderator)],
    )


def render_moderator_digest(
    decisions: list[Decision], moderator: AbstractBaseUser, *, count: int, until: datetime.datetime
) -> dict:
    """Tells `moderator` of `count` comments that came to wait, and shows those of `decisions` in full."""
    subject = ngettext("%d comment waits", "%d comments wait", count) % count
    return render_mail(
        "waiting",
        to=moderator.email,
        subject=subject,
        name=f"digest-{until:%Y%m%d%H%M%S}-{moderator.pk}",
        heading=subject,
        waiting=[waiting_comment_context(decision, moderator) for decision in decisions],
        further=count - len(decisions),
        reported=Comment.objects.reported().count(),
        quoting=Comment.objects.quoting_hidden().order_by().count(),
    )


def render_outcome_mail(comment: Comment) -> dict[str, Any]:
    """Tells the writer what was decided. Not in his own words, or spam would travel by our mail."""
    is_approved = comment.status == Status.APPROVED
    subject = _("Your comment has appeared: %(post)s") if is_approved else _("Your comment was declined: %(post)s")
    columns = render_mail(
        "outcome",
        to=commenter_address(comment),
        subject=subject % {"post": subject_title(comment.post)},
        name=f"outcome-{comment.pk}",
        comment=comment,
        post=comment.post,
        is_approved=is_approved,
        comment_url=settings.SITE_URL + comment.get_absolute_url(),
        receipt_url=receipt_url(comment),
    )
    return {**columns, "reader": comment.reader}


def render_verification_mail(comment: Comment, *, name: str) -> dict[str, Any]:
    """Asks whether the address that this comment came with belongs to whoever reads the mail."""
    token = tokens.make_token(tokens.VERIFY, comment.reader_id, comment.pk)
    columns = render_mail(
        "proof",
        to=commenter_address(comment),
        subject=_("Is this address yours?"),
        name=name,
        post=comment.post,
        days=tokens.VERIFY_AGE.days,
        proof_url=settings.SITE_URL + reverse("comments:verify-email", args=[token]),
    )
    return {**columns, "reader": comment.reader}


def render_sign_in_mail(email: str, *, name: str) -> dict[str, Any]:
    """Asks whether an address that came with no comment belongs to whoever reads the mail."""
    return render_mail(
        "proof",
        to=deliverable_address(email),
        subject=_("Is this address yours?"),
        name=name,
        days=tokens.VERIFY_AGE.days,
        proof_url=settings.SITE_URL + reverse("comments:verify-email", args=[tokens.make_token(tokens.SIGN_IN, email)]),
    )


def render_erasure_mail(reader: Reader, *, keeps_words: bool, name: str) -> dict[str, Any]:
    """Asks a reader who wants to be forgotten whether he means it."""
    token = tokens.make_token(tokens.ERASE, reader.pk, int(keeps_words), reader.session_key)
    return render_mail(
        "erase",
        to=reader.email,
        subject=_("Shall we forget you?"),
        name=name,
        keeps_words=keeps_words,
        erase_url=settings.SITE_URL + reverse("comments:erasure-confirm", args=[token]),
    )


def render_test_mail(user: AbstractBaseUser, *, name: str) -> dict[str, Any]:
    """Tells a member of the staff that mail works, if it reaches him."""
    return render_mail(
        "test",
        to=user.email,
        subject=_("A test of the mail of %(site)s") % {"site": settings.SITE_NAME},
        name=name,
        wraps_lines=True,
    )


def render_mail(
    template: str,
    *,
    to: str,
    subject: str,
    name: str,
    headers: dict[str, str] | None = None,
    wraps_lines: bool = False,
    **context: Any,
) -> dict[str, Any]:
    """The columns of one message. `name` makes its Message-ID, the same however often it must be tried."""
    context = {"site": settings.SITE_NAME, "site_url": f"{settings.SITE_URL}/", **staff_urls(), **context}
    text = render_to_string(f"comments/mail/{template}.txt", context)
    return {
        "to": to,
        "subject": subject,
        "text": wrap_text(text) if wraps_lines else text,
        "html": render_to_string(f"comments/mail/{template}.html", {**context, "subject": subject}),
        "headers": {
            "Message-ID": f"<{name}@{settings.HOST}>",
            "Auto-Submitted": "auto-generated",
            **(headers or {}),
        },
    }


def waiting_comment_context(decision: Decision, moderator: AbstractBaseUser) -> dict[str, Any]:
    """One waiting comment as a mail shows it, with the link by which this moderator decides."""
    comment = decision.comment
    token = tokens.make_token(tokens.DECIDE, comment.pk, comment.version, moderator.pk, decision.pk)
    return {
        "comment": comment,
        "post": comment.post,
        "post_url": settings.SITE_URL + comment.post.get_absolute_url(),
        "why": explain_hold(comment),
        "decide_url": settings.SITE_URL + reverse("comments:mail-decision", args=[token]),
    }


def explain_hold(comment: Comment) -> list[str]:
    """The reasons it was held and what the spam filter says of it, in plain words."""
    found = [(finding.kind, finding.words) for finding in comment.findings.all()]
    if comment.score is not None and "filter" not in {kind for kind, _words in found}:
        found.append(("filter", str(round(comment.score * 100))))
    return [describe_finding(kind, words) for kind, words in found]


def commenter_address(comment: Comment) -> str:
    """The writer's address, as he typed it.

    But where capital letters are not all that small ones forget, the one by which we know him: "ß" and "ss" are one
    reader here and two owners out there.
    """
    return deliverable_address(comment.email)


def post_message_id(post: Post) -> str:
    """The root of the mail thread of its conversation."""
    return f"<post-{post.uid}@{settings.HOST}>"


def subject_title(post: Post) -> str:
    """For a subject: a title that came by an archive may hold what no header may."""
    return to_single_line(post.title)[:MAX_TITLE]


def receipt_url(comment: Comment) -> str:
    return settings.SITE_URL + reverse("comments:receipt", args=[tokens.make_token(tokens.RECEIPT, comment.pk)])


def staff_urls() -> dict[str, str]:
    """Ways into the desk, for those who work there."""
    names = {"queue_url": "admin:comments_comment_queue", "preferences_url": "admin:comments_notice_mine"}
    return {name: settings.SITE_URL + reverse(address) for name, address in names.items()}
