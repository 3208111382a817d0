"""Requests by people who are signed in."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest


class StaffRequest(HttpRequest):
    """A request that passed the admin's checks, or another of permissions, so that its user has an account."""

    user: User


def as_staff(request: HttpRequest) -> StaffRequest:
    """The same request, typed: Django calls a method of the admin only for somebody who is signed in."""
    return cast(StaffRequest, request)
