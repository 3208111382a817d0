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
from blog.text import one_line
from comments import screening, tokens
from comments.models import Comment, Decision, Reader
from comments.moderation import Status
from comments.wrapping import fold

# A subject holds 250 characters, a title as many.
TITLE_LENGTH = 200


def waiting(decision: Decision, moderator: AbstractBaseUser) -> dict[str, Any]:
    """Tells `moderator` of the comment that this decision put into the queue; one mail thread a post."""
    post, thread = decision.comment.post, name_of_post(decision.comment.post)
    return message(
        "waiting",
        to=moderator.email,
        subject=_("A comment waits: %(post)s") % {"post": title_of(post)},
        name=f"decision-{decision.pk}-{moderator.pk}",
        headers={"In-Reply-To": thread, "References": thread},
        waiting=[case(decision, moderator)],
    )


def digest(decisions: list[Decision], moderator: AbstractBaseUser, *, count: int, until: datetime.datetime) -> dict:
    """Tells `moderator` of `count` comments that came to wait, and shows those of `decisions` in full."""
    subject = ngettext("%d comment waits", "%d comments wait", count) % count
    return message(
        "waiting",
        to=moderator.email,
        subject=subject,
        name=f"digest-{until:%Y%m%d%H%M%S}-{moderator.pk}",
        heading=subject,
        waiting=[case(decision, moderator) for decision in decisions],
        further=count - len(decisions),
        reported=Comment.objects.reported().count(),
        quoting=Comment.objects.quoting_hidden().order_by().count(),
    )


def outcome(comment: Comment) -> dict[str, Any]:
    """Tells the writer what was decided. Not in his own words, or spam would travel by our mail."""
    is_approved = comment.status == Status.APPROVED
    subject = _("Your comment has appeared: %(post)s") if is_approved else _("Your comment was declined: %(post)s")
    columns = message(
        "outcome",
        to=address_of(comment),
        subject=subject % {"post": title_of(comment.post)},
        name=f"outcome-{comment.pk}",
        comment=comment,
        post=comment.post,
        is_approved=is_approved,
        comment_url=settings.SITE_URL + comment.get_absolute_url(),
        receipt_url=receipt_url(comment),
    )
    return {**columns, "reader": comment.reader}


def proof(comment: Comment, *, name: str) -> dict[str, Any]:
    """Asks whether the address that this comment came with belongs to whoever reads the mail."""
    token = tokens.make(tokens.PROOF, comment.reader_id, comment.pk)
    columns = message(
        "proof",
        to=address_of(comment),
        subject=_("Is this address yours?"),
        name=name,
        post=comment.post,
        days=tokens.PROOF_AGE.days,
        proof_url=settings.SITE_URL + reverse("comments:prove", args=[token]),
    )
    return {**columns, "reader": comment.reader}


def hello(email: str, *, name: str) -> dict[str, Any]:
    """Asks whether an address that came with no comment belongs to whoever reads the mail."""
    return message(
        "proof",
        to=safe_address(email),
        subject=_("Is this address yours?"),
        name=name,
        days=tokens.PROOF_AGE.days,
        proof_url=settings.SITE_URL + reverse("comments:prove", args=[tokens.make(tokens.HELLO, email)]),
    )


def erase(reader: Reader, *, keeps_words: bool, name: str) -> dict[str, Any]:
    """Asks a reader who wants to be forgotten whether he means it."""
    token = tokens.make(tokens.ERASE, reader.pk, int(keeps_words), reader.pass_key)
    return message(
        "erase",
        to=reader.email,
        subject=_("Shall we forget you?"),
        name=name,
        keeps_words=keeps_words,
        erase_url=settings.SITE_URL + reverse("comments:erase", args=[token]),
    )


def test(user: AbstractBaseUser, *, name: str) -> dict[str, Any]:
    """Tells a member of the staff that mail works, if it reaches him."""
    return message(
        "test",
        to=user.email,
        subject=_("A test of the mail of %(site)s") % {"site": settings.SITE_NAME},
        name=name,
        is_folded=True,
    )


def message(
    template: str,
    *,
    to: str,
    subject: str,
    name: str,
    headers: dict[str, str] | None = None,
    is_folded: bool = False,
    **context: Any,
) -> dict[str, Any]:
    """The columns of one message. `name` makes its Message-ID, the same however often it must be tried."""
    context = {"site": settings.SITE_NAME, "site_url": f"{settings.SITE_URL}/", **desk(), **context}
    text = render_to_string(f"comments/mail/{template}.txt", context)
    return {
        "to": to,
        "subject": subject,
        "text": fold(text) if is_folded else text,
        "html": render_to_string(f"comments/mail/{template}.html", {**context, "subject": subject}),
        "headers": {
            "Message-ID": f"<{name}@{settings.HOST}>",
            "Auto-Submitted": "auto-generated",
            **(headers or {}),
        },
    }


def case(decision: Decision, moderator: AbstractBaseUser) -> dict[str, Any]:
    """One waiting comment as a mail shows it, with the link by which this moderator decides."""
    comment = decision.comment
    token = tokens.make(tokens.DECIDE, comment.pk, comment.version, moderator.pk, decision.pk)
    return {
        "comment": comment,
        "post": comment.post,
        "post_url": settings.SITE_URL + comment.post.get_absolute_url(),
        "why": why(comment),
        "decide_url": settings.SITE_URL + reverse("comments:decide", args=[token]),
    }


def why(comment: Comment) -> list[str]:
    """The reasons it was held and what the spam filter says of it, in plain words."""
    found = [(finding.kind, finding.words) for finding in comment.findings.all()]
    if comment.score is not None and "filter" not in {kind for kind, _words in found}:
        found.append(("filter", str(round(comment.score * 100))))
    return [screening.in_words(kind, words) for kind, words in found]


def address_of(comment: Comment) -> str:
    """The writer's address, as he typed it.

    But where capital letters are not all that small ones forget, the one by which we know him: "ß" and "ss" are one
    reader here and two owners out there.
    """
    return safe_address(comment.email)


def safe_address(email: str) -> str:
    return email if email.isascii() else email.casefold()


def name_of_post(post: Post) -> str:
    """The root of the mail thread of its conversation."""
    return f"<post-{post.uid}@{settings.HOST}>"


def title_of(post: Post) -> str:
    """For a subject: a title that came by an archive may hold what no header may."""
    return one_line(post.title)[:TITLE_LENGTH]


def receipt_url(comment: Comment) -> str:
    return settings.SITE_URL + reverse("comments:receipt", args=[tokens.make(tokens.RECEIPT, comment.pk)])


def desk() -> dict[str, str]:
    """Ways into the desk, for those who work there."""
    names = {"queue_url": "admin:comments_comment_queue", "notice_url": "admin:comments_notice_mine"}
    return {name: settings.SITE_URL + reverse(address) for name, address in names.items()}
