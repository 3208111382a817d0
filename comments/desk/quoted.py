"""Words that were hidden and are read on elsewhere: what a moderator is told of quotations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from comments.desk.filters import QUOTING
from comments.models import Comment, Quotation
from comments.moderation import Status

# Comments that one page names; there may be more, and then they are counted.
NAMED = 20


def tell_of(comments: list[Comment]) -> None:
    """Give each comment its `hidden_sources`, the hidden comments whose words it carries; whether it `is_unsettled`;
    and, when it is hidden itself, its `carriers`, the comments that carry its words. Two queries, if any."""
    for one in comments:
        one.hidden_sources, one.is_unsettled, one.carriers, one.more_carriers = [], False, [], 0
    if quoting := {one.pk: one for one in comments if one.quotes}:
        for quotation in Quotation.objects.of_hidden().filter(comment__in=quoting).select_related("source"):
            one, source = quoting[quotation.comment_id], quotation.source
            one.is_unsettled |= not quotation.is_settled
            if source not in one.hidden_sources:
                one.hidden_sources.append(source)
    if hidden := [one for one in comments if one.is_quoted and one.status != Status.APPROVED]:
        found = carriers_of(hidden)
        for one in hidden:
            one.carriers, one.more_carriers = found[one.pk][:NAMED], len(found[one.pk][NAMED:])


def carriers_of(sources: Iterable[Comment]) -> dict[int, list[Comment]]:
    """The comments that readers see with words of these, by the number of each."""
    rows = Quotation.objects.filter(source__in=[one.pk for one in sources], comment__status=Status.APPROVED)
    found: dict[int, list[Comment]] = defaultdict(list)
    for quotation in rows.select_related("comment").only("source", *CARRIER).order_by("comment"):
        if quotation.comment not in found[quotation.source_id]:
            found[quotation.source_id].append(quotation.comment)
    return found


CARRIER = ("comment__name", "comment__created_at", "comment__status")


def warn(request: HttpRequest, hidden: Iterable[Comment]) -> None:
    """Say of comments that were hidden just now that others still carry their words, and where those are listed."""
    if words := warning([one.pk for one in hidden]):
        messages.warning(request, words)


def warning(ids: list[int]) -> SafeString | str:
    """The same as a sentence; "" when nobody quotes these comments."""
    rows = Quotation.objects.filter(source__in=ids, comment__status=Status.APPROVED)
    number = rows.aggregate(number=Count("comment", distinct=True))["number"]
    if not number:
        return ""
    sentence = ngettext(
        "%d comment still quotes words that were hidden",
        "%d comments still quote words that were hidden",
        number,
    )
    return format_html('<a href="{}">{}</a>.', address(), sentence % number)


def address() -> str:
    """Where they are listed."""
    return reverse("admin:comments_comment_queue", query={"show": QUOTING})
