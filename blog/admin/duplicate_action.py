"""The action that makes new drafts of posts."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.admin.base import StaffAdmin
from blog.admin.retry import retry_on_conflict
from blog.editing.copies import duplicate_post
from blog.editing.staff_request import as_staff
from blog.models import Post


@admin.action(permissions=["add"], description=gettext_lazy("Duplicate the selected posts"))
def duplicate(post_admin: StaffAdmin, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """Make new drafts with their texts; of one, open the form."""
    chosen = list(queryset.order_by("pk").values_list("pk", flat=True))
    copies = [copy for pk in chosen if (copy := retry_on_conflict(partial(duplicate_and_log, post_admin, request, pk)))]
    message = ngettext("%d draft was made.", "%d drafts were made.", len(copies)) % len(copies)
    post_admin.message_user(request, message, messages.SUCCESS if copies else messages.WARNING)
    return redirect("admin:blog_post_change", copies[0].pk) if len(copies) == 1 else None


@transaction.atomic
def duplicate_and_log(post_admin: StaffAdmin, request: HttpRequest, pk: int) -> Post | None:
    """Duplicate a post and log it; None if it was deleted meanwhile."""
    if (post := Post.objects.filter(pk=pk).first()) is None:
        return None
    copy = duplicate_post(post, by=as_staff(request).user)
    post_admin.log_addition(request, copy, _("Copied from “%s”.") % post)
    return copy
