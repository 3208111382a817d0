"""What a reader is told of: his own list, and the link in every mail that stops it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from blog.text.validators import is_pk
from comments.models import Mailbox, Reader, Subscription
from comments.models.subscription import Frequency
from comments.readers import session
from comments.subscriptions import catalogue
from comments.subscriptions.forms import DigestHourForm
from comments.views.decorators import reader_form, secret_url, see_other
from comments.web import tokens
from comments.web.same_origin import is_same_origin


@reader_form
def my_subscriptions(request: HttpRequest) -> HttpResponse:
    """The list of whoever carries a pass, with what he may change; for others, how to get one."""
    reader = session.reader_from_request(request)
    if request.method != "POST":
        return render_my_subscriptions(request, reader)
    if not is_same_origin(request):
        elsewhere = _("This form was sent from another site. If it was you, send it again.")
        return render_my_subscriptions(request, reader, complaint=elsewhere, status=403)
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
        catalogue.set_digest_hour(reader, **form.cleaned_data, now=timezone.now())
    elif verb == "resume":
        catalogue.resume_mail(reader)
    elif verb == "stop-all":
        catalogue.unsubscribe_from_all(reader)
    elif verb == "stop" and is_pk(pk):
        catalogue.unsubscribe(reader, [int(pk)])
    elif verb in FREQUENCY_BY_VERB and is_pk(pk):
        for one in Subscription.objects.filter(reader=reader, pk=pk):
            catalogue.change_frequency(one, FREQUENCY_BY_VERB[verb])
    else:
        return render_my_subscriptions(request, reader, complaint=_("Choose one of the buttons."), status=400)
    return see_other(request.path)


# What the buttons of a line send.
FREQUENCY_BY_VERB = {"at-once": Frequency.AT_ONCE, "daily": Frequency.DAILY}


def render_my_subscriptions(
    request: HttpRequest,
    reader: Reader | None,
    *,
    form: DigestHourForm | None = None,
    complaint: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"reader": reader, "complaint": complaint}
    if reader:
        context |= subscriptions_context(reader, form=form)
    return render(request, "comments/my_subscriptions.html", context, status=status)


def subscriptions_context(reader: Reader, *, form: DigestHourForm | None = None) -> dict[str, object]:
    """What `comments/_subscriptions.html` shows: two queries."""
    mailbox = Mailbox.objects.filter(reader=reader).first() or Mailbox(reader=reader, address=reader.email)
    return {
        "subscriptions": catalogue.list_subscriptions(reader),
        "mailbox": mailbox,
        "hour_form": form or DigestHourForm(initial={"hour": mailbox.hour, "zone": mailbox.zone}),
    }


# Whoever holds the mail may stop it: no session, no key, no question, as RFC 8058 asks. GET changes nothing, since
# programs that guard mailboxes open every link.
@csrf_exempt
@secret_url
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_by_link(request: HttpRequest, *, token: str) -> HttpResponse:
    """Buttons for a person; for his mail program, one POST that stops what this mail told of."""
    try:
        reader_pk, *ids = tokens.read_token(tokens.UNSUBSCRIBE, token, max_age=tokens.UNSUBSCRIBE_AGE)
    except (tokens.BadToken, ValueError):
        raise Http404("There is no such link.") from None
    reader = Reader.objects.filter(pk=reader_pk).first()
    own = Subscription.objects.filter(reader=reader_pk)
    left = list((own.filter(pk__in=ids) if ids else own).with_targets())
    ids = ids or [one.pk for one in left]  # a mail that told of very much names nothing: all of it is meant
    if request.method != "POST":
        return render_unsubscribe(request, reader, left)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        if reader:
            catalogue.unsubscribe(reader, ids)
        return render(request, "comments/unsubscribe.html", {"is_stopped": True})
    return handle_unsubscribe(request, reader, ids, left)


def handle_unsubscribe(
    request: HttpRequest, reader: Reader | None, ids: list[int], left: list[Subscription]
) -> HttpResponse:
    """What a person pressed; then the page again, which tells what is left."""
    verb, _colon, pk = request.POST.get("act", "").partition(":")
    if verb == "stop-all" and reader:
        catalogue.unsubscribe_from_all(reader)
    elif verb == "stop" and reader and (not pk or (is_pk(pk) and int(pk) in ids)):
        catalogue.unsubscribe(reader, [int(pk)] if pk else ids)
    elif reader:
        return render_unsubscribe(request, reader, left, complaint=_("Choose one of the buttons."), status=400)
    return see_other(request.path)


def render_unsubscribe(
    request: HttpRequest, reader: Reader | None, left: list[Subscription], *, complaint: str = "", status: int = 200
) -> HttpResponse:
    others = Subscription.objects.filter(reader=reader).exclude(pk__in=[one.pk for one in left]) if reader else ()
    context = {"left": left, "has_others": bool(others and others.exists()), "complaint": complaint}
    return render(request, "comments/unsubscribe.html", context, status=status)
