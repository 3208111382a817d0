"""A reader changes or withdraws his own comment: for a short while, and until somebody has answered."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from comments import drafts, passes
from comments.amends import EditForm, in_words, screened
from comments.models import Comment
from comments.models.amending import Obstacle, TooLate, amend, may_withdraw, obstacle, until
from comments.models.amending import withdraw as take_back
from comments.models.own import written_by
from comments.moderation import Status
from comments.network import client_address
from comments.views.private import came_from_us, form_page, see_other
from comments.writer import Writer

# How a refusal is answered: what somebody else did meanwhile is a conflict, what the clock or the rules say is not.
STATUS = {Obstacle.TIME: 403, Obstacle.OFTEN: 403}


def own(request: HttpRequest, pk: str) -> Comment | None:
    """The comment, if the browser carries its writer's pass and its post is public; None for what is not his."""
    reader = passes.reader_of(request)
    if reader is None:
        return None
    comment = written_by(reader).select_related("post", "parent").filter(pk=pk).first()
    return comment if comment and comment.post.is_public else None


@form_page
def edit(request: HttpRequest, *, pk: str) -> HttpResponse:
    """Show his words to be changed, or put the new ones in their place. Whatever is refused comes back in the form."""
    comment = own(request, pk)
    if comment is None:
        return unknown(request)
    if request.method != "POST":
        why = obstacle(comment)
        form = EditForm(initial={"body": comment.body, "version": comment.version})
        return show(request, comment, form, why=why, status=STATUS.get(why, 409) if why else 200)
    form = EditForm(request.POST)
    if not came_from_us(request):
        elsewhere = _("This form was sent from another site. If it was you, look at your text and send again.")
        return show(request, comment, form, complaint=elsewhere, status=403)
    if not form.is_valid():
        return show(request, comment, form, status=form.status)
    return take(request, comment, form)


def take(request: HttpRequest, comment: Comment, form: EditForm) -> HttpResponse:
    """Screen the new words as those of a new comment, and store them if they still may be."""
    if why := obstacle(comment):
        return show(request, comment, form, why=why, status=STATUS.get(why, 409))
    verdict = screened(comment, form, writer=Writer(request, comment.post), address=client_address(request))
    if verdict is None:
        refused = _("The rules of this site do not let these words through. Your text is below, to keep.")
        return show(request, comment, form, complaint=refused, status=403)
    try:
        amend(comment, form.cleaned_data["body"], version=form.cleaned_data["version"], screened=verdict)
    except TooLate as late:
        return show(request, comment, form, why=late.obstacle, status=STATUS.get(late.obstacle, 409))
    response = see_other(whither(comment))
    drafts.say_stored(request, response)
    return response


def whither(comment: Comment) -> str:
    """Into the conversation, where it is to be seen there."""
    return comment.get_thread_url() if comment.status == Status.APPROVED else "/you/"


def unknown(request: HttpRequest) -> HttpResponse:
    """Not his, or not there, or a browser that is known no more: one answer. What he typed is given back."""
    if request.method == "POST" and (text := request.POST.get("body", "")):
        return render(request, "comments/amend_unknown.html", {"text": text}, status=403)
    raise Http404("There is no such comment of yours.")


def show(
    request: HttpRequest,
    comment: Comment,
    form: EditForm,
    *,
    why: Obstacle | None = None,
    complaint: str = "",
    status: int = 200,
) -> HttpResponse:
    if why == Obstacle.CHANGED:
        comment.refresh_from_db(fields=["body", "version"])
        form.take_up(version=comment.version)
    can_answer = comment.status == Status.APPROVED and comment.shown and not comment.post.is_closed
    context: dict[str, Any] = {
        "comment": comment,
        "post": comment.post,
        "form": form,
        "complaint": complaint or in_words(why),
        "is_over": why not in {None, Obstacle.CHANGED},
        "is_changed": why == Obstacle.CHANGED,
        "typed": form.data.get("body", "") if form.is_bound else "",
        "reply_url": f"{comment.get_thread_url().partition('#')[0]}?reply={comment.pk}#respond" if can_answer else "",
        "until": until(comment),
    }
    return render(request, "comments/edit.html", context, status=status)


@form_page
def withdraw(request: HttpRequest, *, pk: str) -> HttpResponse:
    """Ask whether he means it, or take it back."""
    comment = own(request, pk)
    if comment is None:
        raise Http404("There is no such comment of yours.")
    if request.method != "POST":
        return show_withdrawal(request, comment, why=may_withdraw(comment))
    if not came_from_us(request):
        elsewhere = _("The button was pressed from another site. If it was you, press it here.")
        return show_withdrawal(request, comment, complaint=elsewhere, status=403)
    try:
        take_back(comment)
    except TooLate as late:
        if comment.status == Status.WITHDRAWN:  # pressed twice
            return see_other("/you/")
        return show_withdrawal(request, comment, why=late.obstacle)
    return see_other("/you/")


def show_withdrawal(
    request: HttpRequest, comment: Comment, *, why: Obstacle | None = None, complaint: str = "", status: int = 200
) -> HttpResponse:
    context = {"comment": comment, "post": comment.post, "is_over": why, "complaint": complaint or in_words(why)}
    return render(request, "comments/withdraw.html", context, status=STATUS.get(why, 409) if why else status)
