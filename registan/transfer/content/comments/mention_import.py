"""Brings pingbacks and trackbacks in as mentions, never as comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from blog.text.validators import strip_unstorable, to_single_line, validate_web_address
from comments.models.mention import MAX_ADDRESS_LENGTH, MAX_EXCERPT_LENGTH, MAX_TITLE_LENGTH, Mention, count_mentions
from comments.status import Status
from registan.transfer.content.comments.comment_arrival import ThreadTarget
from registan.transfer.content.comments.comment_draft import archived_status
from registan.transfer.content.comments.comment_reasons import SkipReason
from registan.transfer.content.comments.thread_plan import PlannedReply, comment_digest, other_key
from registan.transfer.models import Element, Outcome
from registan.transfer.models.ledger import Ledger, StoredRow
from registan.transfer.records.export_records import ItemComment
from registan.transfer.wordpress_text.comments import convert_comment
from registan.transfer.wordpress_text.contract import OldSite

KIND = Element.Kind.MENTION
MENTION_MODEL = "mention"
# Of mentions that somebody had thrown away already.
REJECTED = (Status.SPAM, Status.REMOVED)


def store_mentions(
    pairs: Sequence[tuple[PlannedReply, ItemComment]],
    target: ThreadTarget,
    ledger: Ledger,
    numbers: Counter[tuple[str, str]],
) -> None:
    """Store these mentions with their elements; belongs in a transaction, in which `ledger.flush` follows.

    One that is known stays as it is, whatever the export says now.
    """
    keys = find_keys(pairs, ledger)
    known = ledger.known(KIND, keys)
    new: list[tuple[str, str, Mention]] = []
    for (planned, comment), key in zip(pairs, keys, strict=True):
        digest = comment_digest(comment)
        element = known.get(key)
        if element is not None and (element.object_id or element.source_hash == digest):
            if not ledger.is_done(element):
                repeat(ledger, element, numbers)
        elif reason := skip_reason(comment, status := archived_status(comment, target.before_trash)):
            ledger.record(KIND, key, Outcome.SKIPPED, reason=reason, source_hash=digest)
            numbers[KIND.value, Outcome.SKIPPED.value] += 1
        else:
            new.append((key, digest, build_mention(planned, comment, status, target)))
    Mention.objects.bulk_create(mention for _key, _digest, mention in new)
    for key, digest, mention in new:
        row = StoredRow(MENTION_MODEL, mention.pk)
        ledger.record(KIND, key, Outcome.CREATED, stored=row, source_hash=digest)
        numbers[KIND.value, Outcome.CREATED.value] += 1
    if new:
        count_mentions([target.conversation])


def find_keys(pairs: Sequence[tuple[PlannedReply, ItemComment]], ledger: Ledger) -> list[str]:
    """The key of each; where exports were merged, this run may have met another mention with the same id."""
    known = ledger.known(KIND, [planned.key for planned, _comment in pairs])
    keys = []
    for planned, comment in pairs:
        element = known.get(planned.key)
        is_taken = element and ledger.is_done(element) and element.source_hash != comment_digest(comment)
        keys.append(other_key(comment) if is_taken else planned.key)
    return keys


def repeat(ledger: Ledger, element: Element, numbers: Counter[tuple[str, str]]) -> None:
    """Say of a known element what was said before."""
    if element.object_id:
        ledger.confirm(element)
        numbers[KIND.value, Outcome.UNCHANGED.value] += 1
    else:
        ledger.record(KIND, element.key, Outcome.SKIPPED, reason=element.reason, detail=element.detail)
        numbers[KIND.value, Outcome.SKIPPED.value] += 1


def skip_reason(comment: ItemComment, status: Status) -> SkipReason | None:
    """Why it does not come in; None if it does."""
    if status in REJECTED:
        return SkipReason.MENTION_REJECTED
    return None if clean_address(comment.author_url) else SkipReason.MENTION_WITHOUT_ADDRESS


def clean_address(text: str) -> str:
    """The address of a page, or "" for what is none or too long to be stored."""
    address = text.strip()
    try:
        URLValidator(schemes=["http", "https"])(address)
        validate_web_address(address)
    except ValidationError:
        return ""
    return address if len(address) <= MAX_ADDRESS_LENGTH else ""


def build_mention(planned: PlannedReply, comment: ItemComment, status: Status, target: ThreadTarget) -> Mention:
    """A mention not yet stored; WordPress gives the title of a page as its author. One that waited is not shown."""
    address = clean_address(comment.author_url)
    title = " ".join(to_single_line(" ".join(comment.author_name.split())).split()) or address
    words = " ".join(strip_unstorable(convert_comment(comment.content, OldSite()).shown).split())
    return Mention(
        conversation_id=target.conversation,
        title=title[:MAX_TITLE_LENGTH],
        address=address,
        excerpt=words[:MAX_EXCERPT_LENGTH],
        at=planned.at or target.fallback,
        is_shown=status == Status.APPROVED,
    )
