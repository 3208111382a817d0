"""What a reader is told of: his own list, and the link in every mail that stops it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from blog.text import is_key
from comments import passes, subscriptions, tokens
from comments.models import Mailbox, Reader, Subscription
from comments.models.subscription import Often
from comments.subscribing import HourForm
from comments.views.private import came_from_us, form_page, private, see_other


@form_page
def mine(request: HttpRequest) -> HttpResponse:
    """The list of whoever carries a pass, with what he may change; for others, how to get one."""
    reader = passes.reader_of(request)
    if request.method != "POST":
        return show(request, reader)
    if not came_from_us(request):
        elsewhere = _("This form was sent from another site. If it was you, send it again.")
        return show(request, reader, complaint=elsewhere, status=403)
    if reader is None:
        return show(request, reader, status=403)
    return act(request, reader)


def act(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Do what the button says."""
    verb, _colon, pk = request.POST.get("act", "").partition(":")
    if verb == "hour":
        form = HourForm(request.POST)
        if not form.is_valid():
            return show(request, reader, form=form, status=400)
        subscriptions.set_hour(reader, **form.cleaned_data, now=timezone.now())
    elif verb == "resume":
        subscriptions.resume(reader)
    elif verb == "stop-all":
        subscriptions.stop_all(reader)
    elif verb == "stop" and is_key(pk):
        subscriptions.stop(reader, [int(pk)])
    elif verb in OFTEN and is_key(pk):
        for one in Subscription.objects.filter(reader=reader, pk=pk):
            subscriptions.change(one, OFTEN[verb])
    else:
        return show(request, reader, complaint=_("Choose one of the buttons."), status=400)
    return see_other(request.path)


# What the buttons of a line send.
OFTEN = {"at-once": Often.AT_ONCE, "daily": Often.DAILY}


def show(
    request: HttpRequest,
    reader: Reader | None,
    *,
    form: HourForm | None = None,
    complaint: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"reader": reader, "complaint": complaint}
    if reader:
        context |= of_reader(reader, form=form)
    return render(request, "comments/subscriptions.html", context, status=status)


def of_reader(reader: Reader, *, form: HourForm | None = None) -> dict[str, object]:
    """What `comments/_subscriptions.html` shows: two queries."""
    mailbox = Mailbox.objects.filter(reader=reader).first() or Mailbox(reader=reader, address=reader.email)
    return {
        "subscriptions": subscriptions.listed(reader),
        "mailbox": mailbox,
        "hour_form": form or HourForm(initial={"hour": mailbox.hour, "zone": mailbox.zone}),
    }


# Whoever holds the mail may stop it: no session, no key, no question, as RFC 8058 asks. GET changes nothing, since
# programs that guard mailboxes open every link.
@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest, *, token: str) -> HttpResponse:
    """Buttons for a person; for his mail program, one POST that stops what this mail told of."""
    try:
        reader_pk, *ids = tokens.read_all(tokens.OFF, token, max_age=tokens.OFF_AGE)
    except (tokens.BadToken, ValueError):
        raise Http404("There is no such link.") from None
    reader = Reader.objects.filter(pk=reader_pk).first()
    own = Subscription.objects.filter(reader=reader_pk)
    left = list((own.filter(pk__in=ids) if ids else own).with_targets())
    ids = ids or [one.pk for one in left]  # a mail that told of very much names nothing: all of it is meant
    if request.method != "POST":
        return ways_out(request, reader, left)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        if reader:
            subscriptions.stop(reader, ids)
        return render(request, "comments/off.html", {"is_stopped": True})
    return stop(request, reader, ids, left)


def stop(request: HttpRequest, reader: Reader | None, ids: list[int], left: list[Subscription]) -> HttpResponse:
    """What a person pressed; then the page again, which tells what is left."""
    verb, _colon, pk = request.POST.get("act", "").partition(":")
    if verb == "stop-all" and reader:
        subscriptions.stop_all(reader)
    elif verb == "stop" and reader and (not pk or (is_key(pk) and int(pk) in ids)):
        subscriptions.stop(reader, [int(pk)] if pk else ids)
    elif reader:
        return ways_out(request, reader, left, complaint=_("Choose one of the buttons."), status=400)
    return see_other(request.path)


def ways_out(
    request: HttpRequest, reader: Reader | None, left: list[Subscription], *, complaint: str = "", status: int = 200
) -> HttpResponse:
    others = Subscription.objects.filter(reader=reader).exclude(pk__in=[one.pk for one in left]) if reader else ()
    context = {"left": left, "has_others": bool(others and others.exists()), "complaint": complaint}
    return render(request, "comments/off.html", context, status=status)
