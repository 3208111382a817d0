"""Readers ask to have new comments marked next time, or no longer: a cookie is set or deleted."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from blog.text.validators import is_pk
from blog.views.subject import get_public_subject
from comments.conversation import read_cookie
from comments.threads import layout
from comments.threads.orders import Order
from comments.threads.read_marks import READ_COOKIE, ReadMarks
from comments.views.decorators import see_other
from comments.web.same_origin import is_same_origin


@csrf_exempt  # the button stands on cached pages; is_same_origin stands in for a CSRF token
@require_POST
def remember_read(request: HttpRequest, **where: str) -> HttpResponse:
    """Start remembering, or delete what is remembered; then back to the page of the thread where the button was."""
    subject = get_public_subject(request, **where)
    if not is_same_origin(request):
        raise PermissionDenied("Sent from another site.")
    page = request.POST.get("page", "")
    number = min(int(page), layout.count_pages(subject.thread.shown_count)) if is_pk(page) else 1
    order = request.POST.get("order", "")
    address = Order(order if order in Order else Order.OLDEST).address(subject.get_absolute_url())
    response = see_other(f"{layout.thread_page_url(address, number)}#comments")
    if request.POST.get("act") == "forget":
        response.delete_cookie(READ_COOKIE, samesite="Lax")
    else:
        marks = read_cookie.get_read_marks(request) or ReadMarks()
        marks.visit(subject.thread_id, now=read_cookie.unix_now())
        read_cookie.set_read_cookie(response, marks)
    response.headers["Cache-Control"] = "no-store"
    return response
