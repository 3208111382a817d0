"""Who may enter the admin, and whose accounts somebody may manage: nobody grants a permission that they lack."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db.models import Q, QuerySet

from blog.text.display_names import display_name

# django.contrib.auth asks for it where it counts permissions in the database.
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
MANAGE_ACCOUNTS = "auth.change_user"
# Whom to ask for access: more names would not help.
MAX_ADMINISTRATORS = 5


def has_access(user: User | AnonymousUser) -> bool:
    """Has this account a role, or any permission? Django keeps what it read, so no page asks for it twice."""
    return user.is_active and (user.is_superuser or bool(user.get_all_permissions()))


def can_manage(user: User | AnonymousUser, other: User) -> bool:
    """Has `user` every permission of `other`? Anyone who sets a password can sign in with it."""
    if user.is_superuser or other.is_superuser:
        return user.is_superuser
    return not permissions_of(other).exclude(pk__in=permissions_of(user).values("pk")).exists()


def permissions_of(user: User | AnonymousUser) -> QuerySet[Permission]:
    """What was granted to this account, active or not."""
    return Permission.objects.filter(Q(user=user) | Q(group__user=user))


def assignable_groups(user: User | AnonymousUser) -> QuerySet[Group]:
    """The groups without a permission that `user` lacks."""
    if user.is_superuser:
        return Group.objects.all()
    return Group.objects.exclude(permissions__in=Permission.objects.exclude(pk__in=permissions_of(user).values("pk")))


def administrators() -> QuerySet[User]:
    """Active accounts that may manage accounts, superusers among them."""
    return User.objects.with_perm(MANAGE_ACCOUNTS, backend=MODEL_BACKEND)


def is_last_administrator(user: User) -> bool:
    """Would nobody be left to manage accounts, or no superuser, without this one?"""
    others = administrators().exclude(pk=user.pk)
    return not (others.filter(is_superuser=True) if user.is_superuser else others).exists()


def administrator_names() -> list[tuple[str, str]]:
    """Whom to ask for access: names, each with the address that they publish in their profile, or "".

    Never the address they sign in with, even where it is their username.
    """
    people = administrators().select_related("author").order_by("pk")[:MAX_ADMINISTRATORS]
    profiles = [(user, getattr(user, "author", None)) for user in people]
    return [
        (author.name, author.contact_url) if author else (display_name(user).partition("@")[0], "")
        for user, author in profiles
    ]


def lock_accounts() -> None:
    """Let one transaction at a time invite, close or reopen accounts."""
    list(Group.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
