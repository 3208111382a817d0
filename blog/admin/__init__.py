"""What authors and editors do: thin declarations, a file each."""

from blog.admin import corrections, pages, people, post, sources, vocabulary

__all__ = ["corrections", "pages", "people", "post", "sources", "vocabulary"]
