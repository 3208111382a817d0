"""Makes a note on the post of what a reader says in a comment, such as a mistake that is to be corrected."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import Truncator

from blog.diff.passage import Passage, find_passage
from blog.markup.extract import plain_text, quotation_spans
from blog.models import Conversation, ReviewNote
from blog.models.review import MAX_NOTE_LENGTH, MAX_PASSAGE_LENGTH
from comments.models.comment import Comment
from comments.models.comment_note import CommentNote, public_name

# Signs that the page shows otherwise than they are typed, each one character for one, so that places stay the same.
SAME_SIGNS = str.maketrans(dict.fromkeys('"“”„‟«»‹›‘’‚‛′″', "'") | dict.fromkeys("‐‑‒–—―−", "-") | {"\xa0": " "})


@transaction.atomic
def make_author_note(pk: int, *, by: User) -> bool:
    """Store a note with the words of the comment, on the passage that it quotes; False if there is one already.

    Raises Comment.DoesNotExist, also for a comment of which nothing is left, or for one on a page.
    """
    Conversation.objects.lock(Comment.objects.filter(pk=pk).values("conversation"))  # nobody decides meanwhile
    comment = Comment.objects.select_related("post").exclude(name="").get(pk=pk)
    if comment.post is None:
        raise Comment.DoesNotExist("Only posts have notes.")
    comment.post.lock()
    if CommentNote.objects.filter(comment=comment).exists():
        return False
    passage = find_quoted_passage(comment.html, comment.post.body)
    note = ReviewNote.objects.write(
        comment.post,
        Truncator(comment.body).chars(MAX_NOTE_LENGTH),
        by=by,
        words=comment.post.body[passage.start : passage.end] if passage else "",
        near=passage.start if passage else 0,
        source_url=comment.get_link(),
        said_by=public_name(comment),
    )
    CommentNote.objects.create(comment=comment, note=note)
    return True


def find_quoted_passage(html: str, body: str) -> Passage | None:
    """The first passage of `body`, a post as it is typed, that a block quote in `html` has word for word."""
    plain = body.translate(SAME_SIGNS)
    quotes = [plain_text(html[start:stop]) for start, stop in quotation_spans(html)]
    found = (find_passage(plain, quote.translate(SAME_SIGNS)) for quote in quotes if len(quote) <= MAX_PASSAGE_LENGTH)
    return next(filter(None, found), None)
