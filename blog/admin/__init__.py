"""What authors and editors do: thin declarations, a file each."""

from blog.admin import pages, people, post, sources, vocabulary

__all__ = ["pages", "people", "post", "sources", "vocabulary"]
