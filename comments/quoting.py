"""What a reader quotes by following a link: a comment, or a paragraph of the post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from blog.text import is_key
from comments import quotations
from comments.models import Comment
from comments.models.quotation import THE_POST

if TYPE_CHECKING:
    from comments.forms import CommentForm

# Characters of a paragraph in the list to choose from, and of what is quoted of one: what can be read at a glance.
LINE, PARAGRAPH = 70, 1_500


@dataclass(frozen=True)
class Choice:
    """A paragraph of the post in the list to choose from; `wish` is how an address asks for it."""

    wish: str
    words: str


def whole(comment: Comment) -> str:
    """The words of a comment, shortened, without what it quotes itself."""
    return quotations.as_quotation(quotations.paragraphs(stored(comment)))


def stored(comment: Comment) -> str:
    """Its HTML without our marks."""
    return Comment.objects.values_list("html", flat=True).get(pk=comment.pk) if comment.quotes else comment.html


def offer(form: CommentForm, asked: str) -> None:
    """`post` puts the list of the post's paragraphs above the form, `post-3` the third of them into it."""
    name, _dash, number = asked.partition("-")
    if name != THE_POST:
        return
    texts = quotations.paragraphs(form.post.body_html)
    if is_key(number) and 0 < int(number) <= len(texts):
        form.quote(quotations.as_quotation([texts[int(number) - 1]], limit=PARAGRAPH), source=THE_POST)
    elif not number:
        form.paragraphs = [
            Choice(f"{THE_POST}-{place}", quotations.shortened(" ".join(text.split()), LINE))
            for place, text in enumerate(texts, 1)
            if text != quotations.OMITTED
        ]
