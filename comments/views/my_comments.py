"""A reader's own page: their comments, subscriptions and browsers, and the download and deletion of their data.

In a browser that is not signed in it is a form for an address. The answer is the same whatever is typed there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.text.addresses import absolute_url
from blog.text.first_error_form import FirstErrorForm
from blog.text.validators import is_pk, max_length_validator, validate_plain_email, validate_storable
from blog.web.client_ip import client_ip
from comments.conversation import muted, new_replies
from comments.lifecycle import ownership
from comments.lifecycle.edits import edit_obstacle
from comments.lifecycle.ownership import status_for_author
from comments.mail import verification
from comments.models import Comment, Reader, ReaderSession
from comments.readers import session
from comments.status import WAITING_STATUSES
from comments.submission.remembered_name import forget_name, read_name_cookie
from comments.threads.layout import commenter_url
from comments.views.decorators import reader_form, see_other
from comments.views.my_subscriptions import subscriptions_context
from comments.web.same_origin import FOREIGN_FORM, is_same_origin

# Comments on one page, and those that may be claimed: a few screens of a phone.
PER_PAGE = 20
MAX_CLAIMS = MAX_REPLIES = 10


class SignInForm(FirstErrorForm):
    """The address that gets the sign-in link."""

    email = forms.EmailField(
        label=gettext_lazy("Email"),
        max_length=None,
        validators=[validate_storable, max_length_validator(254), validate_plain_email],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@dataclass(frozen=True)
class PageSection:
    """A part of the page: its template, and the context beside `reader`."""

    template: str
    context: dict[str, Any]


@reader_form
def my_comments(request: HttpRequest) -> HttpResponse:
    """Show the page, or do what one of its buttons says."""
    reader = session.reader_from_request(request)
    if request.method != "POST":
        return render_my_comments(request, reader)
    if not is_same_origin(request):
        return render_my_comments(request, reader, complaint=str(FOREIGN_FORM), status=403)
    if act_on_device := DEVICE_ACTIONS.get(request.POST.get("act", "")):
        return act_on_device(request)
    if reader is None:
        return send_sign_in_link(request)
    action = ACTIONS.get(request.POST.get("act", ""))
    if action is None:
        return render_my_comments(request, reader, complaint=_("Choose one of the buttons."), status=400)
    return action(request, reader)


def send_sign_in_link(request: HttpRequest) -> HttpResponse:
    """Send a link to the address that was typed, whoever owns it, and reveal nothing about it."""
    form = SignInForm(request.POST)
    if not form.is_valid():
        return render_my_comments(request, None, form=form, status=400)
    if seconds := verification.request_sign_in_link(form.cleaned_data["email"], address=client_ip(request)):
        return refuse_for_now(request, None, form=form, seconds=seconds)
    return see_other(f"{reverse('comments:my-comments')}?asked")


def refuse_for_now(
    request: HttpRequest, reader: Reader | None, *, form: SignInForm | None = None, seconds: int
) -> HttpResponse:
    too_often = _("We have sent as many emails as we can for now. Check your inbox, or try again later.")
    response = render_my_comments(request, reader, form=form, complaint=too_often, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def render_my_comments(
    request: HttpRequest,
    reader: Reader | None,
    *,
    form: SignInForm | None = None,
    complaint: str = "",
    status: int = 200,
) -> HttpResponse:
    if reader is None:
        context = {"form": form or SignInForm(), "asked": "asked" in request.GET, "complaint": complaint}
        context["device"] = device_section(request)
        return render(request, "comments/my_comments/sign_in.html", context, status=status)
    sections = [build_section(request, reader) for build_section in SECTIONS]
    context = {"reader": reader, "sections": sections, "complaint": complaint, "asked": request.GET.get("asked", "")}
    return render(request, "comments/my_comments/my_comments.html", context, status=status)


# The parts of the page


def comments_section(request: HttpRequest, reader: Reader) -> PageSection:
    """The reader's comments, newest first; each page starts below the last comment of the page before."""
    before = request.GET.get("before", "")
    rows = ownership.comments_by(reader).outside_trash().with_subjects().order_by("-pk")
    comments = list((rows.filter(pk__lt=before) if is_pk(before) else rows)[: PER_PAGE + 1])
    context = {
        "lines": [own_comment_row(comment) for comment in comments[:PER_PAGE]],
        "older": comments[PER_PAGE - 1].pk if len(comments) > PER_PAGE else None,
        "is_further": is_pk(before),
    }
    return PageSection("comments/my_comments/_comments.html", context)


def own_comment_row(comment: Comment) -> dict[str, Any]:
    """One comment as its writer sees it."""
    can_edit = edit_obstacle(comment) is None
    return {
        "comment": comment,
        "state": status_for_author(comment),
        "can_edit": can_edit,
        "can_withdraw": can_edit or comment.status in WAITING_STATUSES,
    }


def replies_section(request: HttpRequest, reader: Reader) -> PageSection:
    """The latest replies to the reader's comments, the new ones marked; from now on none is new."""
    since = new_replies.listed_at(request)
    replies = list(new_replies.replies_to(reader).with_subjects()[:MAX_REPLIES])
    new_replies.mark_all_listed(request)
    lines = [{"comment": reply, "is_new": reply.decided_at > since} for reply in replies]
    return PageSection("comments/my_comments/_replies.html", {"lines": lines})


def claims_section(request: HttpRequest, reader: Reader) -> PageSection:
    """Comments with the reader's address that may be theirs."""
    rows = ownership.unclaimed_comments(reader).outside_trash().with_subjects().order_by("-pk")
    comments = list(rows[: MAX_CLAIMS + 1])
    lines = [{"comment": comment, "state": status_for_author(comment)} for comment in comments[:MAX_CLAIMS]]
    return PageSection("comments/my_comments/_claims.html", {"lines": lines, "has_more": len(comments) > MAX_CLAIMS})


def subscriptions_section(request: HttpRequest, reader: Reader) -> PageSection:
    return PageSection("comments/my_comments/_subscriptions.html", subscriptions_context(reader))


def browsers_section(request: HttpRequest, reader: Reader) -> PageSection:
    here = session.session_from_request(request)
    return PageSection("comments/my_comments/_browsers.html", {"here": here, "sessions": list(reader.sessions.all())})


def data_section(request: HttpRequest, reader: Reader) -> PageSection:
    return PageSection("comments/my_comments/_data.html", {"asked": request.GET.get("asked", "")})


def public_page_section(request: HttpRequest, reader: Reader) -> PageSection:
    """Whether anybody may see what they wrote on one page."""
    url = absolute_url(commenter_url(reader.public_id)) if reader.public_id else ""
    return PageSection("comments/my_comments/_public_page.html", {"url": url})


def device_section(request: HttpRequest, reader: Reader | None = None) -> PageSection:
    """What this device remembers, whoever is signed in."""
    people = list(muted.muted_people(request)) if muted.read_muted(request) else []
    context = {"remembered": read_name_cookie(request), "muted": people, "is_forgotten": "forgotten" in request.GET}
    return PageSection("comments/my_comments/_device.html", context)


# In the order of the page.
SECTIONS = (
    *(replies_section, comments_section, claims_section, subscriptions_section),
    *(browsers_section, device_section, public_page_section, data_section),
)


# What its buttons do


def claim_comments(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Mark one comment, or all with the reader's address, as theirs."""
    pk = request.POST.get("comment", "")
    if pk == "all" or is_pk(pk):
        ownership.claim_for_reader(reader, only=None if pk == "all" else int(pk))
    return see_other(f"{request.path}#claims")


def end_reader_sessions(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Sign out one browser, or all but this one."""
    pk = request.POST.get("pass", "")
    if pk == "others":
        session.end_all_sessions(reader, but=session.session_from_request(request))
    elif is_pk(pk):
        ReaderSession.objects.filter(reader=reader, pk=pk).delete()
    return see_other(f"{request.path}#browsers")


def sign_out(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Sign out this browser."""
    response = see_other(request.path)
    session.end_session(response, request)
    return response


def change_public_page(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Open the reader's public page, or close it."""
    change = ownership.open_public_page if request.POST["act"] == "open-page" else ownership.close_public_page
    change(reader)
    return see_other(f"{request.path}#public-page")


def request_erasure(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Email the reader a link that confirms the erasure (confirm_erasure.py)."""
    choice = request.POST.get("words", "")
    if choice not in {"keep", "go"}:
        complaint = _("Choose what happens to your published comments.")
        return render_my_comments(request, reader, complaint=complaint, status=400)
    keeps_words = choice == "keep"
    if seconds := verification.request_erasure_link(reader, keeps_words=keeps_words, address=client_ip(request)):
        return refuse_for_now(request, reader, seconds=seconds)
    return see_other(f"{request.path}?asked=erase#data")


def forget_name_here(request: HttpRequest) -> HttpResponse:
    """Delete what this device remembers of a guest."""
    response = see_other(f"{request.path}?forgotten#device")
    forget_name(response)
    return response


def unmute_here(request: HttpRequest) -> HttpResponse:
    """Show again in this browser what somebody wrote."""
    response, pk = see_other(f"{request.path}#device"), request.POST.get("comment", "")
    if is_pk(pk):
        muted.unmute(request, response, int(pk))
    return response


# What anybody may do, signed in or not.
DEVICE_ACTIONS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "forget-name": forget_name_here,
    "unmute": unmute_here,
}
ACTIONS: dict[str, Callable[[HttpRequest, Reader], HttpResponse]] = {
    "claim": claim_comments,
    "end": end_reader_sessions,
    "leave": sign_out,
    "erase": request_erasure,
    "open-page": change_public_page,
    "close-page": change_public_page,
}
