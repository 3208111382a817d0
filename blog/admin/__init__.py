"""What authors and editors do: thin declarations, a file each."""

from blog.admin import images, pages, people, post, vocabulary

__all__ = ["images", "pages", "people", "post", "vocabulary"]
