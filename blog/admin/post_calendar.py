"""The calendar of posts: month by month, what appeared, what is scheduled, and drafts with a date."""

from __future__ import annotations

import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.admin.base import can_publish
from blog.admin.post_filters import MONTH_PATTERN
from blog.editing.month_of_posts import YEARS, month_of_posts, next_month, previous_month, weekdays
from blog.text.datetimes import date_or_min

if TYPE_CHECKING:
    from blog.admin.post import PostAdmin


def calendar_urls(post_admin: PostAdmin) -> list[URLPattern]:
    view = post_admin.admin_site.admin_view(partial(calendar_view, post_admin=post_admin))
    return [path("calendar/", view, name="blog_post_calendar")]


@require_safe
def calendar_view(request: HttpRequest, *, post_admin: PostAdmin) -> HttpResponse:
    """The month that `?month=YYYY-MM` names, or this one, with the posts that this person may open in the admin."""
    if not post_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    month = parse_month(request.GET.get("month", ""))
    context: dict[str, Any] = {
        "month": month,
        "previous": previous_month(month),
        "next": next_month(month),
        "this_month": timezone.localdate().replace(day=1),
        "weekdays": weekdays(),
        "weeks": month_of_posts(month, request.user),
        "zone": str(timezone.get_current_timezone()),
        "may_plan": can_publish(request) and post_admin.has_add_permission(request),
    }
    return post_admin.render_page(request, "post/calendar", title=_("Calendar"), **context)


def parse_month(text: str) -> datetime.date:
    """The first day of a month written as 2026-11; of this month for "". Raises Http404."""
    if not text:
        return timezone.localdate().replace(day=1)
    match = MONTH_PATTERN.fullmatch(text)
    first = date_or_min(match[1], match[2], "1") if match else datetime.date.min
    if first.year not in YEARS:
        raise Http404("There is no such month.")
    return first
