"""What those who work on the blog call each other; readers see the name of an author's profile."""

from django.contrib.auth.models import AbstractBaseUser


def display_name(user: AbstractBaseUser) -> str:
    """What his colleagues call him."""
    return user.get_full_name() or user.get_username()
