"""Who writes a comment: a guest, or somebody signed in."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

from blog.models import Author, Post
from blog.text.validators import to_single_line
from comments.models import Reader
from comments.readers import session

# What a comment's own column holds; a profile's name may be longer.
MAX_NAME_LENGTH = 80


class Submitter:
    """The person behind a request, as far as the site knows him. Asks the database nothing for a guest."""

    def __init__(self, request: HttpRequest, post: Post) -> None:
        self.request, self.user, self.post = request, request.user, post

    @property
    def is_signed_in(self) -> bool:
        return self.user.is_authenticated

    @cached_property
    def author(self) -> Author | None:
        """His public profile, if he has one."""
        return Author.objects.filter(user=self.user).first() if self.is_signed_in else None

    @cached_property
    def reader(self) -> Reader | None:
        """The reader whose pass his browser carries: one query for who has one, none for the others."""
        return session.reader_from_request(self.request)

    @property
    def name(self) -> str:
        """What readers call him. An account without a name speaks for the site: nobody sees its login."""
        name = self.author.name if self.author else self.user.get_full_name() or settings.SITE_NAME
        return to_single_line(name)[:MAX_NAME_LENGTH]

    @property
    def publishes_immediately(self) -> bool:
        """Are his comments published unread? Moderators', and, unless the post holds all, its authors'."""
        return self.is_moderator or (self.owns_thread and not self.post.is_held)

    @cached_property
    def owns_thread(self) -> bool:
        """Is it his own house: does he moderate, or is he an author of the post?"""
        return self.is_signed_in and (self.is_moderator or self.post.is_written_by(self.user))

    @cached_property
    def is_moderator(self) -> bool:
        return self.is_signed_in and self.user.has_perm("comments.moderate_comment")
