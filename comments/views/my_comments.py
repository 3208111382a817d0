"""The reader's own page: what he wrote and how it stands, his browsers, and what he may ask of us.

Without a pass it is a form that takes an address. Whatever is typed there, the answer is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.text.validators import is_pk, max_length_validator, validate_plain_email, validate_storable
from comments.lifecycle import ownership as ownership
from comments.lifecycle.edits import WAITING_STATUSES, edit_obstacle
from comments.lifecycle.ownership import status_for_author
from comments.mail import verification
from comments.models import Comment, Reader, ReaderSession
from comments.readers import session
from comments.views.decorators import reader_form, see_other
from comments.views.my_subscriptions import subscriptions_context
from comments.web.client_ip import client_ip
from comments.web.same_origin import is_same_origin

# Comments on one page, and of those that may be claimed: what a phone shows in a few thumbs' lengths.
PER_PAGE = 20
MAX_CLAIMS = 10


class SignInForm(forms.Form):
    """Whose page? He is written to."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=None,
        validators=[validate_storable, max_length_validator(254), validate_plain_email],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@dataclass(frozen=True)
class PageSection:
    """A part of the page: its template, and what goes into it beside `reader`."""

    template: str
    context: dict[str, Any]


@reader_form
def my_comments(request: HttpRequest) -> HttpResponse:
    """Show the page, or do what one of its buttons says."""
    reader = session.reader_from_request(request)
    if request.method != "POST":
        return render_my_comments(request, reader)
    if not is_same_origin(request):
        elsewhere = _("The button was pressed from another site. If it was you, press it here.")
        return render_my_comments(request, reader, complaint=elsewhere, status=403)
    if reader is None:
        return send_sign_in_link(request)
    act = ACTIONS.get(request.POST.get("act", ""))
    if act is None:
        return render_my_comments(request, reader, complaint=_("Choose one of the buttons."), status=400)
    return act(request, reader)


def send_sign_in_link(request: HttpRequest) -> HttpResponse:
    """Write to the address that was typed, whosever it is, and say no more than that."""
    form = SignInForm(request.POST)
    if not form.is_valid():
        return render_my_comments(request, None, form=form, status=400)
    if seconds := verification.request_sign_in_link(form.cleaned_data["email"], address=client_ip(request)):
        return set_retry_after(
            render_my_comments(request, None, form=form, complaint=TOO_OFTEN_MESSAGE, status=429), seconds
        )
    return see_other(f"{reverse('comments:my-comments')}?asked")


TOO_OFTEN_MESSAGE = gettext_lazy("We have written as often as we may for now. Look into your mail, or ask again later.")


def set_retry_after(response: HttpResponse, seconds: int) -> HttpResponse:
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
        return render(request, "comments/my_comments/sign_in.html", context, status=status)
    sections = [make(request, reader) for make in SECTIONS]
    context = {"reader": reader, "sections": sections, "complaint": complaint, "asked": request.GET.get("asked", "")}
    return render(request, "comments/my_comments/my_comments.html", context, status=status)


# The parts of the page


def comments_section(request: HttpRequest, reader: Reader) -> PageSection:
    """What is known to be his, the newest first; each page begins below the last comment of the one before."""
    before = request.GET.get("before", "")
    rows = ownership.comments_by(reader).select_related("post").order_by("-pk")
    found = list((rows.filter(pk__lt=before) if is_pk(before) else rows)[: PER_PAGE + 1])
    lines = [own_comment_row(one) for one in found[:PER_PAGE]]
    older = found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None
    return PageSection(
        "comments/my_comments/_comments.html", {"lines": lines, "older": older, "is_further": is_pk(before)}
    )


def own_comment_row(comment: Comment) -> dict[str, Any]:
    """One comment as its writer sees it."""
    can_edit = edit_obstacle(comment) is None
    return {
        "comment": comment,
        "state": status_for_author(comment),
        "can_edit": can_edit,
        "can_withdraw": can_edit or comment.status in WAITING_STATUSES,
    }


def claims_section(request: HttpRequest, reader: Reader) -> PageSection:
    """What only bears his address: is it his?"""
    rows = ownership.unclaimed_comments(reader).select_related("post").order_by("-pk")
    found = list(rows[: MAX_CLAIMS + 1])
    lines = [{"comment": one, "state": status_for_author(one)} for one in found[:MAX_CLAIMS]]
    return PageSection("comments/my_comments/_claims.html", {"lines": lines, "has_more": len(found) > MAX_CLAIMS})


def subscriptions_section(request: HttpRequest, reader: Reader) -> PageSection:
    """What he is told of by mail."""
    return PageSection("comments/my_comments/_subscriptions.html", subscriptions_context(reader))


def browsers_section(request: HttpRequest, reader: Reader) -> PageSection:
    here = session.session_from_request(request)
    return PageSection("comments/my_comments/_browsers.html", {"here": here, "sessions": list(reader.sessions.all())})


def data_section(request: HttpRequest, reader: Reader) -> PageSection:
    return PageSection("comments/my_comments/_data.html", {"asked": request.GET.get("asked", "")})


# In the order in which they stand.
SECTIONS = (comments_section, claims_section, subscriptions_section, browsers_section, data_section)


# What its buttons do


def claim_comments(request: HttpRequest, reader: Reader) -> HttpResponse:
    """One comment, or all: from now on known to be his."""
    pk = request.POST.get("comment", "")
    if pk == "all" or is_pk(pk):
        ownership.claim_for_reader(reader, only=None if pk == "all" else int(pk))
    return see_other(f"{request.path}#claims")


def end_reader_sessions(request: HttpRequest, reader: Reader) -> HttpResponse:
    """End the pass of one browser, or of all but this one."""
    pk = request.POST.get("pass", "")
    if pk == "others":
        session.end_all_sessions(reader, but=session.session_from_request(request))
    elif is_pk(pk):
        ReaderSession.objects.filter(reader=reader, pk=pk).delete()
    return see_other(f"{request.path}#browsers")


def sign_out(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Sign out in this browser."""
    response = see_other(request.path)
    session.end_session(response, request)
    return response


def request_erasure(request: HttpRequest, reader: Reader) -> HttpResponse:
    """He wants to be forgotten: we ask again, by mail (views/erase.py)."""
    choice = request.POST.get("words", "")
    if choice not in {"keep", "go"}:
        complaint = _("Choose what shall become of your published words.")
        return render_my_comments(request, reader, complaint=complaint, status=400)
    keeps = choice == "keep"
    if seconds := verification.request_erasure_link(reader, keeps_words=keeps, address=client_ip(request)):
        return set_retry_after(render_my_comments(request, reader, complaint=TOO_OFTEN_MESSAGE, status=429), seconds)
    return see_other(f"{request.path}?asked=erase#data")


ACTIONS = {"claim": claim_comments, "end": end_reader_sessions, "leave": sign_out, "erase": request_erasure}
