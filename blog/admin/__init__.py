"""What authors and editors do: thin declarations, a file each."""

from blog.admin import author, correction, image, page, post, source, taxonomy

__all__ = ["author", "correction", "image", "page", "post", "source", "taxonomy"]
