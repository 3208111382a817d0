"""Takes the words of erased comments out of the comments that quote them.

Only block quotes whose source is known, and only where the words of the source are deleted: where these stay without
their writer's name, so do the quotations. What others wrote around a quotation is theirs and stays.
"""

from __future__ import annotations

from collections.abc import Sequence

from blog.markup.limits import TooCostly
from blog.markup.quotation_lines import replace_quotations
from blog.markup.renderer import render_reader_markdown
from comments.lifecycle.ownership import touch_conversations
from comments.models import Comment, Quotation, Revision
from comments.threads.quotations import OMITTED, QuoteSource, attribute_quotes

CHANGED_COLUMNS = ("body", "html", "words_key", "version", "quote_count")


def delete_quoted_words(erased: Sequence[Comment]) -> list[int]:
    """Replace each quotation of these comments by `[…]`, also in earlier versions; returns the comments that quoted.

    Call it while the words of the erased comments are still there, under the lock of their conversations.
    """
    sources = {comment.pk: QuoteSource(comment, comment.html) for comment in erased if comment.html}
    quoting = Comment.objects.filter(quotations__source__in=list(sources)).exclude(pk__in=list(sources)).distinct()
    changed = []
    for comment in quoting.prefetch_related("revisions"):
        quoted = [sources[pk] for pk in comment.quotations.values_list("source", flat=True) if pk in sources]
        for revision in comment.revisions.all():
            Revision.objects.filter(pk=revision.pk).update(body=without_words_of(quoted, revision.body))
        comment.body, comment.version = without_words_of(quoted, comment.body), comment.version + 1
        Quotation.objects.filter(comment=comment, source__in=list(sources)).delete()
        comment.quote_count = comment.quotations.count()
        comment.save(update_fields=CHANGED_COLUMNS)
        changed.append(comment.pk)
    Comment.objects.filter(pk__in=changed).reindex()
    touch_conversations(Comment.objects.filter(pk__in=changed, shown=True))
    return changed


def without_words_of(sources: Sequence[QuoteSource], body: str) -> str:
    """`body` with `[…]` in each block quote that is from one of these; an earlier text that is too long stays."""
    try:
        places = attribute_quotes(render_reader_markdown(body), sources)
        return replace_quotations(body, places, OMITTED) if places else body
    except TooCostly:
        return body
