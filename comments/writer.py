"""Who writes a comment: a guest, or somebody signed in."""

from __future__ import annotations

from functools import cached_property

from django.http import HttpRequest

from blog.models import Author, Post
from blog.text import one_line

# What a comment's own column holds; a profile's name may be longer.
NAME_LENGTH = 80


class Writer:
    """The person behind a request, as far as the site knows him. Asks the database nothing for a guest."""

    def __init__(self, request: HttpRequest, post: Post) -> None:
        self.user, self.post = request.user, post

    @property
    def is_known(self) -> bool:
        return self.user.is_authenticated

    @cached_property
    def author(self) -> Author | None:
        """His public profile, if he has one."""
        return Author.objects.filter(user=self.user).first() if self.is_known else None

    @property
    def name(self) -> str:
        name = self.author.name if self.author else self.user.get_full_name() or self.user.get_username()
        return one_line(name)[:NAME_LENGTH]

    @cached_property
    def is_heard_at_once(self) -> bool:
        """Are his comments published without waiting? Moderators', and, unless the post holds all, its authors'."""
        if not self.is_known:
            return False
        if self.user.has_perm("comments.moderate_comment"):
            return True
        return self.post.conversation != Post.Conversation.HELD and self.post.is_written_by(self.user)
