"""The orders in which the threads under a post can be read. Within a thread, replies are always oldest first."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy


class Order(TextChoices):
    """The value stands in the addresses of its pages; those of the oldest first are the post's own."""

    OLDEST = "oldest", gettext_lazy("Oldest first")
    NEWEST = "newest", gettext_lazy("Newest first")
    MOST_REPLIED = "most-replied", gettext_lazy("Most replied")

    def address(self, post_url: str) -> str:
        """The address of the first page in this order of the conversation under the post at `post_url`."""
        return post_url if self == Order.OLDEST else f"{post_url}{self.value}/"
