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

from blog.text import is_key, mail_address, storable
from comments import passes, proving
from comments.forms import at_most
from comments.models import Comment, Pass, Reader
from comments.models import own as ownership
from comments.models.amending import WAITING, obstacle
from comments.models.own import stands
from comments.network import client_address
from comments.views.private import came_from_us, form_page, see_other
from comments.views.subscriptions import of_reader

# Comments on one page, and of those that may be claimed: what a phone shows in a few thumbs' lengths.
PER_PAGE = 20
CLAIMS = 10


class AddressForm(forms.Form):
    """Whose page? He is written to."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=None,
        validators=[storable, at_most(254), mail_address],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@dataclass(frozen=True)
class Section:
    """A part of the page: its template, and what goes into it beside `reader`."""

    template: str
    context: dict[str, Any]


@form_page
def you(request: HttpRequest) -> HttpResponse:
    """Show the page, or do what one of its buttons says."""
    reader = passes.reader_of(request)
    if request.method != "POST":
        return show(request, reader)
    if not came_from_us(request):
        elsewhere = _("The button was pressed from another site. If it was you, press it here.")
        return show(request, reader, complaint=elsewhere, status=403)
    if reader is None:
        return ask(request)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return show(request, reader, complaint=_("Choose one of the buttons."), status=400)
    return act(request, reader)


def ask(request: HttpRequest) -> HttpResponse:
    """Write to the address that was typed, whosever it is, and say no more than that."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return show(request, None, form=form, status=400)
    if seconds := proving.greet(form.cleaned_data["email"], address=client_address(request)):
        return too_often(show(request, None, form=form, complaint=TOO_OFTEN, status=429), seconds)
    return see_other(f"{reverse('comments:you')}?asked")


TOO_OFTEN = gettext_lazy("We have written as often as we may for now. Look into your mail, or ask again later.")


def too_often(response: HttpResponse, seconds: int) -> HttpResponse:
    response.headers["Retry-After"] = str(seconds)
    return response


def show(
    request: HttpRequest,
    reader: Reader | None,
    *,
    form: AddressForm | None = None,
    complaint: str = "",
    status: int = 200,
) -> HttpResponse:
    if reader is None:
        context = {"form": form or AddressForm(), "asked": "asked" in request.GET, "complaint": complaint}
        return render(request, "comments/you/ask.html", context, status=status)
    sections = [make(request, reader) for make in SECTIONS]
    context = {"reader": reader, "sections": sections, "complaint": complaint, "asked": request.GET.get("asked", "")}
    return render(request, "comments/you/you.html", context, status=status)


# The parts of the page


def comments(request: HttpRequest, reader: Reader) -> Section:
    """What is known to be his, the newest first; each page begins below the last comment of the one before."""
    before = request.GET.get("before", "")
    rows = ownership.written_by(reader).select_related("post").order_by("-pk")
    found = list((rows.filter(pk__lt=before) if is_key(before) else rows)[: PER_PAGE + 1])
    lines = [line(one) for one in found[:PER_PAGE]]
    older = found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None
    return Section("comments/you/_comments.html", {"lines": lines, "older": older, "is_further": is_key(before)})


def line(comment: Comment) -> dict[str, Any]:
    """One comment as its writer sees it."""
    can_edit = obstacle(comment) is None
    return {
        "comment": comment,
        "state": stands(comment),
        "can_edit": can_edit,
        "can_withdraw": can_edit or comment.status in WAITING,
    }


def claims(request: HttpRequest, reader: Reader) -> Section:
    """What only bears his address: is it his?"""
    rows = ownership.unclaimed(reader).select_related("post").order_by("-pk")
    found = list(rows[: CLAIMS + 1])
    lines = [{"comment": one, "state": stands(one)} for one in found[:CLAIMS]]
    return Section("comments/you/_claims.html", {"lines": lines, "has_more": len(found) > CLAIMS})


def told(request: HttpRequest, reader: Reader) -> Section:
    """What he is told of by mail."""
    return Section("comments/you/_told.html", of_reader(reader))


def browsers(request: HttpRequest, reader: Reader) -> Section:
    here = passes.pass_of(request)
    return Section("comments/you/_browsers.html", {"here": here, "passes": list(reader.passes.all())})


def data(request: HttpRequest, reader: Reader) -> Section:
    return Section("comments/you/_data.html", {"asked": request.GET.get("asked", "")})


# In the order in which they stand.
SECTIONS = (comments, claims, told, browsers, data)


# What its buttons do


def claim(request: HttpRequest, reader: Reader) -> HttpResponse:
    """One comment, or all: from now on known to be his."""
    pk = request.POST.get("comment", "")
    if pk == "all" or is_key(pk):
        ownership.claim(reader, only=None if pk == "all" else int(pk))
    return see_other(f"{request.path}#claims")


def end(request: HttpRequest, reader: Reader) -> HttpResponse:
    """End the pass of one browser, or of all but this one."""
    pk = request.POST.get("pass", "")
    if pk == "others":
        passes.end_all(reader, but=passes.pass_of(request))
    elif is_key(pk):
        Pass.objects.filter(reader=reader, pk=pk).delete()
    return see_other(f"{request.path}#browsers")


def leave(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Sign out in this browser."""
    response = see_other(request.path)
    passes.take_back(response, request)
    return response


def erase(request: HttpRequest, reader: Reader) -> HttpResponse:
    """He wants to be forgotten: we ask again, by mail (views/erase.py)."""
    choice = request.POST.get("words", "")
    if choice not in {"keep", "go"}:
        complaint = _("Choose what shall become of your published words.")
        return show(request, reader, complaint=complaint, status=400)
    keeps = choice == "keep"
    if seconds := proving.ask_again(reader, keeps_words=keeps, address=client_address(request)):
        return too_often(show(request, reader, complaint=TOO_OFTEN, status=429), seconds)
    return see_other(f"{request.path}?asked=erase#data")


ACTS = {"claim": claim, "end": end, "leave": leave, "erase": erase}
