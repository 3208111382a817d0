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

from comments.models import Comment, Quotation
from comments.queue.filters import QUOTING
from comments.status import Status

# Comments that one page names; there may be more, and then they are counted.
MAX_NAMED = 20


def attach_hidden_quotes(comments: list[Comment]) -> None:
    """Give each comment its `hidden_sources`, the hidden comments whose words it carries; whether it `is_unsettled`;
    and, when it is hidden itself, its `carriers`, the comments that carry its words. Two queries, if any."""
    for one in comments:
        one.hidden_sources, one.has_unsettled_quotes, one.quoting_comments, one.more_quoting_count = [], False, [], 0
    if quoting := {one.pk: one for one in comments if one.quote_count}:
        for quotation in Quotation.objects.of_hidden().filter(comment__in=quoting).select_related("source"):
            one, source = quoting[quotation.comment_id], quotation.source
            one.has_unsettled_quotes |= not quotation.is_settled
            if source not in one.hidden_sources:
                one.hidden_sources.append(source)
    if hidden := [one for one in comments if one.is_quoted and one.status != Status.APPROVED]:
        found = find_quoting_comments(hidden)
        for one in hidden:
            one.quoting_comments, one.more_quoting_count = found[one.pk][:MAX_NAMED], len(found[one.pk][MAX_NAMED:])


def find_quoting_comments(sources: Iterable[Comment]) -> dict[int, list[Comment]]:
    """The comments that readers see with words of these, by the number of each."""
    rows = Quotation.objects.filter(source__in=[one.pk for one in sources], comment__status=Status.APPROVED)
    found: dict[int, list[Comment]] = defaultdict(list)
    for quotation in rows.select_related("comment").only("source", *QUOTING_COMMENT_FIELDS).order_by("comment"):
        if quotation.comment not in found[quotation.source_id]:
            found[quotation.source_id].append(quotation.comment)
    return found


QUOTING_COMMENT_FIELDS = ("comment__name", "comment__created_at", "comment__status")


def warn_of_quotes(request: HttpRequest, hidden: Iterable[Comment]) -> None:
    """Say of comments that were hidden just now that others still carry their words, and where those are listed."""
    if words := quote_warning([one.pk for one in hidden]):
        messages.warning(request, words)


def quote_warning(ids: list[int]) -> SafeString | str:
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
    return format_html('<a href="{}">{}</a>.', hidden_quotes_url(), sentence % number)


def hidden_quotes_url() -> str:
    """Where they are listed."""
    return reverse("admin:comments_comment_queue", query={"show": QUOTING})
