"""What a link to quote puts into the form: a comment, or a paragraph of the post."""

from __future__ import annotations

from dataclasses import dataclass

from blog.models import Commentable
from blog.text.validators import is_pk
from comments.models import Comment
from comments.models.quotation import POST_SOURCE
from comments.threads import quotations

# Characters of a paragraph in the list of choices, and in a quotation: what can be read at a glance.
MAX_CHOICE_LENGTH, MAX_PARAGRAPH_LENGTH = 70, 1_500


@dataclass(frozen=True)
class ParagraphChoice:
    """A paragraph of the post in the list of choices; an address asks for it by `query_value`."""

    query_value: str
    words: str


def quote_comment(comment: Comment) -> str:
    """The text of a comment as a quotation: shortened, and without what the comment itself quotes."""
    return quotations.format_quotation(quotations.quotable_paragraphs(stored_html(comment)))


def stored_html(comment: Comment) -> str:
    """The comment's HTML without captions."""
    return Comment.objects.values_list("html", flat=True).get(pk=comment.pk) if comment.quote_count else comment.html


def quote_paragraph(subject: Commentable, query_value: str) -> str:
    """The paragraph of the post that `query_value` asks for (`post-3`) as a quotation; "" when there is none."""
    number = query_value.removeprefix(f"{POST_SOURCE}-")
    if number == query_value or not is_pk(number):
        return ""
    paragraphs = quotations.quotable_paragraphs(subject.body_html)
    if not 0 < int(number) <= len(paragraphs):
        return ""
    return quotations.format_quotation([paragraphs[int(number) - 1]], limit=MAX_PARAGRAPH_LENGTH)


def paragraph_choices(subject: Commentable) -> list[ParagraphChoice]:
    """The paragraphs of the post that can be quoted."""
    return [
        ParagraphChoice(
            f"{POST_SOURCE}-{number}", quotations.shorten_passage(" ".join(text.split()), MAX_CHOICE_LENGTH)
        )
        for number, text in enumerate(quotations.quotable_paragraphs(subject.body_html), 1)
        if text != quotations.OMITTED
    ]
