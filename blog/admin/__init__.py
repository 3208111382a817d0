"""What authors and editors do: thin declarations, a file each."""

from blog.admin import author, correction, image, link_card, media_file, page, post, series, site, source, tag, trash

__all__ = [
    "author",
    "correction",
    "image",
    "link_card",
    "media_file",
    "page",
    "post",
    "series",
    "site",
    "source",
    "tag",
    "trash",
]
