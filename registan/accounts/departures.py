"""When somebody leaves: their account is closed, and somebody decides what becomes of what they have not published."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.models import Author, Post
from comments.mail import verification
from registan.accounts.access import MODEL_BACKEND, can_manage, is_last_administrator, lock_accounts
from registan.accounts.browsers import end_sessions
from registan.accounts.invitations import WRITES_POSTS


class Unpublished(models.TextChoices):
    """What becomes of the drafts and scheduled posts of somebody who leaves."""

    KEEP = "keep", gettext_lazy("Keep them as they are: scheduled posts appear under the same name")
    UNSCHEDULE = "unschedule", gettext_lazy("Make drafts of the scheduled posts, so that none appears by itself")
    HAND_OVER = "hand_over", gettext_lazy("Hand them over to somebody else, whose name they will carry")


class CannotClose(ValueError):
    """This account cannot be closed by this person, or at present; the text says why."""


def unpublished_posts(user: User) -> QuerySet[Post]:
    """Drafts, posts in review and scheduled posts on which this person is named."""
    is_scheduled = Q(status=Post.Status.PUBLISHED, published_at__gt=timezone.now())
    return Post.objects.filter(~Q(status=Post.Status.PUBLISHED) | is_scheduled, authors__user=user).order_by("pk")


def heirs(user: User) -> QuerySet[Author]:
    """The profiles of others who can write."""
    writers = User.objects.with_perm(WRITES_POSTS, backend=MODEL_BACKEND).exclude(pk=user.pk)
    return Author.objects.filter(user__in=writers)


def reason_not_to_close(user: User, *, by: User) -> str:
    """Why `by` cannot close this account; "" if they can."""
    if user.pk == by.pk:
        return str(gettext_lazy("You cannot close your own account. Ask another administrator."))
    if not can_manage(by, user):
        return str(gettext_lazy("This account may do more than yours, so you cannot close it."))
    if user.is_active and is_last_administrator(user):
        return str(gettext_lazy("Nobody else could manage accounts then. Give that role to somebody first."))
    return ""


@transaction.atomic
def close_account(user: User, *, by: User, unpublished: str = Unpublished.KEEP, heir: Author | None = None) -> None:
    """End every way to sign in to the account, at once and for good; raises CannotClose.

    Published posts, comments and the profile stay. The password is replaced, and on it depend the sessions, and the
    links to a new password: nothing comes back if the account is opened again.
    """
    lock_accounts()
    user, by = User.objects.get(pk=user.pk), User.objects.get(pk=by.pk)
    if reason := reason_not_to_close(user, by=by) or ("" if by.is_active else str(gettext_lazy("You are signed out."))):
        raise CannotClose(reason)
    settle_unpublished(user, by=by, unpublished=unpublished, heir=heir)
    for kind in (verification.ACCOUNT, verification.INVITATION):
        verification.drop_unsent(kind, user.email)
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user, verified=False).delete()  # the links that would confirm them
    end_sessions(user)


def settle_unpublished(user: User, *, by: User, unpublished: str, heir: Author | None) -> None:
    for post in unpublished_posts(user):
        post.lock()
        if post.is_public:  # its time has come meanwhile
            continue
        if unpublished == Unpublished.HAND_OVER and heir:
            others = [author for author in post.author_list if author.user_id != user.pk]
            post.save(by=by, update_fields=["edition", "updated_at"], authors=[*others, heir])
        elif unpublished == Unpublished.UNSCHEDULE:
            post.unpublish(by=by)
