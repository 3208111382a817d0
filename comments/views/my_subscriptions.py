"""A reader's own subscriptions, and the link in every email that ends them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.text.validators import is_pk
from comments.models import Mailbox, Reader, Subscription
from comments.models.subscription import Frequency
from comments.readers import session
from comments.subscriptions import changes
from comments.subscriptions.forms import DigestHourForm
from comments.views.decorators import reader_form, secret_page, see_other
from comments.web import tokens
from comments.web.same_origin import FOREIGN_FORM, is_same_origin

# What the buttons beside a subscription send.
FREQUENCY_BY_VERB = {"at-once": Frequency.AT_ONCE, "daily": Frequency.DAILY}


@reader_form
def my_subscriptions(request: HttpRequest) -> HttpResponse:
    """The reader's list, which they can change; for a browser that is not signed in, how to do that."""
    reader = session.reader_from_request(request)
    if request.method != "POST":
        return render_my_subscriptions(request, reader)
    if not is_same_origin(request):
        return render_my_subscriptions(request, reader, complaint=str(FOREIGN_FORM), status=403)
    if reader is None:
        return render_my_subscriptions(request, reader, status=403)
    return change_my_subscriptions(request, reader)


def change_my_subscriptions(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Do what the button says."""
    verb, _colon, pk = request.POST.get("act", "").partition(":")
    if verb == "hour":
        form = DigestHourForm(request.POST)
        if not form.is_valid():
            return render_my_subscriptions(request, reader, form=form, status=400)
        changes.set_digest_hour(reader, **form.cleaned_data, now=timezone.now())
    elif verb == "resume":
        changes.resume_mail(reader)
    elif verb == "stop-all":
        changes.unsubscribe_from_all(reader)
    elif verb == "stop" and is_pk(pk):
        changes.unsubscribe(reader, [int(pk)])
    elif verb in FREQUENCY_BY_VERB and is_pk(pk):
        for subscription in Subscription.objects.filter(reader=reader, pk=pk):
            changes.change_frequency(subscription, FREQUENCY_BY_VERB[verb])
    else:
        return render_my_subscriptions(request, reader, complaint=_("Choose one of the buttons."), status=400)
    return see_other(request.path)


def render_my_subscriptions(
    request: HttpRequest,
    reader: Reader | None,
    *,
    form: DigestHourForm | None = None,
    complaint: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, object] = {"reader": reader, "complaint": complaint}
    if reader:
        context |= subscriptions_context(reader, form=form)
    return render(request, "comments/my_subscriptions.html", context, status=status)


def subscriptions_context(reader: Reader, *, form: DigestHourForm | None = None) -> dict[str, object]:
    """What `comments/_subscriptions.html` shows: two queries."""
    mailbox = Mailbox.objects.filter(reader=reader).first() or Mailbox(reader=reader, address=reader.email)
    return {
        "subscriptions": list(Subscription.objects.filter(reader=reader).with_targets()),
        "mailbox": mailbox,
        "hour_form": form or DigestHourForm(initial={"hour": mailbox.hour, "zone": mailbox.zone}),
    }


# Whoever holds the email may unsubscribe: without session, CSRF token or question, as RFC 8058 asks. GET changes
# nothing, since programs that protect mailboxes open every link.
@secret_page()
def unsubscribe_by_link(request: HttpRequest, *, token: str) -> HttpResponse:
    """Buttons for people; for mail programs, one POST that ends the subscriptions behind this email."""
    reader_pk, *ids = tokens.read_token(tokens.UNSUBSCRIBE, token, max_age=tokens.UNSUBSCRIBE_AGE)
    reader = Reader.objects.filter(pk=reader_pk).first()
    own = Subscription.objects.filter(reader=reader_pk)
    left = list((own.filter(pk__in=ids) if ids else own).with_targets())
    ids = ids or [subscription.pk for subscription in left]  # a digest with very many names none: it means all
    if request.method != "POST":
        return render_unsubscribe(request, reader, left)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        if reader:
            changes.unsubscribe(reader, ids)
        return render(request, "comments/unsubscribe.html", {"is_stopped": True})
    return handle_unsubscribe(request, reader, ids, left)


def handle_unsubscribe(
    request: HttpRequest, reader: Reader | None, ids: list[int], left: list[Subscription]
) -> HttpResponse:
    """Do what the button says, then show the page again with what is left."""
    verb, _colon, pk = request.POST.get("act", "").partition(":")
    if verb == "stop-all" and reader:
        changes.unsubscribe_from_all(reader)
    elif verb == "stop" and reader and (not pk or (is_pk(pk) and int(pk) in ids)):
        changes.unsubscribe(reader, [int(pk)] if pk else ids)
    elif reader:
        return render_unsubscribe(request, reader, left, complaint=_("Choose one of the buttons."), status=400)
    return see_other(request.path)


def render_unsubscribe(
    request: HttpRequest, reader: Reader | None, left: list[Subscription], *, complaint: str = "", status: int = 200
) -> HttpResponse:
    others = Subscription.objects.filter(reader=reader).exclude(pk__in=[subscription.pk for subscription in left])
    context = {"left": left, "has_others": reader is not None and others.exists(), "complaint": complaint}
    return render(request, "comments/unsubscribe.html", context, status=status)
