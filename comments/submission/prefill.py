"""What a reader quotes by following a link: a comment, or a paragraph of the post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from blog.text.validators import is_pk
from comments.models import Comment
from comments.models.quotation import POST_SOURCE
from comments.threads import quotations

if TYPE_CHECKING:
    from comments.submission.comment_form import CommentForm

# Characters of a paragraph in the list to choose from, and of what is quoted of one: what can be read at a glance.
MAX_CHOICE_LENGTH, MAX_PARAGRAPH_LENGTH = 70, 1_500


@dataclass(frozen=True)
class ParagraphChoice:
    """A paragraph of the post in the list to choose from; `wish` is how an address asks for it."""

    query_value: str
    words: str


def quote_comment(comment: Comment) -> str:
    """The words of a comment, shortened, without what it quotes itself."""
    return quotations.format_quotation(quotations.quotable_paragraphs(stored_html(comment)))


def stored_html(comment: Comment) -> str:
    """Its HTML without our marks."""
    return Comment.objects.values_list("html", flat=True).get(pk=comment.pk) if comment.quote_count else comment.html


def prefill_from_query(form: CommentForm, asked: str) -> None:
    """`post` puts the list of the post's paragraphs above the form, `post-3` the third of them into it."""
    name, _dash, number = asked.partition("-")
    if name != POST_SOURCE:
        return
    texts = quotations.quotable_paragraphs(form.post.body_html)
    if is_pk(number) and 0 < int(number) <= len(texts):
        form.quote(
            quotations.format_quotation([texts[int(number) - 1]], limit=MAX_PARAGRAPH_LENGTH), source=POST_SOURCE
        )
    elif not number:
        form.paragraphs = [
            ParagraphChoice(
                f"{POST_SOURCE}-{place}", quotations.shorten_passage(" ".join(text.split()), MAX_CHOICE_LENGTH)
            )
            for place, text in enumerate(texts, 1)
            if text != quotations.OMITTED
        ]
