"""A reader asks to be told by mail: at once where his browser carries his pass, else by a link sent to his address."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments.mail import follower_mail, notifications, verification
from comments.models import Message, Reader, Subscription
from comments.models.subscription import Frequency
from comments.readers import session
from comments.subscriptions import catalogue
from comments.subscriptions.catalogue import Topic
from comments.subscriptions.forms import SubscribeForm
from comments.views.decorators import reader_form, secret_url, see_other
from comments.web import tokens
from comments.web.client_ip import client_ip
from comments.web.same_origin import is_same_origin


@reader_form
def request_subscription(request: HttpRequest) -> HttpResponse:
    """Show the form for what `?what=` names; take it; or say that a mail was sent."""
    reader = session.reader_from_request(request)
    if request.method != "POST":
        wanted = catalogue.find_topic(request.GET.get("what", ""))
        if "asked" in request.GET:
            return render(request, "comments/subscribe.html", {"asked": True})
        return render_subscribe(request, SubscribeForm(wanted=wanted, email=reader.email if reader else ""))
    form = SubscribeForm(request.POST, wanted=catalogue.find_topic(request.POST.get("what", "")))
    if not is_same_origin(request):
        elsewhere = _("This form was sent from another site. If it was you, send it again.")
        return render_subscribe(request, form, complaint=elsewhere, status=403)
    if not form.is_valid():
        return render_subscribe(request, form, status=400)
    if reader and reader.email == form.cleaned_data["email"].casefold():
        return subscribe_now(request, form, reader)
    return subscribe_by_mail(request, form)


def subscribe_now(request: HttpRequest, form: SubscribeForm, reader: Reader) -> HttpResponse:
    """His browser carries the pass of this address: there is nothing to confirm."""
    data = form.cleaned_data
    hour = data["hour"] if data["often"] == Frequency.DAILY else None
    try:
        catalogue.subscribe(reader, data["what"], often=data["often"], hour=hour, typed=data["email"])
    except catalogue.SubscriptionLimitReached:
        return render_subscribe(request, form, complaint=describe_limit(), status=409)
    return see_other(reverse("comments:my-subscriptions"))


def subscribe_by_mail(request: HttpRequest, form: SubscribeForm) -> HttpResponse:
    """Ask the address. The answer is the same whoever it belongs to, and whether it had its share of mails or not."""
    if seconds := verification.take_network_turn(client_ip(request)):
        too_often = _("From your side so much was asked that we must pause. Send it again in an hour.")
        response = render_subscribe(request, form, complaint=too_often, status=429)
        response.headers["Retry-After"] = str(seconds)
        return response
    data = form.cleaned_data
    name = None if form.is_from_bot else verification.next_request_key("proof", data["email"])
    if name:
        columns = follower_mail.render_subscription_request(
            data["email"], data["what"], often=data["often"], hour=data["hour"], name=name
        )
        Message.objects.enqueue(name, columns, keep_for=verification.KEEP_FOR)
    return see_other(f"{reverse('comments:subscribe')}?asked")


def render_subscribe(
    request: HttpRequest, form: SubscribeForm, *, complaint: str = "", status: int = 200
) -> HttpResponse:
    return render(request, "comments/subscribe.html", {"form": form, "complaint": complaint}, status=status)


def describe_limit() -> str:
    return _("You are told of as much as one reader can be. Stop something first.")


# The token is the key of the form; see comments/views/mail_decision.py.
@csrf_exempt
@secret_url
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_subscription(request: HttpRequest, *, token: str) -> HttpResponse:
    """Say what will be sent, with a button; or, when it was pressed, begin to send it."""
    try:
        email, what, often, hour = read_subscription_token(token)
    except tokens.BadToken as refusal:
        if refusal.expired:
            return render(request, "comments/confirm_subscription.html", {"is_expired": True}, status=410)
        raise Http404("There is no such link.") from None
    if what is None:
        return render(request, "comments/confirm_subscription.html", {"is_gone": True}, status=410)
    shown = {"email": email, "what": what.words, "often": often, "is_daily": often == Frequency.DAILY, "hour": hour}
    if request.method != "POST":
        return render(request, "comments/confirm_subscription.html", shown)
    if not is_same_origin(request, reads_origin=False):
        return render(request, "comments/confirm_subscription.html", {**shown, "is_foreign": True}, status=403)
    try:
        reader, _subscription = start_subscription(email, what, often=often, hour=hour)
    except catalogue.SubscriptionLimitReached:
        return render(
            request, "comments/confirm_subscription.html", {**shown, "complaint": describe_limit()}, status=409
        )
    response = see_other(reverse("comments:my-subscriptions"))
    session.start_session(response, reader, request=request)
    return response


def read_subscription_token(token: str) -> tuple[str, Topic | None, str, int]:
    """The address, what it asked for (None: gone), how often, and the hour; raises BadToken."""
    bound = tokens.read_token(tokens.SUBSCRIBE, token, max_age=tokens.VERIFY_AGE)
    if len(bound) != 4:  # signed by us for this purpose, and yet no link of ours
        raise tokens.BadToken(expired=False)
    email, what, often, hour = bound
    session.check_link_age(tokens.SUBSCRIBE, token, email=email)
    return email, catalogue.find_topic(what), often, hour


@transaction.atomic
def start_subscription(email: str, what: Topic, *, often: str, hour: int) -> tuple[Reader, Subscription]:
    """The address is his, and he wants it: known from now on as by any other proof (views/proof.py)."""
    reader = Reader.of(email)
    reader.verify()
    daily = hour if often == Frequency.DAILY else None
    made = catalogue.subscribe(reader, what, often=often, hour=daily, typed=email)
    notifications.notify_verified_reader(reader)
    return reader, made
