"""What a moderator does to comments without deciding on them, and where it is written down."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from comments.models import Comment, Quotation
from comments.queue.forms import QueueActionForm
from comments.queue.outcome_messages import describe_comments


def load_named(ids: Iterable[int]) -> list[Comment]:
    """With what a message says of them."""
    rows = Comment.objects.filter(pk__in=ids).select_related("post")
    return list(rows.only("name", "status", "version", "post__title").order_by("created_at", "id"))


def log_change(request: HttpRequest, changed: list[Model], what: str) -> None:
    """Into the history of each: what moves no state is no decision, but colleagues should find who did it."""
    if changed:
        rows = type(changed[0]).objects.filter(pk__in=[one.pk for one in changed])
        LogEntry.objects.log_actions(request.user.pk, rows, CHANGE, change_message=what)


@transaction.atomic
def settle_quotations(request: HttpRequest, form: QueueActionForm, ids: set[int]) -> list:
    """What these comments quote of hidden ones may be read on there; nothing to ask again."""
    found = load_named(ids)
    Quotation.settle(one.pk for one in found)
    log_change(request, found, _("What it quotes of hidden comments may stand."))
    if found:
        messages.success(request, _("Its quotation stands: %s.") % describe_comments(found))
    return []
