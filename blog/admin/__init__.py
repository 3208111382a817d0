"""What authors and editors do: thin declarations, a file each."""

from blog.admin import author, correction, image, page, post, series, site, source, tag

__all__ = ["author", "correction", "image", "page", "post", "series", "site", "source", "tag"]
