"""The blog's nouns, a file each."""

from blog.models.address import OldAddress
from blog.models.author import Author
from blog.models.clock import Clock, Thread
from blog.models.correction import Correction
from blog.models.image import Image, ImageUse, Rendition
from blog.models.page import Page
from blog.models.post import Post
from blog.models.review import ReviewNote
from blog.models.search import SearchEntry, SearchWord
from blog.models.series import Series
from blog.models.source import Quotation, Source, SourceKey
from blog.models.tag import Tag
from blog.models.vain import VainSearch
from blog.models.version import Version
from blog.models.working_copy import WorkingCopy

__all__ = [
    "Author",
    "Clock",
    "Correction",
    "Image",
    "ImageUse",
    "OldAddress",
    "Page",
    "Post",
    "Quotation",
    "Rendition",
    "ReviewNote",
    "SearchEntry",
    "SearchWord",
    "Series",
    "Source",
    "SourceKey",
    "Tag",
    "Thread",
    "VainSearch",
    "Version",
    "WorkingCopy",
]
