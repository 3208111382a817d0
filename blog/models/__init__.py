"""The blog's nouns, a file each."""

from blog.models.address import OldAddress
from blog.models.author import Author
from blog.models.clock import Clock, Thread
from blog.models.image import Image, ImageUse, Rendition
from blog.models.page import Page
from blog.models.post import Post
from blog.models.search import SearchEntry, SearchWord
from blog.models.tag import Tag

__all__ = [
    "Author",
    "Clock",
    "Image",
    "ImageUse",
    "OldAddress",
    "Page",
    "Post",
    "Rendition",
    "SearchEntry",
    "SearchWord",
    "Tag",
    "Thread",
]
