"""The names of accounts as colleagues see them; readers see the name in an author's profile."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser


def display_name(user: AbstractUser) -> str:
    return user.get_full_name() or user.get_username()
