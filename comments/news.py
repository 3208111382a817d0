"""Reads the record and decides who is told what. The model knows nothing of mail; a crash here loses nothing.

A decision is stored together with an `Untold` row. `tell` turns each into messages for the outbox and takes the row
away in the same transaction, so that every piece of news is told once.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.models import Decision, Message, Untold
from comments.moderation import Status

# Decisions told in one transaction: few enough that a worker killed half-way repeats little.
AT_ONCE = 50


def tell() -> int:
    """Turn the oldest untold decisions into messages; how many decisions were told."""
    with transaction.atomic():
        untold = list(
            Untold.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("decision__comment__post", "decision__comment__parent")
            .order_by("pk")[:AT_ONCE]
        )
        moderators = everybody_who_moderates() if untold else []
        for one in untold:
            tell_of(one.decision, moderators)
        Untold.objects.filter(pk__in=[one.pk for one in untold]).delete()
    return len(untold)


def everybody_who_moderates() -> list[AbstractBaseUser]:
    """Active staff with a mail address who may decide."""
    users = get_user_model().objects.with_perm(
        "comments.moderate_comment", backend="django.contrib.auth.backends.ModelBackend"
    )
    return list(users.filter(is_active=True, is_staff=True).exclude(email=""))


def tell_of(decision: Decision, moderators: list[AbstractBaseUser]) -> None:
    """A comment that came to wait is told to the moderators, unless somebody has decided meanwhile."""
    comment = decision.comment
    if decision.to_status == Status.PENDING and comment.status == Status.PENDING:
        for moderator in moderators:
            Message.objects.get_or_create(
                key=f"decision-{decision.pk}-user-{moderator.pk}", defaults=waiting_message(decision, moderator)
            )


def waiting_message(decision: Decision, moderator: AbstractBaseUser) -> dict:
    """The columns of the message that tells `moderator` of a waiting comment; one mail thread a post."""
    comment, host = decision.comment, settings.HOST
    text = render_to_string(
        "comments/mail/waiting.txt",
        {
            "comment": comment,
            "post": comment.post,
            "site": settings.SITE_NAME,
            "post_url": settings.SITE_URL + comment.post.get_absolute_url(),
            "queue_url": settings.SITE_URL + reverse("admin:comments_comment_queue"),
        },
    )
    return {
        "to": moderator.email,
        "subject": _("A comment waits: %(post)s") % {"post": comment.post.title[:200]},
        "text": text,
        "headers": {
            "Message-ID": f"<decision-{decision.pk}-{moderator.pk}@{host}>",
            "References": f"<post-{comment.post.uid}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    }
