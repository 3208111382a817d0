"""The front page of a site without accounts, which says how its owner begins."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache


def is_set_up() -> bool:
    return User.objects.exists()


@never_cache  # accounts do not move the content clock
def not_set_up(request: HttpRequest) -> HttpResponse:
    return render(request, "first_run/not_set_up.html")
