"""The person who sends a request: a guest, a verified reader, or somebody with an account."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest

from blog.models import Author, Commentable
from blog.text.site_values import site
from blog.text.validators import to_single_line
from comments.models import Reader
from comments.readers import session

# The length of a comment's column; a profile's name may be longer.
MAX_NAME_LENGTH = 80


class Submitter:
    """What the site knows of the person behind a request about a post. Costs no query for a guest."""

    def __init__(self, request: HttpRequest, subject: Commentable) -> None:
        self.request, self.subject = request, subject

    @property
    def is_signed_in(self) -> bool:
        return self.request.user.is_authenticated

    @property
    def account(self) -> User | None:
        return self.request.user if self.request.user.is_authenticated else None

    @cached_property
    def author(self) -> Author | None:
        """The public profile of the account, if it has one."""
        return Author.objects.filter(user=self.account).first() if self.account else None

    @cached_property
    def reader(self) -> Reader | None:
        """The verified reader whose browser this is: one query for a browser with a session, none for others."""
        return session.reader_from_request(self.request)

    @property
    def name(self) -> str:
        """The name that readers see, "" for a guest. An account without a name goes by the site's, never its login."""
        if self.account is None:
            return ""
        name = self.author.name if self.author else self.account.get_full_name() or site().name
        return to_single_line(name)[:MAX_NAME_LENGTH]

    @property
    def email(self) -> str:
        return self.account.email if self.account else ""

    def columns(self) -> dict[str, Any]:
        """The columns of a comment that say who wrote it."""
        return {"name": self.name, "email": self.email, "author": self.author, "user": self.account}

    @property
    def publishes_immediately(self) -> bool:
        """Are their comments published unread? A moderator's are; an author's under their post, unless it is held."""
        return self.is_moderator or (self.owns_thread and not self.subject.is_held)

    @cached_property
    def owns_thread(self) -> bool:
        """Is this a moderator, or an author of the post?"""
        return self.is_moderator or (self.account is not None and self.subject.is_written_by(self.account))

    @cached_property
    def is_moderator(self) -> bool:
        return self.account is not None and self.account.has_perm("comments.moderate_comment")
