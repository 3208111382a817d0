"""A reader reports a comment: without account, script or cookie."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.models import Post
from blog.text import is_key
from comments import drafts, pace, reporting
from comments.models import Comment, Report
from comments.reporting import ReportForm
from comments.views.private import came_from_us, form_page, see_other, unkept


@form_page
def report(request: HttpRequest, *, pk: str) -> HttpResponse:
    """Ask what is wrong with a comment that readers see; store the answer, and thank for it."""
    comment = get_object_or_404(Comment.objects.approved().select_related("post"), pk=pk, shown=True)
    if not comment.post.is_public:
        raise Http404("There is no such comment.")
    if request.method != "POST":
        return show(request, comment, ReportForm())
    form = ReportForm(request.POST)
    if not came_from_us(request):
        elsewhere = _("This form was sent from another site. If it was you, send it again.")
        return show(request, comment, form, complaint=elsewhere, status=403)
    if not form.is_valid():
        return show(request, comment, form, status=400)
    return take(request, comment, form)


@transaction.atomic
def take(request: HttpRequest, comment: Comment, form: ReportForm) -> HttpResponse:
    """Store a report, unless they come too fast. Who reported it before is thanked as if it were the first time."""
    who = {"sender": reporting.sender_of(request), "neighbourhood": reporting.neighbourhood_of(request)}
    # Or many at one moment would each find that they are not too many yet.
    pace.one_at_a_time("reports")
    if seconds := reporting.wait_for(**who):
        too_fast = _("So many reports came from your side that we must read those first. Send this one later.")
        response = show(request, comment, form, complaint=too_fast, status=429)
        response.headers["Retry-After"] = str(seconds)
        return response
    Report.file(comment, kind=form.cleaned_data["kind"], words=form.cleaned_data["words"], **who)
    response = see_other(f"{reverse('comments:reported')}?post={comment.post_id}")
    drafts.say_stored(request, response)
    return response


def show(
    request: HttpRequest, comment: Comment, form: ReportForm, *, complaint: str = "", status: int = 200
) -> HttpResponse:
    context = {"comment": comment, "post": comment.post, "form": form, "complaint": complaint}
    return render(request, "comments/report.html", context, status=status)


@unkept
@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    """Thanks, and the way back. It asks nothing about the comment, which may be hidden by now."""
    pk = request.GET.get("post", "")
    post = Post.objects.published().filter(pk=pk).first() if is_key(pk) else None
    return render(request, "comments/reported.html", {"post": post})
