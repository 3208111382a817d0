"""Requests by people who are signed in."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest


class StaffRequest(HttpRequest):
    """A request that passed a check of permissions, so that its user has an account."""

    user: User
