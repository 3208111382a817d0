"""Hidden comments that published ones still quote: what moderators see of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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

# Comments listed by name; more are only counted.
MAX_NAMED = 20
QUOTING_COMMENT_FIELDS = ("comment__name", "comment__created_at", "comment__status")


@dataclass
class HiddenQuotes:
    """The hidden comments that a comment quotes, and, when it is hidden itself, the comments that quote it.

    `is_unsettled`: a moderator has not yet decided to keep its quotes.
    """

    sources: list[Comment] = field(default_factory=list)
    is_unsettled: bool = False
    quoting_comments: list[Comment] = field(default_factory=list)
    more_quoting_count: int = 0


def find_hidden_quotes(comments: Sequence[Comment]) -> Mapping[int, HiddenQuotes]:
    """What the quotes of these comments are about, by comment; two queries at most."""
    quotes: dict[int, HiddenQuotes] = defaultdict(HiddenQuotes)
    if quoting := [comment.pk for comment in comments if comment.quote_count]:
        for quotation in Quotation.objects.of_hidden().filter(comment__in=quoting).select_related("source"):
            found = quotes[quotation.comment_id]
            found.is_unsettled |= not quotation.is_settled
            if quotation.source and quotation.source not in found.sources:
                found.sources.append(quotation.source)
    if hidden := [comment for comment in comments if comment.is_quoted and comment.status != Status.APPROVED]:
        for pk, carriers in find_quoting_comments(hidden).items():
            quotes[pk].quoting_comments, quotes[pk].more_quoting_count = carriers[:MAX_NAMED], len(carriers[MAX_NAMED:])
    return quotes


def find_quoting_comments(sources: Iterable[Comment]) -> dict[int, list[Comment]]:
    """The published comments that quote these, by source."""
    ids = [source.pk for source in sources]
    rows = Quotation.objects.filter(source__in=ids, comment__status=Status.APPROVED)
    carriers: dict[int, list[Comment]] = {pk: [] for pk in ids}
    for quotation in rows.select_related("comment").only("source", *QUOTING_COMMENT_FIELDS).order_by("comment"):
        if quotation.source_id and quotation.comment not in carriers[quotation.source_id]:
            carriers[quotation.source_id].append(quotation.comment)
    return carriers


def warn_of_quotes(request: HttpRequest, hidden: Iterable[Comment]) -> None:
    """Warn that published comments still quote comments that were hidden just now, with a link to them."""
    if warning := quote_warning([comment.pk for comment in hidden]):
        messages.warning(request, warning)


def quote_warning(ids: Sequence[int]) -> SafeString | str:
    """The same as a sentence; "" when nobody quotes these comments."""
    rows = Quotation.objects.filter(source__in=ids, comment__status=Status.APPROVED)
    number = rows.aggregate(number=Count("comment", distinct=True))["number"]
    if not number:
        return ""
    sentence = ngettext(
        "%d published comment still quotes hidden text",
        "%d published comments still quote hidden text",
        number,
    )
    url = reverse("admin:comments_comment_queue", query={"show": QUOTING})
    return format_html('<a href="{}">{}</a>.', url, sentence % number)
