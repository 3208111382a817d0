"""A reader asks to be told by mail: at once where his browser carries his pass, else by a link sent to his address."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import letters, news, passes, proving, subscriptions, tokens
from comments.models import Reader, Subscription
from comments.models.subscription import Often
from comments.network import client_address
from comments.subscribing import SubscribeForm
from comments.subscriptions import What
from comments.views.private import came_from_us, form_page, private, see_other
from comments.views.proof import pressed_here


@form_page
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form for what `?what=` names; take it; or say that a mail was sent."""
    reader = passes.reader_of(request)
    if request.method != "POST":
        wanted = subscriptions.find(request.GET.get("what", ""))
        if "asked" in request.GET:
            return render(request, "comments/subscribe.html", {"asked": True})
        return show(request, SubscribeForm(wanted=wanted, email=reader.email if reader else ""))
    form = SubscribeForm(request.POST, wanted=subscriptions.find(request.POST.get("what", "")))
    if not came_from_us(request):
        elsewhere = _("This form was sent from another site. If it was you, send it again.")
        return show(request, form, complaint=elsewhere, status=403)
    if not form.is_valid():
        return show(request, form, status=400)
    if reader and reader.email == form.cleaned_data["email"].casefold():
        return at_once(request, form, reader)
    return by_mail(request, form)


def at_once(request: HttpRequest, form: SubscribeForm, reader: Reader) -> HttpResponse:
    """His browser carries the pass of this address: there is nothing to confirm."""
    data = form.cleaned_data
    hour = data["hour"] if data["often"] == Often.DAILY else None
    try:
        subscriptions.subscribe(reader, data["what"], often=data["often"], hour=hour, typed=data["email"])
    except subscriptions.Full:
        return show(request, form, complaint=full_words(), status=409)
    return see_other(reverse("comments:subscriptions"))


def by_mail(request: HttpRequest, form: SubscribeForm) -> HttpResponse:
    """Ask the address. The answer is the same whoever it belongs to, and whether it had its share of mails or not."""
    if seconds := proving.wait_for(client_address(request)):
        too_often = _("From your side so much was asked that we must pause. Send it again in an hour.")
        response = show(request, form, complaint=too_often, status=429)
        response.headers["Retry-After"] = str(seconds)
        return response
    data = form.cleaned_data
    name = None if form.is_from_a_machine else proving.free_name("proof", data["email"])
    if name:
        columns = letters.confirm(data["email"], data["what"], often=data["often"], hour=data["hour"], name=name)
        proving.put(name, columns)
    return see_other(f"{reverse('comments:subscribe')}?asked")


def show(request: HttpRequest, form: SubscribeForm, *, complaint: str = "", status: int = 200) -> HttpResponse:
    return render(request, "comments/subscribe.html", {"form": form, "complaint": complaint}, status=status)


def full_words() -> str:
    return _("You are told of as much as one reader can be. Stop something first.")


# The token is the key of the form; see comments/views/mail_decision.py.
@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, *, token: str) -> HttpResponse:
    """Say what will be sent, with a button; or, when it was pressed, begin to send it."""
    try:
        email, what, often, hour = bound_to(token)
    except tokens.BadToken as refusal:
        if refusal.expired:
            return render(request, "comments/confirm.html", {"is_expired": True}, status=410)
        raise Http404("There is no such link.") from None
    if what is None:
        return render(request, "comments/confirm.html", {"is_gone": True}, status=410)
    shown = {"email": email, "what": what.words, "often": often, "is_daily": often == Often.DAILY, "hour": hour}
    if request.method != "POST":
        return render(request, "comments/confirm.html", shown)
    if not pressed_here(request):
        return render(request, "comments/confirm.html", {**shown, "is_foreign": True}, status=403)
    try:
        reader, _subscription = begin(email, what, often=often, hour=hour)
    except subscriptions.Full:
        return render(request, "comments/confirm.html", {**shown, "complaint": full_words()}, status=409)
    response = see_other(reverse("comments:subscriptions"))
    passes.give(response, reader, request=request)
    return response


def bound_to(token: str) -> tuple[str, What | None, str, int]:
    """The address, what it asked for (None: gone), how often, and the hour; raises BadToken."""
    bound = tokens.read_all(tokens.CONFIRM, token, max_age=tokens.PROOF_AGE)
    if len(bound) != 4:  # signed by us for this purpose, and yet no link of ours
        raise tokens.BadToken(expired=False)
    email, what, often, hour = bound
    passes.check_link(tokens.CONFIRM, token, email=email)
    return email, subscriptions.find(what), often, hour


@transaction.atomic
def begin(email: str, what: What, *, often: str, hour: int) -> tuple[Reader, Subscription]:
    """The address is his, and he wants it: known from now on as by any other proof (views/proof.py)."""
    reader = Reader.of(email)
    reader.prove()
    daily = hour if often == Often.DAILY else None
    made = subscriptions.subscribe(reader, what, often=often, hour=daily, typed=email)
    news.tell_reader(reader)
    return reader, made
