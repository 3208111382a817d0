"""What authors and editors do: thin declarations, a file each."""

from blog.admin import (
    address_miss,
    author,
    correction,
    image,
    link_card,
    media_file,
    old_address,
    page,
    post,
    series,
    site,
    source,
    tag,
    trash,
)

__all__ = [
    "address_miss",
    "author",
    "correction",
    "image",
    "link_card",
    "media_file",
    "old_address",
    "page",
    "post",
    "series",
    "site",
    "source",
    "tag",
    "trash",
]
