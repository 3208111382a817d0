"""What authors and editors do: thin declarations, a file each."""

from blog.admin import corrections, images, pages, people, post, sources, vocabulary

__all__ = ["corrections", "images", "pages", "people", "post", "sources", "vocabulary"]
