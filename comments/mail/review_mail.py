"""Tells colleagues by email what was done with a post: handed in, sent back with a message, published.

Each step is stored with the change of the post (blog/models/review_step.py); the worker turns it into messages for the
outbox. Whoever did it is never told.
"""

from __future__ import annotations

import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models import Post, ReviewStep
from blog.models.review_step import KINDS
from blog.text.addresses import absolute_url
from blog.text.display_names import display_name
from blog.text.site_values import site
from comments.mail.emails import MessageColumns, post_message_id, render_mail, subject_title
from comments.models import Message

Kind = ReviewStep.Kind
# Steps handled in one transaction.
BATCH_SIZE = 20
# The same step again within an hour (handed in, taken back, handed in) is no news. A message always is.
REPEATED_WITHIN = datetime.timedelta(hours=1)
SUBJECTS = {
    Kind.HANDED_IN: gettext_lazy("To review on %(site)s: %(post)s"),
    Kind.SENT_BACK: gettext_lazy("Sent back to you on %(site)s: %(post)s"),
    Kind.PUBLISHED: gettext_lazy("Published on %(site)s: %(post)s"),
}
# What it takes to be told: whoever has lost these permissions gets no email about posts.
WRITES_POSTS, EDITS_OTHERS, PUBLISHES = "blog.change_post", "blog.edit_others_posts", "blog.publish_post"


@transaction.atomic
def notify_of_review_steps() -> int:
    """Turn the steps that are due into messages; returns how many steps there were."""
    due = ReviewStep.objects.due().select_for_update(skip_locked=True, of=("self",))
    steps = list(due.select_related("post", "by", "note")[:BATCH_SIZE])
    for step in steps:
        notify_of_step(step)
    return len(steps)


def notify_of_step(step: ReviewStep) -> None:
    """Email those whom the step concerns, if it is still the last one on its post and is news."""
    step.due_at = None
    if is_in_force(step) and not is_repeated(step):
        people = people_to_tell(step)
        for user in people:
            Message.objects.enqueue(f"review-{step.pk}-user-{user.pk}", render_review_mail(step, user))
        step.told_at = timezone.now() if people else None
    step.save(update_fields=["due_at", "told_at"])


def is_in_force(step: ReviewStep) -> bool:
    """Is the post as this step left it, and has nobody done anything with it since?"""
    post = step.post
    stands = post.is_public if step.kind == Kind.PUBLISHED else KINDS.get(Post.Status(post.status)) == step.kind
    return stands and not post.review_steps.filter(pk__gt=step.pk).exists()


def is_repeated(step: ReviewStep) -> bool:
    """Were people told the same a little while ago, and nothing else since?"""
    told = step.post.review_steps.exclude(told_at=None).order_by("-pk").first()
    if told is None or told.told_at is None or step.kind == Kind.SENT_BACK:
        return False
    return told.kind == step.kind and timezone.now() - told.told_at < REPEATED_WITHIN


def people_to_tell(step: ReviewStep) -> list[User]:
    """Those whom it concerns, who may see the post, have an address and want to be told; not whoever did it."""
    people = editors() if step.kind == Kind.HANDED_IN else writers_of(step.post)
    wanting = Q(notification_preference=None) | Q(notification_preference__tells_of_posts=True)
    needed = (EDITS_OTHERS, PUBLISHES) if step.kind == Kind.HANDED_IN else (WRITES_POSTS,)
    told = people.filter(wanting, is_active=True).exclude(email="").order_by("pk").distinct()
    return [user for user in told if user.pk != step.by_id and user.has_perms(needed)]


def editors() -> QuerySet[User]:
    """The accounts that may edit what others write."""
    return get_user_model().objects.with_perm(EDITS_OTHERS, backend="django.contrib.auth.backends.ModelBackend")


def writers_of(post: Post) -> QuerySet[User]:
    """The accounts of its authors, and of whoever has handed it in."""
    handed_in = post.review_steps.filter(kind=Kind.HANDED_IN)
    return User.objects.filter(Q(author__posts=post) | Q(pk__in=handed_in.values("by")))


def render_review_mail(step: ReviewStep, user: User) -> MessageColumns:
    """Tell `user` what was done with the post, by whom, and where to go on."""
    post, thread = step.post, post_message_id(step.post)
    is_published = step.kind == Kind.PUBLISHED
    url = post.get_absolute_url() if is_published else reverse("admin:blog_post_change", args=[post.pk])
    return render_mail(
        "review_step",
        to=user.email,
        subject=SUBJECTS[Kind(step.kind)] % {"site": site().name, "post": subject_title(post)},
        message_id=f"review-{step.pk}-{user.pk}",
        headers={"In-Reply-To": thread, "References": thread},
        wraps_lines=True,
        kind=step.kind,
        post=post,
        by=display_name(step.by) if step.by else _("A colleague"),
        words=step.note.text if step.note else "",
        open_notes=0 if is_published else post.review_notes.open().count(),
        url=absolute_url(url),
        preferences_url=absolute_url(reverse("account")),
    )
