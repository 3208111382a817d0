"""Subscribing by email: at once in a browser that is signed in, otherwise by a link sent to the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.web.client_ip import client_ip
from comments.mail import notifications, verification
from comments.models import Reader
from comments.models.mailbox import DEFAULT_HOUR
from comments.models.subscription import Frequency
from comments.models.subscription_wish import ANSWER_TIME
from comments.readers import session
from comments.subscriptions import catalogue, changes, wishes
from comments.subscriptions.catalogue import Topic
from comments.subscriptions.forms import SubscribeForm
from comments.views.decorators import reader_form, secret_page, see_other
from comments.web import tokens
from comments.web.same_origin import FOREIGN_FORM, is_same_origin


@reader_form
def request_subscription(request: HttpRequest) -> HttpResponse:
    """Show the form for the topic in `?what=`, accept it, or say that an email was sent."""
    reader = session.reader_from_request(request)
    if request.method != "POST":
        if "asked" in request.GET:
            return render(request, "comments/subscribe.html", {"asked": True})
        wanted = catalogue.find_topic(request.GET.get("what", ""))
        return render_subscribe(request, SubscribeForm(wanted=wanted, email=reader.email if reader else ""))
    form = SubscribeForm(request.POST, wanted=catalogue.find_topic(request.POST.get("what", "")))
    if not is_same_origin(request):
        return render_subscribe(request, form, complaint=str(FOREIGN_FORM), status=403)
    if not form.is_valid():
        return render_subscribe(request, form, status=400)
    if reader and reader.email == form.cleaned_data["email"].casefold():
        return subscribe_now(request, form, reader)
    return subscribe_by_mail(request, form)


def subscribe_now(request: HttpRequest, form: SubscribeForm, reader: Reader) -> HttpResponse:
    """The browser is signed in with this address, so there is nothing to confirm."""
    data = form.cleaned_data
    hour = data["hour"] if data["often"] == Frequency.DAILY else None
    try:
        changes.subscribe(reader, data["what"], often=data["often"], hour=hour, typed=data["email"])
    except changes.SubscriptionLimitReached:
        return render_subscribe(request, form, complaint=describe_limit(), status=409)
    return see_other(reverse("comments:my-subscriptions"))


def subscribe_by_mail(request: HttpRequest, form: SubscribeForm) -> HttpResponse:
    """Ask the address. The answer is the same whether we know the address or not, and whether it reached its limit."""
    if seconds := verification.take_network_turn(client_ip(request)):
        too_often = _("Too many requests from your network. Try again in an hour.")
        response = render_subscribe(request, form, complaint=too_often, status=429)
        response.headers["Retry-After"] = str(seconds)
        return response
    data = form.cleaned_data
    if not form.is_from_bot:
        verification.send_subscription_link(data["email"], data["what"], often=data["often"], hour=data["hour"])
    return see_other(f"{reverse('comments:subscribe')}?asked")


def render_subscribe(
    request: HttpRequest, form: SubscribeForm, *, complaint: str = "", status: int = 200
) -> HttpResponse:
    return render(request, "comments/subscribe.html", {"form": form, "complaint": complaint}, status=status)


def describe_limit() -> str:
    return _("You have reached the limit of %(limit)d subscriptions. Unsubscribe from something first.") % {
        "limit": changes.MAX_SUBSCRIPTIONS
    }


class SubscriptionRequest(NamedTuple):
    """What the link in an email asks for; `is_answer`: we have asked, and the link works once."""

    email: str
    topics: Sequence[Topic]
    often: str
    hour: int
    is_answer: bool = False


@secret_page(expired="comments/confirm_subscription.html")
def confirm_subscription(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show what will be sent, with a button; pressing it subscribes and signs this browser in."""
    return confirm_request(request, read_subscription_token(token))


@secret_page(expired="comments/confirm_subscription.html")
def confirm_wishes(request: HttpRequest, *, token: str) -> HttpResponse:
    """The same for whoever followed an old site, and was asked."""
    return confirm_request(request, read_wish_token(token))


def confirm_request(request: HttpRequest, asked: SubscriptionRequest) -> HttpResponse:
    if not asked.topics:
        state = {"is_used": asked.is_answer, "is_gone": not asked.is_answer}
        return render(request, "comments/confirm_subscription.html", state, status=410)
    if request.method != "POST":
        return render_confirmation(request, asked)
    # This page sends no referrer, and so no Origin either.
    if not is_same_origin(request, reads_origin=False):
        return render_confirmation(request, asked, is_foreign=True, status=403)
    try:
        reader = start_subscription(asked)
    except changes.SubscriptionLimitReached:
        return render_confirmation(request, asked, complaint=describe_limit(), status=409)
    response = see_other(reverse("comments:my-subscriptions"))
    session.start_session(response, reader, request=request)
    return response


def read_subscription_token(token: str) -> SubscriptionRequest:
    """What the link asks for; nothing when the post, tag or author is no longer public. Raises BadToken."""
    email, value, often, hour = tokens.read_token(tokens.SUBSCRIBE, token, max_age=tokens.VERIFY_AGE, count=4)
    session.check_link_age(tokens.SUBSCRIBE, token, email=email)
    topic = catalogue.find_topic(value)
    return SubscriptionRequest(email, [topic] if topic else [], often, hour)


def read_wish_token(token: str) -> SubscriptionRequest:
    """What the address was asked about. Raises BadToken."""
    (email,) = tokens.read_token(tokens.WISH, token, max_age=ANSWER_TIME, count=1)
    session.check_link_age(tokens.WISH, token, email=email)
    return SubscriptionRequest(email, wishes.asked_topics(email), Frequency.AT_ONCE, DEFAULT_HOUR, is_answer=True)


@transaction.atomic
def start_subscription(asked: SubscriptionRequest) -> Reader:
    """Subscribe the owner of the address, who has confirmed it by pressing the button."""
    reader = Reader.of(asked.email)
    reader.verify()
    hour = asked.hour if asked.often == Frequency.DAILY else None
    for topic in asked.topics:
        changes.subscribe(reader, topic, often=asked.often, hour=hour, typed=asked.email)
    wishes.mark_confirmed(asked.email)
    notifications.notify_verified_reader(reader)
    return reader


def render_confirmation(
    request: HttpRequest,
    asked: SubscriptionRequest,
    *,
    complaint: str = "",
    is_foreign: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "email": asked.email,
        "topics": [topic.words for topic in asked.topics],
        "often": asked.often,
        "is_daily": asked.often == Frequency.DAILY,
        "hour": asked.hour,
        "complaint": complaint,
        "is_foreign": is_foreign,
    }
    return render(request, "comments/confirm_subscription.html", context, status=status)
